"""Which design is best, as files."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from salessim import plots
from salessim.display import figure, label_of
from salessim.experiment import Best
from salessim.experiment.best import BEST, LEVEL_WITH, OPEN, OUTSIDE, WORSE, Bound
from salessim.output import PLAIN, CsvStyle
from salessim.reports.assumptions import assumptions_of, length_of
from salessim.reports.figures import title_of
from salessim.reports.files import Say, write_study
from salessim.reports.pictures import picture
from salessim.reports.points import paths_text, point_columns, point_text
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

MOST_NAMED = 5
MOST_DRAWN = 40
SURE = 0.95
STANDINGS = {
    BEST: "best", LEVEL_WITH: "statistically tied with the best", WORSE: "worse",
    OPEN: "better, but may break a bound", OUTSIDE: "outside the bounds",
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


def best_answer(best: Best) -> str:
    """The answer in words."""
    bounds = "".join(f", with {bound}" for bound in best.bounds)
    most = "Least" if label_of(best.goal).better == "lower" else "Most"
    what = label_of(best.goal).text
    if best.point is None:
        return (
            f"No design keeps the bounds{bounds}. The nearest is {point_text(best.nearest)}: the "
            f"chance that it does is {best.table['within_bounds'].max():.0%}."
        )
    row = best.table[best.table["standing"] == BEST].iloc[0]
    unit = label_of(best.goal).unit
    answer = (
        f"{most} {what}{bounds}: {point_text(best.point)}, with {figure(row['mean'], unit)} "
        f"(between {figure(row['low'], unit)} and {figure(row['high'], unit)})."
    )
    if best.bounds:
        chance = row["within_bounds"]
        sure = "" if chance >= SURE else ", which is not certain"
        answer += f" It keeps the bounds with a chance of {chance:.0%}{sure}."
    risky = [point_text(best.points[i]) for i in best.table.index[best.table["standing"] == OPEN]]
    if risky:
        answer += f" Better, but with a smaller chance to keep them: {'; '.join(risky)}."
    others = [point_text(point) for point in best.level_with]
    if not others:
        return answer if risky else f"{answer} Every other design is worse or outside the bounds."
    more = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
    return f"{answer} Statistically tied with it: {'; '.join(others[:MOST_NAMED])}{more}."


def best_report(best: Best, base: Scenario, command: Sequence[str]) -> Report:
    """The report of a search."""
    currency, what, label = base.currency, length_of(base), label_of(best.goal)
    wanted = "least" if label.better == "lower" else "most"
    bounds = "".join(f", with {_bound_text(bound, currency)}" for bound in best.bounds)
    return Report(
        kind="Search for the best",
        question=f"{base.name or 'The department'}: which {paths_text(list(best.points[0]))} bring "
        f"the {wanted} {label.text}{bounds}?",
        answer=best_answer(best),
        tiles=_tiles(best),
        reasons=[],
        pictures=_pictures(best, currency),
        tables=[_table(best, currency)],
        assumptions=assumptions_of(base),
        certainty=_certainty(best, what),
        notes=[f"{flag}." for flag in best.flags],
        command=shlex.join(command),
        currency=currency,
    )


def _bound_text(bound: Bound, currency: str) -> str:
    label = label_of(bound.kpi)
    sign = "at least" if bound.sign == ">=" else "at most"
    return f"{label.text} {sign} {figure(bound.value, label.unit, currency)}"


def _certainty(best: Best, what: str) -> list[Fact]:
    fewest, most = best.table["replications"].min(), best.table["replications"].max()
    average = (
        f"{best.runs:,} simulated {what}s in all, {fewest} to {most} of each design, more where "
        "they decide; all designs have the same leads and the same random draws. Designs "
        "are tied where "
        "the 95% interval of their paired difference to the best, corrected for the number of "
        "designs, includes none."
    )
    single = (
        f"A single {what} varies much more than these averages: the outlook command says how much."
    )
    return [Fact("The averages", average), Fact(f"A single {what}", single)]


def _tiles(best: Best) -> list[Tile]:
    """The best design's figures; of none, the nearest one's."""
    chosen = best.nearest if best.point is None else best.point
    row = best.table.iloc[best.points.index(chosen)]
    where = "average of the nearest design" if best.point is None else "average of the best design"
    tiles = [Tile(title_of(best.goal), label_of(best.goal).unit, row["mean"], low=row["low"],
                  high=row["high"], note=where)]  # fmt: skip
    others = [kpi for kpi in ("revenue", "cost") if kpi != best.goal and row[kpi] == row[kpi]]
    tiles += [Tile(title_of(kpi), "currency", row[kpi], note=where) for kpi in others]
    if best.bounds:
        note = "that its averages keep all bounds"
        tiles.append(Tile("Chance", "share", row["within_bounds"], note=note))
    return tiles


def _table(best: Best, currency: str) -> Table:
    label, table = label_of(best.goal), best.table
    units = label.unit
    columns = [
        *point_columns(best.points, currency),
        Column("Result", [STANDINGS.get(word, word) for word in table["standing"]]),
        Column(label.title, table["mean"].tolist(), units),
        Column("At least", table["low"].tolist(), units),
        Column("At most", table["high"].tolist(), units),
        Column("Against the best", table["difference"].tolist(), units, is_change=True),
        Column("Revenue", table["revenue"].tolist(), "currency"),
        Column("Cost", table["cost"].tolist(), "currency"),
        Column("Chance to keep the bounds", table["within_bounds"].tolist(), "share"),
        Column("Runs", table["replications"].tolist(), "count"),
        Column("Design", [point_text(point, currency) for point in best.points], on_page=False),
    ]
    if not best.bounds:
        columns = [column for column in columns if column.title != "Chance to keep the bounds"]
    if best.goal in ("revenue", "cost"):
        columns = list({column.title: column for column in columns}.values())
    chart = Chart("bar", label.title, "Design", [label.title])
    note = "At least and at most: the ends of the 95% interval of the average."
    return Table("All designs", columns, note, chart)


def _pictures(best: Best, currency: str) -> list[Picture]:
    names = [point_text(point, currency).replace("$", r"\$") for point in best.points]
    label, standing = label_of(best.goal), best.table["standing"]
    pictures = []
    if len(names) <= MOST_DRAWN:
        pictures.append(picture(plots.standings, best.table, names, label.text, label.unit,
                                currency))  # fmt: skip
    if best.table.loc[standing != OUTSIDE, "cost"].notna().any():
        chosen = [names[i] for i in standing.index[standing == BEST]]
        inside = best.table[standing != OUTSIDE]
        told = [names[i] for i in inside.index]
        pictures.append(picture(plots.pareto, inside["cost"], inside["revenue"], told, chosen,
                                currency))  # fmt: skip
    return pictures
