"""A stage of the process during a run: who works on it, and what was drawn for the leads there."""

from collections.abc import Sequence

from salessim.department.team import Team
from salessim.market import StageDraws
from salessim.process import Step, fading_at
from salessim.rules import Floats
from salessim.scenario import Scenario
from salessim.terms import DECIDED_AGAINST, Result


def _readable(array: Floats | None) -> Sequence[float] | None:
    """An array as a sequence of Python numbers, which are faster to read one at a time."""
    return None if array is None else array.data


class StageAtWork:
    """A passage through a stage under one scenario; a plan replaces it with another.

    Parameters
    ----------
    position : int
        Index of the stage in the process.
    passage : int
        Which time leads go through it, from 1.
    team : Team
        Who works on it.
    scenario : Scenario
        The scenario that applies from now on.
    steps : sequence of Step
        The itinerary of the whole process under that scenario.
    draws : StageDraws
        What was drawn for every lead for this passage under this scenario.
    """

    def __init__(
        self,
        position: int,
        passage: int,
        team: Team,
        scenario: Scenario,
        steps: Sequence[Step],
        draws: StageDraws,
    ):
        stage = scenario.process[position]
        self.position = position
        self.team = team
        self.steps = steps
        self.admin_hours = stage.admin_hours
        self.gap_days = stage.gap_days
        self.answer_probability = stage.attempts.answer_probability if stage.attempts else 1.0
        self.most_tries = stage.attempts.most if stage.attempts else 1
        self.interest = fading_at(scenario, position, passage)
        self.nurture_days = scenario.nurture.after_days if scenario.nurture else 0.0
        self.odds: Sequence[float] = draws.odds.data
        self.silence = _readable(draws.silence)
        self.hurdle: Sequence[float] = draws.hurdle.data
        self.otherwise = draws.otherwise.data
        self.travel = _readable(draws.travel)
        self.patience = _readable(draws.patience)
        self._most_returns = scenario.nurture.most if scenario.nurture else 0
        self._undecided_delay = scenario.no_decision.delay if scenario.no_decision else 1.0
        self._decision_days = _readable(draws.decision_days)
        self._meetings = None if draws.meetings is None else draws.meetings.data
        self._returns = None if draws.returns is None else draws.returns.data
        self._draws = draws
        self._efforts: list[Sequence[float]] = []

    def effort(self, attempt: int) -> Sequence[float]:
        """Hours of each lead's visit with this number; drawn when first needed."""
        while len(self._efforts) < attempt:
            self._efforts.append(self._draws.effort(len(self._efforts) + 1).data)
        return self._efforts[attempt - 1]

    def meetings_with(self, lead: int) -> int:
        """How many meetings the stage takes with a lead."""
        return 1 if self._meetings is None else self._meetings[lead]

    def days_to_decide(self, lead: int, result: Result) -> float:
        """Working days until the customer lets a result be known."""
        assert self._decision_days is not None
        days = self._decision_days[lead]
        return days * self._undecided_delay if result == Result.NO_DECISION else days

    def comes_back(self, lead: int, result: Result, returns: int) -> bool:
        """Whether a lead that has come back so often so far does so again after a result."""
        return (
            result in DECIDED_AGAINST
            and returns < self._most_returns
            and self._returns is not None
            and bool(self._returns[lead])
        )
