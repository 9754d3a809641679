"""The model arrays: a department and its random draws as flat arrays for the compiled engine."""

from typing import Any, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from salessim import rules
from salessim.clock import WorkClock
from salessim.journal import DECISION, DESK, MOVE, NEVER, NO_TERRITORY, PERSON, VISIT, Journal
from salessim.market import Market, StageDraws
from salessim.process import Fading, Itinerary, fading_at, itinerary
from salessim.rules import Floats
from salessim.scenario import Scenario, Timeline, trainings, vacancies
from salessim.scenario.blocks import OwnerRule
from salessim.terms import ENGINEER, SUPPORT

POOL, OWNER, TERRITORY = 0, 1, 2
ASSIGNMENTS = {"pool": POOL, "owner": OWNER, "territory": TERRITORY}
PARTS = 3  # of a visit: the stage's work, the seller's paperwork, support's paperwork
ABSENT = -1
Integers = NDArray[np.int64]


STAGE = np.dtype(
    [("role", "<i8"), ("first_step", "<i8"), ("admin_hours", "<f8"), ("gap_days", "<f8"),
     ("answer_probability", "<f8"), ("most_tries", "<i8"), ("undecided_delay", "<f8"),
     ("nurture_days", "<f8"), ("most_returns", "<i8"), ("travel_at", "<i8"), ("meetings_at", "<i8")]
)  # fmt: skip
# Where the draws of a passage through a stage start in the long arrays, or ABSENT; and how
# interest fades there, with a half-life of 0 where it doesn't.
DRAWN = np.dtype(
    [("patience_at", "<i8"), ("decision_at", "<i8"), ("odds_at", "<i8"), ("silence_at", "<i8"),
     ("hurdle_at", "<i8"), ("otherwise_at", "<i8"), ("returns_at", "<i8"),
     ("interest_half_life", "<f8"), ("interest_floor", "<f8")]
)  # fmt: skip
STEP = np.dtype([("does", "<i4"), ("what", "<i4"), ("yes", "<i4"), ("no", "<i4")])
# Which role owns deals by which rule, from which stage on; ABSENT where none does.
DEALS = np.dtype([("role", "<i8"), ("stage", "<i8"), ("rule", "<i8")])
OWNER_RULES = {rule: number for number, rule in enumerate(get_args(OwnerRule))}
ROLE = np.dtype([("hours_per_day", "<f8"), ("assignment", "<i8")])
# A position that someone leaves; `end` is NaN where nobody succeeds them.
VACANCY = np.dtype([("role", "<i8"), ("position", "<i8"), ("begin", "<f8"), ("end", "<f8")])
TRAINING = np.dtype([("day", "<f8"), ("hours", "<f8"), ("role", "<i8")])
PERIOD = np.dtype([("day", "<f8"), ("delegable", "<f8"), ("overflow_days", "<f8")])


class Sheet(NamedTuple):
    """What doesn't change during a run.

    P periods of the plan, S stages, Q passages through one, R roles, L leads. Random draws are
    in long arrays; `..._at` says where those of a stage start, or is ABSENT if the stage
    doesn't use them.
    """

    arrived: Floats  # L
    rank: Floats  # L: order at a desk
    territory: Integers  # L
    inbound: NDArray[np.bool_]  # L
    needs_engineer: NDArray[np.bool_]  # L: at joint stages
    halvings: Floats  # `rules.HALVINGS`
    owner: Integers  # (R, C, L or 0): position that owns a lead, by number of positions
    stage: NDArray[np.void]  # (P, S)
    drawn: NDArray[np.void]  # (P, S, Q)
    step: NDArray[np.void]  # (P, steps): the itinerary of each period
    role: NDArray[np.void]  # R; hours_per_day are available hours
    period: NDArray[np.void]  # P; delegable is 0 without support
    people: Integers  # (P, R): positions
    vacancy: NDArray[np.void]  # in order of time
    training: NDArray[np.void]  # in order of time
    deals: NDArray[np.void]  # 1: who owns deals
    part: Integers  # L: part of the market that a deal wants a specialist for
    specialty: Integers  # C: that of each position of the role that owns deals
    territory_of_chair: Integers  # (R, C)
    support: int  # role, or ABSENT
    engineers: int  # role that joins visits, or ABSENT
    effort_at: Integers  # (P, S, Q, visits)
    amounts: Floats
    counts: Integers
    results: NDArray[np.uint8]
    holidays: Integers
    doors: Floats  # (2, closures): when the department closes, and reopens
    end: float


