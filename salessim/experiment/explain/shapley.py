"""What each factor of a year's bookings adds to their difference to other years."""

from dataclasses import dataclass, replace
from math import comb

import numpy as np

from salessim.rules import Floats


@dataclass(frozen=True)
class Flows:
    """What a year's bookings are made of; a row a year.

    Bookings = size * passed at the last stage, where passed = (passed before + timing) *
    rate, and the first stage's "passed before" are the leads that arrived. Exact, since
    `timing` are the results that became known in the window less the leads that came to the
    stage in it: what was open at its start, less what is open at its end.

    Parameters
    ----------
    leads : array, years
    timing, rates : array, years by stages
    size : array, years
        Mean size of the deals won.
    """

    leads: Floats
    timing: Floats
    rates: Floats
    size: Floats

    @classmethod
    def of(cls, leads: Floats, known: Floats, passed: Floats, revenue: Floats) -> "Flows":
        """Flows of years.

        Parameters
        ----------
        leads, revenue : array, years
        known, passed : array, years by stages
            Leads whose result at a stage became known in the window; those that passed.
        """
        before = np.column_stack([leads, passed[:, :-1]])
        rates = _ratio(passed, known)
        return cls(leads, known - before, rates, _ratio(revenue, passed[:, -1]))

    @property
    def bookings(self) -> Floats:
        """Bookings of each year."""
        passed = self.leads
        for timing, rate in zip(self.timing.T, self.rates.T, strict=True):
            passed = (passed + timing) * rate
        return passed * self.size


def shapley(year: Flows, others: Flows) -> Floats:
    """What each factor adds to the difference of one year's bookings to the mean of others.

    Parameters
    ----------
    year : Flows
        Of one year.
    others : Flows
        Of several.

    Returns
    -------
    array
        Of the leads, the rate of each stage, the size and the timing, in this order; they add
        up to the difference.

    Notes
    -----
    The value of Shapley (1953): the mean over all orders in which the factors can be changed
    one after the other, so none is favored by its place. Taken against each of the others,
    then averaged, so that the mean bookings need not be those of mean factors.

    Examples
    --------
    >>> one = np.array([1.0])
    >>> year = Flows(100 * one, np.zeros((1, 1)), np.array([[0.5]]), 10 * one)
    >>> other = Flows(80 * one, np.zeros((1, 1)), np.array([[0.4]]), 10 * one)
    >>> shapley(year, other).tolist()
    [90.0, 90.0, 0.0, 0.0]
    """
    stages = others.rates.shape[1]
    factors = stages + 3
    worth = np.array([_mixed(year, others, mask) for mask in range(1 << factors)])
    masks = np.arange(1 << factors)
    sizes = np.array([mask.bit_count() for mask in range(1 << factors)])
    weights = np.array([1.0 / (factors * comb(factors - 1, k)) for k in range(factors)])
    added = []
    for factor in range(factors):
        without = masks[(masks >> factor & 1) == 0]
        gain = worth[without | 1 << factor] - worth[without]
        added.append(float((weights[sizes[without]] * gain).sum()))
    return np.array(added)


def _mixed(year: Flows, others: Flows, mask: int) -> float:
    """Mean bookings with the factors of a mask as in the year, the rest as in the others."""
    stages = others.rates.shape[1]
    rates = others.rates.copy()
    for stage in range(stages):
        if mask >> (1 + stage) & 1:
            rates[:, stage] = year.rates[0, stage]
    mixed = replace(others, rates=rates)
    if mask & 1:
        mixed = replace(mixed, leads=np.full(len(others.leads), year.leads[0]))
    if mask >> (stages + 1) & 1:
        mixed = replace(mixed, size=np.full(len(others.size), year.size[0]))
    if mask >> (stages + 2) & 1:
        mixed = replace(mixed, timing=np.broadcast_to(year.timing, others.timing.shape))
    return float(mixed.bookings.mean())


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Ratios year by year; where a year has none, that of all years together."""
    together = part.sum(axis=0) / np.maximum(whole.sum(axis=0), 1.0)
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), together)
