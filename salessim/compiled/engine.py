"""The department as one loop over a heap of events, compiled by numba.

Function by function it does what `department` does: `visit`, `paperwork` and `decided`
are the journey's steps, `take_over`, `begin`, `release` the desk's, `resize` the team's.
Events come in the same order of ties (`salessim.ties`).
"""

import numpy as np
from numba import njit
from numba.extending import register_jitable

from salessim import clock
from salessim.clock import end_of, opening_of
from salessim.compiled.sheet import (
    ABSENT,
    ASK_ATTEMPT,
    ASK_PERIOD,
    ASK_STAGE,
    AT_START,
    DECISIONS,
    DESKS,
    HEAP,
    KINDS,
    MOVES,
    NEXT,
    OWNER,
    PEOPLE,
    PERIOD,
    TERRITORY,
    UNDER_WAY,
    VISITS,
    Sheet,
    State,
)
from salessim.journal import NEVER, NO_TERRITORY, NOBODY
from salessim.rules import support_is_swamped
from salessim.terms import NO_ANSWER, OPEN, PASSED, WENT_COLD, Kind
from salessim.ties import Order, tie_key

# What the loop comes back with.
DONE, NEEDS_SPACE, NEEDS_LUCK = 0, 1, 2

WORK, ADMIN, SUPPORT = 0, 1, 2  # slots of a lead
KIND_OF_SLOT = (int(Kind.WORK), int(Kind.ADMIN), int(Kind.ADMIN))
ORDER_OF_SLOT = (int(Order.WORK), int(Order.ADMIN), int(Order.SUPPORT))
O_WINDOW, O_DOORS, O_PLAN = int(Order.WINDOW), int(Order.DOORS), int(Order.PLAN)
O_WORK, O_ADMIN, O_SUPPORT = ORDER_OF_SLOT
O_PAUSE, O_DECISION = int(Order.PAUSE), int(Order.DECISION)
O_ARRIVAL, O_PATIENCE = int(Order.ARRIVAL), int(Order.PATIENCE)
R_OPEN, R_PASSED = int(OPEN), int(PASSED)
R_NO_ANSWER, R_WENT_COLD = int(NO_ANSWER), int(WENT_COLD)

compiled = njit(cache=True, nogil=True)
for shared in (clock.first_from, opening_of, end_of, support_is_swamped, tie_key):
    register_jitable(shared)  # the very functions that the SimPy model calls


# The heap of events


@compiled
def at(state: State, time: float, key: int) -> None:
    """Put an event on the timetable."""
    times, keys = state.heap_time, state.heap_key
    place = state.n[HEAP]
    state.n[HEAP] = place + 1
    while place > 0:
        above = (place - 1) >> 2
        if times[above] < time or (times[above] == time and keys[above] <= key):
            break
        times[place], keys[place] = times[above], keys[above]
        place = above
    times[place], keys[place] = time, key


@compiled
def drop_first(state: State) -> None:
    """Take the first event from the timetable."""
    times, keys = state.heap_time, state.heap_key
    size = state.n[HEAP] - 1
    state.n[HEAP] = size
    time, key = times[size], keys[size]
    place = 0
    while True:
        least = 4 * place + 1
        if least >= size:
            break
        for other in range(least + 1, min(least + 4, size)):
            if times[other] < times[least] or (
                times[other] == times[least] and keys[other] < keys[least]
            ):
                least = other
        if time < times[least] or (time == times[least] and key <= keys[least]):
            break
        times[place], keys[place] = times[least], keys[least]
        place = least
    times[place], keys[place] = time, key


# What waits at a desk: a pairing heap of slots, in order of rank, readiness and key


