"""What can be said from replications: intervals, corrections, and how many are needed."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr, ndtri, stdtr, stdtrit

LEVEL = 0.95
MOST_NEEDED = 1_000_000
ROUNDING = 1e-9  # share of two numbers below which rounding may have made them differ
FEW = 200  # of a count below this, a step of one is more than the quantiles' own noise

Floats = NDArray[np.float64]


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


def difference(after: ArrayLike, before: ArrayLike) -> Floats:
    """What remains of `after` less `before`, without what rounding alone has made.

    The one place where two numbers are held to be equal: a difference within 1e-9 of
    them is 0, and differences that vary by no more than that are all the same.

    Parameters
    ----------
    after, before : array_like of float
        Paired; NaN where one was not observed.

    Examples
    --------
    >>> difference([0.1 + 0.2, 5.0], [0.3, 4.0]).tolist()
    [0.0, 1.0]
    >>> np.ptp(difference([1e6 + 0.1, 2e6 + 0.1], [1e6, 2e6]))
    np.float64(0.0)
    """
    one, other = np.broadcast_arrays(np.asarray(after, float), np.asarray(before, float))
    apart: Floats = one - other
    scale = np.maximum(np.abs(one), np.abs(other))
    apart = np.where(np.abs(apart) <= ROUNDING * scale, 0.0, apart)
    seen = apart[~np.isnan(apart)]
    if len(seen) and np.ptp(seen) <= ROUNDING * float(np.nanmax(scale)):
        apart = np.where(np.isnan(apart), apart, seen.mean())
    return apart


def spread_of(values: Floats) -> float:
    """Standard deviation of single values; exactly 0 where all are the same, NaN of fewer than 2.

    Examples
    --------
    >>> spread_of(np.array([0.1, 0.1, 0.1])), spread_of(np.array([1.0, 2.0, 3.0]))
    (0.0, 1.0)
    """
    if len(values) < 2:
        return math.nan
    return float(values.std(ddof=1)) if np.ptp(values) else 0.0


def at_most(values: ArrayLike, most: ArrayLike) -> NDArray[np.bool_]:
    """Whether values are at most others, or above them only by rounding; NaN is not.

    Examples
    --------
    >>> at_most([0.1 + 0.2, 0.31, 0.1], 0.3).tolist()
    [True, False, True]
    """
    one, other = np.asarray(values, float), np.asarray(most, float)
    return np.asarray(one - other <= ROUNDING * np.maximum(np.abs(one), np.abs(other)))


def wilson(successes: int, trials: int, level: float = LEVEL) -> tuple[float, float]:
    """Ends of Wilson's (1927) interval for a chance; NaN without trials.

    Examples
    --------
    >>> [round(end, 3) for end in wilson(160, 200)]
    [0.739, 0.85]
    >>> wilson(0, 0)
    (nan, nan)
    """
    if not trials:
        return math.nan, math.nan
    z, share = float(ndtri((1 + level) / 2)), successes / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    spread = share * (1 - share) / trials + z * z / (4 * trials * trials)
    half = z * math.sqrt(spread) / (1 + z * z / trials)
    low = middle - half if successes else 0.0  # exactly, whatever rounding says
    return low, middle + half if successes < trials else 1.0


def range_of(values: ArrayLike) -> tuple[float, float, float]:
    """P10, P50 and P90 of single years, from one value a replication; NaN is left out.

    Parameters
    ----------
    values : array_like of float

    Returns
    -------
    tuple of float
        Order statistics at (n + 1) p, interpolated. A new year then falls between P10 and
        P90 in 80% of cases (from 9 years on). Small counts jump by whole numbers, so their
        ends are rounded outward and the range holds at least 80%.

    Notes
    -----
    David & Nagaraja (2003), Order Statistics, 7.1: between the order statistics i and j
    of n lies a new value with the chance (j - i) / (n + 1), or more where values are equal.

    Examples
    --------
    >>> range_of([10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 95.5])
    (10.0, 50.0, 95.5)
    >>> range_of(range(1, 21))
    (2.0, 10.5, 19.0)
    """
    sample = np.asarray(values, dtype=float)
    sample = sample[~np.isnan(sample)]
    if not len(sample):
        return math.nan, math.nan, math.nan
    low, middle, high = np.quantile(sample, (0.1, 0.5, 0.9), method="weibull")
    if middle < FEW and np.array_equal(sample, np.floor(sample)):
        low, high = np.floor(low), np.ceil(high)
    return float(low), float(middle), float(high)


def sure_of_quantile(values: ArrayLike, p: float, level: float = LEVEL) -> tuple[float, float]:
    """Ends of the interval for a quantile, whatever the distribution; NaN where it has none.

    Parameters
    ----------
    values : array_like of float
        One a replication; NaN is left out.
    p : float
        Which quantile, between 0 and 1.
    level : float
        Of confidence, at least.

    Notes
    -----
    Two order statistics: the number of values below the quantile is binomial (David & Nagaraja
    2003, Order Statistics, 7.1). With too few values one of them does not exist.

    Examples
    --------
    >>> sure_of_quantile(range(1, 201), 0.1)
    (12.0, 30.0)
    >>> sure_of_quantile(range(1, 21), 0.1)
    (nan, nan)
    """
    sample = np.sort(np.asarray(values, dtype=float))
    sample = sample[~np.isnan(sample)]
    ranks = np.arange(len(sample))
    below = bdtr(ranks, len(sample), p)  # chance of at most so many values below the quantile
    low = np.flatnonzero(below <= (1 - level) / 2)
    high = np.flatnonzero(below >= (1 + level) / 2)
    if not len(low) or not len(high):
        return math.nan, math.nan
    return float(sample[low[-1]]), float(sample[high[0]])


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
    half = _quantile(level, len(stage)) * spread_of(stage) / math.sqrt(size)
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
    mean, spread = float(sample.mean()), spread_of(stage)
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
    spread = spread_of(sample)

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
    wanted = (_quantile(level, len(sample)) * spread_of(sample) / half_width) ** 2
    return None if wanted > MOST_NEEDED else max(len(sample), math.ceil(wanted))


def _quantile(level: float, size: int) -> float:
    """Student's quantile for a two-sided interval from so many values."""
    return float(stdtrit(size - 1, (1 + level) / 2))
