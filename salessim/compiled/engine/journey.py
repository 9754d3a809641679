"""A lead's journey, step by step along the itinerary."""

from salessim.compiled.engine.codes import (
    AGAINST,
    D_DECIDE,
    D_FORK,
    D_RELEASE,
    D_REVEAL,
    D_SET,
    D_TEST,
    D_WAIT,
    D_WORK,
    JOINT,
    K_ADMIN,
    K_WORK,
    O_ADMIN,
    O_ARRIVAL,
    O_DECISION,
    O_PATIENCE,
    O_PAUSE,
    O_RETURN,
    O_SUPPORT,
    O_WORK,
    R_NO_ANSWER,
    R_NO_DECISION,
    R_OPEN,
    R_PASSED,
    T_ANSWERED,
    T_COMES_BACK,
    T_MEETINGS_LEFT,
    T_TRIES_LEFT,
    W_CUSTOMER,
    W_NURTURE,
    W_PAUSE,
)
from salessim.compiled.engine.desk import begin, count, engineer_desk, handle, next_for, release
from salessim.compiled.engine.events import at
from salessim.compiled.engine.options import hot
from salessim.compiled.engine.team import desk_of, take_on
from salessim.compiled.sheet import ABSENT, NOT_DRAWN, UNKNOWN_STEP, Sheet, State
from salessim.journal import NOBODY
from salessim.process import END, NEXT_STAGE, SAME_STAGE, STAYS_OPEN
from salessim.rules import interest_left, still_silent, support_is_swamped
from salessim.ties import tie_key


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
