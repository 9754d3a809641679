"""Which design is best for a goal, within bounds: runs go where they decide."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr

from salessim.display import is_kpi, label_of
from salessim.experiment.effect import same_window
from salessim.experiment.replications import (
    at_least,
    failures_told,
    refuse_unknown,
    study_of,
    warnings_over,
)
from salessim.experiment.statistics import LEVEL, student
from salessim.experiment.study import Study, each
from salessim.experiment.sweep import Point, as_cell, grid, scenarios_at
from salessim.experiment.vary import Vary
from salessim.scenario import Problem, Scenario, ScenarioError, Source
from salessim.scenario.notes import notes_on_designs

FIRST = 8  # runs of each design before any is preferred
OF_A_DESIGN = 20  # runs for each design in the whole budget
MARGIN = 0.005  # of the best: designs nearer than that need not be told apart
LEAST_WEIGHT = 1e-6

BEST, LEVEL_WITH, WORSE = "best", "can't be told from the best", "worse"
OUTSIDE, OPEN = "outside", "better, but may break a bound"
BOUND = re.compile(r"\s*(?P<kpi>[^<>=]+?)\s*(?P<sign>>=|<=)\s*(?P<value>\S+)\s*")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bound:
    """A KPI that must be at least, or at most, a value."""

    kpi: str
    sign: str
    value: float

    @classmethod
    def parse(cls, text: str) -> "Bound":
        """Read `KPI>=X` or `KPI<=X`.

        Examples
        --------
        >>> Bound.parse("win_rate>=0.25")
        Bound(kpi='win_rate', sign='>=', value=0.25)
        """
        found = BOUND.fullmatch(text)
        try:
            value = float(found["value"]) if found else math.nan
        except ValueError:
            value = math.nan
        if found is not None and value > 1 and is_share(found["kpi"]):
            wanted = f"{found['kpi']} is a share, 0 to 1: {value / 100:g} for {value:g} %"
            raise ScenarioError([Problem(f"subject to {text}", wanted)])
        if found is None or not math.isfinite(value):
            wanted = "expected KPI>=X or KPI<=X, as win_rate>=0.25"
            raise ScenarioError([Problem(f"subject to {text}", wanted)])
        return cls(found["kpi"], found["sign"], value)

    def slack(self, values: Floats) -> Floats:
        """How far values are inside the bound; negative outside."""
        return values - self.value if self.sign == ">=" else self.value - values

    def __str__(self) -> str:
        return f"{self.kpi} {self.sign} {self.value:g}"


@dataclass(frozen=True)
class Best:
    """The best design, and all that can't be told from it.

    Parameters
    ----------
    goal : str
        The KPI.
    bounds : tuple of Bound
    points : list of dict
        Values by path, one a design.
    table : DataFrame
        A row for each design: the paths, `mean, low, high` (of the goal, 95 %),
        `difference, difference_low, difference_high` (to the best one, under the same
        luck), `within_bounds` (chance that the means keep the bounds), `cost, revenue`,
        `replications` and `standing`: best, can't be told from the best, worse, better
        but may break a bound, or outside (of the bounds).
    runs : int
        Made in all.
    flags : list of str
        What a reader should know of the runs.
    failures : DataFrame
        Runs that did not come out.
    """

    goal: str
    bounds: tuple[Bound, ...]
    points: list[Point]
    table: pd.DataFrame
    runs: int
    flags: list[str]
    failures: pd.DataFrame

    @property
    def point(self) -> Point | None:
        """The best design's values by path; None where none keeps the bounds."""
        found = np.flatnonzero(self.table["standing"] == BEST)
        return self.points[int(found[0])] if len(found) else None

    @property
    def level_with(self) -> list[Point]:
        """Designs that can't be told from the best."""
        return [self.points[i] for i in np.flatnonzero(self.table["standing"] == LEVEL_WITH)]

    @property
    def nearest(self) -> Point:
        """The design most likely to keep the bounds; of several, the best one for the goal."""
        sign = -1.0 if label_of(self.goal).better == "lower" else 1.0
        order = self.table.assign(
            goal=sign * self.table["mean"], chance=self.table["within_bounds"].round(6)
        )
        return self.points[int(order.sort_values(["chance", "goal"]).index[-1])]


