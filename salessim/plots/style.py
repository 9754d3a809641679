"""How all pictures look: sizes for the back of a room, colors that everyone can tell apart."""

import textwrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from salessim.display.theme import TEXT, TITLE, WIDTH


def new_figure(message: str, height: float, words: str = "") -> Figure:
    """An empty figure with its message as title.

    Parameters
    ----------
    message : str
        What the picture says, in a sentence.
    height : float
        In inches.
    words : str
        What it shows, for those who can't see it; kept as the figure's label.
    """
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    figure.suptitle(
        textwrap.fill(message.replace("$", r"\$"), 68),
        fontsize=TITLE,
        x=0.01,
        ha="left",
        fontweight="bold",
    )
    figure.set_label(f"{message}. {words}".strip())
    return figure


def description(figure: Figure) -> str:
    """The picture in words: its message, and what it shows."""
    return str(figure.get_label())


def plain(axes: Axes) -> Axes:
    """Axes without what carries no message."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=TEXT)
    axes.xaxis.label.set_fontsize(TEXT)
    axes.yaxis.label.set_fontsize(TEXT)
    return axes
