"""The deals of one year that only one of two departments won, one by one."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salessim.experiment.explain.paths import Integers
from salessim.experiment.explain.traced import Change, Traced
from salessim.run.record import Record
from salessim.run.tables import leads_of

WON, LOST, MOVED = "won", "lost", "moved"


def deals_between(base: Record, what_if: Record) -> pd.DataFrame:
    """The deals that one run won in the window and the other did not.

    Parameters
    ----------
    base, what_if : Record
        With the same seed and replication.

    Returns
    -------
    DataFrame
        A row for each lead, as `Effect.deals` says.
    """
    traced = Traced.of(base, what_if)
    chosen = traced.difference["won"] != 0.0
    rows = traced.rows[chosen]
    mine, theirs = traced.matched.base[rows], traced.matched.what_if[rows]
    gained = traced.difference["won"][chosen] > 0
    moved = traced.change[chosen] == Change.MOVED
    both = _described(what_if, theirs).assign(
        base=_outcomes(base, mine),
        what_if=_outcomes(what_if, theirs),
        because=np.where(moved, MOVED, np.where(gained, WON, LOST)),
        stage=[traced.stages[stage] for stage in traced.stage[chosen]],
        change=[Change(number).word for number in traced.change[chosen]],
        base_closed=base.closed[mine],
        what_if_closed=what_if.closed[theirs],
    )
    alone = [
        _alone(record, np.flatnonzero(record.won & only), side)
        for record, only, side in (
            (base, traced.matched.only_base, "base"),
            (what_if, traced.matched.only_what_if, "what_if"),
        )
    ]
    found = [part for part in (both, *alone) if len(part)]
    return pd.concat(found, ignore_index=True)[list(both)] if found else both


def _alone(record: Record, leads: Integers, side: str) -> pd.DataFrame:
    """Deals of leads that only one of both sides has."""
    other = "what_if" if side == "base" else "base"
    outcomes = {side: _outcomes(record, leads), other: None}
    closed = {f"{side}_closed": record.closed[leads], f"{other}_closed": np.nan}
    because = LOST if side == "base" else WON
    return _described(record, leads).assign(
        **outcomes, because=because, stage="", change=Change.LEADS.word, **closed
    )


def _described(record: Record, leads: Integers) -> pd.DataFrame:
    return leads_of(record, leads)[["lead", "channel", "segment", "territory", "value"]]


def _outcomes(record: Record, leads: Integers) -> NDArray[np.object_]:
    return np.asarray(leads_of(record, leads)["outcome"], dtype=object)
