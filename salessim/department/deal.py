"""Where a lead stands in its journey."""

from dataclasses import dataclass, field

from salessim.department.desk import Visit
from salessim.department.stage import StageAtWork
from salessim.journal import NEVER
from salessim.terms import OPEN, Result


@dataclass(eq=False)
class Deal:
    """A lead under way.

    Parameters
    ----------
    lead : int
        Its number in the market.
    stage : StageAtWork
        The stage that it goes through, as the stage was when the lead reached it.
    passage : int
        Which time it goes through the stage, from 1.
    returns : int
        How often it has come back.
    attempt : int
        Number of the try or meeting, from 1.
    began : float
        When the first work on the lead at this stage began.
    silence : float
        Chance that it would not have answered any of the tries so far.
    result : Result
        Of the stage, once it is decided: that is before it becomes known.
    visit : Visit
        The last one.
    """

    lead: int
    stage: StageAtWork
    passage: int = 1
    returns: int = 0
    attempt: int = 1
    began: float = NEVER
    silence: float = 1.0
    result: Result = OPEN
    visit: Visit = field(init=False)

    def enter(self, stage: StageAtWork, passage: int = 1) -> None:
        """Reach a stage."""
        self.stage, self.passage, self.attempt, self.began = stage, passage, 1, NEVER
        self.silence, self.result = 1.0, OPEN
