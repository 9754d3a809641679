"""Many designs: a grid or a Latin hypercube over paths of the scenario."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salessim.display import HEADLINE, count_of
from salessim.display.kpis import LABELS, SYNONYMS
from salessim.display.paths import path_words, point_words
from salessim.experiment.replications import (
    at_least,
    means,
    no_result,
    over,
    study_of,
    warnings_over,
)
from salessim.experiment.standing import Designs
from salessim.experiment.study import Study, each
from salessim.experiment.sweep_words import answer, next_step
from salessim.experiment.told import Told
from salessim.experiment.vary import Vary, values_by_path
from salessim.rules import WORKING_DAYS_A_YEAR
from salessim.run.kpis import existing
from salessim.scenario import Problem, Scenario, ScenarioError, Source
from salessim.scenario.notes import notes_on_designs
from salessim.scenario.paths import read_key
from salessim.scenario.plain import is_number
from salessim.scenario.problems import perhaps, shown
from salessim.scenario.shape import shape_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_POINTS = 100_000

Point = dict[str, Any]


@dataclass(frozen=True)
class Sweep(Told):
    """The results at each point of a sweep.

    Parameters
    ----------
    paths : list of str
        What was varied.
    table : DataFrame
        A row for each point and KPI: the paths, `kpi, mean, low, high, replications,
        standing` (95%). `standing` says of headline KPIs which point is best, and which of
        the others are worse, statistically tied (surely within 2%), or can't be told yet,
        by pairs of runs under the same draws.
    failures : DataFrame
        Runs that did not come out: the paths, `seed, replication, reason`.
    flags : list of str
        What a reader should know of the runs.
    base : Scenario, optional
        What was varied.
    replications, seed : int
        Of each point.
    """

    paths: list[str]
    table: pd.DataFrame
    failures: pd.DataFrame
    flags: list[str]
    base: Scenario | None = None
    replications: int = 0
    seed: int = 1

    def __repr__(self) -> str:
        names = " and ".join(path_words(path)[0] for path in self.paths)
        points = count_of(len(self.table) // max(1, self.table["kpi"].nunique()), "point")
        return f'Sweep over {names}: {points}; .of("won") is a table, .plot() a picture'

    def plot(self, kpi: str | None = None) -> "Figure":
        """A KPI along one path, or over two; absent, contribution where it was observed.

        Raises
        ------
        ValueError
            Where such points have no picture.
        """
        from salessim.experiment.pictures import picture_of_points  # matplotlib is slow to import

        return picture_of_points(self.table, self.paths, kpi, self.currency)

    @property
    def currency(self) -> str:
        """The scenario's."""
        return self.base.currency if self.base else ""

    def summary(self) -> str:
        """Over how much the sweep is, and which point stands out, if any; then what to know."""
        paths = self.table[self.paths].drop_duplicates()
        days = self.base.calendar.days if self.base else WORKING_DAYS_A_YEAR
        years = over(self.replications, days, self.seed)
        first = f"{count_of(len(paths), 'point')}, {years} of each, under the same random draws."
        notes = [f"Note: {flag}." for flag in self.flags]
        return "\n".join([first, answer(self), *next_step(self), *notes])

    def of(self, kpi: str) -> pd.DataFrame:
        """One KPI: a row for each point, with its paths; columns as in `table`."""
        rows = self.table[self.table["kpi"] == kpi]
        if rows.empty:
            hint = perhaps(kpi, self.table["kpi"].unique(), SYNONYMS)
            raise ScenarioError([Problem(kpi, f"this sweep has no such KPI; {hint}")])
        return rows.drop(columns="kpi").reset_index(drop=True)


