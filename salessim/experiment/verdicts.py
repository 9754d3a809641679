"""Differences of pairs and their verdicts: what is sure, and what can't be told yet."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from salessim.display import HEADLINE, label_of
from salessim.display.kpis import LABELS
from salessim.experiment.statistics import (
    LEVEL,
    Floats,
    at_most,
    difference,
    holm,
    p_value,
    replications_needed,
    spread_of,
    student,
)

HIGHER, LOWER = "higher", "lower"
NO_DIFFERENCE, UNCLEAR = "no difference that matters", "unclear"


def effects(
    base: pd.DataFrame, other: pd.DataFrame, margin: float, first: int | None = None
) -> pd.DataFrame:
    """Each KPI's difference, by pairs of the same draws, before there are verdicts.

    Parameters
    ----------
    base, other : DataFrame
        A row for each replication that came out, a column for each KPI.
    margin : float
        Share of the base below which a difference does not matter.
    first : int, optional
        Replications of a first stage, by whose spread the number of all was chosen.
    """
    seen = [*base.columns, *(name for name in other.columns if name not in base)]
    kpis = seen or [name for name in LABELS if "." not in name]  # all runs failed
    both = sorted(set(base.index) & set(other.index))
    base = base.reindex(index=both, columns=kpis)
    other = other.reindex(index=both, columns=kpis)
    stage = None if first is None else sum(k < first for k in both)
    rows = []
    for kpi in kpis:
        before, after = base[kpi].to_numpy(float), other[kpi].to_numpy(float)
        seen = ~np.isnan(before) & ~np.isnan(after)
        of_first = None if stage is None else int(seen[:stage].sum())
        rows.append(difference_of(kpi, before[seen], after[seen], margin, of_first))
    return pd.DataFrame(rows)


def difference_of(
    kpi: str, before: Floats, after: Floats, margin: float, first: int | None = None
) -> Mapping[str, Any]:
    """A row of a table of effects, from what both observed in each pair."""
    apart = difference(after, before)
    found = student(apart, LEVEL, first)
    mean = float(before.mean()) if len(before) else math.nan
    return {
        "kpi": kpi,
        "unit": label_of(kpi).unit,
        "base": mean,
        "what_if": float(after.mean()) if len(after) else math.nan,
        "difference": found.mean,
        "low": found.low,
        "high": found.high,
        "verdict": UNCLEAR,
        "replications": found.count,
        "variance_reduction": _variance_reduction(before, after),
        "needed": _needed(apart, margin * abs(mean)),
        "agreeing": int(np.count_nonzero(apart * found.mean > 0)),
        "p": p_value(apart, first),
    }


def _variance_reduction(before: Floats, after: Floats) -> float:
    """How many times fewer replications the shared luck needs."""
    if len(before) < 2:
        return math.nan
    alone = float(before.var(ddof=1) + after.var(ddof=1))
    paired = spread_of(difference(after, before)) ** 2
    return alone / paired if paired else math.nan


def _needed(apart: Floats, margin: float) -> float:
    """Replications that would show a difference of this size, or that it is within the margin."""
    if len(apart) < 2:
        return math.nan
    mean = abs(float(apart.mean()))
    counts = [
        replications_needed(apart, mean, 1 - (1 - LEVEL) / len(HEADLINE)),  # as Holm asks
        replications_needed(apart, margin - mean),
    ]
    known = [count for count in counts if count is not None]
    return max(min(known), len(apart) + 1) if known else math.nan


def with_verdicts(tables: Sequence[pd.DataFrame], margin: float) -> list[pd.DataFrame]:
    """Verdicts, with Holm's correction over the headline KPIs of all what-ifs.

    `differs` says that zero is rejected, also where the difference is too small to matter.
    """
    together = pd.concat(tables, ignore_index=True)
    headline = together["kpi"].isin(HEADLINE)
    together.loc[headline, "p"] = holm(together.loc[headline, "p"].tolist())
    reach = margin * together["base"].abs()
    within = at_most(-together["low"], reach) & at_most(together["high"], reach)
    rejected, up = together["p"] < 1 - LEVEL, together["difference"] > 0
    verdict = np.select(
        [within, rejected & up, rejected & ~up], [NO_DIFFERENCE, HIGHER, LOWER], UNCLEAR
    )
    needed = together["needed"].where(verdict == UNCLEAR)
    together = together.assign(verdict=verdict, needed=needed, differs=rejected)
    ends = np.cumsum([len(table) for table in tables])
    return [
        together.iloc[end - len(table) : end].reset_index(drop=True)
        for table, end in zip(tables, ends, strict=True)
    ]
