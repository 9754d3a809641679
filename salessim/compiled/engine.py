"""The department as a single loop over a heap of events, compiled by numba.

It does what `department` does, in the same order, and follows the same itinerary
(`salessim.process`): there, a journey is a generator; here, a lead has the number of the step
that it is at, and `go_on` takes it from there. `docs/architecture.md` shows which function
corresponds to which. Simultaneous events have the same order (`salessim.ties`).

All data is in arrays that the caller allocates. Nothing is allocated here, so numba doesn't
have to count references, which would take most of the time. Functions that run millions of
times are `hot`, that is, inlined. Inlining costs compile time, so each is called in only a few
places. Everything is called through `simulate`, the only function that is cached on disk.
"""

from collections.abc import Callable

import numpy as np
from numba import njit
from numba.extending import register_jitable
from numpy.typing import NDArray

from salessim import clock, jit
from salessim.clock import end_of, opening_of
from salessim.compiled.sheet import (
    ABSENT,
    DECISIONS,
    DONE,
    FAULT,
    HEAP,
    MOVES,
    NOT_DRAWN,
    OWNER,
    OWNER_RULES,
    TERRITORY,
    UNKNOWN_STEP,
    VISITS,
    Sheet,
    State,
)
from salessim.journal import NEVER, NO_STAGE, NO_TERRITORY, NOBODY
from salessim.process import END, NEXT_STAGE, SAME_STAGE, STAYS_OPEN, Does, Test, Wait, Work
from salessim.rules import (
    Floats,
    hours_each,
    interest_left,
    next_owner,
    read_curve,
    still_silent,
    support_is_swamped,
)
from salessim.source import digest_of_imports
from salessim.terms import DECIDED_AGAINST, OPEN, PASSED, Kind, Result
from salessim.ties import Order, tie_key

K_WORK, K_ADMIN = int(Kind.WORK), int(Kind.ADMIN)
K_TRAINING, K_JOINT = int(Kind.TRAINING), int(Kind.JOINT)
O_WINDOW, O_DOORS, O_PLAN = int(Order.WINDOW), int(Order.DOORS), int(Order.PLAN)
O_WORK, O_ADMIN, O_SUPPORT = int(Order.WORK), int(Order.ADMIN), int(Order.SUPPORT)
O_PAUSE, O_DECISION, O_RETURN = int(Order.PAUSE), int(Order.DECISION), int(Order.RETURN)
O_LEAVE, O_HIRE = int(Order.LEAVE), int(Order.HIRE)
O_TRAINING_DAY, O_TRAINING = int(Order.TRAINING_DAY), int(Order.TRAINING)
O_ARRIVAL, O_PATIENCE = int(Order.ARRIVAL), int(Order.PATIENCE)
R_OPEN, R_PASSED = int(OPEN), int(PASSED)
R_NO_ANSWER, R_NO_DECISION = int(Result.NO_ANSWER), int(Result.NO_DECISION)
AGAINST = tuple(int(result) for result in DECIDED_AGAINST)

D_WORK, D_RELEASE, D_FORK, D_WAIT = (
    int(Does.WORK),
    int(Does.RELEASE),
    int(Does.FORK),
    int(Does.WAIT),
)
D_TEST, D_DECIDE, D_SET, D_REVEAL = (
    int(Does.TEST),
    int(Does.DECIDE),
    int(Does.SET),
    int(Does.REVEAL),
)
IN_TURN, BY_CHANCE = OWNER_RULES["round_robin"], OWNER_RULES["random"]
W_PAUSE, W_CUSTOMER, W_NURTURE = int(Wait.PAUSE), int(Wait.CUSTOMER), int(Wait.NURTURE)
JOINT = int(Work.JOINT)
T_ANSWERED, T_TRIES_LEFT = int(Test.ANSWERED), int(Test.TRIES_LEFT)
T_MEETINGS_LEFT, T_COMES_BACK = int(Test.MEETINGS_LEFT), int(Test.COMES_BACK)


Records = NDArray[np.void]

