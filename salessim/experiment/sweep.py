"""Many designs: a grid or a Latin hypercube over paths of the scenario."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from salessim.display.kpis import SYNONYMS
from salessim.experiment.replications import at_least, means, study_of, warnings_over
from salessim.experiment.study import Study, each
from salessim.experiment.vary import Vary, values_by_path
from salessim.scenario import Problem, Scenario, ScenarioError, Source
from salessim.scenario.notes import notes_on_designs
from salessim.scenario.plain import is_number
from salessim.scenario.problems import perhaps, shown

MOST_POINTS = 100_000

Point = dict[str, Any]


@dataclass(frozen=True)
class Sweep:
    """What becomes of each point of a sweep.

    Parameters
    ----------
    paths : list of str
        What was varied.
    table : DataFrame
        A row for each point and KPI: the paths, `kpi, mean, low, high, replications`
        (95 %).
    failures : DataFrame
        Runs that did not come out: the paths, `seed, replication, reason`.
    flags : list of str
        What a reader should know of the runs.
    """

    paths: list[str]
    table: pd.DataFrame
    failures: pd.DataFrame
    flags: list[str]

    def of(self, kpi: str) -> pd.DataFrame:
        """One KPI: a row for each point, the paths and `mean, low, high, replications`."""
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
    """Run every point of a grid, or some of a Latin hypercube, under the same luck.

    Parameters
    ----------
    base : Scenario, str or Path
        Also a preset's name or a file.
    vary : mapping of str to sequence
        Values by dotted path (lists, arrays, Series); with `samples`, the lowest and the highest.
    replications : int
        Of each point.
    seed : int
        Whose luck.
    samples : int, optional
        Points of a Latin hypercube between the ends, instead of a grid. Whole ends give
        whole numbers.
    workers : int, optional
        Runs at a time; absent, one a core.
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
    >>> desk = ss.Scenario.load("one-desk").replace({"calendar": {"days": 50}})
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
    paths = list(vary)
    tables = [
        at_point(point, means(study.values(design, range(replications))))
        for point, design in zip(points, designs, strict=True)
    ]
    table = pd.concat(tables, ignore_index=True).drop(columns="unit")
    failures = [
        at_point(point, study.failures_among([design]).drop(columns="scenario"))
        for point, design in zip(points, designs, strict=True)
    ]
    flags = warnings_over(study, designs) + notes_on_designs(base, designs)
    if len({design.calendar.days for design in designs}) > 1:
        flags.append("windows differ in length: totals such as deals can't be compared")
    return Sweep(paths, table, pd.concat(failures, ignore_index=True), flags)


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
    samples = at_least(samples, 1)
    _few_enough(samples)
    from scipy.stats import qmc  # slow to import, and rarely needed

    unit = qmc.LatinHypercube(len(ends), rng=np.random.default_rng(seed)).random(samples)
    columns = [between(values[0], values[1], unit[:, i]) for i, values in enumerate(ends.values())]
    return [dict(zip(ends, values, strict=True)) for values in zip(*columns, strict=True)]


def between(low: float, high: float, share: np.ndarray) -> list[float]:
    """Values at shares (0 to 1) of a range; whole numbers where both ends are.

    Examples
    --------
    >>> between(1, 4, np.array([0.0, 0.3, 0.99])), between(0.0, 1.0, np.array([0.5]))
    ([1, 2, 4], [0.5])
    """
    if isinstance(low, int) and isinstance(high, int):
        whole = np.floor(low + share * (high - low + 1)).astype(int)
        return [int(value) for value in np.minimum(whole, high)]
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


def _few_enough(count: int) -> None:
    if count > MOST_POINTS:
        raise ScenarioError(
            [Problem("vary", f"{count:,} points; at most {MOST_POINTS:,} can be run")]
        )
