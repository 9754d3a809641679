"""The department's formulas and policies: plain functions of numbers, with their sources.

Each is defined once, here. `market` applies them to arrays of leads, `department` to a single
visit; they know nothing about either and use only arithmetic that works for both scalars and
arrays.
"""

from collections.abc import Iterator, Sequence
from itertools import islice  # noqa: F401  (the examples)

import numpy as np
from numpy.typing import NDArray

WORKING_DAYS_A_WEEK = 5
WORKING_DAYS_A_YEAR = 260

Floats = NDArray[np.float64]


def passing_chance(chance: float, odds: float | Floats) -> float | Floats:
    """Chance of passing after its odds are multiplied.

    Parameters
    ----------
    chance : float
        Chance of passing, 0 to 1, before the multiplication.
    odds : float or array
        Factor on the odds, chance / (1 - chance).

    Returns
    -------
    float or array
        Chance of passing, of the shape of `odds`.

    Notes
    -----
    The proportional-odds form of a logistic model: effects multiply the odds whatever the
    base, and the chance always stays between 0 and 1.

    Examples
    --------
    >>> float(passing_chance(0.5, 3.0)), float(passing_chance(1.0, 0.1))
    (0.75, 1.0)
    """
    passing = chance * odds
    either = 1.0 - chance + passing
    return passing / np.where(either > 0.0, either, 1.0)  # odds of zero beat certainty


def hurdle(luck: Floats, chance: float, odds: float | Floats) -> Floats:
    """Factor on the odds of passing above which a lead passes.

    Parameters
    ----------
    luck : array
        Uniform random numbers strictly between 0 and 1, one per lead.
    chance : float
        Chance of passing, 0 to 1, of a lead whose odds are not multiplied.
    odds : float or array
        What the lead's own nature multiplies the odds by.

    Returns
    -------
    array
        From 0 (passes whatever hurts) to infinity (passes whatever helps). Below 1 in a share
        of leads that is `passing_chance(chance, odds)`.

    Notes
    -----
    Luck is below the chance at odds times f exactly where f is above
    u (1 - p) / ((1 - u) p odds): so one number, drawn in advance, decides for any help that a
    run turns out to give, and more help never loses a deal.

    Examples
    --------
    >>> hurdle(np.array([0.2, 0.5, 0.8]), 0.5, 2.0)
    array([0.125, 0.5  , 2.   ])
    """
    against, in_favor = luck * (1.0 - chance), (1.0 - luck) * chance * odds
    never = np.full(np.shape(in_favor), np.inf)
    return np.asarray(np.divide(against, in_favor, out=never, where=in_favor > 0.0))


def still_silent(silence: float, chance: float, odds: float) -> float:
    """Chance that a prospect has not answered yet, after one more try.

    Parameters
    ----------
    silence : float
        That chance before the try; 1 before the first.
    chance : float
        Chance that a try is answered, at odds of 1.
    odds : float
        What multiplies the odds of this try.

    Examples
    --------
    >>> still_silent(still_silent(1.0, 0.5, 1.0), 0.5, 3.0)
    0.125
    """
    either = 1.0 - chance + chance * odds
    return silence * (1.0 - chance) / either if either > 0.0 else silence


def silence_after(tries: int, chance: float, odds: Floats) -> Floats:
    """Chance that prospects have not answered after so many tries at the same odds.

    Parameters
    ----------
    tries : int
    chance, odds
        As for `still_silent`; `odds` an array.

    Examples
    --------
    >>> silence_after(2, 0.5, np.array([1.0, 3.0]))
    array([0.25  , 0.0625])
    """
    silent = np.asarray(1.0 - passing_chance(chance, odds))
    after = np.ones_like(silent)
    for _ in range(tries):  # few, and a power takes longer than they do
        after *= silent
    return after


HALVINGS_STEP = 1.0 / 32.0
# 2**-x for x from 0 to 32. Powers differ in the last digit from one compiler to the next, so
# engines read this table, which is made once, and interpolate.
HALVINGS = np.asarray(2.0 ** -(np.arange(1 + 32 * 32) * HALVINGS_STEP), np.float64)
HALVINGS.flags.writeable = False


def read_curve(curve: Floats, step: float, x: float) -> float:
    """A curve at a point, between its table's entries on a straight line.

    Parameters
    ----------
    curve : array
        Its values at 0, step, 2 step and so on; beyond the last it stays what it is there.
    step : float
    x : float
        At least 0.

    Examples
    --------
    >>> read_curve(np.array([0.0, 10.0, 40.0]), 0.5, 0.75)
    25.0
    """
    place = x / step
    if not place < len(curve) - 1:
        return float(curve[len(curve) - 1])
    low = int(place)
    return float(curve[low] + (curve[low + 1] - curve[low]) * (place - low))


