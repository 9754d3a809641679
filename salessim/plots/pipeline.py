"""The pipeline over the weeks, and revenue against a target."""

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.figure import Figure

from salessim.display import money, percent
from salessim.display.theme import TEXT
from salessim.plots.style import colors, legend_looks, new_figure, picture, plain, round_ticks
from salessim.rules import WORKING_DAYS_A_WEEK


def open_by_stage(
    leads: pd.DataFrame, activities: pd.DataFrame, weeks: pd.DataFrame, stages: list[str]
) -> pd.DataFrame:
    """Open leads at the end of each week, by the stage they are at.

    Parameters
    ----------
    leads, activities, weeks : DataFrame
        A run's tables.
    stages : list of str
        Names of the stages in order.

    Returns
    -------
    DataFrame of int
        A row for each week (its number), a column for each stage.
    """
    number = {stage: position for position, stage in enumerate(stages)}
    work = activities[activities["kind"] == "work"]
    first = work[(work["passage"] == 1) & (work["attempt"] == 1)]
    came = pd.DataFrame(
        {"lead": first["lead"], "at": first["stage"].map(number), "since": first["ready"]}
    )
    before = came.groupby("lead")["at"].min() - 1  # where it was at day 0, if it was there
    old = leads[leads["arrived"] < 0]
    begin = pd.DataFrame(
        {
            "lead": old["lead"],
            "at": old["lead"].map(before).fillna(old["stage"].map(number)),
            "since": -1.0,
        }
    )
    stays = pd.concat([begin, came]).sort_values(["lead", "at"], kind="stable")
    closed = leads.set_index("lead")["closed"].fillna(np.inf)
    until = stays.groupby("lead")["since"].shift(-1)
    stays["until"] = until.fillna(stays["lead"].map(closed))
    ends = weeks["week"].to_numpy() * float(WORKING_DAYS_A_WEEK)
    table = {
        stage: np.searchsorted(np.sort(part["since"]), ends)
        - np.searchsorted(np.sort(part["until"]), ends)
        for stage, part in ((s, stays[stays["at"] == number[s]]) for s in stages)
    }
    return pd.DataFrame(table, index=weeks["week"])


@picture
def pipeline(
    leads: pd.DataFrame, activities: pd.DataFrame, weeks: pd.DataFrame, stages: list[str]
) -> Figure:
    """Open leads by stage over the weeks.

    Parameters
    ----------
    leads, activities, weeks : DataFrame
        A run's tables.
    stages : list of str
        Names of the stages in order.

    Returns
    -------
    Figure
    """
    table = open_by_stage(leads, activities, weeks, stages)
    mean = table.mean()
    total = table.sum(axis=1)
    message = (
        f"In an average week {total.mean():,.0f} leads are open, "
        f"most of them at {mean.idxmax()} ({mean.max():,.0f})"
    )
    means = ", ".join(f"{value:.0f} at {stage}" for stage, value in mean.items())
    least, most = total.min(), total.max()
    words = f"At the weeks' ends, {least:,} to {most:,} leads are open; on average {means}."
    figure = new_figure(message, 5.2, words)
    axes = plain(figure.add_subplot())
    depth = np.linspace(0.3, 0.95, len(stages))  # the deeper, the nearer to the signature
    axes.stackplot(
        table.index,
        table.T.to_numpy(),
        labels=stages,
        colors=colormaps["Blues"](depth),
        edgecolor=colors().background,
        linewidth=0.6,
    )
    axes.set_xlim(table.index[0], table.index[-1])
    axes.set_ylim(0, max(int(total.max()), 1) * 1.05)
    axes.set_xlabel("week")
    axes.set_ylabel("open leads at the week's end")
    round_ticks(axes.xaxis, "week")
    round_ticks(axes.yaxis, "leads")
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles[::-1], labels[::-1], loc="outside right center", **legend_looks())
    return figure


@picture
def revenue_against_target(weeks: pd.DataFrame, target: float, currency: str = "") -> Figure:
    """Revenue as it adds up, beside an even way to a target.

    Parameters
    ----------
    weeks : DataFrame
        A run's table.
    target : float
        Revenue wanted by the window's end.
    currency : str
        The scenario's.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        For a target that is not above 0.
    """
    if not target > 0:
        raise ValueError(f"a target is above 0, got {target}")
    revenue = weeks["revenue"].cumsum()
    reached, last = float(revenue.iloc[-1]), int(weeks["week"].iloc[-1])
    how = "reaches" if reached >= target else "falls short of"
    message = (
        f"Revenue of {money(reached, currency)} {how} the target of {money(target, currency)}: "
        f"{percent(reached / target, 0)}"
    )
    behind = int((revenue < target * weeks["week"] / last).sum())
    figure = new_figure(message, 5.0, f"It is behind an even pace in {behind} of {last} weeks.")
    axes, ink = plain(figure.add_subplot()), colors()
    axes.plot([0, last], [0, target], color=ink.muted, linestyle="--", linewidth=2)
    axes.step([0, *weeks["week"]], [0.0, *revenue], where="post", color=ink.main, linewidth=3)
    axes.set_xlim(0, last * 1.16)
    axes.set_ylim(0, max(reached, target) * 1.12)
    round_ticks(axes.xaxis, "week")
    axes.set_xticks([week for week in axes.get_xticks() if 0 <= week <= last])
    axes.spines["bottom"].set_bounds(0, last)
    round_ticks(axes.yaxis, "currency", currency)
    near = abs(reached - target) < 0.08 * max(reached, target)
    lift = 0.05 * max(reached, target) if near else 0.0
    up = 1 if target >= reached else -1
    axes.text(last, target + up * lift, " target", color=ink.muted, fontsize=TEXT, va="center")
    axes.text(last, reached - up * lift, " revenue", color=ink.link, fontsize=TEXT, va="center")
    axes.set_xlabel("week")
    axes.set_ylabel("revenue since the first week")
    return figure
