"""A desk: visits that wait, and people who work on them."""

from salessim.clock import end_of, opening_of
from salessim.compiled.engine.codes import K_JOINT, R_OPEN
from salessim.compiled.engine.events import at
from salessim.compiled.engine.options import compiled, hot
from salessim.compiled.engine.queue import before, meld, without_cold, without_root
from salessim.compiled.sheet import ABSENT, Sheet, State
from salessim.journal import NEVER, NOBODY


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
