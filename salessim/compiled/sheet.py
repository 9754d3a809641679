"""A department and its luck as flat arrays: what the compiled loop reads and writes."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from salessim import rules
from salessim.clock import WorkClock
from salessim.journal import DECISION, DESK, MOVE, NEVER, NO_TERRITORY, PERSON, VISIT
from salessim.market import Market, StageLuck
from salessim.rules import Floats
from salessim.scenario import Scenario, Timeline
from salessim.scenario.checks import cover_weight
from salessim.terms import NO_ANSWER, PASSED, SUPPORT

POOL, OWNER, TERRITORY = 0, 1, 2
KINDS = 3  # slots of a lead: the stage's work, the seller's paperwork, support's
ABSENT = -1

Integers = NDArray[np.int64]


class Sheet(NamedTuple):
    """What does not change in a run. P periods of the plan, S stages, R roles, L leads.

    Luck lies in long arrays; `..._at` says where a stage's begins, ABSENT where it does
    not act.
    """

    arrived: Floats  # L
    rank: Floats  # L: order at a desk
    territory: Integers  # L
    owner: Integers  # (R, C, L or 0): the chair that owns a lead when so many are filled
    assignment: Integers  # R: POOL, OWNER or TERRITORY
    stage_role: Integers  # S
    hours_per_day: Floats  # R: available
    people: Integers  # (P, R): chairs that are filled
    territory_of_chair: Integers  # (R, C)
    admin_hours: Floats  # (P, S)
    gap_days: Floats  # (P, S)
    before_the_last: Integers  # (P, S): result of a visit that is not the stage's last
    delegable: Floats  # P: NaN without support
    overflow_days: Floats  # P
    support: int  # role, or ABSENT
    amounts: Floats
    effort_at: Integers  # (P, S, attempts drawn so far)
    travel_at: Integers  # (P, S)
    patience_at: Integers  # (P, S)
    decision_at: Integers  # (P, S)
    counts: Integers
    visits_at: Integers  # (P, S)
    results: NDArray[np.uint8]
    result_at: Integers  # (P, S)
    holidays: Integers
    doors: Floats  # (2, closures): when the house closes, and opens again
    plan_days: Floats  # P: the first is the beginning
    end: float


class State(NamedTuple):
    """What changes in a run."""

    now: Floats  # 1
    n: Integers  # counters, by the names below
    heap_time: Floats
    heap_key: Integers
    period: NDArray[np.int32]  # L: of the stage that the lead is at
    parts: NDArray[np.int8]  # L: of paperwork, still to be done
    slot: NDArray[np.void]  # KINDS * L
    owner_of: NDArray[np.int32]  # (R, L or 0): chair
    desk: NDArray[np.void]
    desk_of_chair: NDArray[np.int32]  # (R, C)
    desk_of_territory: NDArray[np.int32]  # (R, T)
    person: NDArray[np.void]
    person_on: NDArray[np.int32]  # (R, C)
    chairs: Integers  # R: filled
    visits: NDArray[np.void]
    decisions: NDArray[np.void]
    moves: NDArray[np.void]
    people: NDArray[np.void]


# Counters in State.n
HEAP, VISITS, DECISIONS, MOVES, PEOPLE, DESKS, UNDER_WAY, NEXT, AT_START, PERIOD, ASK_STAGE, \
    ASK_PERIOD, ASK_ATTEMPT, COUNTERS = range(14)  # fmt: skip

SLOT = np.dtype(
    [("hours", "<f8"), ("travel", "<f8"), ("ready", "<f8"), ("key", "<i8"), ("person", "<i4"),
     ("desk", "<i4"), ("child", "<i4"), ("sibling", "<i4"), ("stage", "u1"), ("attempt", "u1"),
     ("result", "u1"), ("cold", "?"), ("stays", "?")],
    align=True,
)  # fmt: skip
DESK_STATE = np.dtype(
    [("queued_hours", "<f8"), ("present_days", "<f8"), ("counted_at", "<f8"), ("present", "<i8"),
     ("length", "<i8"), ("role", "<i4"), ("waiting", "<i4"), ("first_idle", "<i4"),
     ("last_idle", "<i4"), ("open", "?")],
    align=True,
)  # fmt: skip
PERSON_STATE = np.dtype([("next_idle", "<i4"), ("leaving", "?"), ("idle", "?")], align=True)


class Pile:
    """Arrays laid one after the other; the same one is laid down once."""

    def __init__(self, dtype: str):
        self._dtype = dtype
        self._parts: list[NDArray[np.generic]] = []
        self._places: dict[int, int] = {}
        self._size = 0

    def lay(self, array: NDArray[np.generic] | None) -> int:
        """Where an array begins; ABSENT for none."""
        if array is None:
            return ABSENT
        if id(array) not in self._places:
            self._places[id(array)] = self._size
            self._parts.append(array)  # kept, so that its id stays its own
            self._size += len(array)
        return self._places[id(array)]

    def whole(self) -> NDArray[Any]:
        """All arrays as one."""
        return np.concatenate([np.empty(0, self._dtype), *self._parts]).astype(self._dtype)


class Drawer:
    """The luck of every period and stage, laid down; later attempts when they are asked for."""

    def __init__(self, timeline: Timeline, market: Market):
        scenarios = [scenario for _, scenario in timeline]
        self._luck: list[list[StageLuck]] = [
            [market.stage(scenario, s) for s in range(len(scenario.process))]
            for scenario in scenarios
        ]
        self._amounts, self._counts, self._results = Pile("<f8"), Pile("<i8"), Pile("u1")
        shape = (len(scenarios), len(scenarios[0].process), 1)
        self.effort_at = np.full(shape, ABSENT, dtype=np.int64)
        for period in range(shape[0]):
            for stage in range(shape[1]):
                self.draw(period, stage, 1)

    def draw(self, period: int, stage: int, attempt: int) -> None:
        """Lay down the efforts of visits of a number."""
        more = attempt - self.effort_at.shape[2]
        if more > 0:
            width = ((0, 0), (0, 0), (0, more))
            self.effort_at = np.pad(self.effort_at, width, constant_values=ABSENT)
        effort = self._luck[period][stage].effort(attempt)
        self.effort_at[period, stage, attempt - 1] = self._amounts.lay(effort)

    def places(self, pile: Pile, of: Callable[[StageLuck], NDArray[np.generic] | None]) -> Integers:
        """Where each period's and stage's array begins in a pile."""
        return np.array([[pile.lay(of(luck)) for luck in row] for row in self._luck], np.int64)

    def sheet_parts(self) -> dict[str, Any]:
        """The fields of a Sheet that hold luck."""
        places = {
            "effort_at": self.effort_at,
            "travel_at": self.places(self._amounts, lambda luck: luck.travel),
            "patience_at": self.places(self._amounts, lambda luck: luck.patience),
            "decision_at": self.places(self._amounts, lambda luck: luck.decision_days),
            "visits_at": self.places(self._counts, lambda luck: luck.visits),
            "result_at": self.places(self._results, lambda luck: luck.result),
        }
        return {
            **places,
            "amounts": self._amounts.whole(),
            "counts": self._counts.whole(),
            "results": self._results.whole(),
        }


def sheet_of(timeline: Timeline, market: Market, drawer: Drawer) -> Sheet:
    """A department and its luck as a sheet."""
    scenarios = [scenario for _, scenario in timeline]
    first, leads = scenarios[0], market.leads
    roles = list(first.team)
    people = np.array([[s.team[r].count for r in roles] for s in scenarios], np.int64)
    calendar = first.calendar
    clock = WorkClock.of(calendar.start, calendar.holidays)
    assignment = np.array([_assignment(first, role) for role in roles], np.int64)
    return Sheet(
        arrived=leads.arrived,
        rank=np.asarray(market.ranks(first.priority), float),
        territory=leads.territory,
        owner=_owners(market, roles, assignment, people),
        assignment=assignment,
        stage_role=np.array([roles.index(stage.role) for stage in first.process], np.int64),
        hours_per_day=np.array(
            [
                rules.available_hours_per_day(
                    calendar.hours_per_day,
                    first.team[role].internal_hours_per_week,
                    calendar.leave_days_per_year,
                )
                for role in roles
            ]
        ),
        people=people,
        territory_of_chair=_dealt(first, roles, assignment, int(people.max(initial=0))),
        admin_hours=np.array([[st.admin_hours for st in s.process] for s in scenarios], float),
        gap_days=np.array(
            [
                [
                    st.attempts.gap_days if st.attempts else st.meeting_gap_days or 0.0
                    for st in s.process
                ]
                for s in scenarios
            ],
            float,
        ),
        before_the_last=np.array(
            [[NO_ANSWER if st.attempts else PASSED for st in s.process] for s in scenarios],
            np.int64,
        ),
        delegable=np.array([s.support.delegable if s.support else np.nan for s in scenarios]),
        overflow_days=np.array([s.support.overflow_days if s.support else 0.0 for s in scenarios]),
        support=roles.index(SUPPORT) if SUPPORT in roles else ABSENT,
        holidays=np.array(clock.holidays, np.int64),
        doors=np.array(clock.closures(), float).reshape(-1, 2).T.copy(),
        plan_days=np.array([day for day, _ in timeline]),
        end=float(calendar.days),
        **drawer.sheet_parts(),
    )


def _assignment(scenario: Scenario, role: str) -> int:
    if role not in scenario.seller_roles or role == SUPPORT:
        return POOL
    words = {"pool": POOL, "owner": OWNER, "territory": TERRITORY}
    return words[scenario.assignment_of(role)]


def _owners(market: Market, roles: list[str], assignment: Integers, people: Integers) -> Integers:
    """Owner of each lead in each role when so many chairs are filled; empty without owners."""
    if OWNER not in assignment:
        return np.zeros((len(roles), 0, 0), np.int64)
    owner = np.zeros((len(roles), int(people.max()) + 1, len(market.leads)), np.int64)
    for number, role in enumerate(roles):
        if assignment[number] == OWNER:
            for count in {int(c) for c in people[:, number]} - {0}:
                owner[number, count] = market.owners(role, count)
    return owner


def _dealt(scenario: Scenario, roles: list[str], assignment: Integers, most: int) -> Integers:
    """Territory of each chair in each role."""
    dealt = np.full((len(roles), most), NO_TERRITORY, np.int64)
    blocks = [block.model_dump() for block in scenario.territories.values()]
    for number, role in enumerate(roles):
        if assignment[number] == TERRITORY:
            deal = rules.deal_chairs([cover_weight(block, role) for block in blocks])
            dealt[number] = [next(deal) for _ in range(most)]
    return dealt


def state_of(sheet: Sheet, territories: int, begin: float) -> State:
    """The state of a department before anything has happened."""
    leads, roles = len(sheet.arrived), len(sheet.assignment)
    most = max(1, sheet.people.shape[1] and int(sheet.people.max(initial=0)))
    hired = int(sheet.people[0].sum() + np.maximum(np.diff(sheet.people, axis=0), 0).sum())
    desks = roles * max(1, territories, most)
    slots = np.zeros(KINDS * leads, SLOT)
    owners = leads if OWNER in sheet.assignment else 0
    state = State(
        now=np.array([begin]),
        n=np.zeros(COUNTERS, np.int64),
        heap_time=np.empty(1024 + 4 * hired),
        heap_key=np.empty(1024 + 4 * hired, np.int64),
        period=np.zeros(leads, np.int32),
        parts=np.zeros(leads, np.int8),
        slot=slots,
        owner_of=np.full((roles, owners), ABSENT, np.int32),
        desk=np.zeros(desks, DESK_STATE),
        desk_of_chair=np.full((roles, most), ABSENT, np.int32),
        desk_of_territory=np.full((roles, max(1, territories)), ABSENT, np.int32),
        person=np.zeros(max(1, hired), PERSON_STATE),
        person_on=np.full((roles, most), ABSENT, np.int32),
        chairs=np.zeros(roles, np.int64),
        visits=np.empty(1024 + 4 * hired + 4 * leads, VISIT),
        decisions=np.empty(1024 + 2 * leads, DECISION),
        moves=np.empty(1024, MOVE),
        people=np.empty(hired, PERSON),
    )
    state.people["left"] = NEVER
    return state


def desks_of(state: State) -> NDArray[np.void]:
    """What each desk counted, as the journal has it."""
    desks = np.empty(int(state.n[DESKS]), DESK)
    kept = state.desk[: len(desks)]
    desks["role"], desks["present_days"] = kept["role"], kept["present_days"]
    return desks