def sweep(
    base: Source,
    vary: Vary,
    replications: int = 10,
    seed: int = 1,
    *,
    samples: int | None = None,
    workers: int | None = None,
    study: Study | None = None,
) -> Sweep:
    """Run every point of a grid, or some of a Latin hypercube, under the same random draws.

    Parameters
    ----------
    base : Scenario, str or Path
        Also a preset's name or a file.
    vary : mapping of str to sequence
        Values by dotted path (lists, arrays, Series); with `samples`, the lowest and the highest.
    replications : int
        Of each point.
    seed : int
        Of the random draws.
    samples : int, optional
        Points of a Latin hypercube between the ends, instead of a grid. A
        whole number is taken only where the scenario asks for one, as for a head count.
    workers : int, optional
        Runs at a time; by default one per core.
    study : Study, optional
        Where the runs are made and kept, instead of `seed` and `workers`.

    Returns
    -------
    Sweep

    Raises
    ------
    ScenarioError
        With every problem in the points.

    Examples
    --------
    >>> import salessim as ss
    >>> short = {"calendar.days": 50, "calendar.warm_up_days": 0}
    >>> desk = ss.Scenario.load("one-desk").replace(short)
    >>> found = ss.sweep(desk, {"team.sdr.count": [4, 6]}, replications=3, workers=1)
    >>> found.of("won")["mean"].round(1).tolist()
    [181.3, 194.7]
    """
    replications = at_least(replications, 1)
    base = Scenario.of(base)
    study = study_of(study, seed, workers)
    points = grid(vary) if samples is None else hypercube(vary, samples, study.seed)
    designs = scenarios_at(base, points)
    study.begin(
        "sweep", name=base.name, base=base.content_hash, replications=replications,
        points=[json.dumps(point, default=str) for point in points],
    )  # fmt: skip
    study.run(each(designs, range(replications)), "sweep")
    runs = range(replications)
    kpis = _kpis_of(base, [study.values(design, runs) for design in designs])
    standings = _standings(study, designs, kpis, replications)
    tables = [
        at_point(point, means(study.values(design, runs).reindex(columns=kpis)).assign(
            standing=[standings[kpi][place] if kpi in standings else "" for kpi in kpis]))
        for place, (point, design) in enumerate(zip(points, designs, strict=True))
    ]  # fmt: skip
    table = pd.concat(tables, ignore_index=True).drop(columns="unit")
    flags = warnings_over(study, designs) + notes_on_designs(base, designs)
    if len({design.calendar.days for design in designs}) > 1:
        flags.append("windows differ in length: totals such as deals can't be compared")
    for point, design in zip(points, designs, strict=True):
        reason = no_result(study, design, replications)
        if reason:
            flags.append(f"no result at {point_words(point)}: {reason}")
    return Sweep(list(vary), table, failures_at(study, points, designs), flags, base,
                 replications, study.seed)  # fmt: skip


def _standings(
    study: Study, designs: Sequence[Scenario], kpis: Sequence[str], replications: int
) -> dict[str, list[str]]:
    """Where each point stands, by each headline KPI that was observed."""
    counts = (replications,) * len(designs)
    judged = [kpi for kpi in HEADLINE if kpi in kpis]
    by_kpi = {kpi: Designs(study, designs, kpi, (), counts) for kpi in judged}
    return {
        kpi: [found.standing(place).value for place in range(len(designs))]
        for kpi, found in by_kpi.items()
        if found.came
    }


def _kpis_of(base: Scenario, values: Sequence[pd.DataFrame]) -> list[str]:
    """KPIs that any point shows; where all runs failed, those that a point could have."""
    seen = list(dict.fromkeys(kpi for table in values for kpi in table.columns))
    return seen or existing(base, [name for name in LABELS if "." not in name])


def grid(vary: Vary) -> list[Point]:
    """Every combination of the values, the last path's changing first.

    Examples
    --------
    >>> grid({"a": [1, 2], "b": [3, 4]})
    [{'a': 1, 'b': 3}, {'a': 1, 'b': 4}, {'a': 2, 'b': 3}, {'a': 2, 'b': 4}]
    """
    vary = values_by_path(vary)
    _few_enough(math.prod(len(values) for values in vary.values()))
    return [dict(zip(vary, values, strict=True)) for values in product(*vary.values())]


