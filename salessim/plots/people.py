"""What people's time went to."""

import pandas as pd
from matplotlib.figure import Figure

from salessim.display.theme import AMBER, BLUE, PALE, PINK, SMALL, TEXT
from salessim.plots.style import new_figure, plain
from salessim.terms import SUPPORT

USES = (
    ("selling_hours", "work with leads", BLUE),
    ("travel_hours", "travel", PINK),
    ("admin_hours", "paperwork", AMBER),
    ("idle_hours", "nothing to do", PALE),
)


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
    figure = new_figure(_message(shares), 0.42 * len(hours) + 2.2, _in_words(shares))
    axes = plain(figure.add_subplot())
    percent = hours.div(hours.sum(axis=1), axis=0) * 100
    begin = pd.Series(0.0, index=percent.index)
    for use, label, colour in USES:
        axes.barh(percent.index, percent[use], left=begin, color=colour, label=label)
        for row, (width, start) in enumerate(zip(percent[use], begin, strict=True)):
            if width >= 6:
                axes.text(
                    start + width / 2, row, f"{width:.0f}", ha="center", va="center",
                    fontsize=SMALL, color="white" if colour == BLUE else "black",
                )  # fmt: skip
        begin = begin + percent[use]
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("% of the hours available (without holidays, leave and meetings)")
    figure.legend(loc="outside lower center", ncols=4, fontsize=TEXT, frameon=False)
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
        return f"{role.upper()}s are busy with leads for {row['selling_hours']:.0%} of their time"
    return (
        f"Of the time available, {role.upper()}s give {row['selling_hours']:.0%} to leads "
        f"and {row['admin_hours']:.0%} to paperwork"
    )


def _in_words(shares: pd.DataFrame) -> str:
    parts = []
    for role, row in shares.iterrows():
        uses = ", ".join(f"{row[use]:.0%} {label}" for use, label, _ in USES)
        parts.append(f"{role}: {uses}")
    return f"{'; '.join(parts)}."
