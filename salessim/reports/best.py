"""The report and files of a search for the best design."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from salessim import plots
from salessim.display import label_of, percent
from salessim.display.paths import point_words
from salessim.experiment import Best
from salessim.experiment.best_words import answer
from salessim.experiment.standing import MARGIN, RANKED, Standing
from salessim.output import PLAIN, CsvStyle
from salessim.reports.assumptions import assumptions_of, length_of
from salessim.reports.figures import title_of
from salessim.reports.files import Say, write_study
from salessim.reports.pictures import picture
from salessim.reports.points import paths_text, point_columns, varied
from salessim.reports.report import (
    NAN,
    Chart,
    Column,
    Fact,
    Picture,
    Report,
    Table,
    Tile,
)
from salessim.scenario import Scenario

MOST_DRAWN = 40
RESULTS = {
    Standing.BEST: "best", Standing.TIED: "statistically tied with the best",
    Standing.UNCLEAR: "can't tell yet whether worse", Standing.WORSE: "worse",
    Standing.OUTSIDE: "outside the bounds",
    Standing.OPEN: "can't tell whether it keeps the bounds", Standing.NO_RESULT: "no result",
}  # fmt: skip


def write_best(
    best: Best,
    base: Scenario,
    folder: Path,
    command: Sequence[str],
    say: Say,
    style: CsvStyle = PLAIN,
) -> None:
    """Write the designs, a page and a workbook to pass on.

    Parameters
    ----------
    best : Best
    base : Scenario
        In which the designs' values were set.
    folder, command, say, style
        As for `write_effect`.

    Raises
    ------
    OutputError
        Where nothing can be written.
    """
    tables = {"designs.csv": best.table, "failures.csv": best.failures}
    report = best_report(best, base, command)
    write_study(report, tables, {"scenario.yaml": base}, folder, say, style)


def best_report(best: Best, base: Scenario, command: Sequence[str]) -> Report:
    """The report of a search."""
    currency, what, label = base.currency, length_of(base), label_of(best.goal)
    wanted = "least" if label.better == "lower" else "most"
    bounds = "".join(f", with {bound.told(currency)}" for bound in best.bounds)
    return Report(
        kind="Search for the best",
        question=f"Which choice of {paths_text(list(best.points[0]))} brings "
        f"{base.name or 'the department'} the {wanted} {label.text}{bounds}?",
        answer=answer(best),
        tiles=_tiles(best),
        reasons=[],
        pictures=_pictures(best, currency),
        tables=[_table(best, currency)],
        assumptions=[varied(best.points, currency), *assumptions_of(base)],
        certainty=_certainty(best, what),
        notes=[f"{flag}." for flag in best.flags],
        command=shlex.join(command),
        currency=currency,
    )


def _certainty(best: Best, what: str) -> list[Fact]:
    fewest, most = best.table["replications"].min(), best.table["replications"].max()
    each = (
        f"{fewest} of each design"
        if fewest == most
        else (f"{fewest} to {most} of each design, more where they decide")
    )
    average = (
        f"{best.runs:,} simulated {what}s in all, {each}; all designs have the same leads and the "
        "same random draws. A design is tied with the best where their paired difference, by an "
        "interval corrected for the number of designs, surely lies within "
        f"{percent(MARGIN, 0)} of the best."
    )
    single = (
        f"A single {what} varies much more than these averages: the outlook command says how much."
    )
    return [Fact("The averages", average), Fact(f"A single {what}", single)]


def _tiles(best: Best) -> list[Tile]:
    """The best design's figures; of none, the nearest one's."""
    chosen = best.nearest if best.point is None else best.point
    if chosen is None:
        return []
    row = best.table.iloc[best.points.index(chosen)]
    where = f"average of the {'nearest' if best.point is None else 'best'} design"
    low, high = row[["low", "high"]] if row["low"] < row["high"] else (NAN, NAN)
    tiles = [Tile(title_of(best.goal), label_of(best.goal).unit, row["mean"], low=low, high=high,
                  note=where)]  # fmt: skip
    others = [kpi for kpi in ("revenue", "cost") if kpi != best.goal and row[kpi] == row[kpi]]
    tiles += [Tile(title_of(kpi), "currency", row[kpi], note=where) for kpi in others]
    if best.bounds:
        title = "Single years within the bounds"
        tiles.append(Tile(title, "share", row["years_within"], low=row["years_low"],
                          high=row["years_high"]))  # fmt: skip
    return tiles


def _table(best: Best, currency: str) -> Table:
    label, table = label_of(best.goal), best.table
    units = label.unit
    columns = [
        *point_columns(best.points, currency),
        Column("Result", [RESULTS[Standing(word)] for word in table["standing"]]),
        Column(label.title, table["mean"].tolist(), units),
        Column("At least", table["low"].tolist(), units),
        Column("At most", table["high"].tolist(), units),
        Column("Against the best", table["difference"].tolist(), units, is_change=True),
        Column("Revenue", table["revenue"].tolist(), "currency"),
        Column("Cost", table["cost"].tolist(), "currency"),
        Column("Average within the bounds", table["within_bounds"].tolist(), "share"),
        Column("Single years within", table["years_within"].tolist(), "share"),
        Column("Runs", table["replications"].tolist(), "count"),
        Column("Design", [point_words(point, currency) for point in best.points], on_page=False),
    ]
    if not best.bounds:
        columns = [column for column in columns if "within" not in column.title]
    if best.goal in ("revenue", "cost"):
        columns = list({column.title: column for column in columns}.values())
    chart = Chart("bar", label.title, "Design", [label.title])
    note = "At least and at most: the ends of the 95% interval of the average."
    if best.bounds:
        note += (
            " Average within the bounds: the chance that the average over many years keeps them."
        )
    return Table("All designs", columns, note, chart)


def _pictures(best: Best, currency: str) -> list[Picture]:
    names = [point_words(point, currency) for point in best.points]
    label, standing = label_of(best.goal), best.table["standing"]
    pictures = []
    if len(names) <= MOST_DRAWN:
        pictures.append(
            picture(plots.standings, best.table, names, label.text, label.unit, currency)
            if best.point is not None
            else picture(plots.years_within, best.table, names, best.chance)
        )
    inside = best.table[standing.isin(RANKED)]
    if inside["cost"].notna().any():
        chosen = [names[i] for i in standing.index[standing == Standing.BEST]]
        told = [names[i] for i in inside.index]
        drawn = picture(plots.pareto, inside["cost"], inside["revenue"], told, chosen, currency)
        pictures.append(drawn)
    return pictures
