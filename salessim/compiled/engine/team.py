"""The people in a role and how they share desks; owners of deals; people's own work."""

from salessim.clock import opening_of
from salessim.compiled.engine.codes import BY_CHANCE, IN_TURN, K_TRAINING, O_TRAINING, R_PASSED
from salessim.compiled.engine.desk import count, handle, leave, not_idle, release, take_waiting
from salessim.compiled.engine.options import compiled, hot
from salessim.compiled.sheet import ABSENT, OWNER, TERRITORY, Sheet, State
from salessim.journal import NO_STAGE, NO_TERRITORY, NOBODY
from salessim.rules import hours_each, next_owner
from salessim.ties import tie_key


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
