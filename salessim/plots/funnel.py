"""The funnel: how many leads reach each stage, and what happens to them there."""

import pandas as pd
from matplotlib.figure import Figure

from salessim.display import count_of, percent
from salessim.display.theme import AMBER, BLUE, GRAY, GREEN, ORANGE, PALE, PINK, SKY, TEXT
from salessim.plots.style import colors, legend, new_figure, picture, plain, text_on

# What can happen to a lead at a stage: the table's word, what the picture says, color.
FATES = (
    ("passed", "advanced", BLUE),
    ("open", "not known yet", PALE),
    ("no_answer", "never replied", GRAY),
    ("disqualified", "not qualified", SKY),
    ("lost", "lost to a competitor", ORANGE),
    ("no_decision", "no decision", AMBER),
    ("went_cold", "gave up waiting", PINK),
)
NARROW, WIDE = 2.5, 6.0  # percent that a number of one digit needs, and of two
COLD = 0.01  # of the leads that came: where fewer give up waiting, the title leaves it out


def fates_by_stage(activities: pd.DataFrame, stages: list[str]) -> pd.DataFrame:
    """How many leads came to each stage in the window, by what happened to them there.

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
    came_here = work.loc[work["attempt"] == 1, ["lead", "stage"]].drop_duplicates()
    last = work.groupby(["lead", "stage"], sort=False).last()["result"]
    fate = came_here.join(last, on=["lead", "stage"])
    table = pd.crosstab(fate["stage"], fate["result"])
    return table.reindex(index=stages, columns=[word for word, *_ in FATES], fill_value=0)


@picture
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
    left.set_xlabel("reached, or won, in this period\n(some of those won came before)")
    left.invert_yaxis()
    shares = fates.div(came.where(came > 0), axis=0).fillna(0.0) * 100
    begin = pd.Series(0.0, index=shares.index)
    for word, label, color in FATES:
        share = shares[word]
        if not share.any():
            continue
        right.barh(
            rows[:-1], share, left=begin, color=color, label=label, edgecolor=colors().background
        )
        for row, (width, start) in enumerate(zip(share, begin, strict=True)):
            if width >= (WIDE if width >= 9.5 else NARROW):
                right.text(
                    start + width / 2, row, f"{width:.0f}", ha="center", va="center",
                    fontsize=TEXT, color=text_on(color),
                )  # fmt: skip
        begin = begin + share
    right.set_xlim(0, 100)
    right.set_xlabel("what happened to them there, %")
    for axes in (left, right):
        plain(axes)
    left.xaxis.set_ticks([])
    left.tick_params(left=False)
    if came.any():
        legend(figure, 4)
    return figure


def funnel_message(fates: pd.DataFrame, won: int) -> str:
    """The funnel in a sentence: what waiting cost, else where most is lost after the first stage.

    At the first stage most leads end in any department; it says little of this one.
    """
    came = int(fates.sum(axis=1).iloc[0])
    begun = f"{count_of(came, 'lead')} came and {count_of(won, 'deal')} were won"
    cold = fates["went_cold"]
    if cold.sum() > COLD * came:
        return f"{begun}; {count_of(cold.sum(), 'lead')} gave up waiting, most for {cold.idxmax()}"
    later = fates if len(fates) == 1 else fates.iloc[1:]
    losses = later.drop(columns=["passed", "open"])
    if not losses.to_numpy().sum():
        return begun
    stage, word = losses.stack().idxmax()
    count, here = losses.loc[stage, word], fates.loc[stage].sum()
    reason = {word: label for word, label, _ in FATES}[word]
    after = "" if len(fates) == 1 else f" after {fates.index[0]}"
    return (
        f"{begun}; the largest loss{after} is at {stage}: {percent(count / here, 0)} of "
        f"{here:,} {reason}"
    )


def _in_words(fates: pd.DataFrame, won: int) -> str:
    parts = []
    for stage, row in fates.iterrows():
        known = ", ".join(f"{row[word]:,} {label}" for word, label, _ in FATES if row[word])
        parts.append(f"{stage}: {count_of(row.sum(), 'lead')} came, {known}")
    return (
        f"{'; '.join(parts)}; {count_of(won, 'deal')} won. Leads that arrived earlier count "
        "at the stages that they reached in the window, and deals won at the end of their "
        "decision: so some were at the last stage before, and some are not known yet."
    )
