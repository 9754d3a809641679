"""One lead's journey through the department: step by step along the itinerary."""

from collections.abc import Generator
from typing import TYPE_CHECKING

import simpy

from salessim.process import END, STAYS_OPEN, Does
from salessim.terms import Result

WORK, RELEASE, FORK, WAIT = Does.WORK, Does.RELEASE, Does.FORK, Does.WAIT
TEST, DECIDE, SET, REVEAL = Does.TEST, Does.DECIDE, Does.SET, Does.REVEAL

if TYPE_CHECKING:
    from salessim.department.deal import Deal
    from salessim.department.department import Department


def journey(  # noqa: C901  (a case for each word of the vocabulary)
    deal: "Deal", department: "Department"
) -> Generator[simpy.Event, None, None]:
    """Take a lead from its arrival to the signature, or to the point where it is lost.

    Each `yield` waits: for work or paperwork to be done, for a pause to end, or for the
    customer to decide. Each step answers yes or no, and the itinerary (`salessim.process`,
    printed by ``salessim describe``) says which step follows. The desk decides who works on
    what next.
    """
    step = department.enter_stage(deal)
    while True:
        yes, does = True, step.does
        if does is WORK:
            yield department.work(deal, step.what)
            yes = not deal.visit.went_cold
            if deal.attempt == 1:
                deal.began = deal.visit.started
        elif does is RELEASE:
            department.release(deal)
        elif does is DECIDE:
            department.decide(deal)
        elif does is WAIT:
            yield department.wait(deal, step.what)
        elif does is REVEAL:
            yes = department.reveal(deal, step.what == STAYS_OPEN)
        elif does is TEST:
            yes = department.test(deal, step.what)
        elif does is FORK:
            yield department.paperwork(deal)
        elif does is SET:
            deal.result = Result(step.what)
        else:
            raise ValueError(f"the journey doesn't know the step {does!r}")
        following = step.yes if yes else step.no
        if following == END:
            return
        step = department.step(deal, following)
