"""What is known of designs under the same draws, and where each stands."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.special import stdtr

from salessim.display import label_of
from salessim.experiment.bounds import Bound, Chance, chance_of, kept
from salessim.experiment.replications import no_result
from salessim.experiment.statistics import LEVEL, Floats, at_most, difference, spread_of, student
from salessim.experiment.study import Study
from salessim.scenario import Scenario


class Standing(StrEnum):
    """Where a design stands."""

    BEST = "best"
    TIED = "statistically tied"  # the difference to the best lies within the margin
    UNCLEAR = "can't tell yet"  # whether it is worse than the best
    WORSE = "worse"
    OUTSIDE = "outside"
    OPEN = "can't tell"  # whether it keeps the bounds
    NO_RESULT = "no result"


class Keeps(StrEnum):
    """Whether a design keeps the bounds."""

    KEEPS = "keeps"
    FAILS = "fails"
    OPEN = "can't tell"


RANKED = (Standing.BEST, Standing.TIED, Standing.UNCLEAR, Standing.WORSE)
MARGIN = 0.02  # of the best's mean: designs that surely lie nearer than that are tied with it


@dataclass(frozen=True)
class Designs:
    """Designs with the runs made so far; nothing here runs anything.

    Parameters
    ----------
    study : Study
    scenarios : sequence of Scenario
    goal : str
    bounds : tuple of Bound
    counts : tuple of int
        Runs of each design, numbered from 0, so that all share their first draws.
    chance : float, optional
        Share of single years that must keep the bounds; absent, bounds are about the mean.
    """

    study: Study
    scenarios: Sequence[Scenario]
    goal: str
    bounds: tuple[Bound, ...]
    counts: tuple[int, ...]
    chance: float | None = None

    def values(self, design: int, kpi: str) -> Floats:
        """A KPI in each of a design's runs, by replication; NaN where one failed."""
        return self.study.kpi(self.scenarios[design], kpi, self.counts[design])

    def apart(self, design: int, other: int, kpi: str) -> Floats:
        """A design's KPI less another's, a value for each run that both have."""
        count = min(self.counts[design], self.counts[other])
        found = difference(self.values(design, kpi)[:count], self.values(other, kpi)[:count])
        return found[~np.isnan(found)]

    def better(self, design: int, other: int) -> Floats:
        """By how much a design is better for the goal, a value for each run that both have."""
        return self.sign * self.apart(design, other, self.goal)

    @property
    def sign(self) -> float:
        """1 where more of the goal is better, else -1."""
        return -1.0 if label_of(self.goal).better == "lower" else 1.0

    @cached_property
    def reasons(self) -> list[str]:
        """Why there is no result of a design; empty where there is one."""
        kpis = (self.goal, *(bound.kpi for bound in self.bounds))
        return [
            no_result(self.study, scenario, count, kpis)
            for scenario, count in zip(self.scenarios, self.counts, strict=True)
        ]

    @cached_property
    def came(self) -> list[int]:
        """Designs of which there is a result."""
        return [design for design, reason in enumerate(self.reasons) if not reason]

    @cached_property
    def of_means(self) -> Floats:
        """Chance that each design's means keep all bounds, at least (Bonferroni's inequality)."""
        chances = np.full(len(self.scenarios), math.nan)
        for design in self.came:
            broken = (1.0 - _chance_above_0(bound.slack(self.values(design, bound.kpi)))
                      for bound in self.bounds)  # fmt: skip
            chances[design] = max(0.0, 1.0 - sum(broken))
        return chances

    @cached_property
    def of_years(self) -> list[Chance]:
        """In how many single years each design keeps all bounds."""
        target = ", ".join(map(str, self.bounds))
        return [
            chance_of(target, kept(self.study.values(scenario, range(count)), self.bounds))
            for scenario, count in zip(self.scenarios, self.counts, strict=True)
        ]

    @property
    def few(self) -> float:
        """Level of one test, with Bonferroni's correction for the number of designs."""
        return (1 - LEVEL) / max(1, len(self.came) - 1)

    def keeps(self, design: int) -> Keeps:
        """Whether a design keeps the bounds: in single years, or else by its means."""
        if self.chance is not None:
            found = self.of_years[design]
            if found.low > self.chance:
                return Keeps.KEEPS
            return Keeps.FAILS if found.high < self.chance else Keeps.OPEN
        if self.of_means[design] < self.few:
            return Keeps.FAILS
        return Keeps.KEEPS if self.of_means[design] >= LEVEL else Keeps.OPEN

    @cached_property
    def leader(self) -> int | None:
        """The design that looks best among those that keep the bounds; None where none does.

        Where bounds are about the mean, one that more likely keeps them than not is enough.
        """
        inside = [
            design
            for design in self.came
            if (self.of_means[design] >= 0.5 if self.chance is None
                else self.keeps(design) == Keeps.KEEPS)
        ]  # fmt: skip
        return max(inside, key=lambda design: self.sign * self.means[design], default=None)

    @cached_property
    def means(self) -> Floats:
        """Means of the goal, as if all had had the draws of the one run most."""
        return self.adjusted(self.goal, self.run_most)

    @property
    def run_most(self) -> int:
        """The design with the most runs."""
        return max(self.came, key=lambda design: self.counts[design], default=0)

    def adjusted(self, kpi: str, other: int) -> Floats:
        """Mean of a KPI for each design, as if it had had all draws of another."""
        level = _mean_of(self.values(other, kpi))
        found = np.full(len(self.scenarios), math.nan)
        for design in self.came:
            found[design] = level + _mean_of(self.apart(design, other, kpi))
        return found

    def standing(self, design: int) -> Standing:
        """Where a design stands."""
        if self.reasons[design]:
            return Standing.NO_RESULT
        keeps, leader = self.keeps(design), self.leader
        if keeps == Keeps.FAILS:
            return Standing.OUTSIDE
        if leader is None or (self.chance is not None and keeps == Keeps.OPEN):
            return Standing.OPEN
        if design == leader:
            return Standing.BEST
        apart = student(self.better(design, leader), 1 - 2 * self.few)  # one side of it
        if apart.low > 0 and self.of_means[design] < self.of_means[leader]:
            return Standing.OPEN
        if apart.high < 0:
            return Standing.WORSE
        reach = MARGIN * abs(float(self.means[leader]))
        return Standing.TIED if at_most(-apart.low, reach) else Standing.UNCLEAR

    def shortfall(self, design: int) -> float:
        """How far a design's means are outside the bounds, in standard errors; 0 inside.

        Of the runs that all designs have, and in errors that are the mean of all designs', so
        that no design looks nearer for having fewer runs or more noise.
        """
        if self.reasons[design]:
            return math.nan
        short = [0.0]
        for bound in self.bounds:
            slacks = {i: self._slack(i, bound) for i in self.came}
            errors = [spread_of(seen) / math.sqrt(len(seen)) for seen in slacks.values()]
            missing, error = -float(slacks[design].mean()), float(np.mean(errors))
            if missing > 0:
                short.append(missing / error if error > 0 else math.inf)
        return max(short)

    def _slack(self, design: int, bound: Bound) -> Floats:
        """How far inside a bound a design is, in the runs that all designs have."""
        common = min(self.counts[i] for i in self.came)
        slack = bound.slack(self.values(design, bound.kpi)[:common])
        return slack[~np.isnan(slack)]

    def table(self) -> pd.DataFrame:
        """A row for each design; means are those under the same draws."""
        leader = self.leader if self.leader is not None else self.run_most
        cost, revenue = (self.adjusted(kpi, leader) for kpi in ("cost", "revenue"))
        means = self.adjusted(self.goal, leader)
        rows = []
        for design, reason in enumerate(self.reasons):
            alone = student([] if reason else self.values(design, self.goal))
            apart = student([] if reason else self.apart(design, leader, self.goal))
            years = self.of_years[design]
            judged = bool(self.bounds) and not reason
            rows.append(
                {
                    "mean": means[design],
                    "low": means[design] - alone.half_width,
                    "high": means[design] + alone.half_width,
                    "difference": apart.mean,
                    "difference_low": apart.low,
                    "difference_high": apart.high,
                    "within_bounds": self.of_means[design],
                    "cost": cost[design],
                    "revenue": revenue[design],
                    "replications": years.replications,
                    "standing": self.standing(design).value,
                    "bounds": self.keeps(design).value if judged else "",
                    "years_within": years.chance if judged else math.nan,
                    "years_low": years.low if judged else math.nan,
                    "years_high": years.high if judged else math.nan,
                    "shortfall": self.shortfall(design),
                    "reason": reason,
                }
            )
        return pd.DataFrame(rows)


def places(table: pd.DataFrame, *standings: Standing) -> list[int]:
    """Numbers of the designs that stand so."""
    return [int(place) for place in np.flatnonzero(table["standing"].isin(standings))]


def _mean_of(values: Floats) -> float:
    """Mean of what was observed; NaN of nothing."""
    seen = values[~np.isnan(values)]
    return float(seen.mean()) if len(seen) else math.nan


def _chance_above_0(values: Floats) -> float:
    """Chance that a mean lies above 0, by Student's distribution around the sample's mean."""
    seen = values[~np.isnan(values)]
    mean, spread = float(seen.mean()), spread_of(seen)
    if not spread > 0:
        return float(mean >= 0)
    return float(stdtr(len(seen) - 1, mean / spread * math.sqrt(len(seen))))