# What the engine returns: done, or which array needs more space, or that it found a fault.
DONE, HEAP, VISITS, DECISIONS, MOVES, FAULT = range(6)
GROWING = {HEAP: "heap", VISITS: "visits", DECISIONS: "decisions", MOVES: "moves"}

# What is wrong with the program where it can't go on.
UNKNOWN_STEP, NOT_DRAWN = 1, 2
FAULTS = {
    UNKNOWN_STEP: "the itinerary has a step that the compiled engine doesn't know",
    NOT_DRAWN: "a lead came to a visit for which nothing was drawn",
}

# Current time and counters; `happens` while the first event in the heap is being processed.
RUN = np.dtype(
    [("now", "<f8"), ("events", "<i8"), ("visits", "<i8"), ("decisions", "<i8"), ("moves", "<i8"),
     ("people", "<i8"), ("desks", "<i8"), ("next_lead", "<i8"), ("under_way", "<i8"),
     ("open_at_start", "<i8"), ("own_work", "<i8"), ("period", "<i8"), ("turn", "<i8"),
     ("fault", "<i8"), ("happens", "?")],
    align=True,
)  # fmt: skip
EVENT = np.dtype([("time", "<f8"), ("key", "<i8")])
# Where a lead stands in its journey: `period` is the plan's period in which it reached the stage,
# `began` when the first work there did, `passage` which time that is (from 0), `returns` how often
# it has come back, `silence` the chance that it would not have answered yet, `result` what was
# decided, and `parts` the pieces of paperwork that are not finished.
LEAD = np.dtype(
    [("silence", "<f8"), ("began", "<f8"), ("period", "<u2"), ("step", "<u2"), ("stage", "u1"),
     ("passage", "u1"), ("attempt", "u1"), ("returns", "u1"), ("result", "u1"), ("parts", "u1"),
     ("is_deal", "?")],
    align=True,
)  # fmt: skip
# A part of a lead's visit, or work of a person's own; `entry` is its place in the event log, once
# it is begun, and `engineer` the person who has joined it, if it is `joint`. `sibling` links what
# waits.
SLOT = np.dtype(
    [("hours", "<f8"), ("travel", "<f8"), ("ready", "<f8"), ("key", "<i8"), ("entry", "<i8"),
     ("lead", "<i4"), ("person", "<i4"), ("desk", "<i4"), ("child", "<i4"), ("sibling", "<i4"),
     ("engineer", "<i4"), ("stage", "u1"), ("passage", "u1"), ("attempt", "u1"), ("kind", "u1"),
     ("cold", "?"), ("joint", "?")],
    align=True,
)  # fmt: skip
DESK_STATE = np.dtype(
    [("queued_hours", "<f8"), ("present_days", "<f8"), ("counted_at", "<f8"), ("present", "<i8"),
     ("length", "<i8"), ("people", "<i4"), ("role", "<i4"), ("alone", "<i4"), ("joint", "<i4"),
     ("first_idle", "<i4"), ("last_idle", "<i4"), ("open", "?")],
    align=True,
)  # fmt: skip
# `own_work` is the slot of the first piece of work of their own that a person has not begun, and
# `learning` that of the one under way.
PERSON_STATE = np.dtype(
    [("next_idle", "<i4"), ("own_work", "<i4"), ("learning", "<i4"), ("leaving", "?"),
     ("idle", "?")],
    align=True,
)  # fmt: skip
CHAIR = np.dtype([("desk", "<i4"), ("person", "<i4")])


class State(NamedTuple):
    """What changes during a run. T territories, C positions in the largest team."""

    run: NDArray[np.void]  # 1
    heap: NDArray[np.void]
    lead: NDArray[np.void]  # L
    slot: NDArray[np.void]  # PARTS * L: work on each lead, then its paperwork; then people's own
    owner_of: NDArray[np.int32]  # (R, L or 0): position
    desk: NDArray[np.void]
    chair: NDArray[np.void]  # (R, C)
    chairs: Integers  # R: positions, empty ones among them
    filled: Integers  # R
    is_filled: NDArray[np.bool_]  # (R, C)
    open_deals: Integers  # C: of each position that owns deals
    desk_of_territory: NDArray[np.int32]  # (R, T)
    person: NDArray[np.void]
    visits: NDArray[np.void]
    decisions: NDArray[np.void]
    moves: NDArray[np.void]
    people: NDArray[np.void]


