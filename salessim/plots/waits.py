"""How long work waits, and whether leads contacted sooner have better odds."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from salessim.display import count_of, percent
from salessim.display.kpis import role_name
from salessim.display.theme import SMALL
from salessim.plots.style import colors, legend, new_figure, picture, plain, round_ticks
from salessim.rules import Floats

Flags = NDArray[np.bool_]

LEVEL = 0.95
MINUTE = 1 / 60
ALIKE = 0.75  # of the longest wait: stages of one role above it wait about alike
SHARES = (0.1, 0.5, 0.9)
EDGES = (0.0, 0.25, 1.0, 4.0, 8.0, np.inf)  # working hours
NAMES = ("within 15 min", "15 min to 1 h", "1 to 4 h", "4 to 8 h", "after 8 h")


@picture
def waits(activities: pd.DataFrame, stages: list[str], hours_per_day: float = 8.0) -> Figure:
    """How long work waits at each stage until someone starts, in working hours.

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
    message = _waits_message(activities, table, hours_per_day)
    words = _waits_words(table, hours_per_day)
    figure = new_figure(message, 0.8 * len(stages) + 2.0, words)
    axes, ink = plain(figure.add_subplot()), colors()
    rows = np.arange(len(stages))
    shown = table[0.9].where(np.isfinite(table[0.9]), table["longest"]).fillna(0.0)
    edge = max(shown.max(), 0.1) * 1.2
    ends = table[0.9].clip(upper=edge)
    axes.hlines(rows, table[0.1].clip(upper=edge), ends, color=ink.main, linewidth=9, alpha=0.45,
                label="middle 80% of waits")  # fmt: skip
    axes.plot(table[0.5], rows, "o", color=ink.main, markersize=11,
              label="median: half wait less")  # fmt: skip
    for row, (end, wait) in enumerate(zip(ends, table[0.9], strict=True)):
        if not np.isnan(wait):
            axes.text(end, row - 0.22, f" {_time(wait, hours_per_day)}", fontsize=SMALL,
                      color=ink.muted)  # fmt: skip
    axes.set_yticks(rows, stages)
    axes.set_ylim(len(stages) - 0.5, -0.6)
    axes.set_xlim(-0.02 * edge, edge * 1.1)
    axes.set_xlabel("working hours until someone starts (each try and meeting counts)")
    round_ticks(axes.xaxis)
    legend(figure, 2)
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
    rows = {stage: _waits_of(work[work["stage"] == stage]) for stage in stages}
    return pd.DataFrame.from_dict(rows, orient="index", columns=[*SHARES, "longest"])


def _waits_of(visits: pd.DataFrame) -> list[float]:
    """Waits below which the SHARES are begun, and the longest seen."""
    waited = visits["waited_hours"].to_numpy()
    return [*_quantiles(waited, visits["started"].notna().to_numpy()), max(waited, default=np.nan)]


def _quantiles(waited: Floats, begun: Flags) -> list[float]:
    """Waits below which the SHARES are begun, some of the waits being cut short."""
    from scipy.stats import CensoredData, ecdf  # slow to import, and rarely needed

    if not begun.any():
        return [np.nan] * len(SHARES)
    curve = ecdf(CensoredData(uncensored=waited[begun], right=waited[~begun])).cdf
    places = np.searchsorted(curve.probabilities, np.array(SHARES) - 1e-12)
    return [float(wait) for wait in np.append(curve.quantiles, np.inf)[places]]


def _waits_message(activities: pd.DataFrame, table: pd.DataFrame, hours_per_day: float) -> str:
    """Where waits are longest: at a stage, or for a role whose stages wait about alike."""
    if table[0.9].isna().all():
        return "No work was started"
    longest = str(table[0.9].idxmax())
    wait = table.loc[longest, 0.9]
    if np.isinf(wait):
        return f"At {longest}, more than a tenth of the work is never started"
    half, place = table.loc[longest, 0.5], f"at {longest}"
    work = activities[activities["kind"] == "work"]
    role_at = work.groupby("stage")["role"].first()
    alike = [stage for stage in table.index[table[0.9] > ALIKE * wait]
             if role_at[stage] == role_at[longest]]  # fmt: skip
    if len(alike) > 1:  # they wait in one queue: what sets them apart is chance
        place = f"for {role_name(role_at[longest], 2)}"
        _, half, wait, _ = _waits_of(work[work["stage"].isin(alike)])
    soon, long = _within(half, hours_per_day), _time(wait, hours_per_day)
    return f"Waits are longest {place}: half starts {soon}, but 1 in 10 waits over {long}"


