"""How long work waits, and whether answering soon goes with better odds."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray
from scipy.stats import CensoredData, binomtest, ecdf

from salessim.display.theme import BLUE, GRAY, ORANGE, SMALL, TEXT
from salessim.plots.style import new_figure, plain
from salessim.rules import Floats

Flags = NDArray[np.bool_]

LEVEL = 0.95
MINUTE = 1 / 60
SHARES = (0.1, 0.5, 0.9)
EDGES = (0.0, 0.25, 1.0, 4.0, 8.0, np.inf)  # working hours
NAMES = ("within 15 min", "15 min to 1 h", "1 to 4 h", "4 to 8 h", "after 8 h")


def waits(activities: pd.DataFrame, stages: list[str], hours_per_day: float = 8.0) -> Figure:
    """How long visits wait at each stage until someone begins, in working hours.

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
    table = waits_by_stage(activities, stages)
    message, words = _waits_message(table, hours_per_day), _waits_words(table, hours_per_day)
    figure = new_figure(message, 0.8 * len(stages) + 2.0, words)
    axes = plain(figure.add_subplot())
    rows = np.arange(len(stages))
    shown = table[0.9].where(np.isfinite(table[0.9]), table["longest"]).fillna(0.0)
    edge = max(shown.max(), 0.1) * 1.2
    ends = table[0.9].clip(upper=edge)
    axes.hlines(rows, table[0.1].clip(upper=edge), ends, color=BLUE, linewidth=9, alpha=0.45,
                label="eight of ten: without the quickest and the slowest tenth")  # fmt: skip
    axes.plot(table[0.5], rows, "o", color=BLUE, markersize=11, label="half wait less")
    for row, (end, wait) in enumerate(zip(ends, table[0.9], strict=True)):
        if not np.isnan(wait):
            axes.text(end, row - 0.22, f" {_time(wait, hours_per_day)}", fontsize=SMALL, color=GRAY)
    axes.set_yticks(rows, stages)
    axes.set_ylim(len(stages) - 0.5, -0.6)
    axes.set_xlim(-0.02 * edge, edge * 1.1)
    axes.set_xlabel("working hours until someone begins (each try and meeting counts)")
    figure.legend(loc="outside lower center", ncols=2, fontsize=TEXT, frameon=False)
    return figure


def waits_by_stage(activities: pd.DataFrame, stages: list[str]) -> pd.DataFrame:
    """Times until work is begun, by stage, those included that nobody waited out.

    Parameters
    ----------
    activities : DataFrame
        A run's table.
    stages : list of str
        Names of the stages in order.

    Returns
    -------
    DataFrame
        A row for each stage: the waits, in working hours, below which 10, 50 and 90 %
        of the visits are begun (columns 0.1, 0.5, 0.9; infinite where fewer ever were,
        NaN where nothing was begun), and the `longest` seen.

    Notes
    -----
    Kaplan & Meier's estimate (1958): what went cold or still waits tells that its wait
    was at least so long. Leaving it out would make a swamped desk look quick.
    """
    work = activities[activities["kind"] == "work"]
    rows = {}
    for stage in stages:
        mine = work[work["stage"] == stage]
        begun = mine["started"].notna()
        waited = mine["waited_hours"].to_numpy()
        rows[stage] = [*_quantiles(waited, begun.to_numpy()), max(waited, default=np.nan)]
    return pd.DataFrame.from_dict(rows, orient="index", columns=[*SHARES, "longest"])


def _quantiles(waited: Floats, begun: Flags) -> list[float]:
    """Waits below which the SHARES are begun, some of the waits being cut short."""
    if not begun.any():
        return [np.nan] * len(SHARES)
    curve = ecdf(CensoredData(uncensored=waited[begun], right=waited[~begun])).cdf
    places = np.searchsorted(curve.probabilities, np.array(SHARES) - 1e-12)
    return [float(wait) for wait in np.append(curve.quantiles, np.inf)[places]]


def _waits_message(table: pd.DataFrame, hours_per_day: float) -> str:
    if table[0.9].isna().all():
        return "No work was begun"
    longest = table[0.9].idxmax()
    wait = table.loc[longest, 0.9]
    if np.isinf(wait):
        return f"At {longest}, more than a tenth of the work is never begun"
    half = table.loc[longest, 0.5]
    soon = "at once" if half < MINUTE else f"within {_time(half, hours_per_day)}"
    long = _time(wait, hours_per_day)
    return f"Waits are longest at {longest}: half begin {soon}, but one in ten waits over {long}"


def _waits_words(table: pd.DataFrame, hours_per_day: float) -> str:
    def part(name: str, hours: float) -> str:
        return (
            f"fewer than {name} are ever begun"
            if np.isinf(hours)
            else f"{name} begun within {_time(hours, hours_per_day)}"
        )

    return "; ".join(
        f"{stage}: {part('half', row[0.5])}, {part('nine of ten', row[0.9])}"
        for stage, row in table.dropna().iterrows()
    )


def response(
    leads: pd.DataFrame,
    activities: pd.DataFrame,
    stages: list[str],
    opportunity_at: str,
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

    Returns
    -------
    Figure
    """
    table = odds_by_response(leads, activities, stages, opportunity_at)
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
    axes.set_ylabel("became opportunities")
    axes.set_xlabel("our first answer, in working time (leads whose fate is known; 95 % intervals)")
    return figure


def odds_by_response(
    leads: pd.DataFrame,
    activities: pd.DataFrame,
    stages: list[str],
    opportunity_at: str,
) -> pd.DataFrame:
    """Share of leads that became opportunities, by the time to the first answer.

    Parameters
    ----------
    leads, activities, stages, opportunity_at
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
    hours = first["waited_hours"]
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
    if np.isinf(hours):
        return "more than a tenth never"
    if hours < MINUTE:
        return "no time"
    if hours < 1:
        return f"{hours * 60:.0f} minutes"
    return f"{hours:.1f} hours" if hours < hours_per_day else f"{hours / hours_per_day:.1f} days"
