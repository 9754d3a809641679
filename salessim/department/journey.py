"""One lead's journey through the department: the sales process as a generator."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import simpy

from salessim.terms import NO_ANSWER, PASSED, WENT_COLD

if TYPE_CHECKING:
    from salessim.department.department import Department


def journey(lead: int, department: "Department") -> Iterator[simpy.Event]:
    """Take a lead from its arrival to the signature, or to the point where it is lost.

    Each `yield` waits: for work or paperwork to be done, for a pause to end, or for the
    customer to decide. The desk decides who works on what next. Random numbers were drawn in
    advance: `stage` knows how many attempts it will take and how the customer will decide, but
    the department finds out only when the time has come.

    A lead goes through a stage as the stage was when the lead reached it: a plan puts new
    stages into `department.process`, and the journey finds them when it gets there. A lead
    that passes the last stage is won.
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
