"""How many runs would settle what can't be told yet of designs."""

import math

import numpy as np
from scipy.special import ndtri

from salessim.experiment.standing import MARGIN, Designs, Standing
from salessim.experiment.statistics import LEVEL, replications_needed

MOST = 100_000  # runs in all, beyond which none are suggested


def runs_to_settle(designs: Designs) -> int | None:
    """Runs in all that would settle what can't be told yet, by what was seen so far.

    Parameters
    ----------
    designs : Designs

    Returns
    -------
    int or None
        To two digits; None where nothing is open, or more runs would hardly settle it.
    """
    standings = {design: designs.standing(design) for design in designs.came}
    needed = {
        design: _of_bounds(designs, design) if standing == Standing.OPEN
        else _of_distance(designs, design)
        for design, standing in standings.items()
        if standing in (Standing.OPEN, Standing.UNCLEAR)
    }  # fmt: skip
    if not needed or None in needed.values():
        return None
    most = max(count for count in needed.values() if count)
    if designs.chance is not None:  # then all designs get as many
        total = most * len(designs.scenarios)
    else:
        counts = designs.counts
        total = sum(counts) + sum((count or 0) - counts[i] for i, count in needed.items())
        leader = designs.leader
        total += max(0, most - counts[leader]) if leader is not None else 0
    step = 10 ** max(1, math.floor(math.log10(total)) - 1)
    return math.ceil(total / step) * step if total <= MOST else None


def _of_distance(designs: Designs, design: int) -> int | None:
    """Runs that would show a design to be worse than the best, or as good within the margin."""
    leader = designs.leader
    apart = designs.better(design, design if leader is None else leader)
    mean, level = abs(float(apart.mean())), 1 - 2 * designs.few
    reach = MARGIN * abs(float(designs.means[leader or 0]))
    known = [replications_needed(apart, size, level) for size in (mean, reach - mean)]
    counts = [max(count, len(apart) + 1) for count in known if count is not None]
    return min(counts, default=None)


def _of_bounds(designs: Designs, design: int) -> int | None:
    """Runs that would show whether a design keeps the bounds."""
    if designs.chance is not None:
        found = designs.of_years[design]
        distance = abs(found.chance - designs.chance)
        if not distance > 0:
            return None
        spread = designs.chance * (1 - designs.chance)  # Wilson's interval at the chance asked for
        quantile = float(ndtri((1 + LEVEL) / 2))
        return max(found.replications + 1, math.ceil(spread * (quantile / distance) ** 2))
    counts = []
    for bound in designs.bounds:
        slack = bound.slack(designs.values(design, bound.kpi))
        seen = slack[~np.isnan(slack)]
        count = replications_needed(seen, abs(float(seen.mean())), 1 - 2 * designs.few)
        counts.append(None if count is None else max(count, len(seen) + 1))
    known = [count for count in counts if count is not None]
    return max(known) if len(known) == len(counts) and known else None
