"""How long work waits, and whether answering soon goes with better odds."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from scipy.stats import binomtest

from salessim.plots.style import BLUE, DARK, ORANGE, SMALL, TEXT, new_figure, plain

LEVEL = 0.95
EDGES = (0.0, 0.25, 1.0, 4.0, 8.0, np.inf)  # working hours
NAMES = ("within 15 min", "15 min to 1 h", "1 to 4 h", "4 to 8 h", "after 8 h")


def waits(activities: pd.DataFrame, stages: list[str], hours_per_day: float = 8.0) -> Figure:
    """How long leads wait at each stage until someone begins.

    Parameters
    ----------
    activities : DataFrame
        A run's table.
    stages : list of str
        Names of the stages in order.
    hours_per_day : float
        Hours of a working day.

    Returns
    -------
    Figure
    """
    begun = activities[(activities["kind"] == "work") & activities["started"].notna()]
    hours = (begun["started"] - begun["ready"]) * hours_per_day
    table = hours.groupby(begun["stage"]).quantile([0.1, 0.5, 0.9]).unstack()
    table = table.reindex(index=stages, columns=[0.1, 0.5, 0.9])
    longest = table[0.9].fillna(0.0).idxmax()
    message = (
        "No work was begun"
        if table.isna().to_numpy().all()
        else (
            f"The slowest tenth waits longest at {longest}: more than "
            f"{_time(table.loc[longest, 0.9], hours_per_day)}"
        )
    )
    words = "; ".join(
        f"{stage}: half within {_time(row[0.5], hours_per_day)}, "
        f"nine of ten within {_time(row[0.9], hours_per_day)}"
        for stage, row in table.dropna().iterrows()
    )
    figure = new_figure(message, 0.8 * len(stages) + 2.0, words)
    axes = plain(figure.add_subplot())
    rows = range(len(stages))
    axes.hlines(rows, table[0.1], table[0.9], color=BLUE, linewidth=9, alpha=0.45,
                label="eight of ten leads: without the quickest and the slowest tenth")  # fmt: skip
    axes.plot(table[0.5], rows, "o", color=BLUE, markersize=11, label="half wait less")
    for row, end in zip(rows, table[0.9], strict=True):
        if not np.isnan(end):
            axes.text(end, row - 0.22, f" {_time(end, hours_per_day)}", fontsize=SMALL, color=DARK)
    axes.set_yticks(rows, stages)
    axes.set_ylim(len(stages) - 0.5, -0.6)
    axes.set_xlim(0, max(table[0.9].fillna(0.0).max(), 0.1) * 1.15)
    axes.set_xlabel("working hours until someone begins")
    figure.legend(loc="outside lower center", ncols=2, fontsize=TEXT, frameon=False)
    return figure


def response(
    leads: pd.DataFrame,
    activities: pd.DataFrame,
    stages: list[str],
    opportunity_at: str,
    hours_per_day: float = 8.0,
) -> Figure:
    """Whether leads that are answered sooner become opportunities more often.

    Parameters
    ----------
    leads, activities : DataFrame
        A run's tables.
    stages : list of str
        Names of the stages in order.
    opportunity_at : str
        The stage at which a lead becomes an opportunity.
    hours_per_day : float
        Hours of a working day.

    Returns
    -------
    Figure
    """
    table = odds_by_response(leads, activities, stages, opportunity_at, hours_per_day)
    figure = new_figure(_response_message(table), 5.0, _response_words(table))
    axes = plain(figure.add_subplot())
    rows = range(len(table))
    share = table["became"] / table["leads"]
    axes.vlines(rows, table["low"], table["high"], color=ORANGE, linewidth=3)
    axes.plot(rows, share, "o", color=ORANGE, markersize=11)
    axes.set_xticks(rows, [f"{row.Index}\n{row.leads:,} leads" for row in table.itertuples()])
    axes.set_xlim(-0.5, max(len(table), 1) - 0.5)
    axes.set_ylim(0, min(1.0, max([0.01, *table["high"]]) * 1.2))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_ylabel("became opportunities (95 % interval)")
    axes.set_xlabel("our first answer, in working time (leads whose fate is known)")
    return figure


def odds_by_response(
    leads: pd.DataFrame,
    activities: pd.DataFrame,
    stages: list[str],
    opportunity_at: str,
    hours_per_day: float = 8.0,
) -> pd.DataFrame:
    """Share of leads that became opportunities, by the time to the first answer.

    Parameters
    ----------
    leads, activities, stages, opportunity_at, hours_per_day
        As for `response`.

    Returns
    -------
    DataFrame
        A row for each class of response time that occurs; `leads`, `became`, and the
        ends `low` and `high` of Wilson's 95 % interval of the share. Leads that are
        still on their way are left out.
    """
    first = activities[
        (activities["stage"] == stages[0])
        & (activities["kind"] == "work")
        & (activities["attempt"] == 1)
        & activities["started"].notna()
    ].set_index("lead")
    hours = (first["started"] - first["ready"]) * hours_per_day
    card = leads.set_index("lead").loc[hours.index]
    became = card["stage"].map(stages.index) >= stages.index(opportunity_at)
    known = became | (card["outcome"] != "open")
    classes = pd.cut(hours[known], EDGES, labels=NAMES, right=False)
    table = became[known].groupby(classes, observed=True).agg(leads="size", became="sum")
    intervals = [
        binomtest(int(row.became), int(row.leads)).proportion_ci(LEVEL, method="wilson")
        for row in table.itertuples()
    ]
    return table.assign(low=[i.low for i in intervals], high=[i.high for i in intervals])


def _response_message(table: pd.DataFrame) -> str:
    if table.empty:
        return "No lead's fate is known yet"
    if len(table) < 2:
        return f"All leads were first answered {table.index[0]}: nothing to compare"
    soon, late = table.iloc[0], table.iloc[-1]
    apart = soon["low"] > late["high"] or late["low"] > soon["high"]
    first, last = soon["became"] / soon["leads"], late["became"] / late["leads"]
    compared = (
        f"{first:.0%} of {soon['leads']:,.0f} leads answered {table.index[0]} become "
        f"opportunities, {last:.0%} of {late['leads']:,.0f} answered {table.index[-1]}"
    )
    if not apart:
        return f"Can't tell that a quick answer matters here: {compared}"
    return f"Leads answered soon do {'better' if first > last else 'worse'}: {compared}"


def _response_words(table: pd.DataFrame) -> str:
    return "; ".join(
        f"{name}: {row['became']:.0f} of {row['leads']:.0f} leads, "
        f"interval {row['low']:.0%} to {row['high']:.0%}"
        for name, row in table.iterrows()
    )


def _time(hours: float, hours_per_day: float) -> str:
    if hours < 1 / 60:
        return "no time"
    if hours < 1:
        return f"{hours * 60:.0f} minutes"
    return f"{hours:.1f} hours" if hours < hours_per_day else f"{hours / hours_per_day:.1f} days"
