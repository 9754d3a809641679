"""What can be said from replications: intervals, corrections, and how many are needed."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

LEVEL = 0.95
MOST_NEEDED = 1_000_000


@dataclass(frozen=True)
class Interval:
    """A mean and the ends of its confidence interval; NaN for the ends of a single value."""

    mean: float
    low: float
    high: float
    count: int

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def half_width(self) -> float:
        """Half of the distance of the ends."""
        return (self.high - self.low) / 2


def student(values: ArrayLike, level: float = LEVEL, first: int | None = None) -> Interval:
    """Student's interval for the mean, from one value a replication; NaN is left out.

    Parameters
    ----------
    values : array_like of float
        Independent, near normal.
    level : float
        Of confidence.
    first : int, optional
        Values of a first stage by whose spread the number of all was chosen. Then
        the interval is Stein's (1945): the spread is that of the first stage alone,
        which leaves the level as it is however many followed.

    Returns
    -------
    Interval

    Examples
    --------
    >>> found = student([1.0, 2.0, 3.0])
    >>> round(found.low, 3), found.mean, round(found.high, 3)
    (-0.484, 2.0, 4.484)
    """
    sample = np.asarray(values, dtype=float)
    stage = sample[: len(sample) if first is None else first]
    sample, stage = sample[~np.isnan(sample)], stage[~np.isnan(stage)]
    size = len(sample)
    if not size:
        return Interval(math.nan, math.nan, math.nan, 0)
    mean = float(sample.mean())
    if len(stage) < 2:
        return Interval(mean, math.nan, math.nan, size)
    half = _quantile(level, len(stage)) * float(stage.std(ddof=1)) / math.sqrt(size)
    return Interval(mean, mean - half, mean + half, size)


def p_value(values: ArrayLike, first: int | None = None) -> float:
    """Chance of a mean as far from 0 as this, were the truth 0 (two-sided Student test).

    Parameters
    ----------
    values, first
        As for `student`.

    Examples
    --------
    >>> round(p_value([1.0, 2.0, 3.0]), 3), p_value([0.0, 0.0]), p_value([1.0, 1.0])
    (0.074, 1.0, 0.5)
    """
    sample = np.asarray(values, dtype=float)
    stage = sample[: len(sample) if first is None else first]
    sample, stage = sample[~np.isnan(sample)], stage[~np.isnan(stage)]
    if len(stage) < 2:
        return math.nan
    mean, spread = float(sample.mean()), float(stage.std(ddof=1))
    if spread == 0.0:  # no spread to judge by: the chance of that many equal signs
        return 2.0 ** (1 - len(sample)) if mean else 1.0
    statistic = abs(mean) / spread * math.sqrt(len(sample))
    return float(2 * stdtr(len(stage) - 1, -statistic))


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values corrected for there being several, by Holm's step-down rule (1979).

    NaN stays NaN and does not count.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    given = np.asarray(p_values, dtype=float)
    order = [int(i) for i in np.argsort(given) if not np.isnan(given[i])]
    corrected, least = given.copy(), 0.0
    for rank, position in enumerate(order):
        least = max(least, min(1.0, float(given[position]) * (len(order) - rank)))
        corrected[position] = least
    return [float(p) for p in corrected]


def replications_needed(values: ArrayLike, half_width: float, level: float = LEVEL) -> int | None:
    """Replications after which Student's interval would be so narrow, by the spread so far.

    Parameters
    ----------
    values : array_like of float
        At least two, from as many replications.
    half_width : float
        Wanted.
    level : float
        Of confidence.

    Returns
    -------
    int or None
        None where it can't be said or is beyond a million.

    Examples
    --------
    >>> replications_needed([1.0, 2.0, 3.0, 4.0], half_width=0.5)
    29
    """
    sample = np.asarray(values, dtype=float)
    sample = sample[~np.isnan(sample)]
    if len(sample) < 2 or not half_width > 0:
        return None
    spread = float(sample.std(ddof=1))

    def narrow(count: int) -> bool:
        return _quantile(level, count) * spread <= half_width * math.sqrt(count)

    if not narrow(MOST_NEEDED):
        return None
    return bisect_left(range(MOST_NEEDED), True, lo=2, key=narrow)


def second_stage(first: ArrayLike, half_width: float, level: float = LEVEL) -> int | None:
    """Number of replications in all, by Stein's rule: from the spread of a first stage alone.

    Examples
    --------
    >>> second_stage([1.0, 2.0, 3.0, 4.0], half_width=0.5)
    68
    """
    sample = np.asarray(first, dtype=float)
    sample = sample[~np.isnan(sample)]
    if len(sample) < 2 or not half_width > 0:
        return None
    wanted = (_quantile(level, len(sample)) * float(sample.std(ddof=1)) / half_width) ** 2
    return None if wanted > MOST_NEEDED else max(len(sample), math.ceil(wanted))


def _quantile(level: float, size: int) -> float:
    """Student's quantile for a two-sided interval from so many values."""
    return float(stdtrit(size - 1, (1 + level) / 2))
