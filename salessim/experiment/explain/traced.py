"""Two runs under the same draws, side by side: which leads contribute differently, and why.

Each is counted once, at the stage where its results first differ. Differing times alone don't
count: people are shared, so almost all leads differ in time somewhere.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from salessim.experiment.explain.paths import Integers, Matched, Paths, match, stages_of
from salessim.rules import Floats
from salessim.run.record import Flags, Record
from salessim.terms import Result

OF_LEADS = ("won", "revenue", "margin", "lead_cost", "commission")


class Change(IntEnum):
    """What differs between both runs of a lead; of results, the one that is not `passed`."""

    LOST = 0
    NO_DECISION = 1
    DISQUALIFIED = 2
    WENT_COLD = 3
    NO_ANSWER = 4
    STILL_OPEN = 5
    MOVED = 6
    LEADS = 7
    VALUE = 8
    SALARIES = 9

    @property
    def word(self) -> str:
        """The word that tables show."""
        return WORDS.get(self, self.name.lower().replace("_", " "))


WORDS = {Change.LEADS: "more or fewer leads", Change.VALUE: "value or rate"}
CHANGES = len(Change)
OF_RESULT = np.full(len(Result), Change.STILL_OPEN, np.int64)
for _result in (Result.LOST, Result.NO_DECISION, Result.DISQUALIFIED, Result.WENT_COLD,
                Result.NO_ANSWER):  # fmt: skip
    OF_RESULT[_result] = Change[_result.name]


@dataclass(frozen=True)
class Traced:
    """Two runs side by side, and the leads whose contribution differs; one entry for each.

    Parameters
    ----------
    stages : list of str
    matched : Matched
    paths : pair of Paths
    money : pair of dict
        What each lead of a run adds to the KPIs.
    rows : array of int
        Which of the matched leads differ.
    stage, change : array of int
        Where, and what.
    difference : dict of str to array
        What-if less base.
    """

    stages: list[str]
    matched: Matched
    paths: tuple[Paths, Paths]
    money: tuple[dict[str, Floats], dict[str, Floats]]
    rows: Integers
    stage: Integers
    change: Integers
    difference: dict[str, Floats]

    @classmethod
    def of(cls, base: Record, what_if: Record) -> "Traced":
        """Follow the leads of two runs."""
        stages = stages_of(*([s.name for s in r.scenario.process] for r in (base, what_if)))
        matched = match(base.leads, what_if.leads)
        money = _money(base), _money(what_if)
        both = matched.base, matched.what_if
        difference = {name: money[1][name][both[1]] - money[0][name][both[0]] for name in OF_LEADS}
        rows = np.flatnonzero(np.any([values != 0.0 for values in difference.values()], axis=0))
        chosen = both[0][rows], both[1][rows]
        paths = Paths.of(base, stages), Paths.of(what_if, stages)
        stage, change = _classified(base, what_if, paths, chosen)
        difference = {name: values[rows] for name, values in difference.items()}
        return cls(stages, matched, paths, money, rows, stage, change, difference)


def _money(record: Record) -> dict[str, Floats]:
    """What each lead adds to the KPIs of a run."""
    economics = record.scenario.economics
    won = record.won.astype(float)
    revenue = np.where(record.won, record.leads.value, 0.0)
    margin, commission = (
        (economics.gross_margin, economics.commission_rate) if economics else (0.0, 0.0)
    )
    return {
        "won": won, "revenue": revenue, "margin": revenue * margin,
        "lead_cost": record.lead_costs, "commission": revenue * commission,
    }  # fmt: skip


def _classified(
    base: Record, what_if: Record, paths: tuple[Paths, Paths], leads: tuple[Integers, Integers]
) -> tuple[Integers, Integers]:
    """Stage and change of leads that are in both runs and contribute differently."""
    mine, theirs = paths
    results = mine.results[leads[0]], theirs.results[leads[1]]
    first = np.argmax(results[0] != results[1], axis=1)
    ever = [_ever_won(record)[some] for record, some in zip((base, what_if), leads, strict=True)]
    at_first = [np.take_along_axis(r, first[:, None], axis=1)[:, 0] for r in results]
    other = np.where(ever[0], at_first[1], at_first[0])  # of the one that did not win
    in_window = [record.won[some] for record, some in zip((base, what_if), leads, strict=True)]
    one_won, moved = ever[0] != ever[1], in_window[0] != in_window[1]
    change = np.where(one_won, OF_RESULT[other], np.where(moved, Change.MOVED, Change.VALUE))
    stage = np.where(one_won, first, mine.results.shape[1])
    moved &= ~one_won
    if moved.any():
        arrived = base.leads.arrived[leads[0][moved]]
        later = theirs.days_at(leads[1][moved], arrived) - mine.days_at(leads[0][moved], arrived)
        sign = np.where(in_window[1][moved], 1.0, -1.0)  # won later means moved into the window
        stage[moved] = np.argmax(later * sign[:, None], axis=1)
    return stage, change


def _ever_won(record: Record) -> Flags:
    return np.asarray(record.result == Result.WON)
