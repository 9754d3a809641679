"""What a run's event log says of each stage and role: waits, work, paperwork, results, people.

Sums over the window, so that they add up over replications; ratios are made of the sums.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from salessim.experiment.explain.paths import Matched, Paths
from salessim.journal import NOBODY
from salessim.rules import Floats
from salessim.run.record import Record
from salessim.terms import Kind, Result

# Of a stage, the visits that became ready in the window and the results known in it. `waited`
# are days until work was begun, the lead went cold or the window ended; `own` is paperwork of
# the stage's own role, `other` that of another (support), which waits `other_waited` days;
# `known` are all results, `passed` the good ones, `decided` those that are neither cold nor
# unanswered, `customer` their days from the last work to the result. `both` leads were decided
# in both runs, and `both_passed` of them passed in this one.
STAGE = np.dtype(
    [(name, "<f8") for name in (
        "leads", "visits", "waited", "cold", "begun", "hours", "own_hours", "other_hours",
        "other_visits", "other_waited", "decided", "customer", "unanswered",
        "known", "passed", "both", "both_passed",
    )]
)  # fmt: skip
ROLE = np.dtype([(name, "<f8") for name in ("busy", "training", "available", "present", "days")])


@dataclass(frozen=True)
class Evidence:
    """What was seen of a run, or of several together.

    Parameters
    ----------
    stages : structured array
        One entry a stage, in the order of a pair's stages; all 0 for one that isn't there.
    roles : structured array
        One entry a role of the team: hours busy, of these in training, and available,
        person-days employed, and the window's days.
    """

    stages: NDArray[np.void]
    roles: NDArray[np.void]

    @classmethod
    def of(cls, record: Record, stages: list[str]) -> "Evidence":
        """What a run's log says.

        Parameters
        ----------
        record : Record
        stages : list of str
            The record's, and perhaps others.
        """
        own = [stage.name for stage in record.scenario.process]
        found = np.zeros(len(own), STAGE)
        _see_visits(found, record)
        _see_results(found, record)
        seen = np.zeros(len(stages), STAGE)
        seen[[stages.index(name) for name in own]] = found
        return cls(seen, _roles(record))

    def __add__(self, other: "Evidence") -> "Evidence":
        return Evidence(_sum(self.stages, other.stages), _sum(self.roles, other.roles))


def see_results_of_both(
    evidence: tuple[Evidence, Evidence], paths: tuple[Paths, Paths], matched: Matched
) -> None:
    """Count the leads that were decided at a stage in both runs, and which of them passed."""
    results = paths[0].results[matched.base], paths[1].results[matched.what_if]
    decided = [
        (r != Result.OPEN) & (r != Result.WENT_COLD) & (r != Result.NO_ANSWER) for r in results
    ]
    both = decided[0] & decided[1]
    for seen, result in zip(evidence, results, strict=True):
        seen.stages["both"] += both.sum(axis=0)
        seen.stages["both_passed"] += (both & (result == Result.PASSED)).sum(axis=0)


def _sum(one: NDArray[np.void], other: NDArray[np.void]) -> NDArray[np.void]:
    total = one.copy()
    for name in one.dtype.names or ():
        total[name] += other[name]
    return total


def _see_visits(found: NDArray[np.void], record: Record) -> None:
    visits, days, size = record.visits_of_leads, record.days, len(found)
    visits = visits.compress(visits["ready"] >= 0.0)
    stage, ready, started = (visits[name].copy() for name in ("stage", "ready", "started"))
    over = np.where(np.isnan(started), visits["ended"], started)
    waited = np.where(over < days, over, days) - ready
    begun = started < days
    hours = np.where(begun, visits["hours"], 0.0)
    work = visits["kind"] == Kind.WORK
    roles = record.roles()
    role = np.array([roles.index(s.role) for s in record.scenario.process])
    own = record.journal.desks["role"][visits["desk"]] == role[stage]
    paperwork = visits["kind"] == Kind.ADMIN
    other = paperwork & ~own

    def count(which: NDArray[np.bool_], weights: Floats | None = None) -> Floats:
        counted = None if weights is None else weights[which]
        return np.bincount(stage[which], counted, size).astype(float)

    found["leads"] = count(work & (visits["attempt"] == 1))
    found["visits"] = count(work)
    found["waited"] = count(work, waited)
    found["cold"] = count(work & (visits["person"] == NOBODY) & ~np.isnan(visits["ended"]))
    found["begun"] = count(work & begun)
    found["hours"] = count(work, hours)
    found["own_hours"] = count(paperwork & own, hours)
    found["other_hours"] = count(other, hours)
    found["other_visits"] = count(other)
    found["other_waited"] = count(other, waited)


def _see_results(found: NDArray[np.void], record: Record) -> None:
    decisions, size = record.decisions_in_window, len(found)
    stage, result = decisions["stage"].copy(), decisions["result"].copy()
    unanswered = result == Result.NO_ANSWER
    decided = ~unanswered & (result != Result.WENT_COLD)
    visits = record.visits_of_leads
    passages = int(visits["passage"].max(initial=1))
    last = np.full((len(record.leads), size, passages), -np.inf)
    place = visits["lead"], visits["stage"], visits["passage"] - 1
    np.maximum.at(last, place, np.where(np.isnan(visits["ended"]), -np.inf, visits["ended"]))
    since = last[decisions["lead"], stage, decisions["passage"] - 1]
    took = (decisions["at"] - since)[decided]
    found["known"] = np.bincount(stage, minlength=size)
    found["passed"] = np.bincount(stage[result == Result.PASSED], minlength=size)
    found["decided"] = np.bincount(stage[decided], minlength=size)
    found["customer"] = np.bincount(stage[decided], took, size)
    found["unanswered"] = np.bincount(stage[unanswered], minlength=size)


def _roles(record: Record) -> NDArray[np.void]:
    size, role = len(record.roles()), record.journal.people["role"]
    seen = np.zeros(size, ROLE)
    for name, values in (("busy", record.tally.busy), ("training", record.tally.training),
                         ("available", record.available_hours),
                         ("present", record.employed_days)):  # fmt: skip
        seen[name] = np.bincount(role, values, size)
    seen["days"] = record.days
    return seen
