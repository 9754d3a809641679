"""Runs the compiled engine from beginning to end."""

from typing import Any

from salessim.compiled.sheet import (
    DONE,
    FAULT,
    FAULTS,
    journal_of,
    sheet_of,
    state_of,
    with_more_space,
)
from salessim.jit import once
from salessim.journal import Journal
from salessim.market import Market
from salessim.progress import Progress, in_parts
from salessim.scenario import Timeline

SLICES = 20


def simulate_compiled(
    timeline: Timeline, market: Market, progress: Progress | None = None
) -> Journal:
    """Simulate a department; the event log equals that of the SimPy model.

    Parameters
    ----------
    timeline : Timeline
        The scenario that applies from each date on.
    market : Market
        The leads and their random draws.
    progress : function of float, optional
        Called from time to time with the share of the time that has passed, 0 to 1.

    Returns
    -------
    Journal

    Raises
    ------
    AssertionError
        Where the engine can't go on: a bug in the program, not in the scenario.
    """
    engine = _engine()
    sheet = sheet_of(timeline, market)
    first = timeline[0][1]
    begin = float(-first.calendar.warm_up_days)
    state = state_of(sheet, len(first.territories), begin)
    for until in in_parts(begin, sheet.end, SLICES, progress):
        while (lacks := engine.simulate(sheet, state, until)) != DONE:
            if lacks == FAULT:
                run = state.run[0]
                where = f"{FAULTS[int(run['fault'])]} (day {run['now']:.6f})"
                raise AssertionError(f"{where}; please report this with the scenario")
            state = with_more_space(state, lacks)
    return journal_of(state)


@once
def _engine() -> Any:
    """The engine, imported when first used because it needs numba."""
    from salessim.compiled import engine

    return engine