def hypercube(ends: Vary, samples: int, seed: int) -> list[Point]:
    """Points of a Latin hypercube: each path's range is cut in as many parts, each is met once.

    Parameters
    ----------
    ends : mapping of str to (low, high)
    samples : int
    seed : int
        Of the points, which have nothing to do with the leads' luck.

    Examples
    --------
    >>> sorted(point["a"] for point in hypercube({"a": [1, 4]}, 4, seed=1))
    [1, 2, 3, 4]
    """
    ends = values_by_path(ends)
    _ends(ends)
    samples = at_least(samples, 1, "samples")
    _few_enough(samples)
    if all(is_whole_at(path, values) for path, values in ends.items()):
        _enough(math.prod(int(high) - int(low) + 1 for low, high in ends.values()), samples)
    from scipy.stats import qmc  # slow to import, and rarely needed

    unit = qmc.LatinHypercube(len(ends), rng=np.random.default_rng(seed)).random(samples)
    columns = [
        between(values[0], values[1], unit[:, place], is_whole_at(path, values))
        for place, (path, values) in enumerate(ends.items())
    ]
    different = dict.fromkeys(zip(*columns, strict=True))
    return [dict(zip(ends, values, strict=True)) for values in different]


def is_whole_at(path: str, values: Sequence[Any]) -> bool:
    """Whether a path takes whole numbers only; where there is no such path, by the values.

    Examples
    --------
    >>> is_whole_at("team.ae.count", [6, 10]), is_whole_at("channels.web.leads_per_day", [6, 10])
    (True, False)
    """
    shape = shape_of(Scenario).at(read_key(path)[0])
    return all(isinstance(v, int) for v in values) if shape is None else shape.is_whole


def between(low: float, high: float, share: np.ndarray, whole: bool) -> list[float]:
    """Values at shares (0 to 1) of a range.

    Examples
    --------
    >>> between(1, 4, np.array([0.0, 0.3, 0.99]), True), between(0, 1, np.array([0.5]), False)
    ([1, 2, 4], [0.5])
    """
    if whole:
        steps = np.floor(low + share * (high - low + 1)).astype(int)
        return [int(value) for value in np.minimum(steps, int(high))]
    return [float(low + part * (high - low)) for part in share]


def scenarios_at(base: Scenario, points: Sequence[Point]) -> list[Scenario]:
    """The scenario of each point; every problem is told, each at the first point that has it."""
    designs, problems = [], dict[str, Problem]()
    for point in points:
        try:
            designs.append(base.replace(point))
        except ScenarioError as error:
            at = ", ".join(f"{path}={value}" for path, value in point.items())
            for problem in error.problems:
                problems.setdefault(
                    str(problem), Problem(problem.path, f"{problem.message} (at {at})")
                )
    if problems:
        raise ScenarioError(problems.values())
    return designs


def at_point(point: Point, table: pd.DataFrame) -> pd.DataFrame:
    """A table with the point's values in front."""
    for place, (path, value) in enumerate(point.items()):
        table.insert(place, path, [as_cell(value)] * len(table))
    return table


def failures_at(study: Study, points: Sequence[Point], designs: Sequence[Scenario]) -> pd.DataFrame:
    """Runs that did not come out: the point's values, `seed, replication, reason`."""
    failures = [
        at_point(point, study.failures_among([design]).drop(columns="scenario"))
        for point, design in zip(points, designs, strict=True)
    ]
    return pd.concat(failures, ignore_index=True)


def as_cell(value: Any) -> Any:
    """A value of a scenario as tables have it: a number or a text.

    Examples
    --------
    >>> as_cell(3), as_cell(None), as_cell({"gross_margin": 1})
    (3, 'null', '{"gross_margin": 1}')
    """
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        return value
    return str(value) if isinstance(value, date) else json.dumps(value, default=str)


def _ends(ends: Vary) -> None:
    problems = []
    for path, values in ends.items():
        numbers = len(values) == 2 and all(map(is_number, values))
        if not numbers or values[0] > values[1]:
            wanted = "must be the lowest and the highest number, as 6..10"
            problems.append(Problem(f"vary {path}", f"{wanted}, not {shown(values)}"))
    if problems:
        raise ScenarioError(problems)


def _enough(different: int, samples: int) -> None:
    if samples > different:
        wanted = f"only {different:,} different designs lie between these ends; take at most that"
        raise ScenarioError([Problem("samples", f"{samples:,} are too many: {wanted} many")])


def _few_enough(count: int) -> None:
    if count > MOST_POINTS:
        raise ScenarioError(
            [Problem("vary", f"{count:,} points; at most {MOST_POINTS:,} can be run")]
        )