def best(
    base: Source,
    vary: Vary,
    goal: str,
    subject_to: Sequence[str] = (),
    seed: int = 1,
    *,
    runs: int | None = None,
    workers: int | None = None,
    study: Study | None = None,
) -> Best:
    """Find the design that is best for a goal, within bounds on other KPIs.

    Parameters
    ----------
    base : Scenario, str or Path
        Also a preset's name or a file.
    vary : mapping of str to sequence
        Values by dotted path; every combination is a design.
    goal : str
        A KPI: the most of it, or the least where less is better (cost, people, waits).
    subject_to : sequence of str
        Bounds, as "win_rate>=0.25".
    seed : int
        Whose luck.
    runs : int, optional
        In all; absent, 20 for each design.
    workers : int, optional
        Runs at a time; absent, one a core.
    study : Study, optional
        Where the runs are made and kept, instead of `seed` and `workers`.

    Returns
    -------
    Best

    Raises
    ------
    ScenarioError
        With every problem in the designs, the goal and the bounds.

    Notes
    -----
    Optimal computing budget allocation (Chen, Lin, Yücesan & Chick 2000): a design
    gets runs in proportion to the square of noise over distance to the best, here the
    noise of the difference under the same luck; outside a bound, the surer of both
    reasons counts (Lee, Pujowidianto, Li, Chen & Yap 2012). The set that can't be told
    from the best is by paired differences, one-sided at 95 % with Bonferroni's
    correction; that runs are allotted by what was seen makes the level approximate.

    Examples
    --------
    >>> import salessim as ss
    >>> desk = ss.Scenario.load("one-desk").replace({"calendar": {"days": 50}})
    >>> found = ss.best(desk, {"team.sdr.count": [2, 4, 6]}, "won", workers=1)
    >>> found.point
    {'team.sdr.count': 6}
    """
    bounds = _bounds(goal, subject_to)
    base = Scenario.of(base)
    study = study_of(study, seed, workers)
    points = grid(vary)
    designs = scenarios_at(base, points)
    budget = OF_A_DESIGN * len(points) if runs is None else runs
    budget = at_least(budget, FIRST * len(points), "runs")
    same_window(designs)
    study.begin(
        "best", name=base.name, base=base.content_hash, goal=goal, runs=budget,
        subject_to=[str(bound) for bound in bounds], points=[as_cell(point) for point in points],
    )  # fmt: skip
    counts = [FIRST] * len(points)
    study.run(each(designs, range(FIRST)), "first runs")
    race = Race(study, designs, goal, bounds, counts)
    race.check()
    while (left := budget - sum(counts)) > 0:
        wanted: list[tuple[Scenario, int]] = []
        for design, more in race.allot(min(left, max(len(points), 10))).items():
            wanted += each([designs[design]], range(counts[design], counts[design] + more))
            counts[design] += more
        study.run(wanted, f"{budget - left:,} of {budget:,} runs; more")
    table = race.table()
    for place, path in enumerate(vary):
        table.insert(place, path, [as_cell(point[path]) for point in points])
    return Best(goal, bounds, points, table, sum(counts),
                warnings_over(study, designs) + notes_on_designs(base, designs),
                study.failures_among(designs))  # fmt: skip


def _bounds(goal: str, subject_to: Sequence[str]) -> tuple[Bound, ...]:
    problems: list[Problem] = []
    bounds: list[Bound] = []
    for text in subject_to:
        try:
            bounds.append(Bound.parse(text))
        except ScenarioError as error:
            problems.extend(error.problems)
    refuse_unknown((goal, *(bound.kpi for bound in bounds)), problems)
    return tuple(bounds)


