"""A desk: visits that wait, and people who work on them."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import simpy

from salessim.clock import WorkClock
from salessim.department.timetable import Moment, Timetable
from salessim.journal import NEVER, NOBODY, JournalWriter
from salessim.terms import PASSED, Kind
from salessim.ties import Order, tie_key

if TYPE_CHECKING:
    from salessim.department.engineers import EngineerDesk


@dataclass(eq=False)
class Person:
    """A person in a position, from being hired until leaving."""

    number: int
    chair: int
    hired: float
    leaving: bool = False
    idle_since: float = NEVER
    left: float = NEVER


class Visit(Moment):
    """A piece of work on a lead that takes a person's time.

    As a SimPy event, it triggers when the work is done, or when the lead has gone cold while
    waiting.
    """

    def __init__(
        self,
        env: Timetable,
        key: int,
        lead: int,
        stage: int,
        kind: Kind,
        passage: int,
        attempt: int,
        hours: float,
        travel: float = 0.0,
        stays: bool = False,
        engineers: "EngineerDesk | None" = None,
    ):
        super().__init__(env)
        self.key = key
        self.lead = lead
        self.stage = stage
        self.kind = kind
        self.passage = passage
        self.attempt = attempt
        self.hours = hours  # travel included
        self.travel = travel
        self.stays = stays  # whether the person stays with the lead until released
        self.engineers = engineers  # one of whom must be there, if the visit is joint
        self.ready: float = env.now
        self.person: Person | None = None
        self.engineer: Person | None = None
        self.started = NEVER
        self.went_cold = False
        self.entry = 0  # place in the event log
        self.desk: Desk

    @property
    def lacks_engineer(self) -> bool:
        """Whether the visit needs an engineer and none is idle."""
        return self.engineers is not None and not self.engineers.idle


Waiting = tuple[float, float, int, Visit]  # rank, ready, key: the order in which visits start
Choose = Callable[[Visit, list[Person]], Person]


class Desk:
    """A queue of work and the people who serve it.

    Work starts in order of rank, then in the order in which it became ready; nobody interrupts
    what they are doing. The person who has been idle longest takes the next visit. Joint visits
    have an order of their own, so that they hold up nothing while engineers are busy.
    """

    def __init__(
        self,
        number: int,
        env: Timetable,
        clock: WorkClock,
        hours_per_day: float,
        journal: JournalWriter,
    ):
        self.number = number
        self.env = env
        self.clock = clock
        self.hours_per_day = hours_per_day
        self.journal = journal
        self.alone: list[Waiting] = []
        self.joint: list[Waiting] = []
        self.queue_length = 0
        self.queued_hours = 0.0
        self.idle: deque[Person] = deque()
        self.choose: Choose | None = None
        self.open = clock.opening(env.now) == env.now
        self.present = 0
        self.present_days = 0.0
        self._counted_at: float = env.now

    def handle(self, visit: Visit, rank: float = 0.0, patience: float | None = None) -> Visit:
        """Accept a visit that is ready: start it if someone is idle; otherwise it waits.

        Lower ranks start first; a lead that waits longer than its patience goes cold.
        Patience is in working days and keeps running during holidays.
        """
        self.take_over(visit, rank)
        if patience is not None and visit.person is None:
            key = tie_key(Order.PATIENCE, visit.lead, visit.stage, visit.attempt, visit.passage)
            end = Moment(self.env, visit.ready + patience, key)
            end.callbacks.append(lambda _: visit.desk.lose_patience(visit))
        return visit

    def take_over(self, visit: Visit, rank: float) -> None:
        """Add a visit, whether it is new or comes from another desk."""
        visit.desk = self
        self.count(1)
        if self.idle and self.open and not visit.lacks_engineer:
            self._begin(visit, self._taker(visit))
        else:
            queue = self.joint if visit.engineers else self.alone
            heappush(queue, (rank, visit.ready, visit.key, visit))
            self.queue_length += 1
            self.queued_hours += visit.hours

    def go_on(self, visit: Visit, person: Person) -> Visit:
        """Start a visit immediately, with the person who stayed with the lead for it."""
        visit.desk = self
        self.count(1)
        self._begin(visit, person)
        return visit

    def release(self, person: Person) -> None:
        """Let a person (new, or done with work) start the next visit, be idle, or leave."""
        if person.leaving:
            person.left = self.env.now
            return
        queue = self._queue_to_start()
        if queue and self.open:
            visit = heappop(queue)[-1]
            self._out_of_queue(visit)
            self._begin(visit, person)
        else:
            person.idle_since = self.env.now
            self.idle.append(person)

    def _queue_to_start(self) -> list[Waiting]:
        """The order whose first visit comes first of those that could start now."""
        alone, joint = _without_cold(self.alone), _without_cold(self.joint)
        if joint and not joint[0][-1].lacks_engineer and (not alone or joint[0] < alone[0]):
            return joint
        return alone

    def first_joint(self) -> Waiting | None:
        """The first joint visit, if there is one and someone idle for it."""
        there = self.idle and self.open and _without_cold(self.joint)
        return self.joint[0] if there else None

    def begin_joint(self) -> None:
        """Let someone idle begin the first joint visit: an engineer has become free for it."""
        visit = heappop(self.joint)[-1]
        self._out_of_queue(visit)
        self._begin(visit, self._taker(visit))

    def _taker(self, visit: Visit) -> Person:
        """Who of the idle people takes a visit: who has been idle longest, or as a rule says."""
        if self.choose is None or len(self.idle) == 1:
            return self.idle.popleft()
        person = self.choose(visit, list(self.idle))
        self.idle.remove(person)
        return person

    def close(self) -> None:
        """Start nothing from now on: a holiday."""
        self.open = False

    def reopen(self) -> None:
        """Let idle people start what has come in since the desk closed."""
        self.open = True
        for _ in range(len(self.idle)):
            self.release(self.idle.popleft())

    def _out_of_queue(self, visit: Visit) -> None:
        self.queue_length -= 1  # exactly zero for an empty queue, whatever rounding left
        self.queued_hours = self.queued_hours - visit.hours if self.queue_length else 0.0

    def _begin(self, visit: Visit, person: Person) -> None:
        days = visit.hours / self.hours_per_day
        started = self.env.now
        if self.clock.holidays:
            started = self.clock.opening(started)  # later if the desk is just closing
            ended = self.clock.end(started, days)
        else:
            ended = started + days
        visit.person, visit.started = person, started
        visit.callbacks.insert(0, self._end)
        self.env.at(ended, visit.key, visit)
        self._write(visit, person.number, started, ended)
        if visit.engineers:
            visit.engineers.join(visit, days, started, ended)

    def _end(self, visit: simpy.Event) -> None:
        assert isinstance(visit, Visit)
        assert visit.person is not None
        self.count(-1)
        if not visit.stays:  # someone who stays is released by the journey
            self.journal.result_of(visit.entry, PASSED)
            self.release(visit.person)

    def lose_patience(self, visit: Visit) -> None:
        """Let a lead go cold if it is still waiting."""
        if visit.person is None:
            self.count(-1)
            visit.went_cold = True
            self._out_of_queue(visit)
            self._write(visit, NOBODY, NEVER, self.env.now)
            self.env.at(self.env.now, visit.key, visit)

    def leave(self, person: Person) -> None:
        """Let a person leave: at once if idle, otherwise when the current work is done."""
        person.leaving = True
        if person in self.idle:
            self.idle.remove(person)
            self.release(person)

    def hand_over(self, to: Callable[["Visit"], "Desk"]) -> None:
        """Move each waiting visit to another desk."""
        for rank, visit in self.take_waiting():
            desk = to(visit)
            self.journal.move(visit.lead, visit.ready, self.number, desk.number, self.env.now)
            desk.take_over(visit, rank)

    def take_waiting(self) -> list[tuple[float, Visit]]:
        """Remove all waiting visits, with their ranks, in the order in which they would start."""
        both = sorted([*self.alone, *self.joint])
        waiting = [(rank, visit) for rank, _, _, visit in both if not visit.went_cold]
        self.alone.clear()
        self.joint.clear()
        self.queue_length, self.queued_hours = 0, 0.0
        self.count(-len(waiting))
        return waiting

    def count(self, change: int) -> None:
        """Update the number of visits present and its integral over time."""
        now = self.env.now
        self.present_days += self.present * (now - self._counted_at)
        self._counted_at = now
        self.present += change

    def _write(self, visit: Visit, person: int, started: float, ended: float) -> None:
        visit.entry = self.journal.visit(
            visit.lead, visit.stage, visit.kind, visit.attempt, self.number, person, visit.passage,
            visit.ready, started, ended, visit.hours, visit.travel,
        )  # fmt: skip


def _without_cold(queue: list[Waiting]) -> list[Waiting]:
    """A queue whose first visit still waits: those that went cold before it are taken out."""
    while queue and queue[0][-1].went_cold:
        heappop(queue)
    return queue