def _within(hours: float, hours_per_day: float) -> str:
    return "at once" if hours < MINUTE else f"within {_time(hours, hours_per_day)}"


def _waits_words(table: pd.DataFrame, hours_per_day: float) -> str:
    def part(name: str, hours: float) -> str:
        return (
            f"less than {name} is ever started"
            if np.isinf(hours)
            else f"{name} is started {_within(hours, hours_per_day)}"
        )

    return "; ".join(
        f"{stage}: {part('half', row[0.5])}, {part('90%', row[0.9])}"
        for stage, row in table.dropna().iterrows()
    )


@picture
def response(
    leads: pd.DataFrame,
    activities: pd.DataFrame,
    stages: list[str],
    opportunity_at: str,
) -> Figure:
    """Whether leads that are contacted sooner become opportunities more often.

    Where a scenario has no `interest`, contact times change no odds: what this picture then
    shows is chance.

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
    axes, ink = plain(figure.add_subplot()), colors()
    rows = range(len(table))
    share = table["became"] / table["leads"]
    axes.vlines(rows, table["low"], table["high"], color=ink.main, linewidth=3)
    axes.plot(rows, share, "o", color=ink.main, markersize=11)
    axes.set_xticks(
        rows, [f"{row.Index}\n{count_of(row.leads, 'lead')}" for row in table.itertuples()]
    )
    axes.set_xlim(-0.5, max(len(table), 1) - 0.5)
    axes.set_ylim(0, min(1.0, max([0.01, *table["high"]]) * 1.2))
    round_ticks(axes.yaxis, "share")
    axes.set_ylabel("became opportunities")
    axes.set_xlabel("first contact, in working time (leads whose result is known; 95% intervals)")
    return figure


def odds_by_response(
    leads: pd.DataFrame,
    activities: pd.DataFrame,
    stages: list[str],
    opportunity_at: str,
) -> pd.DataFrame:
    """Share of leads that became opportunities, by the time to first contact.

    Parameters
    ----------
    leads, activities, stages, opportunity_at
        As for `response`.

    Returns
    -------
    DataFrame
        A row for each class of response time that occurs; `leads`, `became`, and the
        ends `low` and `high` of Wilson's 95% interval of the share. Leads that are
        still on their way are left out.
    """
    from scipy.stats import binomtest  # slow to import, and rarely needed

    first = activities[
        (activities["stage"] == stages[0])
        & (activities["kind"] == "work")
        & (activities["passage"] == 1)
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
        return "No lead's result is known yet"
    if len(table) < 2:
        return f"All leads were first contacted {table.index[0]}: nothing to compare"
    soon, late = table.iloc[0], table.iloc[-1]
    apart = soon["low"] > late["high"] or late["low"] > soon["high"]
    first, last = soon["became"] / soon["leads"], late["became"] / late["leads"]
    compared = (
        f"{percent(first)} of {count_of(soon['leads'], 'lead')} contacted {table.index[0]} become "
        f"opportunities, {percent(last)} of {late['leads']:,.0f} contacted {table.index[-1]}"
    )
    if not apart:
        return f"Can't tell whether quick contact matters here: {compared}"
    return f"Leads contacted soon do {'better' if first > last else 'worse'}: {compared}"


def _response_words(table: pd.DataFrame) -> str:
    return "; ".join(
        f"{name}: {row['became']:,.0f} of {count_of(row['leads'], 'lead')}, "
        f"interval {percent(row['low'])} to {percent(row['high'])}"
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
