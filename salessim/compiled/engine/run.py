"""A run: setting up, the loop over events, and the end."""

from collections.abc import Callable

import numpy as np

from salessim import jit
from salessim.compiled.engine.codes import (
    O_ARRIVAL,
    O_DOORS,
    O_HIRE,
    O_LEAVE,
    O_PATIENCE,
    O_PLAN,
    O_TRAINING,
    O_TRAINING_DAY,
    O_WINDOW,
    O_WORK,
)
from salessim.compiled.engine.desk import (
    count,
    lose_patience,
    release,
    still_waits,
    take_idle,
    take_waiting,
    write,
)
from salessim.compiled.engine.events import at, drop_first
from salessim.compiled.engine.journey import go_on
from salessim.compiled.engine.options import compiled, hot
from salessim.compiled.engine.team import (
    fill,
    leave_position,
    new_desk,
    take_effect,
    train,
    training_is_over,
)
from salessim.compiled.sheet import (
    ABSENT,
    DECISIONS,
    DONE,
    FAULT,
    HEAP,
    MOVES,
    TERRITORY,
    VISITS,
    Sheet,
    State,
)
from salessim.journal import NEVER, NOBODY
from salessim.source import digest_of_imports
from salessim.ties import tie_key


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

    Numba itself checks only this file for changes. `made_of`, a digest of all that the modules
    of the engine import, is part of the function's closure and therefore of the cache key.
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
