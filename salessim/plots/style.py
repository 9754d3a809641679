"""How all pictures look: sizes for the back of a room, colors that everyone can tell apart."""

import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Literal, ParamSpec

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from salessim.display.numbers import tick
from salessim.display.theme import DARK, LIGHT, SMALL, TEXT, TITLE, WIDTH, Theme
from salessim.plots.fonts import families, without_unknown

P = ParamSpec("P")
NAME_WIDTH = 26  # letters
_theme: ContextVar[Theme] = ContextVar("theme", default=LIGHT)


@contextmanager
def theme(name: Literal["light", "dark"]) -> Iterator[None]:
    """Draw pictures for a light or a dark background.

    Parameters
    ----------
    name : {"light", "dark"}

    Examples
    --------
    >>> import salessim as ss
    >>> from salessim import plots
    >>> with plots.theme("dark"):
    ...     figure = ss.simulate("small-team").plot.time_use()
    >>> figure.get_facecolor() == mpl.colors.to_rgba(DARK.background)
    True
    """
    token = _theme.set({"light": LIGHT, "dark": DARK}[name])
    try:
        yield
    finally:
        _theme.reset(token)


def colors() -> Theme:
    """The colors in force."""
    return _theme.get()


def picture(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """A function that draws, in fonts that have the letters of all names."""

    @wraps(draw)
    def drawn(*args: P.args, **keys: P.kwargs) -> Figure:
        with mpl.rc_context({"font.family": families(), "text.color": colors().text}):
            figure = draw(*args, **keys)
            without_unknown(figure)
        return figure

    return drawn


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
    figure = Figure(figsize=(WIDTH, height), layout="constrained", facecolor=colors().background)
    figure.suptitle(
        textwrap.fill(safe(message), 68),
        fontsize=TITLE,
        x=0.01,
        ha="left",
        fontweight="bold",
        color=colors().text,
    )
    figure.set_label(f"{message}. {words}".strip())
    return figure


def description(figure: Figure) -> str:
    """The picture in words: its message, and what it shows."""
    return str(figure.get_label())


def safe(text: str) -> str:
    """A text in which a dollar sign is one, and not the beginning of a formula."""
    return text.replace("$", r"\$")


def wrapped(name: str) -> str:
    """A name beside an axis, on as many lines as leave room for the picture."""
    return textwrap.fill(safe(name), NAME_WIDTH)


def plain(axes: Axes) -> Axes:
    """Axes without what carries no message."""
    ink = colors()
    axes.set_facecolor(ink.background)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[:].set_color(ink.line)
    axes.tick_params(labelsize=TEXT, color=ink.line, labelcolor=ink.text)
    for label in (axes.xaxis.label, axes.yaxis.label):
        label.set_fontsize(TEXT)
        label.set_color(ink.text)
    return axes


def round_ticks(axis: Axis, unit: str = "", currency: str = "", most: int = 6) -> None:
    """Ticks at round numbers, written to the digits that they have.

    Parameters
    ----------
    axis : Axis
    unit : str
        As in `kpis.csv`; things that are counted have whole ticks.
    currency : str
        The scenario's.
    most : int
        How many ticks.
    """
    whole = unit in ("deals", "leads", "people", "week", "month")
    axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 5, 10], integer=whole))
    axis.set_major_formatter(FuncFormatter(lambda value, _: safe(tick(value, unit, currency))))


def legend(figure: Figure, columns: int) -> None:
    """A legend under the data, never over it."""
    figure.legend(loc="outside lower center", ncols=columns, **legend_looks())


def legend_looks() -> dict[str, Any]:
    """How a legend looks, wherever it is."""
    return {"fontsize": SMALL + 1, "frameon": False, "labelcolor": colors().text}


def text_on(color: Any) -> str:
    """Black or white, whichever is easier to read on a color."""
    red, green, blue = mpl.colors.to_rgb(color)
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.52 else "white"
