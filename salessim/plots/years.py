"""How much years differ by luck alone."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from salessim.plots.style import BLUE, DARK, ORANGE, TEXT, money, new_figure, plain


def range_of_years(values: pd.Series, what: str) -> Figure:
    """One KPI in many years that differ by luck alone.

    Parameters
    ----------
    values : Series of float
        The KPI, a replication each; at least two.
    what : str
        What it counts, as in `deals won`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        For fewer than two years.
    """
    if len(values) < 2:
        raise ValueError(f"a range needs at least two years, got {len(values)}")
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    message = f"By luck alone, eight of ten years lie between {money(low)} and {money(high)} {what}"
    words = (
        f"{len(values)} years of the same department; the middle one has {money(middle)}, "
        f"the least {money(values.min())}, the most {money(values.max())}."
    )
    figure = new_figure(message, 4.2, words)
    axes = plain(figure.add_subplot())
    axes.axvspan(low, high, color=BLUE, alpha=0.15)
    bins = np.histogram_bin_edges(values, bins=min(30, max(10, len(values) // 2)))
    stacks = np.clip(np.digitize(values, bins), 1, len(bins) - 1)
    heights = pd.Series(stacks).groupby(stacks).cumcount() + 1
    centres = (bins[stacks - 1] + bins[stacks]) / 2
    axes.plot(centres, heights, "o", color=BLUE, markersize=9)
    axes.axvline(middle, color=ORANGE, linewidth=3)
    top = int(heights.max())
    axes.set_ylim(0, top * 1.3 + 0.5)
    axes.text(middle, top * 1.3 + 0.3, f" middle: {money(middle)}", color=ORANGE, fontsize=TEXT,
              va="top")  # fmt: skip
    axes.text(low, top * 1.12 + 0.3, " eight of ten years", color=DARK, fontsize=TEXT, va="top")
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: money(value)))
    axes.set_xlabel(f"{what} (each dot is a year, put to the nearest step)")
    return figure
