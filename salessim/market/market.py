"""What luck has in store for every lead at every stage, as arrays, under a scenario."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from salessim import rules
from salessim.market.leads import Integers, Leads, draw_leads
from salessim.market.luck import Luck, Purpose
from salessim.market.quantiles import is_random, quantile
from salessim.rules import Floats
from salessim.scenario import Scenario, Timeline
from salessim.scenario.blocks import Priority
from salessim.scenario.distributions import Distribution
from salessim.terms import Result

Array = TypeVar("Array", bound=NDArray[Any])
Made = TypeVar("Made")
KEPT = 20_000  # leads, up to which a market is kept for the next run: some 20 MB


@dataclass(frozen=True)
class StageLuck:
    """One stage for every lead; arrays have one entry a lead, None stands for "does not act".

    Amounts are NaN, and results open, for leads that can't come to the stage: those that
    pass an earlier one at no date of the plan. Nothing is drawn for them.

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
        self._scenarios = [scenario for _, scenario in timeline]
        self._made: dict[Hashable, Any] = {}

    def owners(self, role: str, chairs: int) -> NDArray[np.int64]:
        """The chair that owns each lead in a role of so many people."""
        keys = self.once(("owner", role), lambda: self.leads.luck.words(Purpose.OWNER, role))
        return self.once(("owner", role, chairs), lambda: rules.owner_chairs(keys, chairs))

    def ranks(self, priority: Priority) -> Floats:
        """Rank of each lead at a desk, lower first; first ready is first where all are alike."""
        match priority:
            case "freshest":
                return -self.leads.arrived
            case "value":
                return -self.leads.value
        return np.zeros(len(self.leads))

    def stage(self, scenario: Scenario, position: int) -> StageLuck:
        """What luck has in store at a stage, under one of the timeline's scenarios."""
        return self.once(
            ("stage", scenario.market_hash, position), lambda: self._stage(scenario, position)
        )

    def _stage(self, scenario: Scenario, position: int) -> StageLuck:
        stage = scenario.process[position]
        tries, visits = self._visits(scenario, position)
        result = self._result(scenario, position, tries)
        return StageLuck(
            effort=cache(lambda visit: self._effort(scenario, position, visit)),
            travel=self._travel(scenario) if stage.travel and scenario.territories else None,
            patience=self._patience(scenario, position),
            visits=visits,
            result=result,
            decision_days=self._decision_days(scenario, position, result),
        )

    def _comers(self, position: int, visit: int = 1) -> Integers:
        """Leads that may come to a visit of a stage, at some date of the plan."""

        def make() -> Integers:
            if visit > 1:
                came = self._comers(position, visit - 1)
                visits = [self.stage(s, position).visits for s in self._scenarios]
                goes_on = [v[came] >= visit for v in visits if v is not None]
            elif position > 0:
                came = self._comers(position - 1)
                results = [self.stage(s, position - 1).result for s in self._scenarios]
                goes_on = [result[came] == Result.PASSED for result in results]
            else:
                return np.arange(len(self.leads))
            return came[np.any(goes_on, axis=0)] if goes_on else came[:0]

        return self.once(("comers", position, visit), make)

    def _luck(self, purpose: Purpose, stage: str, position: int, visit: int = 1) -> Floats:
        """Luck of those who may come to a visit of a stage."""

        def make() -> Luck:
            return self.leads.luck.some(self._comers(position, visit))

        luck = self.once(("luck", position, visit), make)
        return self.once(
            (purpose, stage, position, visit), lambda: luck.uniform(purpose, stage, visit)
        )

    def _of_all(self, came: Integers, values: Array, otherwise: float) -> Array:
        """Values of some leads, and something else for all others."""
        if len(came) == len(self.leads):
            return values
        every = np.full(len(self.leads), otherwise, values.dtype)
        every[came] = values
        return cast("Array", every)

    def _effort(self, scenario: Scenario, position: int, visit: int) -> Floats:
        stage = scenario.process[position]
        hours = self._amounts(stage.effort, Purpose.EFFORT, stage.name, position, visit)
        factor = self._of_segment(scenario, "effort")
        return hours if factor is None else hours * factor

    def _patience(self, scenario: Scenario, position: int) -> Floats | None:
        stage = scenario.process[position]
        if stage.patience is None:
            return None
        return self._amounts(stage.patience, Purpose.PATIENCE, stage.name, position)

    def _amounts(
        self,
        distribution: Distribution,
        purpose: Purpose,
        stage: str,
        position: int,
        visit: int = 1,
    ) -> Floats:
        """Amounts of a distribution by the luck of a purpose; made once for all dates of a plan."""

        def make() -> Floats:
            came = self._comers(position, visit)
            random = is_random(distribution)
            luck = self._luck(purpose, stage, position, visit) if random else np.zeros(len(came))
            return self._of_all(came, quantile(distribution, luck), np.nan)

        return self.once((distribution, purpose, stage, position, visit), make)

    def _travel(self, scenario: Scenario) -> Floats:
        hours = np.array([t.travel_hours for t in scenario.territories.values()])
        return hours[self.leads.territory]

    def _visits(
        self, scenario: Scenario, position: int
    ) -> tuple[Floats | None, NDArray[np.int64] | None]:
        """Tries that an answer of each comer would take, and visits that there will be."""
        stage, came = scenario.process[position], self._comers(position)
        cadence = stage.attempts
        if cadence is not None:
            luck = self._luck(Purpose.TRIES, stage.name, position)
            odds = self._odds(scenario)[came]
            chance = rules.passing_chance(cadence.answer_probability, odds)
            tries = rules.tries_until_answer(luck, chance)
            visits = np.minimum(tries, cadence.most).astype(np.int64)
            return tries, self._of_all(came, visits, 1)
        if stage.meeting_gap_days is not None:
            if stage.meetings is not None:
                return None, np.full(len(self.leads), stage.meetings)
            meetings = self._of_segment(scenario, "meetings")
            return None, None if meetings is None else meetings.astype(np.int64)
        return None, None

    def _result(self, scenario: Scenario, position: int, tries: Floats | None) -> NDArray[np.uint8]:
        stage, came = scenario.process[position], self._comers(position)
        chance = rules.passing_chance(stage.pass_probability, self._odds(scenario)[came])
        luck = self._luck(Purpose.DECISION, stage.name, position)
        opportunity = position >= scenario.opportunity_stage
        lost = Result.LOST if opportunity else Result.DISQUALIFIED
        result = np.full(len(came), lost, np.uint8)
        if opportunity and scenario.no_decision is not None:
            undecided = self._luck(Purpose.NO_DECISION, stage.name, position)
            result[undecided < scenario.no_decision.share] = Result.NO_DECISION
        result[luck < chance] = Result.PASSED
        if stage.attempts is not None and tries is not None:
            result[tries > stage.attempts.most] = Result.NO_ANSWER
        return self._of_all(came, result, Result.OPEN)

    def _decision_days(
        self, scenario: Scenario, position: int, result: NDArray[np.uint8]
    ) -> Floats | None:
        stage = scenario.process[position]
        if stage.customer_delay is None:
            return None
        days = self._amounts(stage.customer_delay, Purpose.DELAY, stage.name, position)
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

        fit = self.once("odds of fit", make)
        segment = self._of_segment(scenario, "odds")
        return fit if segment is None else fit * segment

    def _of_segment(self, scenario: Scenario, quantity: str) -> Floats | None:
        """A segment's number for each of its leads; None where it is 1 for all."""
        numbers = np.array([float(getattr(s, quantity)) for s in scenario.segments.values()])
        if (numbers == 1.0).all():
            return None
        return numbers[self.leads.segment]

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` makes, made once."""
        if key not in self._made:
            self._made[key] = make()
        made: Made = self._made[key]
        return made


_last = threading.local()


def market_of(timeline: Timeline, seed: int, replication: int) -> Market:
    """A run's market: this thread's last one again, where only the department differs.

    Parameters
    ----------
    timeline : Timeline
        The scenario in force from each date on.
    seed, replication : int
        Each from 0 to 2**32 - 1.
    """
    key = (tuple((day, scenario.market_hash) for day, scenario in timeline), seed, replication)
    if getattr(_last, "key", None) != key:
        market = Market(timeline, seed, replication)
        if len(market.leads) > KEPT:
            return market
        _last.key, _last.market = key, market
    kept: Market = _last.market
    return kept
