"""The vocabulary of steps: what a lead's journey through the department is made of."""

from dataclasses import dataclass
from enum import IntEnum

# In place of a step, where the journey goes from the last one of a stage: to the first step of the
# next stage, or of this one again, as the department is then; or nowhere.
NEXT_STAGE, END, SAME_STAGE = -1, -2, -3


STAYS_OPEN = 1  # what a REVEAL says of a lead that will be back


class Does(IntEnum):
    """What a step does, and what its answer, yes or no, means."""

    WORK = 0
    """A person works on the lead (`Work`: alone or not), and stays with it; no: the lead went cold
    while waiting."""
    RELEASE = 1
    """The person who did the work turns to the next visit."""
    FORK = 2
    """Paperwork: part is done by the person who did the work, part by support, side by side."""
    WAIT = 3
    """Time passes (`Wait`)."""
    TEST = 4
    """A question (`Test`)."""
    DECIDE = 5
    """What helps and hurts is held against the lead's hurdle; nobody knows the result yet."""
    SET = 6
    """The result is this one (`Result`)."""
    REVEAL = 7
    """The result becomes known; yes: the lead has passed. What is 1 where it stays open anyway."""


class Work(IntEnum):
    """Who must be there for work to begin."""

    ALONE = 0
    """A seller."""
    JOINT = 1
    """A seller and an engineer at once, for leads of the segments that need it."""


class Wait(IntEnum):
    """What a lead waits for without taking anyone's time."""

    PAUSE = 0
    """The gap before the next try or meeting."""
    CUSTOMER = 1
    """The customer's decision."""
    NURTURE = 2
    """The time until a lead comes back to the stage that it did not pass."""


class Test(IntEnum):
    """What a step asks when a visit is over."""

    ANSWERED = 0
    """Did the prospect answer this try?"""
    TRIES_LEFT = 1
    """Will there be another try?"""
    MEETINGS_LEFT = 2
    """Does the stage take another meeting?"""
    COMES_BACK = 3
    """Was it decided against the lead, and will it be back?"""


@dataclass(frozen=True)
class Step:
    """One step of one stage.

    Parameters
    ----------
    label : str
        Its name within the stage, in words that a person reads.
    does : Does
    what : int
        Which `Work`, `Wait`, `Test` or `Result`; 0 for steps that need none.
    yes, no : int
        Number of the next step in the itinerary, or NEXT_STAGE, SAME_STAGE or END.
    stage : int
        Position of the stage in the process.
    """

    label: str
    does: Does
    what: int
    yes: int
    no: int
    stage: int
