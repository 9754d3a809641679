"""Pictures for a page: drawn once, in colors that follow the reader's light or dark theme."""

import io
import re
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from salessim.display.theme import GRAY, LIGHT, PALE
from salessim.plots import description
from salessim.reports.report import Picture

WIDTH, LOWER = 7.0, 0.8  # inches, and of the height: letters stay large enough on a phone
LOOKS = {
    "text.color": LIGHT.text, "axes.labelcolor": LIGHT.text, "axes.edgecolor": LIGHT.text,
    "xtick.color": LIGHT.text, "ytick.color": LIGHT.text,
    "svg.hashsalt": "salessim",  # names inside the drawing are the same every time
}  # fmt: skip
# What the page's style sheet decides instead: text, rules, and what is left bare. Words on a
# colored bar are drawn in plain black or white and stay so.
TO_STYLE = (
    (re.compile(rf"(fill|stroke): {LIGHT.text}", re.IGNORECASE), r"\1: var(--text)"),
    (re.compile(rf'(<g style="fill): {GRAY}', re.IGNORECASE), r"\1: var(--muted)"),
    (re.compile(rf"stroke: {GRAY}", re.IGNORECASE), "stroke: var(--muted)"),
    (re.compile(r"stroke: #ffffff"), "stroke: var(--background)"),
    (re.compile(rf"fill: {PALE}; opacity", re.IGNORECASE), "fill: var(--line); opacity"),
)
NOT_OURS = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>| xmlns(:xlink)?=\"[^\"]*\"", re.S)
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
        figure.set_size_inches(WIDTH, LOWER * figure.get_figheight())
        return Picture(message, words, _svg(figure))


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
    for pattern, style in TO_STYLE:
        text = pattern.sub(style, text)
    return re.sub(r"\n\s*", "\n", text)
