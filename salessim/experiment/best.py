"""Which design is best for a goal, within bounds: runs go where they decide."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from salessim.display import count_of, label_of
from salessim.display.paths import point_words
from salessim.experiment.best_words import summary
from salessim.experiment.bounds import Bound, bounds_of
from salessim.experiment.comparable import same_window
from salessim.experiment.ocba import allot
from salessim.experiment.reach import nearest, why_not
from salessim.experiment.replications import at_least, study_of, warnings_over
from salessim.experiment.settle import runs_to_settle
from salessim.experiment.standing import RANKED, Designs, Standing, places
from salessim.experiment.study import Study, each
from salessim.experiment.sweep import Point, as_cell, failures_at, grid, scenarios_at
from salessim.experiment.told import Told
from salessim.experiment.vary import Vary
from salessim.scenario import Problem, Scenario, ScenarioError, Source
from salessim.scenario.notes import notes_on_designs
from salessim.scenario.plain import is_number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIRST = 8  # runs of each design before any is preferred
ENOUGH = 20  # runs of each that isn't worse by then, before more go where they decide
OF_A_DESIGN = 20  # runs for each design in the whole budget
FOR_A_CHANCE = 200  # runs of each design, for the chance of a single year


@dataclass(frozen=True)
class Best(Told):
    """The best design, and all that are statistically tied with it.

    Parameters
    ----------
    goal : str
        The KPI.
    bounds : tuple of Bound
    points : list of dict
        Values by path, one a design.
    table : DataFrame
        A row for each design: the paths, `mean, low, high` (of the goal, 95%),
        `difference, difference_low, difference_high` (to the best one), `within_bounds`
        (chance that the means keep the bounds), `cost, revenue, replications, standing`,
        `bounds` (keeps, fails, can't tell), `years_within, years_low, years_high` (share of
        single years that keep all bounds, Wilson's 95%), `shortfall` (of the means, in
        standard errors) and `reason` (why there is no result). Means are compared under the
        same draws. `standing` is best, statistically tied (surely within 2% of it), can't
        tell yet (whether it is worse), worse, outside (of the bounds), can't tell (whether it
        keeps them) or no result.
    runs : int
        Made in all.
    flags : list of str
        What a reader should know of the runs.
    failures : DataFrame
        Runs that did not come out: the paths, `seed, replication, reason`.
    chance : float, optional
        Share of single years that had to keep the bounds; None where bounds are about means.
    seed : int
        Of the random draws.
    days : float
        Length of a run's window, in working days.
    currency : str
        The scenario's.
    nearest : dict, optional
        The design that comes nearest to keeping the bounds; None where there is no result.
    why_not : str
        Why no design keeps the bounds, where it can be shown.
    settled_by : int, optional
        Runs in all that may settle what can't be told; None where none would.
    """

    goal: str
    bounds: tuple[Bound, ...]
    points: list[Point]
    table: pd.DataFrame
    runs: int
    flags: list[str]
    failures: pd.DataFrame
    chance: float | None = None
    seed: int = 1
    days: float = 260.0
    currency: str = ""
    nearest: Point | None = None
    why_not: str = ""
    settled_by: int | None = None

    def __repr__(self) -> str:
        if self.point is None:
            found = f"none of {len(self.points)} designs keeps the bounds"
        else:
            others = {"statistically tied": self.tied, "can't tell yet": self.unclear}
            said = [f"; {len(points)} {word}" for word, points in others.items() if points]
            found = f"{point_words(self.point)}{''.join(said)}"
        return f"Best for {label_of(self.goal).text}: {found} ({count_of(self.runs, 'run')})"

    def plot(self) -> "Figure":
        """Each design's difference to the best one, or how often each keeps the bounds."""
        from salessim.experiment.pictures import picture_of_designs  # matplotlib is slow to import

        return picture_of_designs(self.table, self.points, self.goal, self.chance, self.currency)

    @property
    def point(self) -> Point | None:
        """The best design's values by path; None where none keeps the bounds."""
        found = self.that_stand(Standing.BEST)
        return found[0] if found else None

    @property
    def tied(self) -> list[Point]:
        """Designs that are statistically tied with the best."""
        return self.that_stand(Standing.TIED)

    @property
    def unclear(self) -> list[Point]:
        """Designs of which one can't tell yet whether they are worse than the best."""
        return self.that_stand(Standing.UNCLEAR)

    def that_stand(self, *standings: Standing) -> list[Point]:
        """Designs by where they stand."""
        return [self.points[place] for place in places(self.table, *standings)]

    def summary(self) -> str:
        """The answer in words."""
        return summary(self)


