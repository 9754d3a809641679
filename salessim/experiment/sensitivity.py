"""Which numbers of a scenario matter: one at a time, or by Morris screening where they are many."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from salessim.experiment.effect import compare
from salessim.experiment.replications import at_least, failures_told, refuse_unknown, study_of
from salessim.experiment.study import Study, each
from salessim.experiment.sweep import between, is_whole_at, scenarios_at
from salessim.experiment.vary import values_by_path
from salessim.scenario import Problem, Scenario, ScenarioError, Source

LEVELS = 4  # of each number in Morris's design, as is usual

EFFECT = ["difference", "low", "high", "replications"]

Ends = Mapping[str, Sequence[float]]


def tornado(
    base: Source,
    ends: Ends,
    kpi: str,
    replications: int = 30,
    seed: int = 1,
    *,
    workers: int | None = None,
    study: Study | None = None,
) -> pd.DataFrame:
    """What a KPI does when one number at a time goes to either end of its range.

    Parameters
    ----------
    base : Scenario, str or Path
        Also a preset's name or a file.
    ends : mapping of str to (low, high)
        By dotted path.
    kpi : str
    replications, seed, workers, study
        As for `compare`.

    Returns
    -------
    DataFrame
        A row for each path and end, the widest path first: `path, value, difference,
        low, high, replications`; the interval is of the paired difference, 95%.
    """
    refuse_unknown([kpi])
    base, ends = Scenario.of(base), values_by_path(ends)
    points = [{path: value} for path, pair in ends.items() for value in pair]
    scenarios = scenarios_at(base, points)
    moved = [
        number for number, one in enumerate(scenarios) if one.content_hash != base.content_hash
    ]
    effect = compare(base, *(scenarios[number] for number in moved), replications=replications,
                     seed=seed, workers=workers, study=study)  # fmt: skip
    found = dict(zip(moved, effect.tables, strict=True))
    rows = [
        _effect_on(kpi, found[number]) if number in found else (0.0, 0.0, 0.0, replications)
        for number in range(len(points))
    ]
    table = pd.DataFrame(rows, columns=EFFECT)
    table.insert(0, "path", [path for point in points for path in point])
    table.insert(1, "value", [value for point in points for value in point.values()])
    width = table.groupby("path")["difference"].agg(lambda d: d.abs().max())
    order = width.sort_values(ascending=False, kind="stable").index
    return pd.concat([table[table["path"] == path] for path in order], ignore_index=True)


def _effect_on(kpi: str, table: pd.DataFrame) -> tuple[float, float, float, int]:
    """A KPI's row of an effect's table; nothing where the scenarios don't have it."""
    for row in table[table["kpi"] == kpi].itertuples():
        return row.difference, row.low, row.high, row.replications
    return math.nan, math.nan, math.nan, 0


def screen(
    base: Source,
    ends: Ends,
    kpi: str,
    trajectories: int = 10,
    replications: int = 5,
    seed: int = 1,
    *,
    workers: int | None = None,
    study: Study | None = None,
) -> pd.DataFrame:
    """Which of many numbers matter to a KPI, by Morris's elementary effects.

    Parameters
    ----------
    base : Scenario, str or Path
        Also a preset's name or a file.
    ends : mapping of str to (low, high)
        By dotted path.
    kpi : str
    trajectories : int
        Ways through the design, each of one run more than there are paths.
    replications : int
        Of each point; all have the same random draws.
    seed, workers, study
        As for `sweep`.

    Returns
    -------
    DataFrame
        A row for each path, the one that matters most first: `path, mu_star` (mean
        size of its effect over the range), `half_width` (of its 95% interval),
        `sigma` (how much the effect varies: it bends, or hangs on other numbers).

    Notes
    -----
    Morris (1991), with the mean of sizes of Campolongo, Cariboni & Saltelli (2007);
    by SALib.
    """
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as design

    refuse_unknown([kpi])
    base, ends = Scenario.of(base), values_by_path(ends)
    replications = at_least(replications, 1)
    trajectories = at_least(trajectories, 2, "trajectories")
    study = study_of(study, seed, workers)
    problem = {"num_vars": len(ends), "names": list(ends), "bounds": [[0.0, 1.0]] * len(ends)}
    shares = design.sample(problem, trajectories, num_levels=LEVELS, seed=study.seed)
    columns = [
        between(pair[0], pair[1], shares[:, i], is_whole_at(path, pair))
        for i, (path, pair) in enumerate(ends.items())
    ]
    points = [dict(zip(ends, values, strict=True)) for values in zip(*columns, strict=True)]
    scenarios = scenarios_at(base, points)
    study.begin("screen", contents=[s.content_hash for s in scenarios], replications=replications)
    study.run(each(scenarios, range(replications)), "screening")
    values = [study.values(s, range(replications)) for s in scenarios]
    if any(kpi not in one for one in values):
        reason = failures_told(study, scenarios) or ["is not in this scenario"]
        raise ScenarioError([Problem(kpi, reason[0])])
    outcome = np.array([one[kpi].mean() for one in values])
    found = analysis.analyze(problem, shares, outcome, num_levels=LEVELS, seed=study.seed)
    table = pd.DataFrame(
        {"path": list(ends), "mu_star": np.asarray(found["mu_star"]),
         "half_width": np.asarray(found["mu_star_conf"]), "sigma": np.asarray(found["sigma"])}
    )  # fmt: skip
    return table.sort_values("mu_star", ascending=False, kind="stable", ignore_index=True)
