"""Visit statistics: one pass through a run's visits adds up people, desks, and leads."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from salessim.clock import WorkClock, worked_of
from salessim.jit import is_there, kept, once
from salessim.journal import NO_STAGE, NOBODY, Journal
from salessim.rules import Floats
from salessim.source import digest_of_imports
from salessim.terms import Kind

NOWHERE = -1
MADE_OF = digest_of_imports(__file__)  # now, before anything is compiled
WORK, ADMIN = int(Kind.WORK), int(Kind.ADMIN)
TRAINING, JOINT = int(Kind.TRAINING), int(Kind.JOINT)
VISIT = ("lead", "stage", "kind", "passage", "attempt", "desk", "person", "ready", "started",
         "ended", "hours", "travel")  # fmt: skip
PERSON = ("hired", "left")


class Tally(NamedTuple):
    """Sums over the visits of a run.

    Parameters
    ----------
    busy : array of float
        Hours in the window that each person gave to all visits.
    given : array of float, kinds by people
        The same for each `Kind` of visit; a stage's work with travel.
    travel : array of float
        Hours in the window that each person travelled: a visit's share, evenly spread.
    sojourn : array of float
        Days in the window that visits were at each desk where they ended. Of a joint visit, the
        engineer's part is there from begin to end: it waits at the seller's desk.
    grew : array of float
        Hours of the visits that wait at each desk at the end, less those at day 0.
    squares : array of float
        Sum of the squares of the hours of all that became ready in the window, by desk.
    begun, waited : array of float
        Work of each stage that was begun in the window, and the days that it had waited.
    stage : array of uint8
        Number of the stage that each lead was last ready for.
    owner : array of int
        Number of the person who worked on each lead last; NOBODY where none did.
    first_work : array of float
        When the first work on each lead was begun; NaN where none was before the end.
    astray, clash, absent : int
        Place of the first visit that names a lead, stage, desk, person or kind that does not exist
        (nothing from there on is added up); of the first whose person was still at another
        one; of the first whose person was not employed. NOWHERE where none was.
    """

    busy: Floats
    given: Floats
    travel: Floats
    sojourn: Floats
    grew: Floats
    squares: Floats
    begun: Floats
    waited: Floats
    stage: NDArray[np.uint8]
    owner: NDArray[np.int32]
    first_work: Floats
    astray: int
    clash: int
    absent: int

    @property
    def work(self) -> Floats:
        """Hours of each person for the stages' work, joint visits and travel included."""
        return np.asarray(self.given[Kind.WORK] + self.given[Kind.JOINT])

    @property
    def admin(self) -> Floats:
        """Hours of each person for paperwork."""
        return np.asarray(self.given[Kind.ADMIN])

    @property
    def training(self) -> Floats:
        """Hours of each person for training."""
        return np.asarray(self.given[Kind.TRAINING])


def tally(journal: Journal, leads: int, stages: int, days: float, working: WorkClock) -> Tally:
    """Add up the visits of an event log.

    Parameters
    ----------
    journal : Journal
    leads, stages : int
        How many there are.
    days : float
        Length of the window.
    working : WorkClock
        The days that are worked.
    """
    people, desks = len(journal.people), len(journal.desks)
    found = (
        np.zeros(people), np.zeros((len(Kind), people)), np.zeros(people),
        np.zeros(desks), np.zeros(desks), np.zeros(desks), np.zeros(stages), np.zeros(stages),
        np.zeros(leads, np.uint8), np.full(leads, NOBODY, np.int32), np.full(leads, np.nan),
    )  # fmt: skip
    read = columns(journal.visits, VISIT) + columns(journal.people, PERSON)
    until = np.full(people, -np.inf)
    holidays = np.array(working.holidays, float)
    go = _compiled() if is_there() else _go
    places = go(read, stages, days, holidays, until, found)
    return Tally(*found, *(int(place) for place in places))


def columns(entries: NDArray[np.void], names: Iterable[str]) -> tuple[Any, ...]:
    """Some columns of an event log, as a pass over it reads them.

    Parameters
    ----------
    entries : structured array
    names : iterable of str

    Examples
    --------
    >>> [len(column) for column in columns(np.zeros(3, [("lead", "<i4"), ("at", "<f8")]), ["at"])]
    [3]
    """
    if is_there():
        return tuple(entries[name] for name in names)
    return tuple(entries[name].tolist() for name in names)  # quicker one by one


