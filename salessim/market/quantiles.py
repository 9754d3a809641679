"""Amounts from uniform random numbers, by inverse distribution functions.

A different mean or spread changes a lead's amount but never reshuffles the leads.
"""

import numpy as np
from scipy.special import gammaincinv, ndtri

from salessim.rules import Floats
from salessim.scenario.distributions import Distribution

LEAST_CV = 1e-6  # below it, amounts are as good as constant


def is_random(distribution: Distribution) -> bool:
    """Whether amounts differ from lead to lead, so that random numbers are needed."""
    match distribution.distribution:
        case "constant":
            return False
        case "gamma" | "lognormal":
            return distribution.cv > LEAST_CV
        case "triangular":
            return distribution.low != distribution.high
    return True


def quantile(distribution: Distribution, luck: Floats) -> Floats:
    """Amount at each level of luck.

    Parameters
    ----------
    distribution : Distribution
        In whatever unit it is given.
    luck : array
        Numbers strictly between 0 and 1, odd multiples of 2**-53 as luck has them.

    Returns
    -------
    array
        Of the shape of `luck`, in the distribution's unit.

    Examples
    --------
    >>> from salessim.scenario.distributions import Hours
    >>> quantile(Hours(distribution="exponential", mean_hours=2), np.array([0.5])).round(4)
    array([1.3863])
    """
    mean, cv = distribution.mean or 0.0, distribution.cv
    if not is_random(distribution):
        amount = distribution.low if distribution.distribution == "triangular" else mean
        return np.full(luck.shape, amount)
    match distribution.distribution:
        case "exponential":
            return -mean * np.log(1.0 - luck)  # luck has 53 bits, so nothing is lost in 1 - luck
        case "gamma":
            shape = 1.0 / (cv * cv)
            return np.asarray(gammaincinv(shape, luck) * (mean / shape))
        case "lognormal":
            variance = np.log1p(cv * cv)
            return mean * np.asarray(np.exp(np.sqrt(variance) * ndtri(luck) - variance / 2))
    return _triangular(distribution, luck)


def _triangular(distribution: Distribution, luck: Floats) -> Floats:
    low, mode, high = distribution.low or 0.0, distribution.mode or 0.0, distribution.high or 0.0
    width = high - low
    turn = (mode - low) / width
    rising = low + np.sqrt(luck * width * (mode - low))
    falling = high - np.sqrt((1.0 - luck) * width * (high - mode))
    return np.where(luck < turn, rising, falling)
