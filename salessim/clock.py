"""Working time: which days people work, and which date a day is.

Time is measured in working days since day 0, five days a week. Nobody works on holidays, but
leads still arrive and customers still make up their minds. Knows nothing about leads or people.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salessim.rules import WORKING_DAYS_A_WEEK, Floats

OPENING_HOUR = 9

Days = Sequence[int] | NDArray[np.int64]


def working_day(start: date, day: date) -> int | None:
    """Working days from `start` (a Monday) to a date; None for a weekend.

    Examples
    --------
    >>> working_day(date(2026, 1, 5), date(2026, 1, 12))
    5
    """
    weeks, weekday = divmod((day - start).days, 7)
    return weeks * WORKING_DAYS_A_WEEK + weekday if weekday < WORKING_DAYS_A_WEEK else None


def date_of(start: date, day: int) -> date:
    """The date of a working day.

    Examples
    --------
    >>> date_of(date(2026, 1, 5), 5).isoformat()
    '2026-01-12'
    """
    weeks, weekday = divmod(day, WORKING_DAYS_A_WEEK)
    return start + timedelta(days=weeks * 7 + weekday)


def working_day_from(start: date, day: date, holidays: Iterable[date] = ()) -> int:
    """Number of the first working day on or after a date: the inverse of `date_of`.

    Parameters
    ----------
    start : date
        Day 0, a Monday.
    day : date
        May be a day off.
    holidays : iterable of date
        Days on which nobody works, beside weekends.

    Examples
    --------
    >>> monday, saturday = date(2026, 1, 5), date(2026, 1, 10)
    >>> working_day_from(monday, saturday)
    5
    >>> working_day_from(monday, saturday, [date(2026, 1, 12)])
    6
    """
    days_off = set(holidays)
    while (number := working_day(start, day)) is None or day in days_off:
        day += timedelta(days=1)
    return number


def moments_of(start: date, when: ArrayLike, hours_per_day: float) -> NDArray[np.datetime64]:
    """Dates and times for points in working time; days start at nine, or end at midnight.

    Parameters
    ----------
    start : date
        Day 0, a Monday.
    when : array_like of float
        Times in working days.
    hours_per_day : float
        Hours in a whole working day.

    Returns
    -------
    array of datetime64[ms]

    Examples
    --------
    >>> str(moments_of(date(2026, 1, 5), [5.5], 8)[0])
    '2026-01-12T13:00:00.000'
    """
    times = np.asarray(when, dtype=float)
    days = np.floor(times).astype(np.int64)
    dates = days // WORKING_DAYS_A_WEEK * 7 + days % WORKING_DAYS_A_WEEK
    hours = min(OPENING_HOUR, 24 - hours_per_day) + (times - days) * hours_per_day
    milliseconds = np.round(hours * 3_600_000).astype("timedelta64[ms]")
    moments = np.datetime64(start, "ms") + dates.astype("timedelta64[D]") + milliseconds
    return np.asarray(moments)


def first_from(holidays: Days, when: float) -> int:
    """Index of the first holiday that isn't before a time.

    Examples
    --------
    >>> first_from((1, 2, 7), 1.5), first_from((1, 2, 7), 2.0), first_from((), 3.0)
    (1, 1, 0)
    """
    low, high = 0, len(holidays)
    while low < high:
        middle = (low + high) // 2
        if holidays[middle] < when:
            low = middle + 1
        else:
            high = middle
    return low


def opening_of(holidays: Days, when: float) -> float:
    """First time from `when` on at which people work.

    Parameters
    ----------
    holidays : sequence of int
        Days since day 0, sorted.
    when : float

    Examples
    --------
    >>> opening_of((1, 2), 1.5)
    3.0
    """
    place = first_from(holidays, math.floor(when))
    while place < len(holidays) and holidays[place] <= when:
        when = float(holidays[place] + 1)
        place += 1
    return when


def end_of(holidays: Days, start: float, days: float) -> float:
    """When work that takes a number of working days ends; it starts when people work.

    Parameters
    ----------
    holidays : sequence of int
        Days since day 0, sorted.
    start, days : float

    Examples
    --------
    >>> end_of((1, 2), 0.5, 1.0)
    3.5
    """
    end = start + days
    place = first_from(holidays, start)
    while place < len(holidays) and holidays[place] < end:
        end += 1.0
        place += 1
    return end


def worked_of(holidays: Floats, times: Any) -> Any:
    """Working time since day 0, without holidays (negative before day 0).

    Parameters
    ----------
    holidays : array of float
        Days since day 0, sorted.
    times : float or array of float

    Examples
    --------
    >>> float(worked_of(np.array([1.0, 2.0]), 2.5))
    1.0
    """
    if len(holidays) == 0:
        return times + 0.0
    begun = np.searchsorted(holidays, times, side="right")  # only the last one may not be over yet
    before = np.maximum(begun - 1, 0)
    over = before - np.searchsorted(holidays, 0.0)
    return times - (over + np.minimum(np.maximum(times - holidays[before], 0.0), 1.0))


@dataclass(frozen=True)
class WorkClock:
    """The days on which nobody works, and how they delay work.

    Parameters
    ----------
    holidays : tuple of int
        Days since day 0, sorted, without duplicates.
    """

    holidays: tuple[int, ...] = ()

    @classmethod
    def of(cls, start: date, holidays: Iterable[date]) -> "WorkClock":
        """The clock for holidays given as dates; holidays on weekends have no effect."""
        days = {working_day(start, holiday) for holiday in holidays}
        return cls(tuple(sorted(day for day in days if day is not None)))

    def opening(self, when: float) -> float:
        """First time from `when` on at which people work.

        Examples
        --------
        >>> WorkClock((1, 2)).opening(1.5)
        3.0
        """
        return opening_of(self.holidays, when)

    def closures(self) -> list[tuple[float, float]]:
        """When the department closes and reopens; consecutive holidays form one closure.

        Examples
        --------
        >>> WorkClock((1, 2, 7)).closures()
        [(1.0, 3.0), (7.0, 8.0)]
        """
        closes = [day for day in self.holidays if day - 1 not in self.holidays]
        return [(float(day), self.opening(float(day))) for day in closes]

    def end(self, start: float, days: float) -> float:
        """When work that takes a number of working days ends; it starts when people work.

        Examples
        --------
        >>> WorkClock((1, 2)).end(0.5, 1.0)
        3.5
        """
        return end_of(self.holidays, start, days)

    def worked(self, when: ArrayLike) -> Floats:
        """Working time since day 0, without holidays (negative before day 0).

        Parameters
        ----------
        when : array_like of float
            Times in working days; NaN stays NaN.

        Examples
        --------
        >>> WorkClock((1,)).worked([0.5, 1.5, 3.0])
        array([0.5, 1. , 2. ])
        """
        times = np.asarray(when, dtype=float)
        worked: Floats = worked_of(np.array(self.holidays, float), times)
        return worked
