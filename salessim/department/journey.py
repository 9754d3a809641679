"""One lead's way through the department: the sales process as a generator."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import simpy

from salessim.terms import NO_ANSWER, PASSED, WENT_COLD

if TYPE_CHECKING:
    from salessim.department.department import Department


def journey(lead: int, department: "Department") -> Iterator[simpy.Event]:
    """Take a lead from its arrival to the signature, or to where it is lost.

    Each `yield` waits: for work to be done, for paperwork, for a date, for the
    customer. What a person does next, and who that is, is the desk's affair. Luck
    was drawn beforehand: `stage` knows how many attempts it will take and how the
    customer will decide; the department only learns it when the time has come.

    A stage is gone through as it was when the lead came to it: a plan puts other
    stages into `department.process`, and the journey meets them as it goes on.
    Whoever passes the last stage is won.
    """
    for stage in department.process:
        for attempt in stage.attempts(lead):
            if attempt > 1:
                yield department.pause(lead, stage, attempt)
            visit = department.visit(lead, stage, attempt)
            yield visit
            if visit.went_cold:
                return department.note(lead, stage, WENT_COLD)
        result = stage.result[lead]
        if result == NO_ANSWER:
            return department.note(lead, stage, result)
        if visit.stays:
            yield department.paperwork(visit, stage.admin_hours)
        if stage.decision_days:
            yield department.customer_decides(lead, stage)
        department.note(lead, stage, result)
        if result != PASSED:
            return None
