"""How much years differ by chance alone."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from salessim.display import figure as written
from salessim.display.theme import SMALL, TEXT
from salessim.plots.style import colors, new_figure, picture, plain, round_ticks
from salessim.rules import Floats

Integers = NDArray[np.int64]

LEVEL = 0.95
FEWEST = 5  # years, below which eight of ten say nothing


@picture
def range_of_years(values: pd.Series, what: str, unit: str = "", currency: str = "") -> Figure:
    """One KPI in many years that differ by chance alone.

    Parameters
    ----------
    values : Series of float
        The KPI, a replication each; NaN where it was not observed.
    what : str
        What it counts, as in `deals won`.
    unit : str
        As in `kpis.csv`: a share is shown in percent, currency as money.
    currency : str
        The scenario's.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        For fewer than five years in which it was observed.
    """
    seen = values.dropna().to_numpy(dtype=float)
    if len(seen) < FEWEST:
        raise ValueError(f"a range needs at least {FEWEST} years of {what}, got {len(seen)}")
    low, middle, high = np.quantile(seen, [0.1, 0.5, 0.9], method="weibull")
    figure = new_figure(
        f"By chance alone, 8 of 10 years lie between about {written(low, unit, currency)} "
        f"and {written(high, unit, currency)} {what}",
        4.4,
        _in_words(seen, what, unit, currency),
    )
    axes, ink = plain(figure.add_subplot()), colors()
    axes.axvspan(low, high, color=ink.main, alpha=0.15)
    heights = _stacked(seen)
    axes.plot(seen, heights, "o", color=ink.main, markersize=9)
    axes.axvline(middle, color=ink.accent, linewidth=3)
    top = int(heights.max())
    axes.set_ylim(0, top * 1.45 + 0.5)
    told = f" median: {middle_text(middle, unit, currency)}"
    axes.text(middle, top * 1.45 + 0.3, told, color=ink.worse, fontsize=TEXT, va="top")
    doubts = [_interval(seen, 0.1), _interval(seen, 0.9)]
    for doubt in doubts:
        axes.plot(doubt, [top * 1.16 + 0.2] * 2, color=ink.muted, linewidth=3)  # NaN: nothing
    for end, side, label in ((low, "right", "1 in 10 below "), (high, "left", " 1 in 10 above")):
        axes.text(end, top * 1.4 + 0.2, label, color=ink.muted, fontsize=SMALL, va="top", ha=side)
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)
    round_ticks(axes.xaxis, unit, currency)
    sure = "; gray bars: where the band may end (95%)" if np.isfinite(doubts).any() else ""
    axes.set_xlabel(f"{what}; each dot is a year{sure}")
    return figure


def middle_text(middle: float, unit: str, currency: str = "") -> str:
    """A median: of an even number of counts it may be a half, which is not rounded away.

    Examples
    --------
    >>> middle_text(170.5, "deals"), middle_text(170.0, "deals")
    ('170.5', '170')
    """
    is_half = not middle.is_integer() and (2 * middle).is_integer()
    return f"{middle:,.1f}" if is_half and unit != "currency" else written(middle, unit, currency)


def _stacked(values: Floats) -> Integers:
    """Heights at which dots of near values stand above each other."""
    edges = np.histogram_bin_edges(values, bins=min(30, max(10, len(values) // 2)))
    places = pd.Series(np.clip(np.digitize(values, edges), 1, len(edges) - 1))
    return np.asarray(places.groupby(places).cumcount() + 1)


def _interval(values: Floats, share: float) -> tuple[float, float]:
    """Interval of the value below which that share of all years lies; NaN where too few are."""
    from scipy.stats import quantile_test  # slow to import, and rarely needed

    found: Any = quantile_test(values, p=share).confidence_interval(LEVEL)  # mistyped as a float
    return float(found.low), float(found.high)


def _in_words(seen: Floats, what: str, unit: str, currency: str) -> str:
    ends = []
    for share, name in ((0.1, "1 in 10 lies below"), (0.9, "1 in 10 lies above")):
        low, high = _interval(seen, share)
        sure = f"between {written(low, unit, currency)} and {written(high, unit, currency)}"
        ends.append(f"{name} a value {sure}" if np.isfinite([low, high]).all() else
                    f"{len(seen)} years are too few to say where {name}")  # fmt: skip
    least, most = (written(end, unit, currency) for end in (seen.min(), seen.max()))
    middle = middle_text(float(np.median(seen)), unit, currency)
    return (
        f"{len(seen)} years of the same department: {what} {least} to {most}, median {middle}. "
        f"With 95% confidence, {'; '.join(ends)}."
    )
