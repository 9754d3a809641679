"""Fonts that have the letters of a scenario's names, and what is drawn where none has them."""

import unicodedata
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.text import Text
from matplotlib.ticker import Formatter, ScalarFormatter

# Matplotlib's own font has Latin, Greek, Cyrillic and Arabic letters; these have others.
OTHERS = (
    "Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans JP", "Yu Gothic", "Meiryo", "MS Gothic",
    "Hiragino Sans", "PingFang SC", "Microsoft YaHei", "Malgun Gothic", "Apple SD Gothic Neo",
    "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback", "Noto Sans Devanagari",
    "Noto Sans Thai", "Noto Sans Hebrew",
)  # fmt: skip


@cache
def families() -> list[str]:
    """Matplotlib's own family, and those of the others that are installed."""
    installed = {font.name for font in fontManager.ttflist}
    return ["DejaVu Sans", *(name for name in OTHERS if name in installed)]


@cache
def _letters() -> frozenset[int]:
    """Every character that one of the families has."""
    found = set[int]()
    for family in families():
        path = findfont(FontProperties(family=[family]))
        if Path(path).exists():
            found |= set(get_font(path).get_charmap())
    return frozenset(found)


def drawable(text: str) -> str:
    """A text of characters that some font has: without their accents, else as question marks.

    Examples
    --------
    >>> drawable("Łódź, Казань"), drawable("demo \\U0001fae0")
    ('Łódź, Казань', 'demo ?')
    """
    if text.isascii():
        return text
    return "".join(c if c == "\n" or ord(c) in _letters() else _replaced(c) for c in text)


def _replaced(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character)
    if plain and all(ord(c) in _letters() for c in plain):
        return plain
    say_that_letters_are_missing()
    return "?"


@cache
def say_that_letters_are_missing() -> None:
    """Warn that pictures show question marks, and how to change that: once in a process."""
    warnings.warn(
        "no font on this computer has some letters of the names, so pictures show ? instead; "
        "install one that has them, such as Noto Sans CJK for Chinese, Japanese, and Korean",
        stacklevel=2,
    )


class _Drawable(Formatter):
    """Names at an axis, of characters that some font has."""

    def __init__(self, names: Formatter):
        self._names = names

    def __call__(self, x: float, pos: int | None = None) -> str:
        return drawable(self._names(x, pos))

    def format_ticks(self, values: Any) -> list[str]:
        return [drawable(text) for text in self._names.format_ticks(values)]


def without_unknown(figure: Figure) -> None:
    """Replace what no installed font has, so that there are no boxes and no warnings."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            names = axis.get_major_formatter()
            if not isinstance(names, ScalarFormatter):
                axis.set_major_formatter(_Drawable(names))
    for text in figure.findobj(Text):
        text.set_text(drawable(text.get_text()))
