"""Why KPIs differ, as a table: parts that add up, each with its cause."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salessim.experiment.explain import words
from salessim.experiment.explain.causes import Cause, cause_of
from salessim.experiment.explain.contrast import Contrast
from salessim.experiment.explain.pair import Pair
from salessim.experiment.explain.parts import amounts_of
from salessim.experiment.explain.traced import CHANGES, Change
from salessim.experiment.statistics import student
from salessim.experiment.verdicts import HIGHER, LOWER, NO_DIFFERENCE
from salessim.rules import Floats
from salessim.scenario import Scenario

KPIS = ("won", "revenue", "cost", "contribution")  # those that add up over leads
COLUMNS = ["kpi", "stage", "change", "cause", "deals", "amount"]
EDGE = (Change.MOVED, Change.STILL_OPEN)  # deals that only closed earlier or later
NOWHERE = (Change.LEADS, Change.VALUE, Change.SALARIES)  # what belongs to no stage


@dataclass(frozen=True)
class Part:
    """A part of a KPI's difference.

    Parameters
    ----------
    kpi : str
    stage : int
        As the contrast counts; that after the last where it belongs to none.
    change : Change
    amounts : array of float
        One for each pair, what-if less base.
    cell : structured array
        What it adds up in each pair, as `PART` has it.
    """

    kpi: str
    stage: int
    change: Change
    amounts: Floats
    cell: NDArray[np.void]

    @property
    def amount(self) -> float:
        """Mean over the pairs."""
        return float(self.amounts.mean())

    @property
    def deals(self) -> float:
        """Deals won more, or fewer below 0; mean over the pairs."""
        return float(self.cell["won"].mean())


def is_certain(amounts: Floats) -> bool:
    """Whether the 95% interval of a mean leaves out 0."""
    interval = student(amounts)
    varies = interval.high > interval.low
    return interval.low > 0 or interval.high < 0 or not varies


class Because:
    """Why two departments differ.

    Parameters
    ----------
    base, what_if : Scenario
    pairs : sequence of Pair
        One for each replication, at least one.
    effects : DataFrame
        The comparison's, a row for each KPI.
    """

    def __init__(
        self, base: Scenario, what_if: Scenario, pairs: Sequence[Pair], effects: pd.DataFrame
    ):
        self.currency = base.currency
        self.effects = effects.set_index("kpi")
        self.seen = Contrast.of(base, what_if, pairs)
        self.tables = np.stack([pair.parts for pair in pairs])

    @property
    def table(self) -> pd.DataFrame:
        """A row for each part: `kpi, stage, change, cause, deals, amount`."""
        rows = [
            (kpi, self._stage(part), part.change.word, self._told(part), part.deals, part.amount)
            for kpi in KPIS
            for part in self.parts(kpi)
        ]
        return pd.DataFrame(rows, columns=COLUMNS)

    def parts(self, kpi: str) -> list[Part]:
        """The parts of a KPI's difference, the largest first; they add up to it."""
        if np.isnan(self.effects.loc[kpi, "difference"]):
            return []
        amounts = amounts_of(kpi, self.tables)
        acts = (amounts != 0.0).any(axis=0)
        found = [
            Part(kpi, place // CHANGES, Change(place % CHANGES), amount, cell)
            for place, amount, cell in zip(
                np.flatnonzero(acts).tolist(), amounts[:, acts].T, self.tables[:, acts].T,
                strict=True,
            )
        ]  # fmt: skip
        return sorted(found, key=lambda part: -abs(part.amount))

    def cause(self, part: Part) -> Cause:
        """What was different where a part's results differ first."""
        return cause_of(part.change, part.stage, part.deals, self.seen)

    def clause(self, part: Part) -> str:
        """Why a part is there, to stand after its number."""
        match part.change:
            case Change.LEADS:
                return words.leads_clause(*self.both("leads"))
            case Change.SALARIES:
                return words.salaries_clause(part.amount if part.kpi == "cost" else -part.amount)
            case Change.VALUE:
                return words.value_clause(
                    *_of_value(part), *self.both("average_deal_size"), self.currency
                )
        if self.is_of_other_deals(part):
            gained, lost = (float(part.cell[f"{side}_value"].sum() / part.cell[side].sum())
                      for side in ("gained", "lost"))  # fmt: skip
            return words.other_deals_clause(
                self.seen.stages[part.stage], gained, lost, self.currency
            )
        cause, more = self.cause(part), part.deals > 0
        return words.clause(part.change, cause, [part.stage], more, self.seen)

    def both(self, kpi: str) -> tuple[float, float]:
        """A KPI before and after."""
        row = self.effects.loc[kpi]
        return float(row["base"]), float(row["what_if"])

    def differs(self, kpi: str) -> bool:
        """Whether a KPI surely differs, be it by less than matters."""
        return bool(self.effects.loc[kpi, "differs"])

    def is_same(self, kpi: str) -> bool:
        """Whether a KPI's difference is said not to matter."""
        return bool(self.effects.loc[kpi, "verdict"] == NO_DIFFERENCE)

    def has_verdict(self, kpi: str) -> bool:
        """Whether a KPI is said to be higher or lower."""
        return self.effects.loc[kpi, "verdict"] in (HIGHER, LOWER)

    def is_of_other_deals(self, part: Part) -> bool:
        """Whether money differs by which deals are won more than by how many."""
        if part.kpi not in ("revenue", "contribution") or part.change in NOWHERE:
            return False
        if not part.cell["gained"].any() or not part.cell["lost"].any():
            return False
        by_count = part.deals * self.both("average_deal_size")[0]
        return abs(float(part.cell["revenue"].mean()) - by_count) > abs(by_count)

    def _stage(self, part: Part) -> str:
        return "" if part.change in NOWHERE else self.seen.stages[part.stage]

    def _told(self, part: Part) -> str:
        """The cause that the table shows: none is told where chance would do as well."""
        if part.change != Change.SALARIES and not self.differs(part.kpi):
            return "about the same: by chance" if self.is_same(part.kpi) else "can't tell yet"
        return self.clause(part) if is_certain(part.amounts) else "by chance"


def _of_value(part: Part) -> tuple[str, bool]:
    """Which amount differs although the path is the same, and whether it is larger."""
    sums = {name: float(part.cell[name].mean())
            for name in ("revenue", "lead_cost", "commission", "margin")}  # fmt: skip
    names = ["revenue", "lead_cost"] if sums["revenue"] or sums["lead_cost"] else list(sums)
    largest = max(names, key=lambda name: abs(sums[name]))
    return largest, sums[largest] > 0