@compiled
def before(sheet: Sheet, state: State, one: int, other: int) -> bool:
    """Whether one waiting visit is begun before another."""
    mine, theirs = sheet.rank[one // KINDS], sheet.rank[other // KINDS]
    if mine != theirs:
        return bool(mine < theirs)
    a, b = state.slot[one], state.slot[other]
    if a.ready != b.ready:
        return bool(a.ready < b.ready)
    return bool(a.key < b.key)


@compiled
def meld(sheet: Sheet, state: State, one: int, other: int) -> int:
    """Join two heaps; the root of both."""
    if one == ABSENT:
        return other
    if other == ABSENT:
        return one
    if before(sheet, state, other, one):
        one, other = other, one
    state.slot[other].sibling = state.slot[one].child
    state.slot[one].child = other
    return one


@compiled
def without_root(sheet: Sheet, state: State, root: int) -> int:
    """A heap without its root: its children joined in pairs, then from the last to the first."""
    pairs, child = ABSENT, state.slot[root].child
    while child != ABSENT:
        second = state.slot[child].sibling
        rest = ABSENT
        state.slot[child].sibling = ABSENT
        if second != ABSENT:
            rest = state.slot[second].sibling
            state.slot[second].sibling = ABSENT
            child = meld(sheet, state, child, second)
        state.slot[child].sibling = pairs
        pairs, child = child, rest
    joined = ABSENT
    while pairs != ABSENT:
        following = state.slot[pairs].sibling
        state.slot[pairs].sibling = ABSENT
        joined = meld(sheet, state, joined, pairs)
        pairs = following
    return joined


# The desk


@compiled
def count(state: State, desk: int, change: int) -> None:
    """Keep count of the visits present, and of its integral over time."""
    d, now = state.desk[desk], state.now[0]
    d.present_days += d.present * (now - d.counted_at)
    d.counted_at = now
    d.present += change


@compiled
def write(state: State, slot: int, person: int, started: float, ended: float) -> None:
    """Write down a visit."""
    v, s = state.visits[state.n[VISITS]], state.slot[slot]
    state.n[VISITS] += 1
    v.lead, v.stage, v.kind = slot // KINDS, s.stage, KIND_OF_SLOT[slot % KINDS]
    v.attempt, v.result, v.desk, v.person = s.attempt, s.result, s.desk, person
    v.ready, v.started, v.ended, v.hours, v.travel = s.ready, started, ended, s.hours, s.travel


@compiled
def begin(sheet: Sheet, state: State, slot: int, person: int) -> None:
    """Let someone work on a visit, and put its end on the timetable."""
    s = state.slot[slot]
    days = s.hours / sheet.hours_per_day[state.desk[s.desk].role]
    started = state.now[0]
    if len(sheet.holidays):
        started = opening_of(sheet.holidays, started)
        ended = end_of(sheet.holidays, started, days)
    else:
        ended = started + days
    s.person = person
    at(state, ended, s.key)
    write(state, slot, person, started, ended)


@compiled
def out_of_queue(state: State, slot: int) -> None:
    """Leave a visit out of the hours that wait."""
    d = state.desk[state.slot[slot].desk]
    d.length -= 1
    d.queued_hours = d.queued_hours - state.slot[slot].hours if d.length else 0.0


@compiled
def take_over(sheet: Sheet, state: State, slot: int, desk: int) -> None:
    """Have a visit at a desk from now on."""
    d, s = state.desk[desk], state.slot[slot]
    s.desk = desk
    count(state, desk, 1)
    if d.first_idle != ABSENT and d.open:
        person = d.first_idle
        d.first_idle = state.person[person].next_idle
        state.person[person].idle = False
        begin(sheet, state, slot, person)
    else:
        s.child = s.sibling = ABSENT
        d.waiting = meld(sheet, state, d.waiting, slot)
        d.length += 1
        d.queued_hours += s.hours


@compiled
def release(sheet: Sheet, state: State, person: int, desk: int) -> None:
    """Let someone go on to what waits, or be idle, or leave."""
    p, d = state.person[person], state.desk[desk]
    if p.leaving:
        state.people[person].left = state.now[0]
        return
    while d.waiting != ABSENT and d.open:
        slot = d.waiting
        d.waiting = without_root(sheet, state, slot)
        if not state.slot[slot].cold:
            out_of_queue(state, slot)
            begin(sheet, state, slot, person)
            return
    p.idle, p.next_idle = True, ABSENT
    if d.first_idle == ABSENT:
        d.first_idle = person
    else:
        state.person[d.last_idle].next_idle = person
    d.last_idle = person


@compiled
def lose_patience(state: State, slot: int) -> None:
    """Let a lead go cold, if it still waits."""
    s = state.slot[slot]
    count(state, s.desk, -1)
    s.cold = True
    out_of_queue(state, slot)
    write(state, slot, NOBODY, NEVER, state.now[0])
    at(state, state.now[0], s.key)


@compiled
def leave(sheet: Sheet, state: State, person: int, desk: int) -> None:
    """Let someone go: at once if idle, else when the work at hand is done."""
    state.person[person].leaving = True
    if not state.person[person].idle:
        return
    d, last = state.desk[desk], ABSENT
    other = d.first_idle
    while other != person:
        last, other = other, state.person[other].next_idle
    following = state.person[person].next_idle
    if last == ABSENT:
        d.first_idle = following
    else:
        state.person[last].next_idle = following
    if following == ABSENT:
        d.last_idle = last
    release(sheet, state, person, desk)


@compiled
def take_waiting(sheet: Sheet, state: State, desk: int) -> np.ndarray:
    """Hand over all that waits, in the order in which it would be begun."""
    d = state.desk[desk]
    waiting = np.empty(d.length, np.int64)
    found = 0
    while d.waiting != ABSENT:
        slot = d.waiting
        d.waiting = without_root(sheet, state, slot)
        if not state.slot[slot].cold:
            waiting[found] = slot
            found += 1
    d.length, d.queued_hours = 0, 0.0
    count(state, desk, -found)
    return waiting[:found]


@compiled
def hand_over(sheet: Sheet, state: State, desk: int) -> None:
    """Give what waits at a desk to those whose it is now."""
    for slot in take_waiting(sheet, state, desk):
        s, lead = state.slot[slot], slot // KINDS
        to = desk_of(sheet, state, sheet.stage_role[s.stage], lead)
        m = state.moves[state.n[MOVES]]
        state.n[MOVES] += 1
        m["visit_ready"], m["lead"], m["at"] = s.ready, lead, state.now[0]
        m["from"], m["to"] = desk, to
        take_over(sheet, state, slot, to)


# The team


@compiled
def new_desk(sheet: Sheet, state: State, role: int) -> int:
    """Make a desk for a role."""
    desk = state.n[DESKS]
    state.n[DESKS] += 1
    d, now = state.desk[desk], state.now[0]
    d.role, d.counted_at = role, now
    d.waiting = d.first_idle = d.last_idle = ABSENT
    d.open = opening_of(sheet.holidays, now) == now
    return int(desk)


@compiled
def desk_of(sheet: Sheet, state: State, role: int, lead: int) -> int:
    """The desk at which a role works on a lead."""
    if sheet.assignment[role] == TERRITORY:
        return state.desk_of_territory[role, sheet.territory[lead]]
    if sheet.assignment[role] != OWNER or not state.chairs[role]:
        return state.desk_of_territory[role, 0]
    owner = state.owner_of[role, lead]
    if owner == ABSENT or owner >= state.chairs[role]:
        owner = sheet.owner[role, state.chairs[role], lead]
        state.owner_of[role, lead] = owner
    return state.desk_of_chair[role, owner]


@compiled
def fill(sheet: Sheet, state: State, role: int, chair: int) -> None:
    """Put someone on a chair, who has not begun to work yet."""
    territory = sheet.territory_of_chair[role, chair]
    if sheet.assignment[role] == OWNER:
        if state.desk_of_chair[role, chair] == ABSENT:
            first = state.desk_of_territory[role, 0]
            state.desk_of_chair[role, chair] = first if chair == 0 else new_desk(sheet, state, role)
    else:
        place = territory if territory != NO_TERRITORY else 0
        state.desk_of_chair[role, chair] = state.desk_of_territory[role, place]
    person = state.n[PEOPLE]
    state.n[PEOPLE] += 1
    p = state.people[person]
    p.role, p.chair, p.territory, p.hired = role, chair, territory, state.now[0]
    state.person_on[role, chair] = person
    state.chairs[role] = chair + 1


@compiled
def resize(sheet: Sheet, state: State, role: int, wanted: int) -> None:
    """Fill chairs up to a count, or empty those above it."""
    filled = state.chairs[role]
    owners = sheet.assignment[role] == OWNER
    if filled > wanted:
        state.chairs[role] = wanted
        for chair in range(wanted, filled):
            leave(sheet, state, state.person_on[role, chair], state.desk_of_chair[role, chair])
        if owners:
            for chair in range(wanted, filled):
                hand_over(sheet, state, state.desk_of_chair[role, chair])
    for chair in range(filled, wanted):
        fill(sheet, state, role, chair)
    if filled == 0 and wanted > 0 and owners:
        hand_over(sheet, state, state.desk_of_territory[role, 0])
    for chair in range(filled, wanted):
        release(sheet, state, state.person_on[role, chair], state.desk_of_chair[role, chair])


@compiled
def take_effect(sheet: Sheet, state: State, period: int) -> None:
    """Let a period of the plan be in force from now on."""
    state.n[PERIOD] = period
    for role in range(len(sheet.assignment)):
        resize(sheet, state, role, sheet.people[period, role])
    if sheet.support != ABSENT and not state.chairs[sheet.support]:
        hand_over(sheet, state, state.desk_of_territory[sheet.support, 0])


# The journey


@compiled
def visit(sheet: Sheet, state: State, lead: int, stage: int, attempt: int) -> None:
    """Work on a lead at a stage."""
    period, slot = state.period[lead], lead * KINDS + WORK
    s = state.slot[slot]
    s.hours, s.travel = sheet.amounts[sheet.effort_at[period, stage, attempt - 1] + lead], 0.0
    if sheet.travel_at[period, stage] != ABSENT:
        s.travel = sheet.amounts[sheet.travel_at[period, stage] + lead]
        s.hours += s.travel
    is_last = attempt >= visits_of(sheet, period, stage, lead)
    s.result = R_OPEN if is_last else sheet.before_the_last[period, stage]
    result = sheet.results[sheet.result_at[period, stage] + lead]
    s.stays = is_last and sheet.admin_hours[period, stage] > 0 and result != R_NO_ANSWER
    s.stage, s.attempt, s.person, s.cold = stage, attempt, NOBODY, False
    s.key, s.ready = tie_key(O_WORK, lead, stage, attempt), state.now[0]
    take_over(sheet, state, slot, desk_of(sheet, state, sheet.stage_role[stage], lead))
    patience = sheet.patience_at[period, stage]
    if patience != ABSENT and s.person == NOBODY:
        key = tie_key(O_PATIENCE, lead, stage, attempt)
        at(state, s.ready + sheet.amounts[patience + lead], key)


@compiled
def visits_of(sheet: Sheet, period: int, stage: int, lead: int) -> int:
    """Visits that a stage takes for a lead."""
    place = sheet.visits_at[period, stage]
    return 1 if place == ABSENT else int(sheet.counts[place + lead])


@compiled
def come_to(sheet: Sheet, state: State, lead: int, stage: int) -> None:
    """Begin a stage, as it is now."""
    state.period[lead] = state.n[PERIOD]
    visit(sheet, state, lead, stage, 1)


@compiled
def worked(sheet: Sheet, state: State, lead: int) -> None:
    """Go on after the work of a visit."""
    s, period = state.slot[lead * KINDS + WORK], state.period[lead]
    stage, attempt = int(s.stage), int(s.attempt)
    if s.cold:
        note(state, sheet, lead, stage, R_WENT_COLD)
        return
    if attempt < visits_of(sheet, period, stage, lead):
        key = tie_key(O_PAUSE, lead, stage, attempt + 1)
        at(state, state.now[0] + sheet.gap_days[period, stage], key)
        return
    result = int(sheet.results[sheet.result_at[period, stage] + lead])
    if result == R_NO_ANSWER:
        note(state, sheet, lead, stage, result)
    elif s.stays:
        paperwork(sheet, state, lead, stage, sheet.admin_hours[period, stage])
    else:
        customer_decides(sheet, state, lead, stage)


@compiled
def delegable(sheet: Sheet, state: State) -> float:
    """Share of a paperwork that goes to support now."""
    period = state.n[PERIOD]
    share = sheet.delegable[period]
    if np.isnan(share):
        return 0.0
    d = state.desk[state.desk_of_territory[sheet.support, 0]]
    swamped = support_is_swamped(
        d.queued_hours, state.chairs[sheet.support], sheet.hours_per_day[sheet.support],
        sheet.overflow_days[period],
    )  # fmt: skip
    return 0.0 if swamped else share


@compiled
def admin(state: State, lead: int, part: int, stage: int, hours: float) -> int:
    """A piece of paperwork; its slot."""
    slot = lead * KINDS + part
    s, work = state.slot[slot], state.slot[lead * KINDS + WORK]
    s.hours, s.travel, s.ready, s.stage, s.attempt = hours, 0.0, state.now[0], stage, work.attempt
    s.result, s.person, s.cold, s.stays = R_PASSED, NOBODY, False, False
    s.key = tie_key(ORDER_OF_SLOT[part], lead, stage, int(work.attempt))
    state.parts[lead] += 1
    return slot


@compiled
def paperwork(sheet: Sheet, state: State, lead: int, stage: int, hours: float) -> None:
    """Paperwork after work, by the seller and by support."""
    work = state.slot[lead * KINDS + WORK]
    seller, desk = work.person, work.desk
    delegated = hours * delegable(sheet, state)
    if delegated < hours:
        own = admin(state, lead, ADMIN, stage, hours - delegated)
        state.slot[own].desk = desk
        count(state, desk, 1)
        begin(sheet, state, own, seller)
    else:
        release(sheet, state, seller, desk)
    if delegated > 0:
        theirs = admin(state, lead, SUPPORT, stage, delegated)
        take_over(sheet, state, theirs, state.desk_of_territory[sheet.support, 0])


@compiled
def customer_decides(sheet: Sheet, state: State, lead: int, stage: int) -> None:
    """Wait until the customer lets the result be known, where that takes time."""
    place = sheet.decision_at[state.period[lead], stage]
    if place == ABSENT:
        decided(sheet, state, lead, stage)
    else:
        key = tie_key(O_DECISION, lead, stage, 0)
        at(state, state.now[0] + sheet.amounts[place + lead], key)


@compiled
def decided(sheet: Sheet, state: State, lead: int, stage: int) -> None:
    """Go on after the customer's decision."""
    result = int(sheet.results[sheet.result_at[state.period[lead], stage] + lead])
    note(state, sheet, lead, stage, result)
    if result == R_PASSED and stage + 1 < len(sheet.stage_role):
        come_to(sheet, state, lead, stage + 1)


@compiled
def note(state: State, sheet: Sheet, lead: int, stage: int, result: int) -> None:
    """Write down what became of a lead at a stage."""
    if result != R_PASSED or stage == len(sheet.stage_role) - 1:
        state.n[UNDER_WAY] -= 1
    d = state.decisions[state.n[DECISIONS]]
    state.n[DECISIONS] += 1
    d.lead, d.stage, d.result, d.at = lead, stage, result, state.now[0]


# The run


@compiled
def furnish(sheet: Sheet, state: State, territories: int) -> None:
    """Make the desks, hire the first people, and hang up what is known beforehand."""
    for role in range(len(sheet.assignment)):
        places = territories if sheet.assignment[role] == TERRITORY else 1
        for place in range(places):
            state.desk_of_territory[role, place] = new_desk(sheet, state, role)
    take_effect(sheet, state, 0)
    at(state, 0.0, tie_key(O_WINDOW, 0, 0, 0))
    for number in range(1, len(sheet.plan_days)):
        at(state, sheet.plan_days[number], tie_key(O_PLAN, number - 1, 0, 0))
    for which in range(2):
        for when in sheet.doors[which]:
            if when >= state.now[0]:
                at(state, when, tie_key(O_DOORS, which, 0, 0))


@compiled
def advance(sheet: Sheet, state: State, until: float) -> int:
    """Let everything happen that comes before a moment; why the loop comes back."""
    leads, n = len(sheet.arrived), state.n
    while True:
        if lacks_space(state):
            return NEEDS_SPACE
        arrival = sheet.arrived[n[NEXT]] if n[NEXT] < leads else np.inf
        time, key = (state.heap_time[0], state.heap_key[0]) if n[HEAP] else (np.inf, 0)
        arrives = arrival < time or (arrival == time and key >> 56 > O_ARRIVAL)
        if min(arrival, time) >= until:
            return DONE
        if arrives:
            state.now[0] = arrival
            lead = n[NEXT]
            n[NEXT] += 1
            n[UNDER_WAY] += 1
            come_to(sheet, state, lead, 0)
            continue
        order, lead = key >> 56, (key >> 24) & 0xFFFFFFFF
        stage, attempt = (key >> 16) & 0xFF, key & 0xFFFF
        if order == O_PAUSE and not is_drawn(sheet, state, lead, stage, attempt):
            n[ASK_PERIOD], n[ASK_STAGE], n[ASK_ATTEMPT] = state.period[lead], stage, attempt
            return NEEDS_LUCK
        drop_first(state)
        state.now[0] = time
        happen(sheet, state, order, lead, stage, attempt)


@compiled
def happen(sheet: Sheet, state: State, order: int, lead: int, stage: int, attempt: int) -> None:
    """Let an event of the timetable happen."""
    if order == O_WORK:
        s = state.slot[lead * KINDS + WORK]
        if not s.cold:
            count(state, s.desk, -1)
            if not s.stays:
                release(sheet, state, s.person, s.desk)
        worked(sheet, state, lead)
    elif order in (O_ADMIN, O_SUPPORT):
        paper_is_done(sheet, state, lead, stage, ADMIN if order == O_ADMIN else SUPPORT)
    elif order == O_PAUSE:
        visit(sheet, state, lead, stage, attempt)
    elif order == O_DECISION:
        decided(sheet, state, lead, stage)
    elif order == O_PATIENCE:
        s = state.slot[lead * KINDS + WORK]
        if s.person == NOBODY and s.stage == stage and s.attempt == attempt:
            lose_patience(state, lead * KINDS + WORK)
    else:
        happen_to_all(sheet, state, order, lead)


@compiled
def paper_is_done(sheet: Sheet, state: State, lead: int, stage: int, part: int) -> None:
    """Go on when a part of the paperwork is done, once both are."""
    s = state.slot[lead * KINDS + part]
    count(state, s.desk, -1)
    release(sheet, state, s.person, s.desk)
    state.parts[lead] -= 1
    if not state.parts[lead]:
        customer_decides(sheet, state, lead, stage)


@compiled
def happen_to_all(sheet: Sheet, state: State, order: int, number: int) -> None:
    """The window opens, the plan has a date, the house closes or opens."""
    if order == O_PLAN:
        take_effect(sheet, state, number + 1)
        return
    if order == O_WINDOW:
        state.n[AT_START] = state.n[UNDER_WAY]
    for desk in range(state.n[DESKS]):
        if order == O_WINDOW:
            count(state, desk, 0)
            state.desk[desk].present_days = 0.0
        elif number == 0:
            state.desk[desk].open = False
        else:
            reopen(sheet, state, desk)


@compiled
def reopen(sheet: Sheet, state: State, desk: int) -> None:
    """Let the idle go on to what has come meanwhile."""
    d = state.desk[desk]
    d.open = True
    idle = 0
    person = d.first_idle
    while person != ABSENT:
        idle, person = idle + 1, state.person[person].next_idle
    for _ in range(idle):
        person = d.first_idle
        d.first_idle = state.person[person].next_idle
        state.person[person].idle = False
        release(sheet, state, person, desk)


@compiled
def is_drawn(sheet: Sheet, state: State, lead: int, stage: int, attempt: int) -> bool:
    """Whether the effort of a visit of that number lies there."""
    efforts = sheet.effort_at[state.period[lead], stage]
    return attempt <= len(efforts) and efforts[attempt - 1] != ABSENT


@compiled
def lacks_space(state: State) -> bool:
    """Whether the next event might not find room for what it writes: a whole house, at most."""
    n, house = state.n, len(state.person) + 8
    return bool(
        n[HEAP] + house >= len(state.heap_time)
        or n[VISITS] + house + n[UNDER_WAY] >= len(state.visits)  # so that books can be closed
        or n[DECISIONS] + 8 >= len(state.decisions)
        or n[MOVES] + 2 * n[UNDER_WAY] + 8 >= len(state.moves)
    )


@compiled
def close_books(sheet: Sheet, state: State) -> None:
    """Count to the end, and write down what still waits."""
    state.now[0] = sheet.end
    for desk in range(state.n[DESKS]):
        count(state, desk, 0)
        for slot in take_waiting(sheet, state, desk):
            write(state, slot, NOBODY, NEVER, NEVER)