@dataclass
class Race:
    """What is known of the designs so far, and which runs would decide most.

    Parameters
    ----------
    study : Study
    designs : list of Scenario
    goal : str
    bounds : tuple of Bound
    counts : list of int
        Runs of each design; grows outside.
    """

    study: Study
    designs: Sequence[Scenario]
    goal: str
    bounds: tuple[Bound, ...]
    counts: list[int]

    def check(self) -> None:
        """Refuse a goal or a bound that no run shows.

        Raises
        ------
        ScenarioError
        """
        for kpi in (self.goal, *(bound.kpi for bound in self.bounds)):
            if all(np.isnan(self._values(i, kpi)).all() for i in range(len(self.designs))):
                reason = failures_told(self.study, self.designs)
                empty = "is empty in all designs: the scenario has nothing to make it"
                raise ScenarioError([Problem(kpi, reason[0] if reason else empty)])

    def allot(self, step: int) -> Mapping[int, int]:
        """More runs for each design, so many in all, where they decide."""
        weights = self._weights()
        counts = np.array(self.counts, dtype=float)
        wanted = weights / weights.sum() * (counts.sum() + step)
        more = dict[int, int]()
        for _ in range(step):
            ahead = counts + np.array([more.get(i, 0) for i in range(len(counts))])
            design = int(np.argmax((wanted - ahead) / np.sqrt(wanted)))
            more[design] = more.get(design, 0) + 1
        return more

    def table(self) -> pd.DataFrame:
        """What the runs say of each design."""
        leader, chances = self._leader(), self._chances()
        rows = []
        for design in range(len(self.designs)):
            found = student(self._values(design, self.goal))
            apart = student(self._apart(design, leader, self.goal))
            rows.append(
                {
                    "mean": found.mean,
                    "low": found.low,
                    "high": found.high,
                    "difference": apart.mean,
                    "difference_low": apart.low,
                    "difference_high": apart.high,
                    "within_bounds": chances[design],
                    "cost": self._adjusted_mean(design, leader, "cost"),
                    "revenue": self._adjusted_mean(design, leader, "revenue"),
                    "replications": found.count,
                    "standing": self._standing(design, leader, chances),
                }
            )
        return pd.DataFrame(rows)

    def _standing(self, design: int, leader: int, chances: Floats) -> str:
        chance, known = chances[design], chances[leader] >= 0.5
        few = (1 - LEVEL) / max(1, len(self.designs) - 1)
        if chance < few or not known or np.isnan(self._values(design, self.goal)).all():
            return OUTSIDE
        if design == leader:
            return BEST
        apart = student(self._difference(design, leader), 1 - 2 * few)  # one side of it
        if apart.low > 0 and chance < chances[leader]:
            return OPEN
        nearest = apart.mean if math.isnan(apart.high) else apart.high
        return WORSE if nearest < 0 else LEVEL_WITH

    def _weights(self) -> Floats:
        """Runs that each design deserves, as shares that need not add up to 1."""
        leader = self._leader()
        scale = MARGIN * abs(float(np.nanmean(self._values(leader, self.goal))))
        weights = np.full(len(self.designs), LEAST_WEIGHT)
        for design in range(len(self.designs)):
            if design == leader:
                continue
            worse = self._difference(design, leader)
            distance = max(abs(_mean_of(worse)), scale) if len(worse) else scale
            doubt = _squared(float(np.std(worse, ddof=1)) if len(worse) > 1 else 0.0, distance)
            kept, broken = self._doubts_of_bounds(design)
            if broken:  # the surest reason to leave it out is enough
                reasons = [*broken, doubt] if _mean_of(worse) < 0 else broken
                doubt = min(reasons)
            else:
                doubt = max(doubt, *kept) if kept and _mean_of(worse) >= 0 else doubt
            weights[design] = max(doubt, LEAST_WEIGHT)
        kept, broken = self._doubts_of_bounds(leader)
        others = np.delete(weights, leader)  # pairs need both
        weights[leader] = max(*kept, *broken, float(others.max(initial=LEAST_WEIGHT)), LEAST_WEIGHT)
        return weights

    def _leader(self) -> int:
        """The design that looks best among those inside the bounds; else the nearest to them."""
        chances = self._chances()
        looks = self._adjusted_means()
        inside = (chances >= 0.5) & ~np.isnan(looks)
        if not inside.any():
            return int(np.argmax(np.where(np.isnan(looks), -1.0, chances)))
        return int(np.argmax(np.where(inside, looks, -np.inf)))

    def _adjusted_means(self) -> Floats:
        """Means of the goal (more is better), as if all had had the luck of the one run most."""
        seen = [np.count_nonzero(~np.isnan(self._values(i, self.goal)))
                for i in range(len(self.designs))]  # fmt: skip
        most = int(np.argmax(seen))
        means = [self._adjusted_mean(i, most, self.goal) for i in range(len(self.designs))]
        return self._sign * np.array(means)

    def _adjusted_mean(self, design: int, other: int, kpi: str) -> float:
        """Mean of a KPI, as if a design had had the luck of all runs of another."""
        apart = self._apart(design, other, kpi)
        level = self._values(other, kpi)
        return _mean_of(level) + _mean_of(apart) if len(apart) else math.nan

    def _apart(self, design: int, other: int, kpi: str) -> Floats:
        """A design's KPI less another's, a value for each run that both have."""
        count = min(self.counts[design], self.counts[other])
        apart = self._values(design, kpi)[:count] - self._values(other, kpi)[:count]
        return apart[~np.isnan(apart)]

    def _difference(self, design: int, other: int) -> Floats:
        """How much better a design is than another, a value for each run that both have."""
        return self._sign * self._apart(design, other, self.goal)

    def _chances(self) -> Floats:
        """Chance that each design's means keep all bounds, at least (Bonferroni's inequality)."""
        chances = np.ones(len(self.designs))
        for design in range(len(self.designs)):
            for bound in self.bounds:
                slack = bound.slack(self._values(design, bound.kpi))
                chances[design] -= 1.0 - _chance_above_0(slack)
        return np.maximum(chances, 0.0)

    def _doubts_of_bounds(self, design: int) -> tuple[list[float], list[float]]:
        """Square of noise over distance, at each bound that its mean keeps, and that it breaks."""
        kept: list[float] = []
        broken: list[float] = []
        for bound in self.bounds:
            slack = bound.slack(self._values(design, bound.kpi))
            seen = slack[~np.isnan(slack)]
            if not len(seen):
                continue
            mean, least = float(seen.mean()), MARGIN * abs(bound.value)
            noise = float(seen.std(ddof=1)) if len(seen) > 1 else 0.0
            (kept if mean >= 0 else broken).append(_squared(noise, max(abs(mean), least)))
        return kept, broken

    def _values(self, design: int, kpi: str) -> Floats:
        """A KPI in each of a design's runs, by replication; NaN where one failed."""
        return self.study.kpi(self.designs[design], kpi, self.counts[design])

    @property
    def _sign(self) -> float:
        return -1.0 if label_of(self.goal).better == "lower" else 1.0


