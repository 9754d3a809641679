"""The evidence of many pairs together: what was seen of each stage and role, before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np

from salessim.experiment.explain.evidence import Evidence
from salessim.experiment.explain.pair import Pair
from salessim.scenario import Scenario
from salessim.terms import ENGINEER

BEFORE, AFTER = 0, 1
Both = tuple[float, float]  # before and after


@dataclass(frozen=True)
class Contrast:
    """What was seen of both departments, over all pairs.

    Parameters
    ----------
    stages : tuple of str
        Of both processes, in one order.
    workers : tuple of str
        The role of each stage.
    joint : frozenset of str
        Stages at which an engineer may be needed beside it.
    roles : pair of list of str
        The roles of both teams.
    seen : pair of Evidence
        Sums over the pairs.
    pairs : int
        How many there are.
    """

    stages: tuple[str, ...]
    workers: tuple[str, ...]
    joint: frozenset[str]
    roles: tuple[list[str], list[str]]
    seen: tuple[Evidence, Evidence]
    pairs: int

    @classmethod
    def of(cls, base: Scenario, what_if: Scenario, pairs: Sequence[Pair]) -> "Contrast":
        """Add up the evidence of pairs, at least one."""
        role_of = {s.name: s.role for scenario in (what_if, base) for s in scenario.process}
        stages = pairs[0].stages
        seen = reduce(add, [p.base for p in pairs]), reduce(add, [p.what_if for p in pairs])
        workers = tuple(role_of[stage] for stage in stages)
        joint = frozenset((*base.joint_stages, *what_if.joint_stages))
        return cls(stages, workers, joint, (list(base.team), list(what_if.team)), seen, len(pairs))

    def sums(self, stage: int, *names: str) -> Both:
        """Measures of a stage added up, before and after."""
        before, after = (
            float(sum(seen.stages[name][stage] for name in names)) for seen in self.seen
        )
        return before, after

    def ratio(self, stage: int, part: str, *whole: str) -> Both:
        """A measure of a stage for each of another; NaN where there is none of that."""
        parts, wholes = self.sums(stage, part), self.sums(stage, *whole)
        return _ratio(parts[0], wholes[0]), _ratio(parts[1], wholes[1])

    def of_role(self, role: str, part: str, whole: str) -> Both:
        """The same of a role; NaN where it isn't in the team."""
        found = []
        for names, seen in zip(self.roles, self.seen, strict=True):
            row = seen.roles[names.index(role)] if role in names else None
            found.append(np.nan if row is None else _ratio(float(row[part]), float(row[whole])))
        return found[0], found[1]

    def has(self, stage: int) -> tuple[bool, bool]:
        """Whether the stage was there, before and after."""
        before, after = self.sums(stage, "visits")
        return before > 0, after > 0

    def stages_of(self, role: str) -> list[int]:
        """Numbers of the stages on which a role works, or which it joins."""
        return [number for number in range(len(self.stages)) if role in self.needed_at(number)]

    def needed_at(self, stage: int) -> list[str]:
        """Roles for which visits of a stage wait."""
        return [self.workers[stage], *([ENGINEER] if self.stages[stage] in self.joint else [])]


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
