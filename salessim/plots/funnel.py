"""The funnel: how many leads come to each stage, and what becomes of them there."""

import pandas as pd
from matplotlib.figure import Figure

from salessim.display.theme import AMBER, BLUE, GRAY, GREEN, ORANGE, PALE, PINK, SKY, SMALL, TEXT
from salessim.plots.style import new_figure, plain

# What can become of a lead at a stage: the table's word, what the picture says, colour.
FATES = (
    ("passed", "went on", BLUE),
    ("open", "not known yet", PALE),
    ("no_answer", "never answered us", GRAY),
    ("disqualified", "no match", SKY),
    ("lost", "lost to another", ORANGE),
    ("no_decision", "no decision", AMBER),
    ("went_cold", "went cold waiting", PINK),
)


def fates_by_stage(activities: pd.DataFrame, stages: list[str]) -> pd.DataFrame:
    """How many leads came to each stage in the window, by what became of them there.

    Parameters
    ----------
    activities : DataFrame
        A run's table.
    stages : list of str
        Names of the stages in order.

    Returns
    -------
    DataFrame of int
        A row for each stage, a column for each result of an activity.

    Examples
    --------
    >>> import salessim as ss
    >>> run = ss.simulate(ss.Scenario.load("one-desk"))
    >>> fates_by_stage(run.activities, ["prospecting"])["lost"].tolist()
    [0]
    """
    work = activities[activities["kind"] == "work"]
    came_here = work.loc[work["attempt"] == 1, ["lead", "stage"]]
    last = work.groupby(["lead", "stage"], sort=False).last()["result"]
    fate = came_here.join(last, on=["lead", "stage"])
    table = pd.crosstab(fate["stage"], fate["result"])
    return table.reindex(index=stages, columns=[word for word, *_ in FATES], fill_value=0)


def funnel(activities: pd.DataFrame, weeks: pd.DataFrame, stages: list[str]) -> Figure:
    """The funnel with its losses and their reasons.

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
    fates = fates_by_stage(activities, stages)
    came = fates.sum(axis=1)
    won = int(weeks["won"].sum())
    figure = new_figure(funnel_message(fates, won), 1.0 * len(stages) + 2.4, _in_words(fates, won))
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(2, 3))
    rows = [*range(len(stages)), len(stages)]
    counts = [*came.tolist(), won]
    left.barh(rows, counts, color=[BLUE] * len(stages) + [GREEN])
    left.set_yticks(rows, [*stages, "won"])
    for row, count in zip(rows, counts, strict=True):
        left.text(count, row, f" {count:,}", va="center", fontsize=TEXT)
    left.set_xlim(0, max(*counts, 1) * 1.3)
    left.set_xlabel("leads that came to it\n(some had arrived before)")
    left.invert_yaxis()
    shares = fates.div(came.where(came > 0), axis=0).fillna(0.0) * 100
    begin = pd.Series(0.0, index=shares.index)
    for word, label, colour in FATES:
        share = shares[word]
        if not share.any():
            continue
        right.barh(rows[:-1], share, left=begin, color=colour, label=label, edgecolor="white")
        for row, (width, start) in enumerate(zip(share, begin, strict=True)):
            if width >= 7:
                light = colour in (BLUE, GRAY, ORANGE)
                right.text(
                    start + width / 2, row, f"{width:.0f}", ha="center", va="center",
                    fontsize=TEXT, color="white" if light else "black",
                )  # fmt: skip
        begin = begin + share
    right.set_xlim(0, 100)
    right.set_xlabel("what has become of them there, %")
    for axes in (left, right):
        plain(axes)
    left.xaxis.set_ticks([])
    if came.any():
        figure.legend(loc="outside lower center", ncols=4, fontsize=SMALL, frameon=False)
    return figure


def funnel_message(fates: pd.DataFrame, won: int) -> str:
    """The funnel in a sentence."""
    came = int(fates.sum(axis=1).iloc[0])
    losses = fates.drop(columns=["passed", "open"])
    begun = f"{came:,} leads came and {won:,} deals were won"
    if not losses.to_numpy().sum():
        return begun
    stage, word = losses.stack().idxmax()
    count, here = losses.loc[stage, word], fates.loc[stage].sum()
    reason = {word: label for word, label, _ in FATES}[word]
    return f"{begun}; the largest loss is at {stage}: {count / here:.0%} of {here:,}, {reason}"


def _in_words(fates: pd.DataFrame, won: int) -> str:
    parts = []
    for stage, row in fates.iterrows():
        known = ", ".join(f"{row[word]:,} {label}" for word, label, _ in FATES if row[word])
        parts.append(f"{stage}: {row.sum():,} leads came, {known}")
    return (
        f"{'; '.join(parts)}; {won:,} deals won. Leads that came earlier count at the stages "
        "they came to in the window."
    )