def interest_left(halvings: Floats, waited: float, half_life: float, floor: float) -> float:
    """Factor on the odds of an inbound lead that waited for the first work on it.

    Parameters
    ----------
    halvings : array
        `HALVINGS`.
    waited, half_life : float
        In the same unit, say working days; the half-life above 0.
    floor : float
        Least factor, 0 to 1.

    Notes
    -----
    Exponential decay. That the odds of qualifying a web lead fall within hours is what audits
    of response times report (Oldroyd, McElheran and Elkington 2011, "The short life of online
    sales leads", Harvard Business Review): observed, not an experiment. The half-life is an
    assumption of the scenario.

    Examples
    --------
    >>> interest_left(HALVINGS, 4.0, 4.0, 0.1), interest_left(HALVINGS, 40.0, 4.0, 0.1)
    (0.5, 0.1)
    """
    return max(floor, read_curve(halvings, HALVINGS_STEP, waited / half_life))


def seasonal(percent: Sequence[float], when: Floats) -> Floats:
    """What a season multiplies the mean rate of arrival by.

    Parameters
    ----------
    percent : sequence of float
        Of the mean rate, for parts of the year of equal length: months or quarters from
        day 0 on, repeated every year. Empty where there is no season.
    when : array
        Working days since day 0.

    Examples
    --------
    >>> seasonal([50, 100, 100, 150], np.array([-1.0, 0.0, 64.9, 65.0]))
    array([1.5, 0.5, 0.5, 1. ])
    """
    if not percent:
        return np.ones(np.shape(when))
    part = np.floor(when * len(percent) / WORKING_DAYS_A_YEAR).astype(np.int64)
    return np.array(percent, float)[part % len(percent)] / 100.0


def grown(per_year: float, when: float | Floats) -> Floats:
    """What steady growth multiplies the rate of day 0 by: the same factor every day.

    Parameters
    ----------
    per_year : float
        Growth in a year of 260 days, as a share; above -1.
    when : float or array
        Working days since day 0.

    Examples
    --------
    >>> grown(0.21, np.array([-260.0, 0.0, 130.0, 260.0])).round(3)
    array([0.826, 1.   , 1.1  , 1.21 ])
    """
    return np.asarray((1.0 + per_year) ** (np.asarray(when) / WORKING_DAYS_A_YEAR))


def rate_days(begin: float, end: float, percent: Sequence[float], per_year: float) -> float:
    """Days at the mean rate of day 0 that bring as many leads as a time with season and growth.

    Parameters
    ----------
    begin, end : float
        Working days since day 0.
    percent, per_year
        As for `seasonal` and `grown`.

    Notes
    -----
    The integral of `seasonal` times `grown`, part of the year by part of the year.

    Examples
    --------
    >>> rate_days(0, 130, [50, 100, 100, 150], 0.0)
    97.5
    """
    if end <= begin:
        return 0.0
    width = WORKING_DAYS_A_YEAR / max(1, len(percent))
    inside = np.arange(np.floor(begin / width) + 1, np.ceil(end / width)) * width
    edges = np.array([begin, *inside, end])
    rate = np.log1p(per_year) / WORKING_DAYS_A_YEAR
    days = np.diff(np.exp(rate * edges)) / rate if rate else np.diff(edges)
    return float((seasonal(percent, (edges[:-1] + edges[1:]) / 2) * days).sum())


def available_hours_per_day(
    hours_per_day: float, internal_hours_per_week: float, leave_days_per_year: float
) -> float:
    """Hours per working day that a person has for leads, paperwork, and travel.

    Leave is spread evenly over the year: people cover for one another, so one person's leave
    never empties a desk.

    Examples
    --------
    >>> available_hours_per_day(8, 10, 26)
    5.4
    """
    present = 1.0 - leave_days_per_year / WORKING_DAYS_A_YEAR
    return (hours_per_day - internal_hours_per_week / WORKING_DAYS_A_WEEK) * present


def support_is_swamped(
    queued_hours: float, people: int, hours_per_day: float, overflow_days: float
) -> bool:
    """Whether support's queue is so long that sellers do all paperwork themselves.

    Parameters
    ----------
    queued_hours : float
        Hours of paperwork waiting at the support desk, without work in progress.
    people : int
        People who share that work.
    hours_per_day : float
        Available hours per person and day.
    overflow_days : float
        Longest acceptable wait, in working days.

    Examples
    --------
    >>> support_is_swamped(16.5, 2, 8.0, 1.0)
    True
    >>> support_is_swamped(0.0, 0, 8.0, 1.0)
    True
    """
    return people == 0 or queued_hours > overflow_days * hours_per_day * people


