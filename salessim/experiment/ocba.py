"""Which design gets the next runs: optimal computing budget allocation."""

import math
from collections.abc import Mapping

import numpy as np

from salessim.experiment.standing import Designs
from salessim.experiment.statistics import Floats, spread_of

MARGIN = 0.005  # of the best: designs nearer than that need not be told apart
LEAST_WEIGHT = 1e-6


def allot(designs: Designs, step: int) -> Mapping[int, int]:
    """More runs for each design, so many in all, where they decide."""
    weights = weights_of(designs)
    counts = np.array(designs.counts, dtype=float)
    wanted = weights / weights.sum() * (counts.sum() + step)
    more = np.zeros(len(counts))
    for _ in range(step):
        more[int(np.argmax((wanted - counts - more) / np.sqrt(wanted)))] += 1
    return {int(design): int(more[design]) for design in np.flatnonzero(more)}


def weights_of(designs: Designs) -> Floats:
    """Runs that each design deserves, as shares that need not add up to 1.

    Notes
    -----
    Chen, Lin, Yücesan & Chick (2000): the square of noise over distance to the best. Where
    a bound is broken, the surest reason to leave a design out is enough (Lee,
    Pujowidianto, Li, Chen & Yap 2012). Pairs need both, so the leader gets as many as the
    design that needs most.
    """
    weights = np.full(len(designs.scenarios), LEAST_WEIGHT)
    leader = _leader(designs)
    if leader is None:
        return weights
    scale = MARGIN * abs(float(designs.means[leader]))
    for design in designs.came:
        if design != leader:
            weights[design] = max(_weight(designs, design, leader, scale), LEAST_WEIGHT)
    kept, broken = _noise_of_bounds(designs, leader)
    others = np.delete(weights, leader)
    weights[leader] = max(*kept, *broken, float(others.max(initial=LEAST_WEIGHT)), LEAST_WEIGHT)
    return weights


def _leader(designs: Designs) -> int | None:
    """The design to compare with; while none keeps the bounds, the one that most likely does."""
    if designs.leader is not None:
        return designs.leader
    return max(designs.came, key=lambda design: designs.of_means[design], default=None)


def _weight(designs: Designs, design: int, leader: int, scale: float) -> float:
    worse = designs.better(design, leader)
    mean = float(worse.mean()) if len(worse) else math.nan
    distance = max(abs(mean), scale) if len(worse) else scale
    noise = _squared(spread_of(worse), distance)
    kept, broken = _noise_of_bounds(designs, design)
    if broken:  # the surest reason to leave it out is enough
        return min([*broken, noise] if mean < 0 else broken)
    return max(noise, *kept) if kept and mean >= 0 else noise


def _noise_of_bounds(designs: Designs, design: int) -> tuple[list[float], list[float]]:
    """Square of noise over distance, at each bound that its mean keeps, and that it breaks."""
    kept: list[float] = []
    broken: list[float] = []
    for bound in designs.bounds:
        slack = bound.slack(designs.values(design, bound.kpi))
        seen = slack[~np.isnan(slack)]
        mean, least = float(seen.mean()), MARGIN * abs(bound.value)
        side = kept if mean >= 0 else broken
        side.append(_squared(spread_of(seen), max(abs(mean), least)))
    return kept, broken


def _squared(noise: float, distance: float) -> float:
    return (noise / distance) ** 2 if distance > 0 and not math.isnan(noise) else LEAST_WEIGHT
