"""What luck has in store for every lead at every stage, as arrays, under a scenario."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from salessim import rules
from salessim.market.leads import Leads, draw_leads
from salessim.market.luck import Purpose
from salessim.market.quantiles import is_random, quantile
from salessim.rules import Floats
from salessim.scenario import Scenario, Timeline
from salessim.scenario.blocks import Priority, Stage
from salessim.scenario.distributions import Distribution
from salessim.terms import Result

Array = TypeVar("Array", bound=NDArray[Any])


@dataclass(frozen=True)
class StageLuck:
    """One stage for every lead; arrays have one entry a lead, None stands for "does not act".

    Parameters
    ----------
    effort : function of int
        Working hours of each lead's visit of that number (from 1).
    travel : array of float or None
        Hours of travel that each visit takes on top.
    patience : array of float or None
        Working days after which a waiting lead goes cold.
    visits : array of int or None
        Visits that the stage takes: tries until the answer, or meetings; else 1.
    result : array of uint8
        `Result` of the stage: passed, or why not.
    decision_days : array of float or None
        Working days until the customer lets the result be known.
    """

    effort: Callable[[int], Floats]
    travel: Floats | None
    patience: Floats | None
    visits: NDArray[np.int64] | None
    result: NDArray[np.uint8]
    decision_days: Floats | None


class Market:
    """The leads of one run and their luck.

    Parameters
    ----------
    timeline : Timeline
        The scenario in force from each date on.
    seed, replication : int
        Each from 0 to 2**32 - 1.
    """

    def __init__(self, timeline: Timeline, seed: int, replication: int):
        self.leads: Leads = draw_leads(timeline, seed, replication)
        self._made: dict[Hashable, Any] = {}

    def owners(self, role: str, chairs: int) -> NDArray[np.int64]:
        """The chair that owns each lead in a role of so many people."""
        keys = self._once(("owner", role), lambda: self.leads.luck.words(Purpose.OWNER, role))
        return self._once(("owner", role, chairs), lambda: rules.owner_chairs(keys, chairs))

    def ranks(self, priority: Priority) -> Floats:
        """Rank of each lead at a desk, lower first; first ready is first where all are alike."""
        match priority:
            case "freshest":
                return -self.leads.arrived
            case "value":
                return -self.leads.value
        return np.zeros(len(self.leads))

    def stage(self, scenario: Scenario, position: int) -> StageLuck:
        """What luck has in store at a stage, under the scenario in force."""
        stage = scenario.process[position]
        tries, visits = self._visits(scenario, stage)
        result = self._result(scenario, position, tries)
        return StageLuck(
            effort=lambda visit: self._effort(scenario, stage, visit),
            travel=self._travel(scenario) if stage.travel and scenario.territories else None,
            patience=self._patience(stage),
            visits=visits,
            result=result,
            decision_days=self._decision_days(scenario, stage, result),
        )

    def _effort(self, scenario: Scenario, stage: Stage, visit: int) -> Floats:
        hours = self._amounts(stage.effort, Purpose.EFFORT, stage.name, visit)
        factor = self._of_segment(scenario, "effort")
        return hours if factor is None else hours * factor

    def _patience(self, stage: Stage) -> Floats | None:
        if stage.patience is None:
            return None
        return self._amounts(stage.patience, Purpose.PATIENCE, stage.name)

    def _amounts(
        self, distribution: Distribution, purpose: Purpose, stage: str, attempt: int = 1
    ) -> Floats:
        """Amounts of a distribution by the luck of a purpose; made once for all dates of a plan."""

        def make() -> Floats:
            if not is_random(distribution):
                return quantile(distribution, np.zeros(len(self.leads)))
            return quantile(distribution, self.leads.luck.uniform(purpose, stage, attempt))

        return self._once((distribution, purpose, stage, attempt), make)

    def _travel(self, scenario: Scenario) -> Floats:
        hours = np.array([t.travel_hours for t in scenario.territories.values()])
        return hours[self.leads.territory]

    def _visits(
        self, scenario: Scenario, stage: Stage
    ) -> tuple[Floats | None, NDArray[np.int64] | None]:
        """Tries that an answer would take, and visits that there will be."""
        cadence = stage.attempts
        if cadence is not None:
            luck = self._once(
                (Purpose.TRIES, stage.name),
                lambda: self.leads.luck.uniform(Purpose.TRIES, stage.name),
            )
            chance = rules.passing_chance(cadence.answer_probability, self._odds(scenario))
            tries = rules.tries_until_answer(luck, chance)
            return tries, np.minimum(tries, cadence.most).astype(np.int64)
        if stage.meeting_gap_days is not None:
            meetings = self._of_segment(scenario, "meetings")
            return None, None if meetings is None else meetings.astype(np.int64)
        return None, None

    def _result(self, scenario: Scenario, position: int, tries: Floats | None) -> NDArray[np.uint8]:
        stage = scenario.process[position]
        chance = rules.passing_chance(stage.pass_probability, self._odds(scenario))
        luck = self._once(
            (Purpose.DECISION, stage.name),
            lambda: self.leads.luck.uniform(Purpose.DECISION, stage.name),
        )
        opportunity = position >= scenario.opportunity_stage
        result = np.full(len(self.leads), Result.LOST if opportunity else Result.DISQUALIFIED)
        if opportunity and scenario.no_decision is not None:
            undecided = self._once(
                (Purpose.NO_DECISION, stage.name),
                lambda: self.leads.luck.uniform(Purpose.NO_DECISION, stage.name),
            )
            result[undecided < scenario.no_decision.share] = Result.NO_DECISION
        result[luck < chance] = Result.PASSED
        if stage.attempts is not None and tries is not None:
            result[tries > stage.attempts.most] = Result.NO_ANSWER
        return result.astype(np.uint8)

    def _decision_days(
        self, scenario: Scenario, stage: Stage, result: NDArray[np.uint8]
    ) -> Floats | None:
        if stage.customer_delay is None:
            return None
        days = self._amounts(stage.customer_delay, Purpose.DELAY, stage.name)
        factor = self._of_segment(scenario, "delay")
        if factor is not None:
            days = days * factor
        if scenario.no_decision is not None:
            days = np.where(result == Result.NO_DECISION, days * scenario.no_decision.delay, days)
        return days

    def _odds(self, scenario: Scenario) -> Floats:
        """What multiplies each lead's odds: its segment and its fit."""

        def make() -> Floats:
            return rules.odds_of_fit(self.leads.fit)

        fit = self._once("odds of fit", make)
        segment = self._of_segment(scenario, "odds")
        return fit if segment is None else fit * segment

    def _of_segment(self, scenario: Scenario, quantity: str) -> Floats | None:
        """A segment's number for each of its leads; None where it is 1 for all."""
        numbers = np.array([float(getattr(s, quantity)) for s in scenario.segments.values()])
        if (numbers == 1.0).all():
            return None
        return numbers[self.leads.segment]

    def _once(self, key: Hashable, make: Callable[[], Array]) -> Array:
        """What `make` makes, made once."""
        if key not in self._made:
            self._made[key] = make()
        made: Array = self._made[key]
        return made