def _mean_of(values: Floats) -> float:
    """Mean of what was observed; NaN of nothing."""
    seen = values[~np.isnan(values)]
    return float(seen.mean()) if len(seen) else math.nan


def _squared(noise: float, distance: float) -> float:
    return (noise / distance) ** 2 if distance > 0 and not math.isnan(noise) else LEAST_WEIGHT


def _chance_above_0(values: Floats) -> float:
    """Chance that a mean lies above 0, by Student's distribution around the sample's mean."""
    seen = values[~np.isnan(values)]
    if not len(seen):
        return 0.0
    mean, spread = float(seen.mean()), float(seen.std(ddof=1)) if len(seen) > 1 else 0.0
    if spread == 0.0:
        return float(mean >= 0)
    return float(stdtr(len(seen) - 1, mean / spread * math.sqrt(len(seen))))


def is_share(kpi: str) -> bool:
    """Whether a KPI is a share, 0 to 1."""
    return is_kpi(kpi) and label_of(kpi).unit == "share"


def told(point: Mapping[str, Any]) -> str:
    """A design in words.

    Examples
    --------
    >>> told({"team.ae.count": 8, "team.support.count": 2})
    'team.ae.count = 8, team.support.count = 2'
    """
    return ", ".join(f"{path} = {value}" for path, value in point.items())
