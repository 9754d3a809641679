"""What a run's event log says of each stage and role: waits, work, paperwork, results, people.

Sums over the window, so that they add up over replications; ratios are made of the sums.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salessim.experiment.explain.paths import Matched, Paths
from salessim.jit import is_there, kept, once
from salessim.journal import NOBODY
from salessim.rules import Floats
from salessim.run.record import Record
from salessim.run.tally import columns
from salessim.source import digest_of_imports
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
SEEN = tuple(name for name in STAGE.names or () if not name.startswith("both"))  # in one run
ROLE = np.dtype([(name, "<f8") for name in ("busy", "training", "available", "present", "days")])
VISIT = ("lead", "stage", "kind", "passage", "attempt", "desk", "person", "ready", "started",
         "ended", "hours")  # fmt: skip
DECISION = ("lead", "stage", "passage", "result", "at")
MADE_OF = digest_of_imports(__file__)  # now, before anything is compiled
WORK, ADMIN = int(Kind.WORK), int(Kind.ADMIN)
PASSED, NO_ANSWER = int(Result.PASSED), int(Result.NO_ANSWER)
WENT_COLD = int(Result.WENT_COLD)


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
        _see(found, record)
        seen = np.zeros(len(stages), STAGE)
        seen[[stages.index(name) for name in own]] = found
        return cls(seen, _roles(record))

    def __add__(self, other: "Evidence") -> "Evidence":
        return Evidence(_sum(self.stages, other.stages), _sum(self.roles, other.roles))


def see_results_of_both(
    evidence: tuple[Evidence, Evidence], paths: tuple[Paths, Paths], matched: Matched
) -> None:
    """Count the leads that were decided at a stage in both runs, and which of them passed."""
    some = matched.base, matched.what_if
    results = [p.results.T.take(leads, axis=1) for p, leads in zip(paths, some, strict=True)]
    decided = [
        (r != Result.OPEN) & (r != Result.WENT_COLD) & (r != Result.NO_ANSWER) for r in results
    ]
    both = decided[0] & decided[1]
    for seen, result in zip(evidence, results, strict=True):
        seen.stages["both"] += both.sum(axis=1)
        seen.stages["both_passed"] += (both & (result == Result.PASSED)).sum(axis=1)


def _sum(one: NDArray[np.void], other: NDArray[np.void]) -> NDArray[np.void]:
    total = one.copy()
    for name in one.dtype.names or ():
        total[name] += other[name]
    return total


def _see(found: NDArray[np.void], record: Record) -> None:
    """Add up what a run's visits and results say of each stage."""
    log, roles = record.journal, record.roles()
    role = np.array([roles.index(stage.role) for stage in record.scenario.process])
    own = (role[:, None] == log.desks["role"]).astype(np.uint8)
    visits = record.visits_of_leads
    passages = int(visits["passage"].max(initial=1))
    last = np.full((len(record.leads), len(found), passages), -np.inf)
    go = _compiled() if is_there() else _go
    logs = columns(visits, VISIT), columns(log.decisions, DECISION)
    go(*logs, own, record.days, last, tuple(found[name] for name in SEEN))


def _go(
    visits: tuple[Sequence[Any], ...],
    decisions: tuple[Sequence[Any], ...],
    own: NDArray[np.uint8],
    days: float,
    last: Floats,
    sums: tuple[Any, ...],
) -> None:
    """Add up all of it.

    Whether a desk belongs to a stage's role is in `own`, by stage and desk; when a lead's last
    work ended comes into `last`, by stage and passage.
    """
    _see_visits(visits, own, days, last, sums)
    _see_results(decisions, last, sums)


def _see_visits(
    visits: tuple[Sequence[Any], ...],
    own: NDArray[np.uint8],
    days: float,
    last: Floats,
    sums: tuple[Any, ...],
) -> None:
    """Add up the visits that became ready in the window."""
    lead, stage, kind, passage, attempt, desk, person, ready, started, ended, hours = visits
    leads, count, waited, cold, begun, worked = sums[:6]
    own_hours, other_hours, other_visits, other_waited = sums[6:10]
    for i in range(len(lead)):
        s = stage[i]
        if ended[i] > last[lead[i], s, passage[i] - 1]:
            last[lead[i], s, passage[i] - 1] = ended[i]
        if ready[i] < 0.0:
            continue
        over = ended[i] if person[i] == NOBODY else started[i]  # NaN while it waits
        wait = (over if over < days else days) - ready[i]
        inside = started[i] < days
        if kind[i] == WORK:
            leads[s] += attempt[i] == 1
            count[s] += 1.0
            waited[s] += wait
            cold[s] += person[i] == NOBODY and not np.isnan(over)
            begun[s] += inside
            worked[s] += hours[i] if inside else 0.0
        elif kind[i] == ADMIN and own[s, desk[i]]:
            own_hours[s] += hours[i] if inside else 0.0
        elif kind[i] == ADMIN:
            other_hours[s] += hours[i] if inside else 0.0
            other_visits[s] += 1.0
            other_waited[s] += wait


def _see_results(decisions: tuple[Sequence[Any], ...], last: Floats, sums: tuple[Any, ...]) -> None:
    """Add up the results known in the window."""
    lead, stage, passage, result, at = decisions
    decided, customer, unanswered, known, passed = sums[10:]
    for i in range(len(lead)):
        if at[i] < 0.0:
            continue
        s = stage[i]
        known[s] += 1.0
        passed[s] += result[i] == PASSED
        if result[i] == NO_ANSWER:
            unanswered[s] += 1.0
        elif result[i] != WENT_COLD:
            decided[s] += 1.0
            customer[s] += at[i] - last[lead[i], s, passage[i] - 1]


@once
def _compiled() -> Callable[..., None]:
    """The compiled pass, cached on disk until its source changes."""
    from numba.extending import register_jitable

    for one in (_see_visits, _see_results, _go):
        register_jitable(one)
    made_of = MADE_OF

    @kept(nogil=True)
    def go(visits: Any, decisions: Any, own: Any, days: float, last: Any, sums: Any) -> None:
        made_of  # noqa: B018  (part of the key under which the machine code lies)
        _go(visits, decisions, own, days, last, sums)

    return go


def _roles(record: Record) -> NDArray[np.void]:
    size, role = len(record.roles()), record.journal.people["role"]
    seen = np.zeros(size, ROLE)
    for name, values in (("busy", record.tally.busy), ("training", record.tally.training),
                         ("available", record.available_hours),
                         ("present", record.employed_days)):  # fmt: skip
        seen[name] = np.bincount(role, values, size)
    seen["days"] = record.days
    return seen