def _inside(when: float, days: float) -> float:
    """A time, clipped to the window; an event that never happened counts as after it."""
    return max(when, 0.0) if when < days else days


def _waits(ready: float, over: float, when: float) -> int:
    """1 if a visit waits at a moment, else 0; the end of a wait that never ended is NaN."""
    return int(ready < when and not over < when)


def _has_subject(kind: int, lead: int, stage: int, leads: int, stages: int) -> bool:
    """Whether a visit of a known kind names what that kind is about."""
    if kind in (WORK, ADMIN, JOINT):
        return 0 <= lead < leads and 0 <= stage < stages
    return kind == TRAINING and lead == NOBODY and stage == NO_STAGE


def _share_inside(begin: float, end: float, days: float, holidays: Floats) -> float:
    """Share of a visit's working time inside the window."""
    if end <= 0.0 or begin >= days:
        return 0.0
    if begin >= 0.0 and end <= days:
        return 1.0
    whole = worked_of(holidays, end) - worked_of(holidays, begin)
    part = worked_of(holidays, min(end, days)) - worked_of(holidays, max(begin, 0.0))
    return float(part / whole) if whole > 0.0 else 0.0


def _go(
    columns: tuple[Sequence[Any], ...],
    stages: int,
    days: float,
    holidays: Floats,
    until: Floats,
    found: tuple[Any, ...],
) -> tuple[int, int, int]:
    """Add up; `until` is when each person's visits so far have ended."""
    lead, stage, kind, passage, attempt, desk, person = columns[:7]
    ready, started, ended, hours, travel, hired, left = columns[7:]
    busy, by_kind, trips, sojourn, grew, squares, begun, waited = found[:8]
    last_stage, owner, first_work = found[8:]
    clash = absent = NOWHERE
    for i in range(len(lead)):
        one = person[i]
        if not (
            _has_subject(kind[i], lead[i], stage[i], len(owner), stages)
            and 0 <= desk[i] < len(sojourn)
            and NOBODY <= one < len(busy)
        ):
            return i, clash, absent
        came = started[i] if kind[i] == JOINT else ready[i]
        sojourn[desk[i]] += _inside(ended[i], days) - _inside(came, days)
        over = ended[i] if person[i] == NOBODY else started[i]
        waits = _waits(came, over, days) - _waits(came, over, 0.0)
        grew[desk[i]] += waits * hours[i]
        squares[desk[i]] += (came >= 0.0) * hours[i] * hours[i]
        if kind[i] == WORK:
            last_stage[lead[i]] = stage[i]
        if one == NOBODY:
            continue
        begin, end = started[i], ended[i]
        if clash == NOWHERE and begin < until[one]:
            clash = i
        if absent == NOWHERE and (begin < hired[one] or end > left[one]):
            absent = i
        until[one] = end
        share = _share_inside(begin, end, days, holidays)
        given = hours[i] * share
        busy[one] += given
        by_kind[kind[i], one] += given
        trips[one] += travel[i] * share
        if kind[i] != WORK:
            continue
        owner[lead[i]] = one
        if 0.0 <= begin < days:
            begun[stage[i]] += 1.0
            waited[stage[i]] += begin - ready[i]
        if stage[i] == 0 and passage[i] == 1 and attempt[i] == 1 and begin < days:
            first_work[lead[i]] = begin
    return NOWHERE, clash, absent


@once
def _compiled() -> Callable[..., tuple[int, int, int]]:
    """The compiled pass, cached on disk until its source changes."""
    from numba.extending import register_jitable

    for one in (worked_of, _inside, _waits, _has_subject, _share_inside, _go):
        register_jitable(one)

    made_of = MADE_OF

    @kept(nogil=True)
    def go(
        columns: Any, stages: int, days: float, holidays: Floats, until: Floats, found: Any
    ) -> tuple[int, int, int]:
        made_of  # noqa: B018  (part of the key under which the machine code lies)
        return _go(columns, stages, days, holidays, until, found)

    return go
