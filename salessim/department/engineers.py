"""The engineers' desk: they join visits that wait at the desks of sellers."""

from collections.abc import Sequence

from salessim.clock import WorkClock
from salessim.department.desk import Desk, Person, Visit
from salessim.department.timetable import Timetable
from salessim.journal import JournalWriter
from salessim.terms import Kind


class EngineerDesk(Desk):
    """One pool of engineers. Nothing waits here: a joint visit waits for both at its seller's desk.

    Parameters
    ----------
    number, env, clock, hours_per_day, journal
        As for any desk.
    desks : sequence of (int, Desk)
        All desks of the department, each after the number of its role; more may be added.
    """

    def __init__(
        self,
        number: int,
        env: Timetable,
        clock: WorkClock,
        hours_per_day: float,
        journal: JournalWriter,
        desks: Sequence[tuple[int, Desk]],
    ):
        super().__init__(number, env, clock, hours_per_day, journal)
        self._desks = desks

    def join(self, visit: Visit, days: float, started: float, ended: float) -> None:
        """Let the engineer who has been idle longest join a visit that a seller begins."""
        visit.engineer = self.idle.popleft()
        self.count(1)
        a_day = self.hours_per_day
        travel = visit.travel / visit.desk.hours_per_day * a_day
        self.journal.visit(
            visit.lead, visit.stage, Kind.JOINT, visit.attempt, self.number, visit.engineer.number,
            visit.passage, visit.ready, started, ended, days * a_day, travel,
        )  # fmt: skip

    def leave_room(self, visit: Visit) -> None:
        """Let the engineer of a visit that is over turn to the next."""
        assert visit.engineer is not None
        self.count(-1)
        self.release(visit.engineer)

    def release(self, person: Person) -> None:
        """Let an engineer join the first visit whose seller is idle, be idle, or leave."""
        super().release(person)
        if self.idle:
            waiting = [first for _, desk in self._desks if (first := desk.first_joint())]
            if waiting:
                min(waiting)[-1].desk.begin_joint()
