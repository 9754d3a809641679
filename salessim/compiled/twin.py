"""The compiled department from beginning to end."""

from collections.abc import Callable
from typing import Any

from salessim.compiled.sheet import journal_of, sheet_of, state_of, with_more_space
from salessim.jit import once
from salessim.journal import Journal
from salessim.market import Market
from salessim.scenario import Timeline

SLICES = 20

Progress = Callable[[float], None]


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
    engine = _engine()
    sheet = sheet_of(timeline, market)
    first = timeline[0][1]
    begin = float(-first.calendar.warm_up_days)
    state = state_of(sheet, len(first.territories), begin)
    parts = SLICES if progress else 1
    for part in range(1, parts + 1):
        until = sheet.end if part == parts else begin + (sheet.end - begin) * part / parts
        while lacks := engine.simulate(sheet, state, until):
            state = with_more_space(state, lacks)
        if progress:
            progress(part / parts)
    return journal_of(state)


@once
def _engine() -> Any:
    """The engine, which needs numba."""
    from salessim.compiled import engine

    return engine
