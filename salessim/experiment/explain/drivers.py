"""What drives rates and times, which have no parts that add up: named, without amounts."""

import math
from collections.abc import Callable

import pandas as pd

from salessim.experiment.explain import words
from salessim.experiment.explain.because import EDGE, NOWHERE, Because, is_certain
from salessim.experiment.explain.causes import why_later, why_waits

COLUMNS = ["kpi", "cause"]


def drivers_of(because: Because) -> pd.DataFrame:
    """What drives each rate or time that is said to be higher or lower: `kpi, cause`.

    Parameters
    ----------
    because : Because

    Returns
    -------
    DataFrame
        Without those whose cause is not in the event logs.
    """
    rows = []
    for kpi, driver in DRIVERS.items():
        if because.has_verdict(kpi):
            up = math.copysign(1.0, because.effects.loc[kpi, "difference"])
            cause = driver(because, up)
            if cause:
                rows.append((kpi, cause))
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_response(because: Because, up: float) -> str:
    """The wait for the first work on a lead."""
    seen = because.seen
    waits = seen.ratio(0, "waited", "visits")
    if not up * (waits[1] - waits[0]) > 0:
        return ""
    return words.said(why_waits(0, up, seen), [], seen)


def _of_cycle(because: Because, up: float) -> str:
    """What takes longer, or less long, on the way."""
    seen = because.seen
    return words.said(why_later(range(len(seen.stages)), up, seen), [], seen)


def _of_win_rate(because: Because, up: float) -> str:
    """Where more, or fewer, deals are won of the same leads."""
    for part in because.parts("won"):
        at_a_stage = part.change not in (*NOWHERE, *EDGE)
        if at_a_stage and part.amount * up > 0 and is_certain(part.amounts):
            return because.clause(part).removeprefix("because ")
    return ""


def _of_productivity(because: Because, up: float) -> str:
    """Deals or seller days, whichever moves it more."""
    won = because.both("won")
    roles = dict.fromkeys(because.seen.workers)
    days = [
        sum(float(seen.roles["available"][names.index(role)]) for role in roles if role in names)
        for names, seen in zip(because.seen.roles, because.seen.seen, strict=True)
    ]
    if not all((*won, *days)):
        return ""
    by_deals, by_days = math.log(won[1] / won[0]), -math.log(days[1] / days[0])
    if up * by_deals >= up * by_days:
        return words.both_clause("deals won", *won)
    pairs = because.seen.pairs
    return words.both_clause("available seller hours", days[0] / pairs, days[1] / pairs)


DRIVERS: dict[str, Callable[[Because, float], str]] = {
    "win_rate": _of_win_rate,
    "sales_cycle_days": _of_cycle,
    "response_hours": _of_response,
    "productivity": _of_productivity,
}