class Pile:
    """Concatenates arrays; an array that is added twice is stored once."""

    def __init__(self, dtype: str):
        self._dtype = dtype
        self._parts: list[NDArray[np.generic]] = []
        self._places: dict[int, int] = {}
        self._size = 0

    def lay(self, array: NDArray[np.generic] | None) -> int:
        """Add an array, and return where it starts; ABSENT for None."""
        if array is None:
            return ABSENT
        if id(array) not in self._places:
            self._places[id(array)] = self._size
            self._parts.append(array)  # keep a reference, so that no other array gets its id
            self._size += len(array)
        return self._places[id(array)]

    def whole(self) -> NDArray[Any]:
        """All arrays concatenated."""
        return np.concatenate([np.empty(0, self._dtype), *self._parts], dtype=self._dtype)


class Drawn:
    """The random draws of every period, stage and passage, concatenated."""

    def __init__(self, timeline: Timeline, market: Market):
        self._amounts, self._counts, self._results = Pile("<f8"), Pile("<i8"), Pile("u1")
        stages = range(len(timeline[0][1].process))
        passages = [market.most_passages(position) for position in stages]
        visits = [market.most_visits(position) for position in stages]
        shape = len(timeline), len(stages)
        self.travel_at = np.full(shape, ABSENT, np.int64)
        self.meetings_at = np.full(shape, ABSENT, np.int64)
        self.records = np.full((*shape, max(passages)), ABSENT, DRAWN)
        self.effort_at = np.full((*shape, max(passages), max(visits)), ABSENT, np.int64)
        for period, (_, scenario) in enumerate(timeline):
            for position in stages:
                for passage in range(passages[position]):
                    draws = market.stage(scenario, position, passage + 1)
                    place = period, position, passage
                    fading = fading_at(scenario, position, passage + 1)
                    self.records[place] = self._lay(draws, fading)
                    for visit in range(visits[position]):
                        self.effort_at[(*place, visit)] = self._amounts.lay(draws.effort(visit + 1))
                    self.travel_at[place[:2]] = self._amounts.lay(draws.travel)
                    self.meetings_at[place[:2]] = self._counts.lay(draws.meetings)
        self.amounts, self.counts = self._amounts.whole(), self._counts.whole()
        self.results = self._results.whole()

    def _lay(self, draws: StageDraws, fading: Fading | None) -> tuple[float, ...]:
        """The record of a passage, in the order of `DRAWN`."""
        amounts, results = self._amounts, self._results
        half_life, floor = (0.0, 0.0) if fading is None else (fading.half_life, fading.floor)
        return (
            amounts.lay(draws.patience), amounts.lay(draws.decision_days), amounts.lay(draws.odds),
            amounts.lay(draws.silence), amounts.lay(draws.hurdle), results.lay(draws.otherwise),
            results.lay(draws.returns), half_life, floor,
        )  # fmt: skip


def sheet_of(timeline: Timeline, market: Market) -> Sheet:
    """The constant model arrays of a department and its random draws."""
    scenarios = [scenario for _, scenario in timeline]
    itineraries = [itinerary(scenario) for scenario in scenarios]
    first, leads = scenarios[0], market.leads
    roles = list(first.team)
    people = np.array([[s.team[r].count for r in roles] for s in scenarios], np.int64)
    working = WorkClock.of(first.calendar.start, first.calendar.holidays)
    role, vacancy = _role_records(first), _vacancy_records(timeline, roles)
    drawn = market.once("luck laid down", lambda: Drawn(timeline, market))
    return Sheet(
        arrived=leads.arrived,
        rank=np.asarray(market.ranks(first.priority), float),
        territory=leads.territory,
        inbound=leads.inbound(first),
        needs_engineer=leads.need_engineer(first),
        halvings=rules.HALVINGS,
        owner=_owners(market, roles, role["assignment"], people, vacancy),
        stage=_stage_records(scenarios, itineraries, drawn),
        step=_step_records(itineraries),
        role=role,
        period=_period_records(timeline),
        people=people,
        vacancy=vacancy,
        training=_training_records(first, roles),
        deals=_deal_records(first, roles),
        part=leads.part(first.owner_rule),
        specialty=_specialties(first, int(people.max(initial=0))),
        territory_of_chair=_dealt(first, roles, role["assignment"], int(people.max(initial=0))),
        support=roles.index(SUPPORT) if SUPPORT in roles else ABSENT,
        engineers=roles.index(ENGINEER) if first.engineers else ABSENT,
        drawn=drawn.records,
        effort_at=drawn.effort_at,
        amounts=drawn.amounts,
        counts=drawn.counts,
        results=drawn.results,
        holidays=np.array(working.holidays, np.int64),
        doors=np.array(working.closures(), float).reshape(-1, 2).T.copy(),
        end=float(first.calendar.days),
    )


