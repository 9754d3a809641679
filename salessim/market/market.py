"""What is drawn in advance for every lead at every stage, as arrays, under a scenario.

Results are not among it: a lead has a *hurdle*, and the run decides whether what helps and
hurts it takes the lead over the hurdle (`rules.hurdle`).
"""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from salessim import rules
from salessim.market.leads import Integers, Leads, draw_leads
from salessim.market.luck import Luck, Purpose
from salessim.market.quantiles import is_random, quantile
from salessim.process import reach
from salessim.rules import Floats
from salessim.scenario import Scenario, Timeline
from salessim.scenario.blocks import Priority
from salessim.scenario.distributions import Distribution
from salessim.terms import Result

Array = TypeVar("Array", bound=NDArray[Any])
Made = TypeVar("Made")
Flags = NDArray[np.bool_]
ROUNDING = 1e-9  # by which an engine that decides step by step may differ from a formula
KEPT = 20_000  # leads, up to which a market is kept for the next run: some 20 MB


class Passage(NamedTuple):
    """A time that leads go through a stage: the stage's position, and which time, from 1."""

    position: int
    number: int = 1


@dataclass(frozen=True)
class StageDraws:
    """A passage through a stage for every lead, in arrays with one entry a lead.

    None stands for "does not act".

    Amounts and hurdles are NaN, and `otherwise` is open, for leads that can't come to the
    stage: nothing is drawn for them.

    Parameters
    ----------
    effort : function of int
        Working hours of each lead's visit of that number (from 1).
    travel : array of float or None
        Hours of travel that each visit takes on top.
    patience : array of float or None
        Working days after which a waiting lead goes cold.
    meetings : array of int or None
        Meetings that the stage takes; else it takes one visit, or tries.
    odds : array of float
        What the lead itself multiplies its odds by: its segment and its fit.
    silence : array of float or None
        The try is answered that brings the chance of no answer so far down to this number;
        None where a stage has no tries.
    hurdle : array of float
        The factor on the odds above which the lead passes; 1 where nothing acts.
    otherwise : array of uint8
        `Result` of a lead that doesn't pass.
    returns : array of bool or None
        Whether a lead that doesn't pass will be back.
    decision_days : array of float or None
        Working days until the customer lets the result be known; a customer who never
        decides takes longer.
    """

    effort: Callable[[int], Floats]
    travel: Floats | None
    patience: Floats | None
    meetings: NDArray[np.int64] | None
    odds: Floats
    silence: Floats | None
    hurdle: Floats
    otherwise: NDArray[np.uint8]
    returns: Flags | None
    decision_days: Floats | None


