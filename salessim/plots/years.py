"""How much years differ by luck alone."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray
from scipy.stats import quantile_test

from salessim.display import figure as written
from salessim.display.theme import BLUE, GRAY, ORANGE, SMALL, TEXT
from salessim.plots.style import new_figure, plain
from salessim.rules import Floats

Integers = NDArray[np.int64]

LEVEL = 0.95
FEWEST = 5  # years, below which eight of ten say nothing


def range_of_years(values: pd.Series, what: str, unit: str = "") -> Figure:
    """One KPI in many years that differ by luck alone.

    Parameters
    ----------
    values : Series of float
        The KPI, a replication each; NaN where it was not observed.
    what : str
        What it counts, as in `deals won`.
    unit : str
        As in `kpis.csv`: a share is shown in percent, currency as money.

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
    low, middle, high = np.quantile(seen, [0.1, 0.5, 0.9])
    figure = new_figure(
        f"By luck alone, eight of ten years lie between about {written(low, unit)} "
        f"and {written(high, unit)} {what}",
        4.4,
        _in_words(seen, what, unit),
    )
    axes = plain(figure.add_subplot())
    axes.axvspan(low, high, color=BLUE, alpha=0.15)
    heights = _stacked(seen)
    axes.plot(seen, heights, "o", color=BLUE, markersize=9)
    axes.axvline(middle, color=ORANGE, linewidth=3)
    top = int(heights.max())
    axes.set_ylim(0, top * 1.45 + 0.5)
    axes.text(middle, top * 1.45 + 0.3, f" middle: {written(middle, unit)}", color=ORANGE,
              fontsize=TEXT, va="top")  # fmt: skip
    doubts = [_interval(seen, 0.1), _interval(seen, 0.9)]
    for doubt in doubts:
        axes.plot(doubt, [top * 1.16 + 0.2] * 2, color=GRAY, linewidth=3)  # NaN draws nothing
    for end, side, label in ((low, "right", "a tenth below "), (high, "left", " a tenth above")):
        axes.text(end, top * 1.4 + 0.2, label, color=GRAY, fontsize=SMALL, va="top", ha=side)
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: written(value, unit)))
    sure = "; grey bars: where the band may end (95 %)" if np.isfinite(doubts).any() else ""
    axes.set_xlabel(f"{what}; each dot is a year{sure}")
    return figure


def _stacked(values: Floats) -> Integers:
    """Heights at which dots of near values stand above each other."""
    edges = np.histogram_bin_edges(values, bins=min(30, max(10, len(values) // 2)))
    places = pd.Series(np.clip(np.digitize(values, edges), 1, len(edges) - 1))
    return np.asarray(places.groupby(places).cumcount() + 1)


def _interval(values: Floats, share: float) -> tuple[float, float]:
    """Interval of the value below which that share of all years lies; NaN where too few are."""
    found: Any = quantile_test(values, p=share).confidence_interval(LEVEL)  # mistyped as a float
    return float(found.low), float(found.high)


def _in_words(seen: Floats, what: str, unit: str) -> str:
    ends = []
    for share, name in ((0.1, "a tenth lies below"), (0.9, "a tenth lies above")):
        low, high = _interval(seen, share)
        sure = f"between {written(low, unit)} and {written(high, unit)}"
        ends.append(f"{name} a value that is {sure}" if np.isfinite([low, high]).all() else
                    f"{len(seen)} years are too few to say below which value {name}")  # fmt: skip
    least, middle, most = (written(v, unit) for v in (seen.min(), np.median(seen), seen.max()))
    return (
        f"{len(seen)} years of the same department: {what} {least} to {most}, the middle one "
        f"{middle}. At 95 %, {'; '.join(ends)}."
    )
