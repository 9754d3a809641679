"""The report and files of a sweep."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from salessim.display import HEADLINE, label_of
from salessim.display.paths import point_words
from salessim.experiment import Sweep
from salessim.experiment.pictures import plot_of_points
from salessim.experiment.sweep_words import answer, goal_of
from salessim.output import PLAIN, CsvStyle
from salessim.reports.assumptions import assumptions_of, length_of
from salessim.reports.figures import kpi_columns, title_of
from salessim.reports.files import Say, write_study
from salessim.reports.pictures import picture
from salessim.reports.points import paths_text, point_columns, varied
from salessim.reports.report import (
    Chart,
    Column,
    Fact,
    Picture,
    Report,
    Table,
    Tile,
)
from salessim.scenario import Scenario

MOST_CELLS = 15  # of a map, across and up
SHOWN = tuple(dict.fromkeys(["contribution", "won", "revenue", "cost", *HEADLINE]))
MOST_TILES = 4


def write_sweep(
    sweep: Sweep,
    base: Scenario,
    folder: Path,
    command: Sequence[str],
    say: Say,
    style: CsvStyle = PLAIN,
) -> None:
    """Write a sweep's tables, a page and a workbook to pass on.

    Parameters
    ----------
    sweep : Sweep
    base : Scenario
        In which the points' values were set.
    folder, command, say, style
        As for `write_effect`.

    Raises
    ------
    OutputError
        Where nothing can be written.
    """
    tables = {"points.csv": sweep.table, "failures.csv": sweep.failures}
    report = sweep_report(sweep, base, command)
    write_study(report, tables, {"scenario.yaml": base}, folder, say, style)


def sweep_report(sweep: Sweep, base: Scenario, command: Sequence[str]) -> Report:
    """The report of a sweep."""
    currency, what = base.currency, length_of(base)
    observed = set(sweep.table["kpi"][sweep.table["mean"].notna()])
    seen = [kpi for kpi in SHOWN if kpi in observed]
    goal = goal_of(sweep)
    runs = sweep.table["replications"].max()
    average = (
        f"Each point is the average of {runs:,.0f} simulated {what}s; all points have the same "
        "leads and the same random draws. The ranges are 95% intervals of each point's average by "
        "itself, so two points whose ranges overlap may still differ: which of them do is found "
        "from pairs of runs, at 95% for all points together."
    )
    single = (
        f"A single {what} varies much more than these averages: the outlook command says how much."
    )
    return Report(
        kind="Sweep",
        question=f"Which choice of {paths_text(sweep.paths)} is best for "
        f"{base.name or 'the department'}?",
        answer=answer(sweep),
        tiles=_tiles(sweep, goal, seen),
        reasons=[],
        pictures=_pictures(sweep, goal, currency),
        tables=_tables(sweep, seen, currency),
        assumptions=[varied(_points(sweep, sweep.of("won")), currency), *assumptions_of(base)],
        certainty=[Fact("The averages", average), Fact(f"A single {what}", single)],
        notes=[f"{flag}." for flag in sweep.flags],
        command=shlex.join(command),
        currency=currency,
    )


def _points(sweep: Sweep, rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(sweep.paths, row, strict=True)) for row in rows[sweep.paths].values.tolist()]


def _best(sweep: Sweep, goal: str) -> int:
    return int(sweep.of(goal)["mean"].idxmax())


def _tiles(sweep: Sweep, goal: str | None, seen: Sequence[str]) -> list[Tile]:
    if goal is None:
        return []
    best = _best(sweep, goal)
    tiles = []
    for kpi in seen[:MOST_TILES]:
        row, unit = sweep.of(kpi).loc[best], label_of(kpi).unit
        tiles.append(Tile(title_of(kpi), unit, row["mean"], low=row["low"], high=row["high"],
                          note="average at the best point"))  # fmt: skip
    return tiles


def _tables(sweep: Sweep, seen: Sequence[str], currency: str) -> list[Table]:
    rows = sweep.of("won")
    points = _points(sweep, rows)
    names = Column("Point", [point_words(point, currency) for point in points], on_page=False)
    columns = [*point_columns(points, currency)]
    for kpi in seen:
        found, unit = sweep.of(kpi), label_of(kpi).unit
        half = ((found["high"] - found["low"]) / 2).tolist()
        columns += [Column(title_of(kpi), found["mean"].tolist(), unit), Column("±", half, unit)]
    columns += [Column("Runs", rows["replications"].tolist(), "count"), names]
    chart = Chart("column", title_of(seen[0]), "Point", [title_of(seen[0])]) if seen else None
    every = sweep.table
    units = [label_of(kpi).unit for kpi in every["kpi"]]
    titles, keys = kpi_columns(every["kpi"].tolist())
    full = [
        Column("Point", [point_words(point, currency) for point in _points(sweep, every)]),
        titles,
        Column("Average", every["mean"].tolist(), units),
        Column("At least", every["low"].tolist(), units),
        Column("At most", every["high"].tolist(), units),
        Column("Runs", every["replications"].tolist(), "count"),
        keys,
    ]
    note = "±: half of the 95% interval of the average."
    return [
        Table("Every point", columns, note, chart),
        Table("All figures", full, on_page=False),
    ]


def _pictures(sweep: Sweep, goal: str | None, currency: str) -> list[Picture]:
    """A curve for one path, a map for two; none for more, or where nothing was observed."""
    if goal is None:
        return []
    points, label, paths = sweep.of(goal), label_of(goal), sweep.paths
    plot = plot_of_points(points, paths)
    too_many = len(paths) == 2 and max(points[path].nunique() for path in paths) > MOST_CELLS
    if plot is None or too_many:
        return []
    return [picture(plot, points, *paths, label.text, label.unit, label.better, currency)]