class Market:
    """The leads of one run and their random draws.

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

    def stage(self, scenario: Scenario, position: int, passage: int = 1) -> StageDraws:
        """What is drawn for a passage through a stage, under one of the timeline's scenarios."""
        at = Passage(position, passage)
        return self.once(("stage", scenario.market_hash, at), lambda: self._stage(scenario, at))

    def most_passages(self, position: int) -> int:
        """How often a lead may go through a stage, at some date of the plan."""
        passages = 1
        while len(self._reachable(Passage(position, passages + 1))):
            passages += 1
        return passages

    def most_visits(self, position: int) -> int:
        """Visits that one passage through a stage may take, at some date of the plan."""
        visits = 1
        for passage in range(1, self.most_passages(position) + 1):
            while len(self._reachable(Passage(position, passage), visits + 1)):
                visits += 1
        return visits

    def _stage(self, scenario: Scenario, at: Passage) -> StageDraws:
        stage = scenario.process[at.position]
        return StageDraws(
            effort=cache(lambda visit: self._effort(scenario, at, visit)),
            travel=self._travel(scenario) if stage.travel and scenario.territories else None,
            patience=self._patience(scenario, at),
            meetings=self._meetings(scenario, at),
            odds=self._odds(scenario, at),
            silence=self._silence(scenario, at),
            hurdle=self._hurdle(scenario, at),
            otherwise=self._otherwise(scenario, at),
            returns=self._returns(scenario, at),
            decision_days=self._decision_days(scenario, at),
        )

    # Which leads can come to a passage; nothing is drawn for others

    def _reachable(self, at: Passage, visit: int = 1) -> Integers:
        """Leads that can come to a visit, at some date of the plan."""

        def of_all_dates(came: Integers, can: Callable[[Scenario], Flags]) -> Integers:
            first, *others = self._scenarios
            able = can(first)
            for scenario in others:
                able = able | can(scenario)
            return came[able]

        def make() -> Integers:
            if visit > 1:
                came = self._reachable(at, visit - 1)
                return of_all_dates(came, lambda s: self._can_need(s, at, visit, came))
            if at.number > 1:
                before = Passage(at.position, at.number - 1)
                came = self._reachable(before)
                return of_all_dates(came, lambda s: self._can_return(s, before, came))
            if at.position == 0:
                return np.arange(len(self.leads))
            passing = []
            for number in range(1, self.most_passages(at.position - 1) + 1):
                before = Passage(at.position - 1, number)
                came = self._reachable(before)
                passing.append(of_all_dates(came, partial(self._can_pass, at=before, came=came)))
            return passing[0] if len(passing) == 1 else np.unique(np.concatenate(passing))

        return self.once(("reachable", at, visit), make)

    def _can_need(self, scenario: Scenario, at: Passage, visit: int, came: Integers) -> Flags:
        """Whether a stage can take leads a visit of that number."""
        draws = self.stage(scenario, *at)
        tries = scenario.process[at.position].attempts
        if draws.silence is not None and tries is not None:
            worst = draws.odds[came] * reach(scenario, *at)[0]
            silent = rules.silence_after(visit - 1, tries.answer_probability, worst)
            within = visit <= tries.most
            return np.asarray(within & (silent * (1.0 + ROUNDING) > draws.silence[came]))
        if draws.meetings is not None:
            return np.asarray(draws.meetings[came] >= visit)
        return np.zeros(len(came), np.bool_)

    def _can_pass(self, scenario: Scenario, at: Passage, came: Integers) -> Flags:
        """Whether leads can pass a stage."""
        draws = self.stage(scenario, *at)
        tries, most = scenario.process[at.position].attempts, reach(scenario, *at)[1]
        passes = draws.hurdle[came] < most * (1.0 + ROUNDING)
        if draws.silence is None or tries is None:
            return np.asarray(passes)
        best = draws.odds[came] * most
        silent = rules.silence_after(tries.most, tries.answer_probability, best)
        return np.asarray(passes & (silent * (1.0 - ROUNDING) <= draws.silence[came]))

    def _can_return(self, scenario: Scenario, at: Passage, came: Integers) -> Flags:
        """Whether leads can come back to a stage that they did not pass."""
        draws, nurture = self.stage(scenario, *at), scenario.nurture
        if draws.returns is None or nurture is None or at.number > nurture.most:
            return np.zeros(len(came), np.bool_)
        fails = draws.hurdle[came] >= reach(scenario, *at)[0] * (1.0 - ROUNDING)
        return np.asarray(fails & draws.returns[came])

    # What is drawn for those that can

    def _uniform(self, purpose: Purpose, stage: str, at: Passage, visit: int = 1) -> Floats:
        """Uniform numbers of those who can come to a visit of a stage."""

        def make() -> Luck:
            return self.leads.luck.some(self._reachable(at, visit))

        luck = self.once(("luck", at, visit), make)
        return self.once(
            (purpose, stage, at, visit), lambda: luck.uniform(purpose, stage, visit, at.number)
        )

    def _of_all(self, came: Integers, values: Array, otherwise: float) -> Array:
        """Values of some leads, and something else for all others."""
        if len(came) == len(self.leads):
            return values
        every = np.full(len(self.leads), otherwise, values.dtype)
        every[came] = values
        return cast("Array", every)

    def _effort(self, scenario: Scenario, at: Passage, visit: int) -> Floats:
        effort = scenario.process[at.position].effort
        return self._amounts(scenario, effort, Purpose.EFFORT, at, visit, of="effort")

    def _patience(self, scenario: Scenario, at: Passage) -> Floats | None:
        patience = scenario.process[at.position].patience
        if patience is None:
            return None
        return self._amounts(scenario, patience, Purpose.PATIENCE, at)

    def _amounts(
        self,
        scenario: Scenario,
        distribution: Distribution,
        purpose: Purpose,
        at: Passage,
        visit: int = 1,
        of: str | None = None,
    ) -> Floats:
        """Amounts of a distribution, by a purpose's draws, times a number of the lead's segment.

        Made once for all dates of a plan that agree on both.
        """
        stage = scenario.process[at.position].name
        factors = _numbers_of_segments(scenario, of) if of else ()

        def make() -> Floats:
            came = self._reachable(at, visit)
            random = is_random(distribution)
            drawn = self._uniform(purpose, stage, at, visit) if random else np.zeros(len(came))
            amounts, factor = quantile(distribution, drawn), self._of_segment(factors)
            if factor is not None:
                amounts *= factor[came]
            return self._of_all(came, amounts, np.nan)

        return self.once((distribution, purpose, stage, at, visit, factors), make)

    def _travel(self, scenario: Scenario) -> Floats:
        hours = np.array([t.travel_hours for t in scenario.territories.values()])
        return hours[self.leads.territory]

    def _meetings(self, scenario: Scenario, at: Passage) -> NDArray[np.int64] | None:
        """Meetings that a stage takes with each lead."""
        stage = scenario.process[at.position]
        if stage.meeting_gap_days is None:
            return None
        if stage.meetings is not None:
            return np.full(len(self.leads), stage.meetings)
        meetings = self._of_segment(_numbers_of_segments(scenario, "meetings"))
        return None if meetings is None else meetings.astype(np.int64)

    def _silence(self, scenario: Scenario, at: Passage) -> Floats | None:
        """Chance of no answer at which each lead answers."""
        stage = scenario.process[at.position]
        if stage.attempts is None:
            return None
        drawn = self._uniform(Purpose.TRIES, stage.name, at)
        return self._of_all(self._reachable(at), 1.0 - drawn, np.nan)

    def _hurdle(self, scenario: Scenario, at: Passage) -> Floats:
        """Factor on the odds above which each lead passes."""
        stage, came = scenario.process[at.position], self._reachable(at)
        drawn = self._uniform(Purpose.DECISION, stage.name, at)
        hurdle = rules.hurdle(drawn, stage.pass_probability, self._odds(scenario, at)[came])
        return self._of_all(came, hurdle, np.nan)

    def _otherwise(self, scenario: Scenario, at: Passage) -> NDArray[np.uint8]:
        """The outcome of each lead if it doesn't pass."""
        stage, came = scenario.process[at.position], self._reachable(at)
        opportunity = at.position >= scenario.opportunity_stage
        lost = Result.LOST if opportunity else Result.DISQUALIFIED
        result = np.full(len(came), lost, np.uint8)
        if opportunity and scenario.no_decision is not None:
            undecided = self._uniform(Purpose.NO_DECISION, stage.name, at)
            result[undecided < scenario.no_decision.share] = Result.NO_DECISION
        return self._of_all(came, result, Result.OPEN)

    def _returns(self, scenario: Scenario, at: Passage) -> Flags | None:
        """Whether each lead will be back, should it not pass."""
        stage, nurture = scenario.process[at.position], scenario.nurture
        if nurture is None:
            return None
        drawn = self._uniform(Purpose.NURTURE, stage.name, at)
        return self._of_all(self._reachable(at), drawn < nurture.share, False)

    def _decision_days(self, scenario: Scenario, at: Passage) -> Floats | None:
        """Working days that each customer takes to decide."""
        delay = scenario.process[at.position].customer_delay
        if delay is None:
            return None
        return self._amounts(scenario, delay, Purpose.DELAY, at, of="delay")

    def _odds(self, scenario: Scenario, at: Passage) -> Floats:
        """What multiplies each lead's odds: its segment, its fit, and that it came back."""
        factors = _numbers_of_segments(scenario, "odds")
        back = scenario.nurture.odds if scenario.nurture and at.number > 1 else None

        def make() -> Floats:
            odds, segment = rules.odds_of_fit(self.leads.fit), self._of_segment(factors)
            if segment is not None:
                odds *= segment
            return odds if back is None else odds * back

        return self.once(("odds", factors, back), make)

    def _of_segment(self, numbers: tuple[float, ...]) -> Floats | None:
        """The number of each lead's segment; None where it is 1 for all."""
        if all(number == 1.0 for number in numbers):
            return None
        return self.once(("of segment", numbers), lambda: np.array(numbers)[self.leads.segment])

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` makes, made once."""
        if key not in self._made:
            self._made[key] = make()
        made: Made = self._made[key]
        return made


def _numbers_of_segments(scenario: Scenario, quantity: str) -> tuple[float, ...]:
    return tuple(float(getattr(segment, quantity)) for segment in scenario.segments.values())


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