# Numba's options: no wrappers for calls from Python, because only `simulate` needs one.
INSIDE = {"nogil": True, "_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
compiled = njit(**INSIDE)
hot = njit(forceinline=True, **INSIDE)
for shared in (
    clock.first_from, opening_of, end_of, hours_each, interest_left, next_owner, read_curve,
    still_silent, support_is_swamped, tie_key,
):  # fmt: skip
    register_jitable(shared)  # the same functions that the SimPy model calls


# The heap of events, with four children per node. The first event stays in the heap while it
# is processed, so that the first event it leads to can take its place.


@hot
def sooner(heap: Records, one: int, other: int) -> int:
    """Index of the earlier of two events; avoids a branch, which the processor would mispredict."""
    a, b = heap[one], heap[other]
    if a.time == b.time:
        return one if a.key < b.key else other
    return one + (other - one) * (b.time < a.time)


@compiled
def sink(heap: Records, size: int, time: float, key: int) -> None:
    """Replace the first event, and move the new one down below those that are earlier."""
    place = 0
    while True:
        child = 4 * place + 1
        if child + 3 < size:
            child = sooner(heap, sooner(heap, child, child + 1), sooner(heap, child + 2, child + 3))
        elif child < size:
            for other in range(child + 1, size):
                child = sooner(heap, child, other)
        else:
            break
        first = heap[child]
        if time < first.time or (time == first.time and key < first.key):
            break
        heap[place].time, heap[place].key = first.time, first.key
        place = child
    heap[place].time, heap[place].key = time, key


@compiled
def rise(heap: Records, place: int, time: float, key: int) -> None:
    """Add an event at the end, and move it up above those that are later."""
    while place > 0:
        above = (place - 1) >> 2
        other = heap[above]
        if other.time < time or (other.time == time and other.key < key):
            break
        heap[place].time, heap[place].key = other.time, other.key
        place = above
    heap[place].time, heap[place].key = time, key


@hot
def at(state: State, time: float, key: int) -> None:
    """Schedule an event."""
    run = state.run[0]
    if run.happens:
        run.happens = False
        sink(state.heap, run.events, time, key)
    else:
        rise(state.heap, run.events, time, key)
        run.events += 1


@hot
def drop_first(state: State) -> None:
    """Remove the event that was processed, unless another event has replaced it."""
    run = state.run[0]
    if run.happens:
        run.happens = False
        run.events -= 1
        last = state.heap[run.events]
        sink(state.heap, run.events, last.time, last.key)


# The queue of a desk: a pairing heap of slots, ordered by rank, ready time, and key


@compiled
def before(rank: Floats, slots: Records, one: int, other: int) -> bool:
    """Whether one waiting visit starts before another."""
    a, b = slots[one], slots[other]
    mine, theirs = rank[a.lead], rank[b.lead]
    if mine != theirs:
        return bool(mine < theirs)
    if a.ready != b.ready:
        return bool(a.ready < b.ready)
    return bool(a.key < b.key)


@compiled
def meld(rank: Floats, slots: Records, one: int, other: int) -> int:
    """Merge two heaps; returns the root of the result."""
    if one == ABSENT:
        return other
    if other == ABSENT:
        return one
    if before(rank, slots, other, one):
        one, other = other, one
    slots[other].sibling = slots[one].child
    slots[one].child = other
    return one


@compiled
def without_root(rank: Floats, slots: Records, root: int) -> int:
    """Remove the root of a heap: merge its children in pairs, then merge the pairs backward."""
    pairs, child = ABSENT, slots[root].child
    while child != ABSENT:
        second = slots[child].sibling
        rest = ABSENT
        slots[child].sibling = ABSENT
        if second != ABSENT:
            rest = slots[second].sibling
            slots[second].sibling = ABSENT
            child = meld(rank, slots, child, second)
        slots[child].sibling = pairs
        pairs, child = child, rest
    joined = ABSENT
    while pairs != ABSENT:
        following = slots[pairs].sibling
        slots[pairs].sibling = ABSENT
        joined = meld(rank, slots, joined, pairs)
        pairs = following
    return joined


@compiled
def without_cold(rank: Floats, slots: Records, root: int) -> int:
    """Remove visits that went cold from the root of a heap; returns the first that waits."""
    while root != ABSENT and slots[root].cold:
        root = without_root(rank, slots, root)
    return root


# The desk


@hot
def count(state: State, desk: int, change: int) -> None:
    """Update the number of visits present and its integral over time."""
    d, now = state.desk[desk], state.run[0].now
    d.present_days += d.present * (now - d.counted_at)
    d.counted_at = now
    d.present += change


@hot
def write(state: State, slot: int, person: int, started: float, ended: float) -> None:
    """Log a visit."""
    run, s = state.run[0], state.slot[slot]
    v, s.entry = state.visits[run.visits], run.visits
    run.visits += 1
    v.lead, v.stage, v.kind = s.lead, s.stage, s.kind
    v.attempt, v.result, v.desk, v.person = s.attempt, R_OPEN, s.desk, person
    v.passage = s.passage + 1
    v.ready, v.started, v.ended, v.hours, v.travel = s.ready, started, ended, s.hours, s.travel


@hot
def begin(sheet: Sheet, state: State, slot: int, person: int) -> None:
    """Let a person start a visit, and schedule its end."""
    s = state.slot[slot]
    days = s.hours / sheet.role[state.desk[s.desk].role].hours_per_day
    started = state.run[0].now
    if len(sheet.holidays):
        started = opening_of(sheet.holidays, started)
        ended = end_of(sheet.holidays, started, days)
    else:
        ended = started + days
    s.person = person
    at(state, ended, s.key)
    write(state, slot, person, started, ended)
    if s.joint:
        join(sheet, state, slot)


@compiled
def join(sheet: Sheet, state: State, slot: int) -> None:
    """Let the engineer who has been idle longest join a visit that a seller begins."""
    s, run = state.slot[slot], state.run[0]
    desk = engineer_desk(sheet, state)
    s.engineer = take_idle(state, desk)
    count(state, desk, 1)
    a_day = sheet.role[sheet.engineers].hours_per_day
    sellers = sheet.role[state.desk[s.desk].role].hours_per_day
    theirs, v = state.visits[s.entry], state.visits[run.visits]
    run.visits += 1
    v.lead, v.stage, v.kind = s.lead, s.stage, K_JOINT
    v.attempt, v.result, v.desk, v.person = s.attempt, R_OPEN, desk, s.engineer
    v.passage = theirs.passage
    v.ready, v.started, v.ended = s.ready, theirs.started, theirs.ended
    v.hours, v.travel = s.hours / sellers * a_day, s.travel / sellers * a_day


@hot
def engineer_desk(sheet: Sheet, state: State) -> int:
    """The desk of those who join visits."""
    return int(state.desk_of_territory[sheet.engineers, 0])


@hot
def lacks_engineer(sheet: Sheet, state: State, slot: int) -> bool:
    """Whether a visit needs an engineer and none is idle."""
    if not state.slot[slot].joint:
        return False
    return bool(state.desk[engineer_desk(sheet, state)].first_idle == ABSENT)


@hot
def take_idle(state: State, desk: int) -> int:
    """Take the person who has been idle longest out of those who are idle."""
    d = state.desk[desk]
    person = d.first_idle
    d.first_idle = state.person[person].next_idle
    state.person[person].idle = False
    return int(person)


@hot
def handle(sheet: Sheet, state: State, slot: int) -> None:
    """Accept a visit at its desk: start it if someone is idle; otherwise it waits."""
    s = state.slot[slot]
    d = state.desk[s.desk]
    count(state, s.desk, 1)
    if d.first_idle != ABSENT and d.open and not lacks_engineer(sheet, state, slot):
        begin(sheet, state, slot, take_idle(state, s.desk))
    else:
        s.child = s.sibling = ABSENT
        first = meld(sheet.rank, state.slot, d.joint if s.joint else d.alone, slot)
        if s.joint:
            d.joint = first
        else:
            d.alone = first
        d.length += 1
        d.queued_hours += s.hours


@hot
def next_for(sheet: Sheet, state: State, person: int, desk: int) -> int:
    """The waiting visit that a person starts next; ABSENT if they become idle or leave."""
    p, d = state.person[person], state.desk[desk]
    if p.leaving:
        state.people[person].left = state.run[0].now
        lapse(state, person)
        return ABSENT
    if p.own_work != ABSENT and d.open:
        slot = p.own_work
        p.own_work, p.learning = state.slot[slot].sibling, slot
        return int(slot)
    joint = d.joint != ABSENT and d.open and joint_goes_first(sheet, state, desk)
    if d.alone != ABSENT and state.slot[d.alone].cold:
        d.alone = without_cold(sheet.rank, state.slot, d.alone)
    slot = d.joint if joint else d.alone
    if slot != ABSENT and d.open:
        rest = without_root(sheet.rank, state.slot, slot)
        if joint:
            d.joint = rest
        else:
            d.alone = rest
        out_of_queue(state, slot)
        return int(slot)
    p.idle, p.next_idle = True, ABSENT
    if d.first_idle == ABSENT:
        d.first_idle = person
    else:
        state.person[d.last_idle].next_idle = person
    d.last_idle = person
    return ABSENT


@compiled
def lapse(state: State, person: int) -> None:
    """Give up a person's own work that was not begun, since the person has left."""
    slot = state.person[person].own_work
    while slot != ABSENT:
        count(state, state.slot[slot].desk, -1)
        write(state, slot, NOBODY, NEVER, state.run[0].now)
        slot = state.slot[slot].sibling
    state.person[person].own_work = ABSENT


@compiled
def joint_goes_first(sheet: Sheet, state: State, desk: int) -> bool:
    """Whether a desk's first joint visit could start now and comes before those alone."""
    d = state.desk[desk]
    d.joint = without_cold(sheet.rank, state.slot, d.joint)
    d.alone = without_cold(sheet.rank, state.slot, d.alone)
    if d.joint == ABSENT or lacks_engineer(sheet, state, d.joint):
        return False
    return bool(d.alone == ABSENT or before(sheet.rank, state.slot, d.joint, d.alone))


@hot
def out_of_queue(state: State, slot: int) -> None:
    """Take a visit out of the queue's length and hours."""
    d = state.desk[state.slot[slot].desk]
    d.length -= 1
    d.queued_hours = d.queued_hours - state.slot[slot].hours if d.length else 0.0


@compiled
def release(sheet: Sheet, state: State, person: int, desk: int) -> None:
    """Let a person start the next visit, be idle, or leave.

    An engineer who becomes idle may be the one whom an idle seller lacked.
    """
    while True:
        slot = next_for(sheet, state, person, desk)
        if slot != ABSENT:
            begin(sheet, state, slot, person)
        elif state.desk[desk].role == sheet.engineers:
            desk = where_joint_is_first(sheet, state, desk)
            if desk != ABSENT:
                person = take_idle(state, desk)
                continue
        return


@compiled
def where_joint_is_first(sheet: Sheet, state: State, engineers: int) -> int:
    """The desk of the first joint visit among those with someone idle; ABSENT without engineers."""
    first = ABSENT
    if state.desk[engineers].first_idle == ABSENT:
        return ABSENT
    for desk in range(state.run[0].desks):
        d = state.desk[desk]
        if d.joint != ABSENT and d.first_idle != ABSENT and d.open:
            slot = d.joint = without_cold(sheet.rank, state.slot, d.joint)
            if slot != ABSENT and (first == ABSENT or before(sheet.rank, state.slot, slot, first)):
                first = slot
    return int(state.slot[first].desk) if first != ABSENT else ABSENT


@hot
def still_waits(state: State, lead: int, stage: int, passage: int, attempt: int) -> bool:
    """Whether nobody has begun the visit with which a lead's patience began."""
    s = state.slot[lead]
    same = s.stage == stage and s.passage == passage and s.attempt == attempt
    return bool(same and s.person == NOBODY)


@compiled
def lose_patience(state: State, slot: int) -> None:
    """Let a lead that is still waiting go cold."""
    s, now = state.slot[slot], state.run[0].now
    count(state, s.desk, -1)
    s.cold = True
    out_of_queue(state, slot)
    write(state, slot, NOBODY, NEVER, now)
    at(state, now, s.key)


@compiled
def leave(sheet: Sheet, state: State, person: int, desk: int) -> None:
    """Let a person leave: at once if idle, otherwise when the current work is done."""
    state.person[person].leaving = True
    if state.person[person].idle:
        not_idle(state, person, desk)
        release(sheet, state, person, desk)


@compiled
def not_idle(state: State, person: int, desk: int) -> None:
    """Take a person out of those who are idle."""
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
    state.person[person].idle = False


@compiled
def take_waiting(sheet: Sheet, state: State, desk: int) -> int:
    """Remove all waiting visits; returns the first, each linked to the next by its sibling."""
    d, slots = state.desk[desk], state.slot
    first = last = ABSENT
    count(state, desk, 0)
    waiting = meld(sheet.rank, slots, d.alone, d.joint)
    d.alone = d.joint = ABSENT
    while waiting != ABSENT:
        slot = waiting
        waiting = without_root(sheet.rank, slots, slot)
        if slots[slot].cold:
            continue
        slots[slot].sibling = ABSENT
        if last == ABSENT:
            first = slot
        else:
            slots[last].sibling = slot
        last = slot
        count(state, desk, -1)
    d.length, d.queued_hours = 0, 0.0
    return first


@compiled
def hand_over(sheet: Sheet, state: State, desk: int) -> None:
    """Move what waits at a desk to the desks it belongs to now."""
    run, slot = state.run[0], take_waiting(sheet, state, desk)
    while slot != ABSENT:
        s = state.slot[slot]
        following = s.sibling
        s.desk = desk_of(sheet, state, sheet.stage[run.period, s.stage].role, s.lead)
        m = state.moves[run.moves]
        run.moves += 1
        m["visit_ready"], m["lead"], m["at"] = s.ready, s.lead, run.now
        m["from"], m["to"] = desk, s.desk
        handle(sheet, state, slot)
        slot = following


# The team


@compiled
def new_desk(sheet: Sheet, state: State, role: int) -> int:
    """Create a desk for a role."""
    run = state.run[0]
    desk = run.desks
    run.desks += 1
    d = state.desk[desk]
    d.role, d.counted_at = role, run.now
    d.alone = d.joint = d.first_idle = d.last_idle = ABSENT
    d.open = opening_of(sheet.holidays, run.now) == run.now
    return int(desk)


@hot
def desk_of(sheet: Sheet, state: State, role: int, lead: int) -> int:
    """The desk at which a role works on a lead."""
    assignment = sheet.role[role].assignment
    if assignment == TERRITORY:
        desk = state.desk_of_territory[role, sheet.territory[lead]]
        return desk if state.desk[desk].people or not state.filled[role] else relief(state, role)
    if assignment != OWNER or not state.filled[role]:
        return state.desk_of_territory[role, 0]
    owner = state.owner_of[role, lead]
    if owner == ABSENT and state.lead[lead].is_deal and role == sheet.deals[0].role:
        choose_owner(sheet, state, lead)
        owner = state.owner_of[role, lead]
    elif owner == ABSENT or owner >= state.chairs[role]:
        if state.lead[lead].is_deal and role == sheet.deals[0].role and owner != ABSENT:
            state.open_deals[owner] -= 1
        owner = owner_among(sheet, state, role, lead)
        state.owner_of[role, lead] = owner
        if state.lead[lead].is_deal and role == sheet.deals[0].role:
            state.open_deals[owner] += 1
    return state.chair[role, owner].desk


@compiled
def relief(state: State, role: int) -> int:
    """The desk with the least to do that has people, for a territory that has none."""
    best = ABSENT
    for desk in state.desk_of_territory[role]:
        d = state.desk[desk]
        if d.people and (
            best == ABSENT
            or hours_each(d.queued_hours, d.people)
            < hours_each(state.desk[best].queued_hours, state.desk[best].people)
        ):
            best = desk
    return int(best)


@compiled
def owner_among(sheet: Sheet, state: State, role: int, lead: int) -> int:
    """The position that a new lead belongs to; if it is empty, one of those filled."""
    owner = sheet.owner[role, state.chairs[role], lead]
    return int(owner) if state.is_filled[role, owner] else stand_in(sheet, state, role, lead)


@compiled
def stand_in(sheet: Sheet, state: State, role: int, lead: int) -> int:
    """The filled position that takes over a lead of an empty one."""
    left = sheet.owner[role, state.filled[role], lead]
    position = 0
    while left or not state.is_filled[role, position]:
        left -= state.is_filled[role, position]
        position += 1
    return position


@compiled
def reassign(sheet: Sheet, state: State, role: int, position: int) -> None:
    """Give the leads and deals of a position that was left to those who stay, for good."""
    owners = state.owner_of[role]
    for lead in range(len(owners)):
        if owners[lead] != position:
            continue
        counts = state.lead[lead].is_deal and role == sheet.deals[0].role
        if counts:
            state.open_deals[position] -= 1
        owners[lead] = stand_in(sheet, state, role, lead) if state.filled[role] else ABSENT
        if counts and state.filled[role]:
            state.open_deals[owners[lead]] += 1


@compiled
def hire(sheet: Sheet, state: State, role: int, number: int) -> None:
    """Hire someone for a position; they don't start work yet."""
    run, chair = state.run[0], state.chair[role, number]
    territory = sheet.territory_of_chair[role, number]
    if sheet.role[role].assignment == OWNER:
        if chair.desk == ABSENT:
            first = state.desk_of_territory[role, 0]
            chair.desk = first if number == 0 else new_desk(sheet, state, role)
    else:
        place = territory if territory != NO_TERRITORY else 0
        chair.desk = state.desk_of_territory[role, place]
    chair.person = run.people
    p = state.people[run.people]
    p.role, p.chair, p.territory, p.hired = role, number, territory, run.now
    run.people += 1
    state.is_filled[role, number] = True
    state.filled[role] += 1
    state.desk[chair.desk].people += 1


@compiled
def resize(sheet: Sheet, state: State, role: int, wanted: int) -> None:
    """Add positions up to a count and fill them, or cut those above it, empty or not."""
    before = state.chairs[role]
    state.chairs[role] = wanted
    for number in range(wanted, before):
        if state.is_filled[role, number]:
            vacate(state, role, number)
            leave(sheet, state, state.chair[role, number].person, state.chair[role, number].desk)
    for number in range(wanted, before):
        if role == sheet.deals[0].role:
            reassign(sheet, state, role, number)
    for number in range(wanted, before):
        hand_on(sheet, state, role, state.chair[role, number].desk)
    if wanted > before:
        fill(sheet, state, role, before, wanted)


@compiled
def fill(sheet: Sheet, state: State, role: int, first: int, end: int) -> None:
    """Hire someone for each of some positions, then let them start work."""
    was_empty = state.filled[role] == 0
    for number in range(first, end):
        hire(sheet, state, role, number)
    if was_empty:
        hand_back(sheet, state, role)
    for number in range(first, end):
        release(sheet, state, state.chair[role, number].person, state.chair[role, number].desk)


@compiled
def vacate(state: State, role: int, number: int) -> None:
    """Empty a position, whose holder may still be at work."""
    state.is_filled[role, number] = False
    state.filled[role] -= 1
    state.desk[state.chair[role, number].desk].people -= 1


@compiled
def hand_on(sheet: Sheet, state: State, role: int, desk: int) -> None:
    """Move what waits at a desk that lost its person to those who stay; a pool keeps it."""
    assignment = sheet.role[role].assignment
    deserted = state.desk[desk].people == 0 and state.filled[role] > 0
    if assignment == OWNER or (assignment == TERRITORY and deserted):
        hand_over(sheet, state, desk)


@compiled
def hand_back(sheet: Sheet, state: State, role: int) -> None:
    """Reassign what waited while the whole team was empty; a pool keeps it."""
    if sheet.role[role].assignment == OWNER:
        hand_over(sheet, state, state.desk_of_territory[role, 0])
    elif sheet.role[role].assignment == TERRITORY:
        for desk in state.desk_of_territory[role]:
            hand_on(sheet, state, role, desk)


@compiled
def leave_position(sheet: Sheet, state: State, role: int, number: int) -> None:
    """Let the person who holds a position leave it empty."""
    chair = state.chair[role, number]
    vacate(state, role, number)
    leave(sheet, state, chair.person, chair.desk)
    if sheet.role[role].assignment == OWNER:
        reassign(sheet, state, role, number)
    hand_on(sheet, state, role, chair.desk)
    without_support(sheet, state)


@compiled
def take_effect(sheet: Sheet, state: State, period: int) -> None:
    """Apply a period of the plan from now on."""
    state.run[0].period = period
    for role in range(len(sheet.role)):
        resize(sheet, state, role, sheet.people[period, role])
    without_support(sheet, state)


@compiled
def without_support(sheet: Sheet, state: State) -> None:
    """Give paperwork that waits for support to sellers if nobody is left to do it."""
    if sheet.support != ABSENT and not state.filled[sheet.support]:
        hand_over(sheet, state, state.desk_of_territory[sheet.support, 0])


# People's own work


@compiled
def train(sheet: Sheet, state: State, number: int) -> None:
    """Give everyone of a role who is there some work without a lead."""
    run, training = state.run[0], sheet.training[number]
    for position in range(state.chairs[training.role]):
        if not state.is_filled[training.role, position]:
            continue
        chair = state.chair[training.role, position]
        slot = len(state.slot) - 1 - run.own_work
        run.own_work += 1
        s = state.slot[slot]
        s.hours, s.travel, s.ready = training.hours, 0.0, run.now
        s.lead, s.kind, s.stage, s.passage, s.attempt = NOBODY, K_TRAINING, NO_STAGE, 0, 1
        s.desk, s.person, s.sibling = chair.desk, NOBODY, ABSENT
        s.key = tie_key(O_TRAINING, chair.person, 0, 0, 1)
        bind(sheet, state, slot, chair.person)


@compiled
def bind(sheet: Sheet, state: State, slot: int, person: int) -> None:
    """Give a person work of their own: it begins when the work in hand is done."""
    p, desk = state.person[person], state.slot[slot].desk
    count(state, desk, 1)
    last = p.own_work
    if last == ABSENT:
        p.own_work = slot
    else:
        while state.slot[last].sibling != ABSENT:
            last = state.slot[last].sibling
        state.slot[last].sibling = slot
    if p.idle and state.desk[desk].open:
        not_idle(state, person, desk)
        release(sheet, state, person, desk)


@compiled
def training_is_over(sheet: Sheet, state: State, person: int) -> None:
    """Let a person turn to what waits after training."""
    s = state.slot[state.person[person].learning]
    count(state, s.desk, -1)
    state.visits[s.entry].result = R_PASSED
    release(sheet, state, person, s.desk)


# The journey


@hot
def go_on(sheet: Sheet, state: State, order: int, lead: int) -> None:  # noqa: C901  (a case a word)
    """Take a lead along its itinerary, until it has to wait again.

    A call that passes the whole state on is as slow as an event, so what steps lead to at the
    desks happens in one place: `free` is a visit whose person is done with it, `next_one` what
    that person does next, and `ready` a visit that comes to a desk.
    """
    j = state.lead[lead]
    row = free = next_one = ready = ABSENT
    yes, waits = True, False
    if order == O_ARRIVAL:
        row = enter(sheet, state, lead, 0, 0)
    elif order == O_WORK:
        yes = work_is_over(state, lead)
        row = following(sheet, state, lead, yes)
    elif order in (O_ADMIN, O_SUPPORT):
        free = part_is_over(state, order, lead)
        waits = j.parts > 0
    else:
        row = following(sheet, state, lead, yes)
    while row != END:
        if row != ABSENT:
            step = sheet.step[j.period, row]
            j.step = row
            yes = True
            if step.does == D_WORK:
                ready, waits = work(sheet, state, lead, step.what == JOINT), True
            elif step.does == D_RELEASE:
                free = lead
            elif step.does == D_FORK:
                next_one, ready = fork(sheet, state, lead)
                free, waits = lead, True
            elif step.does == D_WAIT:
                wait(sheet, state, lead, step.what)
                waits = True
            elif step.does == D_TEST:
                yes = test(sheet, state, lead, step.what)
            elif step.does == D_DECIDE:
                decide(sheet, state, lead)
            elif step.does == D_SET:
                j.result = step.what
            elif step.does == D_REVEAL:
                yes = reveal(sheet, state, lead, step.what == STAYS_OPEN)
            else:
                state.run[0].fault = UNKNOWN_STEP
                return
        if free != ABSENT:
            person, desk = state.slot[free].person, state.slot[free].desk
            if next_one == ABSENT:
                next_one = next_for(sheet, state, person, desk)
            if next_one != ABSENT:
                begin(sheet, state, next_one, person)
            if state.slot[free].joint:
                desk = engineer_desk(sheet, state)
                count(state, desk, -1)
                release(sheet, state, state.slot[free].engineer, desk)
            free = next_one = ABSENT
        if ready != ABSENT:
            handle(sheet, state, ready)
            wait_with_patience(sheet, state, ready)
        if waits:
            return
        row = following(sheet, state, lead, yes)


@hot
def enter(sheet: Sheet, state: State, lead: int, stage: int, passage: int) -> int:
    """Reach a stage, as the department is now; returns its first step."""
    j = state.lead[lead]
    j.period, j.stage, j.passage, j.attempt = state.run[0].period, stage, passage, 1
    j.silence, j.result = 1.0, R_OPEN
    if stage == sheet.deals[0].stage and passage == 0:
        take_on(sheet, state, lead)
    return int(sheet.stage[j.period, stage].first_step)


@compiled
def take_on(sheet: Sheet, state: State, lead: int) -> None:
    """Give a new opportunity to someone; if the team is empty, it waits for someone."""
    role = sheet.deals[0].role
    state.lead[lead].is_deal = True
    state.owner_of[role, lead] = ABSENT  # it may have belonged to someone before it was a deal
    if state.filled[role]:
        choose_owner(sheet, state, lead)


@compiled
def choose_owner(sheet: Sheet, state: State, lead: int) -> None:
    """Give a deal without an owner to someone by the rule."""
    d, run = sheet.deals[0], state.run[0]
    if d.rule == BY_CHANCE:
        owner = owner_among(sheet, state, d.role, lead)
    else:
        by_load = d.rule != IN_TURN
        owner = next_owner(
            state.open_deals, sheet.specialty, sheet.part[lead], state.is_filled[d.role],
            state.chairs[d.role], run.turn, by_load,
        )  # fmt: skip
        run.turn = owner + 1
    state.owner_of[d.role, lead] = owner
    state.open_deals[owner] += 1


@hot
def following(sheet: Sheet, state: State, lead: int, yes: bool) -> int:
    """The step after the one that a lead is at, or END."""
    j = state.lead[lead]
    step = sheet.step[j.period, j.step]
    row = step.yes if yes else step.no
    if row == NEXT_STAGE:
        row = enter(sheet, state, lead, j.stage + 1, 0)
    elif row == SAME_STAGE:
        row = enter(sheet, state, lead, j.stage, j.passage + 1)
    return int(row)


@hot
def work(sheet: Sheet, state: State, lead: int, joint: bool) -> int:
    """Prepare the work on a lead at a stage; returns its slot."""
    s, j, run = state.slot[lead], state.lead[lead], state.run[0]
    has = sheet.stage[j.period, j.stage]
    place = sheet.effort_at[j.period, j.stage, j.passage, j.attempt - 1]
    s.hours, s.travel = sheet.amounts[place + lead], 0.0
    if not s.hours >= 0.0:
        run.fault = NOT_DRAWN
    if has.travel_at != ABSENT:
        s.travel = sheet.amounts[has.travel_at + lead]
        s.hours += s.travel
    s.lead, s.kind, s.stage = lead, K_WORK, j.stage
    s.passage, s.attempt = j.passage, j.attempt
    s.person, s.cold = NOBODY, False
    s.joint = joint and sheet.needs_engineer[lead]
    s.key, s.ready = tie_key(O_WORK, lead, j.stage, j.attempt, j.passage + 1), run.now
    s.desk = desk_of(sheet, state, has.role, lead)
    return lead


@hot
def wait_with_patience(sheet: Sheet, state: State, slot: int) -> None:
    """Schedule the end of a lead's patience, if it has to wait and can go cold."""
    s = state.slot[slot]
    place = sheet.drawn[state.lead[s.lead].period, s.stage, s.passage].patience_at
    if place != ABSENT and s.kind == K_WORK and s.person == NOBODY:
        key = tie_key(O_PATIENCE, s.lead, s.stage, s.attempt, s.passage + 1)
        at(state, s.ready + sheet.amounts[place + s.lead], key)


@hot
def work_is_over(state: State, lead: int) -> bool:
    """Leave the desk after work; whether anyone worked, or the lead went cold."""
    s = state.slot[lead]
    if s.cold:
        return False
    count(state, s.desk, -1)
    if s.attempt == 1:
        state.lead[lead].began = state.visits[s.entry].started
    return True


@hot
def delegable(sheet: Sheet, state: State) -> float:
    """Share of paperwork that goes to support at the moment."""
    if sheet.support == ABSENT:
        return 0.0
    agreed = sheet.period[state.run[0].period]
    d = state.desk[state.desk_of_territory[sheet.support, 0]]
    swamped = support_is_swamped(
        d.queued_hours, d.people, sheet.role[sheet.support].hours_per_day,
        agreed.overflow_days,
    )  # fmt: skip
    return 0.0 if swamped else agreed.delegable


@hot
def fork(sheet: Sheet, state: State, lead: int) -> tuple[int, int]:
    """Prepare paperwork after work: the slots of the seller's part and of support's."""
    w, j = state.slot[lead], state.lead[lead]
    hours = sheet.stage[j.period, j.stage].admin_hours
    delegated = hours * delegable(sheet, state)
    j.parts = 0
    own = theirs = ABSENT
    if delegated < hours:
        own = part(state, lead, O_ADMIN, hours - delegated, w.desk)
        count(state, w.desk, 1)
    if delegated > 0:
        desk = state.desk_of_territory[sheet.support, 0]
        theirs = part(state, lead, O_SUPPORT, delegated, desk)
    return own, theirs


@hot
def part(state: State, lead: int, order: int, hours: float, desk: int) -> int:
    """Prepare a part of the paperwork after work; returns its slot."""
    slot, w = lead + len(state.lead) * (order - O_WORK), state.slot[lead]
    s = state.slot[slot]
    s.hours, s.travel, s.ready = hours, 0.0, state.run[0].now
    s.lead, s.kind, s.stage = lead, K_ADMIN, w.stage
    s.passage, s.attempt = w.passage, w.attempt
    s.desk, s.person, s.cold, s.joint = desk, NOBODY, False, False
    s.key = tie_key(order, lead, w.stage, w.attempt, w.passage + 1)
    state.lead[lead].parts += 1
    return slot


@hot
def part_is_over(state: State, order: int, lead: int) -> int:
    """Leave the desk after a part of the paperwork; returns its slot."""
    slot = lead + len(state.lead) * (order - O_WORK)
    s = state.slot[slot]
    count(state, s.desk, -1)
    state.visits[s.entry].result = R_PASSED
    state.lead[lead].parts -= 1
    return slot


@hot
def wait(sheet: Sheet, state: State, lead: int, what: int) -> None:
    """Let time pass without using anyone's."""
    j = state.lead[lead]
    has, attempt = sheet.stage[j.period, j.stage], 0
    if what == W_PAUSE:
        j.attempt += 1
        order, days, attempt = O_PAUSE, has.gap_days, j.attempt
    elif what == W_NURTURE:
        order, days = O_RETURN, has.nurture_days
    elif what == W_CUSTOMER:
        drawn = sheet.drawn[j.period, j.stage, j.passage]
        order, days = O_DECISION, sheet.amounts[drawn.decision_at + lead]
        if j.result == R_NO_DECISION:
            days *= has.undecided_delay
    else:
        state.run[0].fault = UNKNOWN_STEP
        return
    at(state, state.run[0].now + days, tie_key(order, lead, j.stage, attempt, j.passage + 1))


@hot
def test(sheet: Sheet, state: State, lead: int, what: int) -> bool:
    """The answer to a question of the itinerary."""
    j = state.lead[lead]
    has = sheet.stage[j.period, j.stage]
    if what == T_ANSWERED:
        return answered(sheet, state, lead)
    if what == T_TRIES_LEFT:
        return bool(j.attempt < has.most_tries)
    if what == T_MEETINGS_LEFT:
        more = has.meetings_at != ABSENT and j.attempt < sheet.counts[has.meetings_at + lead]
        if more:
            state.visits[state.slot[lead].entry].result = R_PASSED
        return bool(more)
    if what == T_COMES_BACK:
        drawn = sheet.drawn[j.period, j.stage, j.passage]
        return bool(j.result in AGAINST and j.returns < has.most_returns
                    and sheet.results[drawn.returns_at + lead])  # fmt: skip
    state.run[0].fault = UNKNOWN_STEP
    return False


@hot
def answered(sheet: Sheet, state: State, lead: int) -> bool:
    """Whether the prospect answers a try."""
    j, entry = state.lead[lead], state.slot[lead].entry
    drawn = sheet.drawn[j.period, j.stage, j.passage]
    odds = sheet.amounts[drawn.odds_at + lead]
    odds *= help_of(sheet, state, lead, state.visits[entry].started)
    chance = sheet.stage[j.period, j.stage].answer_probability
    j.silence = still_silent(j.silence, chance, odds)
    if j.silence <= sheet.amounts[drawn.silence_at + lead]:
        return True
    state.visits[entry].result = R_NO_ANSWER
    return False


@hot
def help_of(sheet: Sheet, state: State, lead: int, began: float) -> float:
    """What helps or hurts a lead now, as a factor on its odds; `began` is when work did."""
    j = state.lead[lead]
    here, odds = sheet.drawn[j.period, j.stage, j.passage], 1.0
    if here.interest_half_life > 0.0 and sheet.inbound[lead]:
        waited = began - sheet.arrived[lead]
        odds *= interest_left(sheet.halvings, waited, here.interest_half_life, here.interest_floor)
    return odds


@hot
def decide(sheet: Sheet, state: State, lead: int) -> None:
    """Hold what helps and hurts a lead against its hurdle."""
    j = state.lead[lead]
    drawn = sheet.drawn[j.period, j.stage, j.passage]
    odds = 1.0 if drawn.silence_at != ABSENT else help_of(sheet, state, lead, j.began)
    passes = odds > sheet.amounts[drawn.hurdle_at + lead]
    j.result = R_PASSED if passes else sheet.results[drawn.otherwise_at + lead]


@hot
def reveal(sheet: Sheet, state: State, lead: int, stays_open: bool) -> bool:
    """Log a lead's result at a stage; whether it passed."""
    run, j = state.run[0], state.lead[lead]
    passed = j.result == R_PASSED
    if stays_open:
        j.returns += 1
    elif not passed or j.stage == sheet.stage.shape[1] - 1:
        run.under_way -= 1
        if j.is_deal:
            j.is_deal = False
            owner = state.owner_of[sheet.deals[0].role, lead]
            if owner != ABSENT:
                state.open_deals[owner] -= 1
    d = state.decisions[run.decisions]
    run.decisions += 1
    d.lead, d.stage, d.result, d.passage = lead, j.stage, j.result, j.passage + 1
    d.stays_open, d.at = stays_open, run.now
    return bool(passed)


# The run


@compiled
def furnish(sheet: Sheet, state: State) -> None:
    """Create the desks, hire the first people, and schedule what is known in advance."""
    for role in range(len(sheet.role)):
        territories = state.desk_of_territory.shape[1]
        places = territories if sheet.role[role].assignment == TERRITORY else 1
        for place in range(places):
            state.desk_of_territory[role, place] = new_desk(sheet, state, role)
    take_effect(sheet, state, 0)
    at(state, 0.0, tie_key(O_WINDOW, 0, 0, 0, 1))
    for number in range(1, len(sheet.period)):
        at(state, sheet.period[number].day, tie_key(O_PLAN, number - 1, 0, 0, 1))
    for number in range(len(sheet.vacancy)):
        vacancy = sheet.vacancy[number]
        at(state, vacancy.begin, tie_key(O_LEAVE, number, 0, 0, 1))
        if vacancy.end == vacancy.end:  # not NaN
            at(state, vacancy.end, tie_key(O_HIRE, number, 0, 0, 1))
    for number in range(len(sheet.training)):
        at(state, sheet.training[number].day, tie_key(O_TRAINING_DAY, number, 0, 0, 1))
    for which in range(2):
        for when in sheet.doors[which]:
            if state.run[0].now <= when < sheet.end:
                at(state, when, tie_key(O_DOORS, which, 0, 0, 1))


@compiled
def advance(sheet: Sheet, state: State, until: float) -> int:
    """Process all events before a given time; returns DONE, or what needs more space."""
    leads, run = len(sheet.arrived), state.run[0]
    while True:
        if run.fault:
            return FAULT
        lacks = lacks_space(state)
        if lacks != DONE:
            return lacks
        drop_first(state)
        arrival = sheet.arrived[run.next_lead] if run.next_lead < leads else np.inf
        time, key = np.inf, 0
        if run.events:
            time, key = state.heap[0].time, state.heap[0].key
        if min(arrival, time) >= until:
            return DONE
        order, lead = key >> 56, (key >> 24) & 0xFFFFFFFF
        stage, passage, attempt = (key >> 16) & 0xFF, (key >> 8) & 0xFF, key & 0xFF
        if arrival < time or (arrival == time and order > O_ARRIVAL):
            time, order, lead = arrival, O_ARRIVAL, run.next_lead
            run.next_lead += 1
            run.under_way += 1
        else:
            run.happens = True
        run.now = time
        if order < O_WORK:
            happen_without_lead(sheet, state, order, lead)
        elif order == O_PATIENCE:
            if still_waits(state, lead, stage, passage, attempt):
                lose_patience(state, lead)
        else:
            go_on(sheet, state, order, lead)


@compiled
def happen_without_lead(sheet: Sheet, state: State, order: int, number: int) -> None:
    """Process an event of no lead: the window's start, plan, people, training, closing, opening.

    The key has a number (which step or person, or whether it opens) where others have the lead.
    """
    if order == O_PLAN:
        take_effect(sheet, state, number + 1)
        return
    if order == O_LEAVE:
        leave_position(sheet, state, sheet.vacancy[number].role, sheet.vacancy[number].position)
        return
    if order == O_HIRE:
        position = sheet.vacancy[number].position
        fill(sheet, state, sheet.vacancy[number].role, position, position + 1)
        return
    if order == O_TRAINING_DAY:
        train(sheet, state, number)
        return
    if order == O_TRAINING:
        training_is_over(sheet, state, number)
        return
    if order == O_WINDOW:
        state.run[0].open_at_start = state.run[0].under_way
    for desk in range(state.run[0].desks):
        if order == O_WINDOW:
            count(state, desk, 0)
            state.desk[desk].present_days = 0.0
        elif number == 0:
            state.desk[desk].open = False
        else:
            reopen(sheet, state, desk)


@compiled
def reopen(sheet: Sheet, state: State, desk: int) -> None:
    """Let idle people start what has come in since the desk closed."""
    d = state.desk[desk]
    d.open = True
    idle = 0
    person = d.first_idle
    while person != ABSENT:
        idle, person = idle + 1, state.person[person].next_idle
    for _ in range(idle):
        release(sheet, state, take_idle(state, desk), desk)


@hot
def lacks_space(state: State) -> int:
    """Which array may be too small for what the next event writes; DONE if none is.

    At most, everyone starts work at once (when the department reopens), and every waiting
    visit moves to another desk.
    """
    run, house = state.run[0], len(state.person) + 8
    if run.events + house >= len(state.heap):
        return HEAP
    waiting = run.under_way + run.own_work
    if run.visits + house + waiting >= len(state.visits):  # so that the run can be finalized
        return VISITS
    if run.decisions + 8 >= len(state.decisions):
        return DECISIONS
    return MOVES if run.moves + 2 * run.under_way + 8 >= len(state.moves) else DONE


@compiled
def close_books(sheet: Sheet, state: State) -> None:
    """Finalize the run: update counts, and log the visits that still wait."""
    state.run[0].now = sheet.end
    for desk in range(state.run[0].desks):
        count(state, desk, 0)
        slot = take_waiting(sheet, state, desk)
        while slot != ABSENT:
            write(state, slot, NOBODY, NEVER, NEVER)
            slot = state.slot[slot].sibling
    for person in range(state.run[0].people):
        slot = state.person[person].own_work
        while slot != ABSENT:
            write(state, slot, NOBODY, NEVER, NEVER)
            slot = state.slot[slot].sibling


def kept(made_of: str) -> Callable[[Sheet, State, float], int]:
    """The complete engine, cached on disk until its sources change.

    Numba itself checks only this file for changes. `made_of`, a digest of all that this file
    imports, is part of the function's closure and therefore of the cache key.
    """

    @jit.kept(nogil=True, _nrt=False)
    def simulate(sheet: Sheet, state: State, until: float) -> int:
        made_of  # noqa: B018
        if state.run[0].desks == 0:
            furnish(sheet, state)
        reason = advance(sheet, state, until)
        if reason == DONE and until >= sheet.end:
            close_books(sheet, state)
        return reason

    return simulate


simulate = kept(digest_of_imports(__file__))
