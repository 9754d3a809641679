"""What a sweep found, as files."""

import math
from pathlib import Path

from matplotlib.figure import Figure
from pandas.api.types import is_numeric_dtype

from salessim import plots
from salessim.display import label_of
from salessim.experiment import Sweep
from salessim.output import put, workshop
from salessim.scenario import Scenario

MOST_CELLS = 15  # of a map, across and up
SHOWN = ("contribution", "won")  # the picture's KPI: the first that was observed


def write_sweep(sweep: Sweep, base: Scenario, folder: Path) -> None:
    """Write a sweep's tables, and a picture where one or two paths were varied.

    Raises
    ------
    OutputError
        Where nothing can be written.
    """
    with workshop(folder) as made:
        sweep.table.to_csv(made / "points.csv", index=False, lineterminator="\n")
        sweep.failures.to_csv(made / "failures.csv", index=False, lineterminator="\n")
        (made / "scenario.yaml").write_text(base.to_yaml(), "utf-8", newline="\n")
        put(made, folder)
        figure = sweep_picture(sweep)
        if figure is not None:
            figure.savefig(made / "points.png", dpi=100)
            put(made, folder)


def sweep_picture(sweep: Sweep) -> Figure | None:
    """A curve for one path, a map for two; None for more, or where nothing was observed."""
    for kpi in SHOWN:
        points = sweep.of(kpi)
        if not points["mean"].notna().any() or len(points) < 2:
            continue
        if len(sweep.paths) == 1 and is_numeric_dtype(points[sweep.paths[0]]):
            return plots.curve(points, sweep.paths[0], label_of(kpi).text, label_of(kpi).unit)
        sizes = [points[path].nunique() for path in sweep.paths]
        whole = math.prod(sizes) == len(points) and max(sizes) <= MOST_CELLS
        if len(sweep.paths) == 2 and whole:
            across, up = sweep.paths
            return plots.heat_map(points, across, up, label_of(kpi).text, label_of(kpi).unit)
    return None
