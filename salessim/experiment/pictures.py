"""Which picture a study's results draw of themselves; each is made from tables by `plots`."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from pandas.api.types import is_numeric_dtype

from salessim import plots
from salessim.display import label_of
from salessim.display.paths import point_words
from salessim.experiment.replications import refuse_unknown
from salessim.experiment.standing import Standing, places
from salessim.experiment.wording import GOALS


def picture_of_points(
    table: pd.DataFrame, paths: Sequence[str], kpi: str | None, currency: str
) -> Figure:
    """A curve for one path, a map for two.

    Parameters
    ----------
    table : DataFrame
        A sweep's.
    paths : sequence of str
        What was varied.
    kpi : str or None
        Absent, the first of GOALS that was observed.
    currency : str
        The scenario's.

    Raises
    ------
    ScenarioError
        For an unknown KPI.
    ValueError
        Where there is no picture of such points.
    """
    refuse_unknown(filter(None, [kpi]))
    observed = table[table["mean"].notna()]
    known = set(observed["kpi"])
    chosen = kpi or next((goal for goal in GOALS if goal in known), "won")
    points = observed[observed["kpi"] == chosen].reset_index(drop=True)
    if len(points) < 2:
        raise ValueError(f"{chosen} was observed at fewer than 2 points; nothing to draw")
    plot, label = plot_of_points(points, paths), label_of(chosen)
    if plot is None:
        raise ValueError(
            "a picture needs one path of numbers, or two paths with every combination; "
            "sweep.of(kpi) has the table"
        )
    return plot(points, *paths, label.text, label.unit, label.better, currency)


def plot_of_points(points: pd.DataFrame, paths: Sequence[str]) -> Callable[..., Figure] | None:
    """The plot that suits a KPI's points: a curve, or a map; None where neither does."""
    if len(points) < 2:
        return None
    if len(paths) == 1 and is_numeric_dtype(points[paths[0]]):
        return plots.curve
    whole = math.prod(points[path].nunique() for path in paths) == len(points)
    return plots.heat_map if len(paths) == 2 and whole else None


def picture_of_designs(
    table: pd.DataFrame,
    points: Sequence[dict[str, Any]],
    goal: str,
    chance: float | None,
    currency: str,
) -> Figure:
    """Each design's difference to the best one; where there is none, how often it keeps bounds."""
    names = [point_words(point, currency) for point in points]
    if not places(table, Standing.BEST):
        return plots.years_within(table, names, chance)
    label = label_of(goal)
    return plots.standings(table, names, label.text, label.unit, currency)
