"""A stage of the process during a run: who works on it, and the leads' random draws there."""

from collections.abc import Sequence

from salessim.department.team import Team
from salessim.market import StageLuck
from salessim.rules import Floats
from salessim.scenario import Scenario
from salessim.terms import NO_ANSWER, OPEN, Result

ONCE = range(1, 2)


def _readable(array: Floats) -> Sequence[float]:
    """An array as a sequence of Python numbers, which are faster to read one at a time."""
    return array.data


class StageAtWork:
    """A stage under one scenario; a plan replaces it with another.

    Parameters
    ----------
    position : int
        Index of the stage in the process.
    team : Team
        Who works on it.
    scenario : Scenario
        The scenario that applies from now on.
    luck : StageLuck
        The random draws of every lead at this stage under this scenario.
    """

    def __init__(self, position: int, team: Team, scenario: Scenario, luck: StageLuck):
        stage = scenario.process[position]
        self.position = position
        self.team = team
        self.admin_hours = stage.admin_hours
        self.gap_days = stage.gap_days
        self.travel = None if luck.travel is None else _readable(luck.travel)
        self.patience = None if luck.patience is None else _readable(luck.patience)
        self.visits = None if luck.visits is None else luck.visits.data
        self.result = luck.result.data
        self.decision_days = None if luck.decision_days is None else _readable(luck.decision_days)
        self._before_the_last = stage.before_the_last
        self._luck = luck
        self._efforts = [_readable(luck.effort(1))]

    def attempts(self, lead: int) -> range:
        """Numbers of the visits that the stage needs for a lead, from 1."""
        return ONCE if self.visits is None else range(1, self.visits[lead] + 1)

    def effort(self, attempt: int) -> Sequence[float]:
        """Hours of each lead's visit with this number; drawn when first needed."""
        while len(self._efforts) < attempt:
            self._efforts.append(_readable(self._luck.effort(len(self._efforts) + 1)))
        return self._efforts[attempt - 1]

    def visit_result(self, lead: int, attempt: int) -> Result:
        """How a visit ends; the stage's last visit ends with the stage's decision."""
        is_last = self.visits is None or attempt == self.visits[lead]
        return OPEN if is_last else self._before_the_last

    def has_paperwork(self, lead: int) -> bool:
        """Whether paperwork follows the stage's last visit; not if the lead never replied."""
        return self.admin_hours > 0 and self.result[lead] != NO_ANSWER
