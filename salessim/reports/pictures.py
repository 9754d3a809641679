"""Pictures for a page: drawn once, in colors that follow the reader's light or dark theme."""

import io
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.text import Text

from salessim.display.theme import LIGHT
from salessim.plots import description
from salessim.reports.report import Picture

WIDTHS = (7.0, 8.5, 10.0, 12.0)  # inches; the narrower, the larger the letters on a phone
LOWER = 0.8  # of the height that a picture has by itself, to be seen beside the answer
LOOKS: Any = {"svg.hashsalt": "salessim"}  # names inside a drawing are the same every time
ATTRIBUTES = re.compile(r"(<g style=\"fill|fill|stroke): (#[0-9a-f]{6})(; opacity)?", re.IGNORECASE)
# The page's style sheet has these colors instead. What fills a bar stays as it was drawn, since
# the words on it are black or white.
WORDS = {color.upper(): name for name, color in reversed(asdict(LIGHT).items())}
WHITE = LIGHT.background.upper()
FILLS = {color.upper(): name for name, color in reversed(asdict(LIGHT).items())
         if name in ("text", "line", "better", "worse")}  # fmt: skip
NOT_OURS = re.compile(
    r"<metadata>.*?</metadata>|<style.*?</style>| xmlns(:xlink)?=\"[^\"]*\"", re.S
)
SIZE = re.compile(r'width="[\d.]+pt" height="[\d.]+pt" ')


def picture(plot: Callable[..., Figure], *what: Any, **how: Any) -> Picture:
    """Draw a plot for a page.

    Parameters
    ----------
    plot : function to Figure
        One of `salessim.plots`.
    *what, **how
        What it takes.
    """
    with mpl.rc_context(LOOKS):
        figure = plot(*what, **how)
        message, words = parts_of(figure)
        figure.suptitle("")  # the page has it as text
        _fit(figure)
        return Picture(message, words, _svg(figure))


def _fit(figure: Figure) -> None:
    """Make a picture as narrow as it can be without cutting a word off."""
    height = LOWER * figure.get_figheight()
    for width in WIDTHS:
        figure.set_size_inches(width, height)
        figure.draw_without_rendering()
        if not words_cut_off(figure):
            return


def words_cut_off(figure: Figure) -> list[str]:
    """The words of a picture, as it was drawn last, that go over its edge."""
    edge = figure.bbox.padded(1.0)  # a pixel, for rounding
    words = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text()]
    found = []
    for text in words:
        box = text.get_window_extent()
        inside = edge.x0 <= box.x0 and box.x1 <= edge.x1 and edge.y0 <= box.y0 and box.y1 <= edge.y1
        if not inside and _is_drawn(text):
            found.append(text.get_text())
    return found


def _is_drawn(text: Text) -> bool:
    """Whether a word appears: ticks beyond the end of their axis don't."""
    axes = text.axes
    if axes is None:
        return True
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
            if text in (tick.label1, tick.label2):
                return bool(axis.get_visible() and low <= tick.get_loc() <= high)
    return True


def parts_of(figure: Figure) -> tuple[str, str]:
    """A picture's message, and what it shows."""
    message = " ".join(figure.get_suptitle().split()).replace(r"\$", "$")
    return message, description(figure).removeprefix(message).removeprefix(".").strip()


def _svg(figure: Figure) -> str:
    data = io.StringIO()
    figure.savefig(data, format="svg", transparent=True, metadata={"Date": None})
    text = data.getvalue()
    text = NOT_OURS.sub("", text[text.index("<svg") :])
    text = SIZE.sub("", text, count=1)
    return re.sub(r"\n\s*", "\n", ATTRIBUTES.sub(_styled, text))


def _styled(found: re.Match[str]) -> str:
    """A color of the drawing as the page's variable, where it has one."""
    what, color, see_through = found[1], found[2].upper(), found[3]
    names = FILLS if what == "fill" and not see_through else WORDS
    if color == WHITE and what != "stroke":
        return found[0]
    name = names.get(color)
    return f"{what}: var(--{name}){see_through or ''}" if name else found[0]
