"""Pictures of a run: each has one message, which is its title.

Figures are returned and never shown; the tables that they are made from may come
from anywhere.
"""

from itertools import pairwise

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import StrMethodFormatter

# Okabe & Ito's colours, which the colour-blind can tell apart.
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#595959"


def funnel_counts(activities: pd.DataFrame, weeks: pd.DataFrame, stages: list[str]) -> pd.Series:
    """Leads that came to each stage in the window, and deals won.

    Parameters
    ----------
    activities, weeks : DataFrame
        A run's tables.
    stages : list of str
        Names of the stages in order.

    Returns
    -------
    Series of int
        By stage in the order of the process, and `won` last.

    Examples
    --------
    >>> import salessim as ss
    >>> run = ss.simulate(ss.Scenario.load("one-desk"))
    >>> list(funnel_counts(run.activities, run.weeks, ["prospecting"]).index)
    ['prospecting', 'won']
    """
    first = activities[(activities["kind"] == "work") & (activities["attempt"] == 1)]
    counts = first["stage"].value_counts().reindex(stages, fill_value=0)
    counts.loc["won"] = int(weeks["won"].sum())
    return counts


def funnel(activities: pd.DataFrame, weeks: pd.DataFrame, stages: list[str]) -> Figure:
    """The funnel: how many leads came to each stage in the window, and how many were won.

    Parameters
    ----------
    activities, weeks : DataFrame
        A run's tables.
    stages : list of str
        Names of the stages in order.

    Returns
    -------
    Figure
    """
    counts = funnel_counts(activities, weeks, stages)
    figure = Figure(figsize=(9, 0.75 * len(counts) + 1.6), layout="constrained")
    axes = figure.add_subplot()
    names = [str(name) for name in counts.index]
    axes.barh(names, counts, color=[BLUE] * (len(counts) - 1) + [ORANGE])
    previous = None
    for row, count in enumerate(counts):
        share = f"  ({count / previous:.0%} of the stage before)" if previous else ""
        axes.text(count, row, f" {count:,}{share}", va="center", fontsize=13, color="black")
        previous = count
    axes.invert_yaxis()
    axes.set_xlim(0, max(counts.max(), 1) * 1.42)
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.tick_params(labelsize=13)
    axes.set_xlabel("leads that came to the stage in the window", fontsize=12, color=GREY)
    axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(funnel_message(counts), fontsize=15, x=0.01, ha="left")
    return figure


def funnel_message(counts: pd.Series) -> str:
    """The funnel in a sentence: the picture's title, and its description in words.

    Examples
    --------
    >>> funnel_message(pd.Series({"demo": 100, "closing": 40, "won": 30}))
    '100 leads make 30 deals: most are lost at demo'
    """
    names, numbers = [str(name) for name in counts.index], counts.tolist()
    lost = [before - after for before, after in pairwise(numbers)]
    message = f"{numbers[0]:,} leads make {numbers[-1]:,} deals"
    if max(lost, default=0) <= 0:
        return message
    return f"{message}: most are lost at {names[lost.index(max(lost))]}"