def best(
    base: Source,
    vary: Vary,
    goal: str,
    subject_to: str | Sequence[str] = (),
    seed: int = 1,
    *,
    runs: int | None = None,
    chance: float | None = None,
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
    subject_to : str or sequence of str
        Bounds, as "win_rate>=0.25": on the mean, or with `chance` on single years.
    seed : int
        Of the random draws.
    runs : int, optional
        In all; absent, 20 for each design, or 200 with `chance`.
    chance : float, optional
        Share of single years, between 0 and 1, that must keep all bounds. Then every
        design gets as many runs, at least 200, and only designs that surely keep the
        bounds are ranked: Wilson's 95% interval of the share lies above the chance.
    workers : int, optional
        Runs at a time; by default one per core.
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
    noise of the difference under the same draws; outside a bound, the surer of both
    reasons counts (Lee, Pujowidianto, Li, Chen & Yap 2012). What is worse than the best is
    found by paired differences, one-sided at 95% with Bonferroni's correction; that runs are
    allotted by what was seen makes the level approximate. Of the others, those whose interval
    lies within 2% of the best's mean are statistically tied with it; of the rest one can't
    tell yet. Each that isn't worse gets 20 runs before more go where they decide.

    Examples
    --------
    >>> import salessim as ss
    >>> short = {"calendar.days": 50, "calendar.warm_up_days": 0}
    >>> desk = ss.Scenario.load("one-desk").replace(short)
    >>> found = ss.best(desk, {"team.sdr.count": [2, 4, 6]}, "won", workers=1)
    >>> found.point
    {'team.sdr.count': 6}
    """
    base = Scenario.of(base)
    study = study_of(study, seed, workers)
    points = grid(vary)
    scenarios = scenarios_at(base, points)
    bounds = bounds_of(subject_to, scenarios, goal)
    budget = _budget(len(points), runs, chance, bounds)
    same_window(scenarios)
    study.begin(
        "best", name=base.name, base=base.content_hash, goal=goal, runs=budget, chance=chance,
        subject_to=[str(bound) for bound in bounds], points=[as_cell(point) for point in points],
    )  # fmt: skip
    first = FIRST if chance is None else budget // len(points)
    study.run(each(scenarios, range(first)), "first runs" if chance is None else "runs")
    counts = (first,) * len(points)
    designs = Designs(study, scenarios, goal, bounds, counts, chance)
    if chance is None:
        designs = _raced(designs, budget)
    table = designs.table()
    for place, path in enumerate(vary):
        table.insert(place, path, [as_cell(point[path]) for point in points])
    near = nearest(designs)
    return Best(
        goal, bounds, points, table, sum(designs.counts),
        warnings_over(study, scenarios) + notes_on_designs(base, scenarios),
        failures_at(study, points, scenarios), chance, study.seed, float(base.calendar.days),
        base.currency, None if near is None else points[near], why_not(designs, base.currency),
        runs_to_settle(designs),
    )  # fmt: skip


def _budget(designs: int, runs: int | None, chance: float | None, bounds: Sequence[Bound]) -> int:
    """Runs in all."""
    if chance is not None and not (is_number(chance) and 0 < chance < 1):
        wanted = f"must be a share of years between 0 and 1, such as 0.8, not {chance!r}"
        if is_number(chance) and 1 < chance < 100:  # a percentage
            wanted += f"; write {chance / 100:g} for {chance:g}%"
        raise ScenarioError([Problem("chance", wanted)])
    if chance is not None and not bounds:
        raise ScenarioError([Problem("chance", "needs bounds to keep: add --subject-to KPI>=X")])
    least, usual = (FIRST, OF_A_DESIGN) if chance is None else (FOR_A_CHANCE, FOR_A_CHANCE)
    budget = usual * designs if runs is None else runs
    return at_least(budget, least * designs, "runs")


def _raced(designs: Designs, budget: int) -> Designs:
    """Designs after the rest of the budget has gone where it decides."""
    while (left := budget - sum(designs.counts)) > 0 and designs.came:
        counts = list(designs.counts)
        wanted: list[tuple[Scenario, int]] = []
        step = min(left, max(len(counts), 10))
        for place, more in (_up_to_enough(designs, step) or allot(designs, step)).items():
            wanted += each([designs.scenarios[place]], range(counts[place], counts[place] + more))
            counts[place] += more
        designs.study.run(wanted, f"{budget - left:,} of {budget:,} runs; more")
        designs = replace(designs, counts=tuple(counts))
    return designs


def _up_to_enough(designs: Designs, step: int) -> dict[int, int]:
    """More runs for each design that may be the best and has few; so many in all at most."""
    more: dict[int, int] = {}
    for place in designs.came:
        missing = min(ENOUGH - designs.counts[place], step - sum(more.values()))
        if missing > 0 and designs.standing(place) in (*RANKED[:3], Standing.OPEN):
            more[place] = missing
    return more