def _stage_records(
    scenarios: list[Scenario], itineraries: list[Itinerary], drawn: Drawn
) -> NDArray[np.void]:
    """A record for each period and stage."""
    roles = list(scenarios[0].team)
    records = np.zeros((len(scenarios), len(scenarios[0].process)), STAGE)
    records["travel_at"], records["meetings_at"] = drawn.travel_at, drawn.meetings_at
    for period, scenario in enumerate(scenarios):
        records[period]["first_step"] = itineraries[period].first
        if scenario.no_decision is not None:
            records[period]["undecided_delay"] = scenario.no_decision.delay
        if scenario.nurture is not None:
            records[period]["nurture_days"] = scenario.nurture.after_days
            records[period]["most_returns"] = scenario.nurture.most
        for number, stage in enumerate(scenario.process):
            record = records[period, number]
            record["role"] = roles.index(stage.role)
            record["admin_hours"], record["gap_days"] = stage.admin_hours, stage.gap_days
            if stage.attempts is not None:
                record["answer_probability"] = stage.attempts.answer_probability
                record["most_tries"] = stage.attempts.most
    return records


def _step_records(itineraries: list[Itinerary]) -> NDArray[np.void]:
    """A row for each period and a record for each of its steps; the longest decides the width."""
    most = max(len(one.steps) for one in itineraries)
    records = np.full((len(itineraries), most), ABSENT, STEP)
    for period, one in enumerate(itineraries):
        for number, step in enumerate(one.steps):
            records[period, number] = (step.does, step.what, step.yes, step.no)
    return records


def _deal_records(scenario: Scenario, roles: list[str]) -> NDArray[np.void]:
    """The one record of who owns deals."""
    record = np.full(1, ABSENT, DEALS)
    if scenario.owner_rule is not None and scenario.deal_role is not None:
        stage, rule = scenario.opportunity_stage, OWNER_RULES[scenario.owner_rule]
        record[0] = (roles.index(scenario.deal_role), stage, rule)
    return record


def _specialties(scenario: Scenario, most: int) -> Integers:
    """Part of the market that each position that owns deals is a specialist for."""
    weights = scenario.specialties()
    if not weights:
        return np.full(most, ABSENT, np.int64)
    return np.fromiter(rules.deal_chairs(weights), np.int64, most)


def _role_records(scenario: Scenario) -> NDArray[np.void]:
    """A record for each role."""
    records = np.zeros(len(scenario.team), ROLE)
    for number, role in enumerate(scenario.team):
        records[number]["assignment"] = ASSIGNMENTS[scenario.assignment_of(role)]
        records[number]["hours_per_day"] = scenario.available_hours(role)
    return records


def _period_records(timeline: Timeline) -> NDArray[np.void]:
    """A record for each date of the plan, the first being the start of the run."""
    records = np.zeros(len(timeline), PERIOD)
    for number, (day, scenario) in enumerate(timeline):
        records[number]["day"] = day
        if scenario.support is not None:
            records[number]["delegable"] = scenario.support.delegable
            records[number]["overflow_days"] = scenario.support.overflow_days
    return records


def _vacancy_records(timeline: Timeline, roles: list[str]) -> NDArray[np.void]:
    """A record for each position that someone leaves."""
    records = [
        (roles.index(one.role), one.position, one.begin, one.end if one.refilled else NEVER)
        for one in vacancies(timeline)
    ]
    return np.array(records, VACANCY)


def _training_records(scenario: Scenario, roles: list[str]) -> NDArray[np.void]:
    """A record for each day of training."""
    days = [(day, one.hours, roles.index(one.role)) for day, one in trainings(scenario)]
    return np.array(days, TRAINING)


