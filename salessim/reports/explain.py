"""Why departments differ, or why a year missed its plan, as files."""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from salessim import plots
from salessim.display import label_of
from salessim.experiment import Explanation, Year
from salessim.experiment.explain.year import LUCK, TIMING_MEANS
from salessim.experiment.wording import described
from salessim.output import PLAIN, CsvStyle
from salessim.reports.assumptions import assumptions_of, length_of
from salessim.reports.effect import deals_of, effect_report, files_of
from salessim.reports.files import Say, write_study
from salessim.reports.pictures import picture
from salessim.reports.report import Chart, Column, Fact, Group, Picture, Report, Table, Tile

FEWEST = 5  # years that a picture of their range needs
MOST_PARTS = 4  # tiles beside that of the revenue


def write_explanation(
    found: Explanation, folder: Path, command: Sequence[str], say: Say, style: CsvStyle = PLAIN
) -> None:
    """Write why two departments differ: tables, a page and a workbook to pass on.

    Parameters
    ----------
    found : Explanation
    folder, command, say, style
        As for `write_effect`.

    Raises
    ------
    OutputError
        Where nothing can be written.
    """
    deals = deals_of(found.effect)
    tables, scenarios = files_of(found.effect, deals)
    report = explanation_report(found, deals, command)
    write_study(report, tables | {"drivers.csv": found.drivers}, scenarios, folder, say, style)


def explanation_report(
    found: Explanation, deals: Sequence[pd.DataFrame], command: Sequence[str]
) -> Report:
    """The report of a comparison, with the reason as its answer and the parts before all else."""
    whole = effect_report(found.effect, deals, command)
    changed = described(found.effect.base, found.effect.what_ifs[0])
    name = found.effect.base.name or "the department"
    answer, *more = [*found.reasons, whole.answer]
    parts = [_table_of_parts(found.table)] if len(found.table) else []
    return replace(
        whole,
        kind="Explanation",
        question=f"{changed}: why does that change the results of {name}?",
        answer=answer,
        reasons=[Group("", sentences) for sentences in [[*more, *found.told_drivers]] if sentences],
        reasons_title="More of the reason",
        tables=[*parts, *whole.tables],
    )


def _table_of_parts(table: pd.DataFrame) -> Table:
    units = [label_of(kpi).unit for kpi in table["kpi"]]
    columns = [
        Column("Figure", [label_of(kpi).title for kpi in table["kpi"]]),
        Column("Stage", table["stage"].tolist()),
        Column("What differs", table["change"].tolist()),
        Column("Deals won", table["deals"].tolist(), "deals", is_change=True),
        Column("Part", table["amount"].tolist(), units, is_change=True),
        Column("Why", table["cause"].tolist()),
    ]
    note = "The parts of a figure add up to its difference."
    return Table("Parts of the difference", columns, note)


def write_year(
    found: Year, folder: Path, command: Sequence[str], say: Say, style: CsvStyle = PLAIN
) -> None:
    """Write why a year missed its plan: the table of parts, a page and a workbook.

    Parameters
    ----------
    found : Year
    folder, command, say, style
        As for `write_effect`.

    Raises
    ------
    OutputError
        Where nothing can be written.
    """
    scenarios = {"plan.yaml": found.plan, "actual.yaml": found.actual}
    report = year_report(found, command)
    write_study(report, {"year.csv": found.table}, scenarios, folder, say, style)


def year_report(found: Year, command: Sequence[str]) -> Report:
    """The report of a year against its plan."""
    plan, missed = found.plan, found.bookings - found.expected
    what, currency, name = length_of(plan), plan.currency, plan.name or "the department"
    changes = [Fact("What was not as planned", described(plan, found.actual))]
    return Report(
        kind="Explanation",
        question=f"{name[:1].upper()}{name[1:]}: why did this {what} bring "
        f"{'more' if missed > 0 else 'less'} than planned?",
        answer=found.answer,
        tiles=_tiles_of_parts(found),
        reasons=[Group("", found.parts)],
        pictures=_range(found),
        tables=[_table_of_year(found)],
        assumptions=[*changes[: found.actual.content_hash != plan.content_hash],
                     *assumptions_of(plan)],
        certainty=[
            Fact("The average", found.difference or "The department is as planned, so the "
                 "difference is luck."),
            Fact(f"A single {what}", found.range),
        ],
        notes=[],
        command=shlex.join(command),
        currency=currency,
    )  # fmt: skip


def _tiles_of_parts(found: Year) -> list[Tile]:
    """The revenue, and what each part adds to it."""
    note = "before: what the plan leads one to expect"
    missed = found.bookings - found.expected
    first = Tile("Revenue", "currency", found.bookings, found.expected, missed, note=note)
    by, what = ("of", "Luck in") if set(found.table["part"]) == {LUCK} else ("part", "Due to")
    total = found.table.groupby(by, sort=False)["amount"].sum()
    largest = total.loc[total.abs().sort_values(ascending=False).index][:MOST_PARTS]
    return [first, *(Tile(f"{what} {part}", "currency", amount)
                     for part, amount in largest.items())]  # fmt: skip


def _table_of_year(found: Year) -> Table:
    table = found.table
    names = [", ".join(filter(None, row)) for row in table[["part", "of", "stage"]].values.tolist()]
    columns = [
        Column("Part", names),
        Column("Amount", table["amount"].tolist(), "currency", is_change=True),
        Column("Why", table["cause"].tolist()),
    ]
    chart = Chart("bar", "Parts of the difference", "Part", ["Amount"])
    return Table(
        "Parts of the difference",
        columns,
        f"The parts add up to the difference. {TIMING_MEANS}",
        chart,
    )


def _range(found: Year) -> list[Picture]:
    if len(found.years) < FEWEST:
        return []
    return [
        picture(
            plots.range_of_years,
            pd.Series(found.years),
            "in revenue",
            "currency",
            found.plan.currency,
        )
    ]
