"""Headline figures and tables of KPIs, alike in every study."""

import math
from collections.abc import Sequence

import pandas as pd

from salessim.display import HEADLINE, label_of
from salessim.experiment.verdicts import HIGHER, LOWER, NO_DIFFERENCE
from salessim.reports.report import Column, Standing, Tile

MOST_TILES = 5
FIRST = ("contribution", "won", "revenue")  # before figures that merely changed
UNIT_WORDS = {"working days": "days"}


def title_of(kpi: str) -> str:
    """What people call a KPI, with its unit where a bare number doesn't say it.

    Examples
    --------
    >>> title_of("sales_cycle_days"), title_of("won")
    ('Sales cycle (days)', 'Deals won')
    """
    label = label_of(kpi)
    word = UNIT_WORDS.get(label.unit)
    return f"{label.title} ({word})" if word else label.title


def standing_of(kpi: str, verdict: str, difference: float, judged: bool = True) -> Standing:
    """What a verdict amounts to, for a KPI of which more may be better or worse.

    Examples
    --------
    >>> standing_of("response_hours", "lower", -1.5), standing_of("leads", "higher", 20.0)
    (<Standing.BETTER: 'better'>, <Standing.HIGHER: 'higher'>)
    """
    if verdict == NO_DIFFERENCE:
        return Standing.SAME
    if verdict not in (HIGHER, LOWER):
        return Standing.UNCLEAR
    better = label_of(kpi).is_better(difference, judged)
    if better is None:
        return Standing.HIGHER if verdict == HIGHER else Standing.LOWER
    return Standing.BETTER if better else Standing.WORSE


def standing_of_row(kpi: str, row: pd.Series) -> Standing:
    """What a row of an effect's table amounts to."""
    return standing_of(kpi, row["verdict"], row["difference"], row.get("judged", True))


def change_tile(kpi: str, row: pd.Series, title: str = "") -> Tile:
    """A KPI before and after a change."""
    return Tile(
        title or title_of(kpi), row["unit"], row["what_if"], row["base"], row["difference"],
        row["low"], row["high"], standing_of_row(kpi, row),
    )  # fmt: skip


def headline_of(rows: pd.DataFrame) -> list[str]:
    """The KPIs of a comparison that a reader should see first.

    Parameters
    ----------
    rows : DataFrame
        An effect's table by KPI.

    Returns
    -------
    list of str
        What was earned, and then what has a verdict; five at most.
    """
    seen = [kpi for kpi in HEADLINE if kpi in rows.index and rows.loc[kpi, "replications"]]
    first = [kpi for kpi in FIRST if kpi in seen]
    moved = [kpi for kpi in seen if rows.loc[kpi, "verdict"] in (HIGHER, LOWER)]
    return list(dict.fromkeys([*first, *moved, *seen]))[:MOST_TILES]


def kpi_columns(kpis: Sequence[str]) -> tuple[Column, Column]:
    """What people call KPIs, and what programs do."""
    names = Column("Figure", [title_of(kpi) for kpi in kpis])
    return names, Column("Key", list(kpis), on_page=False)


def share_of(part: float, whole: float) -> float:
    """A part of a whole; NaN where there is none."""
    return part / abs(whole) if whole else math.nan