def owner_chairs(keys: NDArray[np.uint64], chairs: int) -> NDArray[np.int64]:
    """Position that owns each lead, when leads are spread over a number of positions.

    Parameters
    ----------
    keys : array of uint64
        A number for each lead.
    chairs : int
        Number of positions, at least 1.

    Returns
    -------
    array of int
        Values from 0 to `chairs` - 1, spread evenly.

    Notes
    -----
    Jump consistent hash (Lamping & Veach 2014, "A fast, minimal memory,
    consistent hash algorithm"): an additional position takes its fair share of the
    leads, and no other lead changes hands.

    Examples
    --------
    >>> owner_chairs(np.array([1, 2, 3, 4], np.uint64), 3)
    array([0, 0, 2, 1])
    """
    keys = keys.astype(np.uint64)
    chair = np.full(len(keys), -1, dtype=np.int64)
    candidate = np.zeros(len(keys), dtype=np.int64)
    while (jumps := np.flatnonzero(candidate < chairs)).size:
        chair[jumps] = candidate[jumps]
        keys[jumps] = keys[jumps] * np.uint64(2862933555777941757) + np.uint64(1)  # wraps
        reach = (1 << 31) / ((keys[jumps] >> np.uint64(33)).astype(float) + 1.0)
        candidate[jumps] = ((chair[jumps] + 1) * reach).astype(np.int64)
    return chair


def next_owner(
    open_deals: Sequence[int],
    specialty: Sequence[int],
    wanted: int,
    filled: Sequence[bool],
    positions: int,
    turn: int,
    by_load: bool,
) -> int:
    """Position that gets a new deal.

    Parameters
    ----------
    open_deals : sequence of int
        Open deals of each position.
    specialty : sequence of int
        Part of the market that each position is a specialist for.
    wanted : int
        The deal's part of the market; where it has no specialist, anyone gets it. Negative
        where there are no specialists.
    filled : sequence of bool
        Whether somebody is in each position; at least one.
    positions : int
        How many there are: the first so many.
    turn : int
        Position whose turn it is, which decides among equals.
    by_load : bool
        Whether the fewest open deals decide, or the turn alone.

    Examples
    --------
    >>> all_three, two = [True, True, True], [True, False, True]
    >>> next_owner([4, 2, 2], [0, 1, 1], -1, all_three, 3, 0, True)
    1
    >>> next_owner([4, 2, 2], [0, 1, 1], 0, all_three, 3, 1, True)
    0
    >>> next_owner([4, 2, 2], [], -1, two, 3, 1, False)
    2
    """
    specialist = anyone = -1
    for step in range(positions):
        position = (turn + step) % positions
        if not filled[position]:
            continue
        if anyone < 0 or (by_load and open_deals[position] < open_deals[anyone]):
            anyone = position
        if wanted < 0 or specialty[position] != wanted:
            continue
        if specialist < 0 or (by_load and open_deals[position] < open_deals[specialist]):
            specialist = position
    return anyone if specialist < 0 else specialist


def hours_each(queued_hours: float, people: int) -> float:
    """Hours that wait at a desk for each of its people: the fewest are the best stand-in.

    Examples
    --------
    >>> hours_each(12.0, 3)
    4.0
    """
    return queued_hours / people


def deal_chairs(weights: list[float]) -> Iterator[int]:
    """Assign positions to territories one after another, in proportion to weights.

    Parameters
    ----------
    weights : list of float
        One per territory: its share of the market, or the number of people wanted there.

    Yields
    ------
    int
        The territory of the next position; never ends.

    Notes
    -----
    The next position goes where the weight per person stays largest: D'Hondt's method, which
    is house-monotone and gives whole-number weights exactly what they ask for. Every territory
    with a positive weight gets one person before any gets two, so none stays empty while there
    are people to assign.

    Examples
    --------
    >>> list(islice(deal_chairs([0.5, 0.25, 0.25]), 4))
    [0, 1, 2, 0]
    """
    seats = [0] * len(weights)
    while True:
        territory = max(
            range(len(weights)),
            key=lambda i: (seats[i] == 0 and weights[i] > 0, weights[i] / (seats[i] + 1), -i),
        )
        seats[territory] += 1
        yield territory


def odds_of_fit(fit: Floats) -> Floats:
    """Factor on the odds from a lead's fit, which is in log odds.

    Examples
    --------
    >>> odds_of_fit(np.array([0.0]))
    array([1.])
    """
    return np.exp(fit)
