"""Designs of a search: how far each is from the best, and what each costs and brings."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from salessim.display import count_of, percent
from salessim.display import figure as written
from salessim.display.theme import PINK, SMALL
from salessim.plots.style import (
    colors,
    legend,
    new_figure,
    picture,
    plain,
    round_ticks,
    safe,
    wrapped,
)

BEST, TIED, UNCLEAR = "best", "statistically tied", "can't tell yet"  # as in designs.csv
WORSE, OPEN = "worse", "can't tell"
SAID = {TIED: "statistically tied with the best", UNCLEAR: "can't tell yet whether worse"}


@picture
def standings(
    table: pd.DataFrame, names: list[str], what: str, unit: str = "", currency: str = ""
) -> Figure:
    """Designs by their difference to the best one, under the same draws.

    Parameters
    ----------
    table : DataFrame
        A row for each design: `difference, difference_low, difference_high, standing`.
    names : list of str
        Of the designs.
    what, unit, currency : str
        As for `curve`.

    Returns
    -------
    Figure
    """
    ink = colors()
    marks = {BEST: (ink.accent, "D"), TIED: (ink.main, "o"), UNCLEAR: (ink.main, "^"),
             "outside": (PINK, "X")}  # fmt: skip
    words = "; ".join(
        f"{name}: {written(row['difference'], unit, currency)}, between "
        f"{written(row['difference_low'], unit, currency)} and "
        f"{written(row['difference_high'], unit, currency)}, {_said(row['standing'])}"
        for name, (_, row) in zip(names, table.iterrows(), strict=True)
    )
    message = _standings_message(table, names)
    figure = new_figure(message, 0.45 * len(table) + 2.2, words)
    axes = plain(figure.add_subplot())
    for place, (_, row) in enumerate(table.iterrows()):
        color, mark = marks.get(row["standing"], (ink.muted, "s"))
        axes.hlines(place, row["difference_low"], row["difference_high"], color=color, linewidth=5)
        axes.plot(row["difference"], place, mark, color=color, markersize=10)
    axes.axvline(0, color=ink.muted, linewidth=1)
    for standing in dict.fromkeys(table["standing"]):
        color, mark = marks.get(standing, (ink.muted, "s"))
        axes.plot([], [], f"{mark}-", color=color, label=_said(standing))
    axes.set_yticks(range(len(names)), [wrapped(name) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.6)
    axes.tick_params(axis="y", labelsize=SMALL)
    axes.set_xlabel(f"difference in {what} to the best (same draws, 95% intervals)")
    round_ticks(axes.xaxis, unit, currency, most=5)
    legend(figure, 2)
    return figure


def _standings_message(table: pd.DataFrame, names: list[str]) -> str:
    standing = table["standing"].tolist()
    best, said = f"Best: {names[standing.index(BEST)]}", []
    if tied := standing.count(TIED):
        said.append(f"{tied} of {count_of(len(table), 'design')} statistically tied with it")
    if unclear := standing.count(UNCLEAR):
        said.append(f"can't tell yet whether {unclear} of {len(table)} are worse")
    return "; ".join([best, *(said or ["no other design ties with it"])])


@picture
def years_within(table: pd.DataFrame, names: list[str], chance: float | None = None) -> Figure:
    """How often each design keeps the bounds, where none surely does.

    Parameters
    ----------
    table : DataFrame
        A row for each design: `years_within, years_low, years_high, standing`.
    names : list of str
        Of the designs.
    chance : float, optional
        Share of years that was asked for.

    Returns
    -------
    Figure
    """
    ink = colors()
    words = "; ".join(
        f"{name}: {percent(row.years_within)} of years, between {percent(row.years_low)} and "
        f"{percent(row.years_high)}" for name, row in zip(names, table.itertuples(), strict=True)
    )  # fmt: skip
    unclear = int((table["standing"] == OPEN).sum())
    message = (
        "No design keeps the bounds"
        if not unclear
        else (f"No design surely keeps the bounds; can't tell for {unclear} of {len(table)}")
    )
    figure = new_figure(message, 0.45 * len(table) + 2.2, words)
    axes = plain(figure.add_subplot())
    places = np.arange(len(table))
    axes.hlines(places, 100 * table["years_low"], 100 * table["years_high"], color=ink.main,
                linewidth=5)  # fmt: skip
    axes.plot(100 * table["years_within"], places, "o", color=ink.main, markersize=10,
              label="share of years, with its 95% interval")  # fmt: skip
    if chance is not None:
        axes.axvline(100 * chance, color=ink.accent, linestyle="--", label="asked for")
    axes.set_xlim(0, 100)
    axes.set_yticks(places, [safe(name) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.6)
    axes.tick_params(axis="y", labelsize=SMALL)
    axes.set_xlabel("single years that keep the bounds, in %")
    legend(figure, 2)
    return figure


def _said(standing: str) -> str:
    return SAID.get(standing, standing)


@picture
def pareto(
    cost: pd.Series, revenue: pd.Series, names: list[str], chosen: list[str], currency: str = ""
) -> Figure:
    """Designs by what they cost and what they bring; those that no other beats are joined.

    Parameters
    ----------
    cost, revenue : Series of float
        Means, one a design.
    names : list of str
        Of the designs.
    chosen : list of str
        Which of them to mark.
    currency : str
        The scenario's.

    Returns
    -------
    Figure
    """
    table = pd.DataFrame({"cost": cost.to_numpy(), "revenue": revenue.to_numpy()}, index=names)
    table = table.dropna().sort_values(["cost", "revenue"], ascending=[True, False])
    front = table[table["revenue"] > table["revenue"].cummax().shift(fill_value=-np.inf)]
    message = (
        "Every design that costs more also brings more revenue"
        if len(front) == len(table) > 1 else
        f"For {len(front)} of {len(table)} designs, no other brings more revenue at a lower cost"
    )  # fmt: skip
    words = "; ".join(
        f"{name}: costs {written(row['cost'], 'currency', currency)}, brings "
        f"{written(row['revenue'], 'currency', currency)}" for name, row in front.iterrows()
    ) + ". By the means; whether a design pays is another question"  # fmt: skip
    figure = new_figure(message, 5.6, words)
    axes, ink = plain(figure.add_subplot()), colors()
    axes.plot(table["cost"], table["revenue"], "o", color=ink.muted, markersize=7, alpha=0.6)
    axes.plot(front["cost"], front["revenue"], "o-", color=ink.main, markersize=9, linewidth=2,
              label="no other brings more for less")  # fmt: skip
    marked = table.loc[[name for name in chosen if name in table.index]]
    axes.plot(marked["cost"], marked["revenue"], "D", color=ink.accent, markersize=13, label="best")
    for name, row in marked.iterrows():
        text = safe(str(name)).replace(", ", "\n")
        axes.annotate(text, (row["cost"], row["revenue"]), xytext=(10, -8),
                      textcoords="offset points", fontsize=SMALL, va="top")  # fmt: skip
    axes.margins(0.12, 0.15)
    axes.set_xlabel("cost")
    axes.set_ylabel("revenue")
    for axis in (axes.xaxis, axes.yaxis):
        round_ticks(axis, "currency", currency, most=5)
    legend(figure, 2)
    return figure