def _owners(
    market: Market,
    roles: list[str],
    assignment: Integers,
    people: Integers,
    vacancy: NDArray[np.void],
) -> Integers:
    """Owner of each lead by role and number of positions; empty without owners."""
    if OWNER not in assignment:
        return np.zeros((len(roles), 0, 0), np.int64)
    owner = np.zeros((len(roles), int(people.max()) + 1, len(market.leads)), np.int64)
    for number, role in enumerate(roles):
        if assignment[number] == OWNER:
            counts = {int(count) for count in people[:, number]}
            if number in vacancy["role"]:  # leads of an empty position belong to one of the filled
                counts |= set(range(max(counts)))
            for count in counts - {0}:
                owner[number, count] = market.owners(role, count)
    return owner


def _dealt(scenario: Scenario, roles: list[str], assignment: Integers, most: int) -> Integers:
    """Territory of each position in each role."""
    dealt = np.full((len(roles), most), NO_TERRITORY, np.int64)
    for number, role in enumerate(roles):
        if assignment[number] == TERRITORY:
            deal = rules.deal_chairs(scenario.cover_weights(role))
            dealt[number] = [next(deal) for _ in range(most)]
        elif scenario.owner_rule == "territory" and role == scenario.deal_role:
            dealt[number] = _specialties(scenario, most)
    return dealt


def state_of(sheet: Sheet, territories: int, begin: float) -> State:
    """The state of a department before the first event."""
    leads, roles = len(sheet.arrived), len(sheet.role)
    most = max(1, int(sheet.people.max(initial=0)))
    hired = int(sheet.people[0].sum() + np.maximum(np.diff(sheet.people, axis=0), 0).sum())
    hired += int((~np.isnan(sheet.vacancy["end"])).sum())
    own_work = int(sheet.people.max(axis=0)[sheet.training["role"]].sum())
    owners = leads if OWNER in sheet.role["assignment"] else 0
    known = sheet.doors.size + len(sheet.period) + len(sheet.training)
    known += 2 * len(sheet.vacancy)
    state = State(
        run=np.zeros(1, RUN),
        heap=np.empty(1024 + 4 * hired + leads + known, EVENT),
        lead=np.zeros(leads, LEAD),
        slot=np.zeros(PARTS * leads + own_work, SLOT),
        owner_of=np.full((roles, owners), ABSENT, np.int32),
        desk=np.zeros(roles * max(1, territories, most), DESK_STATE),
        chair=np.full((roles, most), ABSENT, CHAIR),
        chairs=np.zeros(roles, np.int64),
        filled=np.zeros(roles, np.int64),
        is_filled=np.zeros((roles, most), np.bool_),
        open_deals=np.zeros(most, np.int64),
        desk_of_territory=np.full((roles, max(1, territories)), ABSENT, np.int32),
        person=np.zeros(max(1, hired), PERSON_STATE),
        visits=np.empty(1024 + 4 * hired + 8 * leads, VISIT),
        decisions=np.empty(1024 + 2 * leads, DECISION),
        moves=np.empty(1024, MOVE),
        people=np.empty(hired, PERSON),
    )
    state.run["now"] = begin
    state.people["left"] = NEVER
    state.person["own_work"] = state.person["learning"] = ABSENT
    return state


def with_more_space(state: State, lacks: int) -> State:
    """The same state, with twice the space for what the engine ran out of."""
    name = GROWING[lacks]
    larger: dict[str, Any] = {name: _twice(getattr(state, name))}
    return state._replace(**larger)


def _twice(array: NDArray[np.void]) -> NDArray[np.void]:
    return np.concatenate([array, np.empty_like(array)])


def journal_of(state: State) -> Journal:
    """The event log of a finished run, in the form that all engines share."""
    run = state.run[0]
    kept = state.desk[: run["desks"]]
    desks = np.empty(len(kept), DESK)
    desks["role"], desks["present_days"] = kept["role"], kept["present_days"]
    return Journal(
        visits=state.visits[: run["visits"]],
        decisions=state.decisions[: run["decisions"]],
        moves=state.moves[: run["moves"]],
        people=state.people[: run["people"]],
        desks=desks,
        open_at_start=int(run["open_at_start"]),
        open_at_end=int(run["under_way"]),
    )
