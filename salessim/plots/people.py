"""How people spent their time."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from salessim.display import percent
from salessim.display.kpis import role_name
from salessim.display.theme import AMBER, BLUE, GREEN, PALE, PINK, SMALL
from salessim.plots.style import colors, legend, new_figure, picture, plain, text_on
from salessim.terms import SUPPORT

USES = (
    ("selling_hours", "with leads", BLUE),
    ("travel_hours", "travel", PINK),
    ("admin_hours", "paperwork", AMBER),
    ("training_hours", "training", GREEN),
    ("idle_hours", "idle", PALE),
)


@picture
def time_use(reps: pd.DataFrame) -> Figure:
    """Every person's year by what the time went to, as shares of the hours available.

    Parameters
    ----------
    reps : DataFrame
        A run's table; people to whom nothing gives work are left out.

    Returns
    -------
    Figure
    """
    hours = reps.set_index("rep")[[use for use, *_ in USES]]
    busy = hours.drop(columns="idle_hours").sum(axis=1) > 0
    hours, roles = hours[busy], reps.set_index("rep").loc[busy, "role"]
    by_role = hours.groupby(roles, sort=False).sum()
    shares = by_role.div(by_role.sum(axis=1), axis=0)
    uses = [use for use in USES if reps[use[0]].any()]  # travel or training there may not be
    figure = new_figure(_message(shares), 0.42 * len(hours) + 2.2, _in_words(shares, uses))
    axes = plain(figure.add_subplot())
    shown = hours.div(hours.sum(axis=1), axis=0) * 100
    begin = pd.Series(0.0, index=shown.index)
    for use, label, light in uses:
        color = colors().pale if use == "idle_hours" else light
        axes.barh(shown.index, shown[use], left=begin, color=color, label=label)
        for row, (width, start) in enumerate(zip(shown[use], begin, strict=True)):
            if width >= 6:
                axes.text(
                    start + width / 2, row, f"{width:.0f}", ha="center", va="center",
                    fontsize=SMALL, color=text_on(color),
                )  # fmt: skip
        begin = begin + shown[use]
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("% of the available hours (paid hours less holidays, leave and meetings)")
    legend(figure, len(uses))
    return figure


def _message(shares: pd.DataFrame) -> str:
    worst = shares.drop(index=SUPPORT, errors="ignore")
    if worst.empty:
        return "Nobody had anything to do"
    role = worst["admin_hours"].idxmax()
    row = worst.loc[role]
    if not row["admin_hours"]:
        role = worst["selling_hours"].idxmax()
        row = worst.loc[role]
        return f"{who(role)} spend {percent(row['selling_hours'], 0)} of their time with leads"
    return (
        f"{who(role)} spend {percent(row['selling_hours'], 0)} of their available time with leads "
        f"and {percent(row['admin_hours'], 0)} on paperwork"
    )


def who(role: object) -> str:
    """The people of a role, to begin a sentence with."""
    name = role_name(str(role), 2)
    return name[:1].upper() + name[1:]


def _in_words(shares: pd.DataFrame, uses: Sequence[tuple[str, str, str]]) -> str:
    parts = []
    for role, row in shares.iterrows():
        spent = ", ".join(f"{percent(row[use], 0)} {label}" for use, label, _ in uses)
        parts.append(f"{who(role)}: {spent}")
    return f"{'; '.join(parts)}."
