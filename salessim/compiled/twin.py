"""The compiled department from beginning to end."""

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np

from salessim.journal import Journal
from salessim.market import Market
from salessim.scenario import Timeline

SLICES = 200

Progress = Callable[[float], None]


def is_there() -> bool:
    """Whether numba is installed, which compiles it."""
    return importlib.util.find_spec("numba") is not None


def simulate_compiled(
    timeline: Timeline, market: Market, progress: Progress | None = None
) -> Journal:
    """Let a market's leads flow through a department; the same journal as the SimPy model's.

    Parameters
    ----------
    timeline : Timeline
        The scenario in force from each date on.
    market : Market
        The leads and their luck.
    progress : function of float, optional
        Called now and then with the share of the time that has passed, 0 to 1.

    Returns
    -------
    Journal
    """
    from salessim.compiled import engine
    from salessim.compiled.sheet import (
        ASK_ATTEMPT,
        ASK_PERIOD,
        ASK_STAGE,
        AT_START,
        DECISIONS,
        MOVES,
        PEOPLE,
        UNDER_WAY,
        VISITS,
        Drawer,
        desks_of,
        sheet_of,
        state_of,
    )

    drawer = Drawer(timeline, market)
    sheet = sheet_of(timeline, market, drawer)
    first = timeline[0][1]
    begin = float(-first.calendar.warm_up_days)
    state = state_of(sheet, len(first.territories), begin)
    engine.furnish(sheet, state, max(1, len(first.territories)))
    parts = SLICES if progress else 1
    for part in range(1, parts + 1):
        until = sheet.end if part == parts else begin + (sheet.end - begin) * part / parts
        while (reason := engine.advance(sheet, state, until)) != engine.DONE:
            if reason == engine.NEEDS_SPACE:
                state = state._replace(
                    heap_time=_twice(state.heap_time),
                    heap_key=_twice(state.heap_key),
                    visits=_twice(state.visits),
                    decisions=_twice(state.decisions),
                    moves=_twice(state.moves),
                )
            else:
                drawer.draw(*(int(state.n[i]) for i in (ASK_PERIOD, ASK_STAGE, ASK_ATTEMPT)))
                sheet = sheet._replace(**drawer.sheet_parts())
        if progress:
            progress(part / parts)
    engine.close_books(sheet, state)
    n = state.n
    return Journal(
        visits=state.visits[: n[VISITS]],
        decisions=state.decisions[: n[DECISIONS]],
        moves=state.moves[: n[MOVES]],
        people=state.people[: n[PEOPLE]],
        desks=desks_of(state),
        open_at_start=int(n[AT_START]),
        open_at_end=int(n[UNDER_WAY]),
    )


def _twice(array: Any) -> Any:
    """The array with as much room again."""
    return np.concatenate([array, np.empty_like(array)])
