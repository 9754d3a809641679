"""The report and files of an outlook."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from salessim import plots
from salessim.display import count_of, figure, label_of, percent
from salessim.experiment.bounds import Bound
from salessim.experiment.outlook import Outlook
from salessim.output import PLAIN, CsvStyle
from salessim.reports.assumptions import assumptions_of, length_of
from salessim.reports.figures import MOST_TILES, kpi_columns, title_of
from salessim.reports.files import Say, write_study
from salessim.reports.pictures import picture
from salessim.reports.report import Chart, Column, Fact, Group, Picture, Report, Table, Tile

FIRST = ("revenue", "won", "contribution")
ADDS_UP = ("revenue", "won")  # what months have


def write_outlook(
    outlook: Outlook,
    folder: Path,
    command: Sequence[str],
    say: Say,
    style: CsvStyle = PLAIN,
) -> None:
    """Write the range of a year: tables, a page and a workbook to pass on.

    Parameters
    ----------
    outlook : Outlook
    folder, command, say, style
        As for `write_effect`.

    Raises
    ------
    OutputError
        Where nothing can be written.
    """
    tables = {
        "outlook.csv": outlook.table,
        "chances.csv": outlook.chances,
        "failures.csv": outlook.failures,
    }
    report = outlook_report(outlook, command)
    write_study(report, tables, {"scenario.yaml": outlook.scenario}, folder, say, style)


def outlook_report(outlook: Outlook, command: Sequence[str]) -> Report:
    """The report of an outlook."""
    scenario = outlook.scenario
    currency, what = scenario.currency, length_of(scenario)
    year = outlook.table[outlook.table["period"] == "year"].set_index("kpi")
    name = scenario.name or "the department"
    return Report(
        kind="Outlook",
        question=f"What may a {what} of {name} bring?",
        answer=_answer(outlook, year, currency, what),
        tiles=[*_chance_tiles(outlook, what), *_range_tiles(year, currency, what)][:MOST_TILES],
        reasons=[Group("", outlook.promises)] if outlook.promises else [],
        pictures=_pictures(outlook, currency),
        tables=_tables(outlook, year, currency),
        assumptions=[*assumptions_of(scenario), Fact("Random draws", f"Seed {outlook.seed}")],
        certainty=list(_certainty(outlook, year, currency, what)),
        notes=[f"{flag}." for flag in outlook.flags],
        command=shlex.join(command),
        currency=currency,
        reasons_title="What to count on",
    )


def _answer(outlook: Outlook, year: pd.DataFrame, currency: str, what: str) -> str:
    """The targets; without any, the range of what counts most."""
    if outlook.no_result or year.empty:
        return f"No result: {outlook.no_result or 'nothing was observed'}."
    kpi = next((kpi for kpi in FIRST if kpi in year.index), str(year.index[0]))
    row, unit = year.loc[kpi], label_of(kpi).unit
    low, middle, high = (figure(row[end], unit, currency) for end in ("p10", "p50", "p90"))
    answer = (
        f"{label_of(kpi).title}: {middle} in the middle of all {what}s; eight of ten {what}s lie "
        f"between {low} and {high}."
    )
    chances = [
        f"{percent(row.chance, 1)} chance of {Bound.parse(row.target).told(currency)} (95% "
        f"interval {percent(row.low, 1)} to {percent(row.high, 1)})"
        for row in outlook.chances.itertuples()
    ]
    return f"{'; '.join(chances)}. {answer}" if chances else answer


def _chance_tiles(outlook: Outlook, what: str) -> list[Tile]:
    currency = outlook.scenario.currency
    return [
        Tile(f"Chance of {Bound.parse(row.target).told(currency)}", "share", row.chance,
             low=row.low, high=row.high, note=f"of a single {what}")
        for row in outlook.chances.itertuples()
    ]  # fmt: skip


def _range_tiles(year: pd.DataFrame, currency: str, what: str) -> list[Tile]:
    kpis = list(dict.fromkeys([*(kpi for kpi in FIRST if kpi in year.index), *year.index]))
    tiles = []
    for kpi in kpis:
        row, unit = year.loc[kpi], label_of(kpi).unit
        low, high = (figure(row[end], unit, currency) for end in ("p10", "p90"))
        note = f"eight of ten {what}s: {low} to {high}"
        tiles.append(Tile(title_of(kpi), unit, row["p50"], note=note))
    return tiles


def _certainty(outlook: Outlook, year: pd.DataFrame, currency: str, what: str) -> Iterator[Fact]:
    count = len(outlook.values)
    kpi = next((kpi for kpi in FIRST if kpi in year.index), None)
    average = f"{count_of(count, f'simulated {what}')}, each with its own random draws."
    if kpi is not None:
        row, unit = year.loc[kpi], label_of(kpi).unit
        mean, low, high = (figure(row[c], unit, currency) for c in ("mean", "low", "high"))
        average += (
            f" The average of {label_of(kpi).text} is {mean}, with 95% confidence between {low} "
            f"and {high}; more replications narrow that."
        )
    yield Fact("The average", average)
    yield Fact(
        f"A single {what}",
        f"One {what} in ten is lower than P10, and one in ten is higher than P90. More "
        "replications do not narrow this range; for small counts it holds at least eight of ten.",
    )


def _tables(outlook: Outlook, year: pd.DataFrame, currency: str) -> list[Table]:
    kpis = [str(kpi) for kpi in year.index]
    names, keys = kpi_columns(kpis)
    units = [label_of(kpi).unit for kpi in kpis]
    tables = [Table("Range of a year", [names, *_ranges(year, units), keys])]
    if len(outlook.chances):
        tables.append(_table_of_chances(outlook, currency))
    for kpi in ADDS_UP:
        for period in ("quarter", "month"):
            tables += _table_of_periods(outlook.table, kpi, period)
    return tables


def _table_of_chances(outlook: Outlook, currency: str) -> Table:
    rows = outlook.chances
    targets = [Bound.parse(target).told(currency) for target in rows["target"]]
    columns = [
        Column("Target", [target[:1].upper() + target[1:] for target in targets]),
        Column("Chance", rows["chance"].tolist(), "share"),
        Column("At least", rows["low"].tolist(), "share"),
        Column("At most", rows["high"].tolist(), "share"),
        Column("Years", rows["replications"].tolist(), "count"),
        Column("Key", rows["target"].tolist(), on_page=False),
    ]
    return Table("Chances", columns, "Of a single year; at least and at most: 95% interval.")


def _table_of_periods(table: pd.DataFrame, kpi: str, period: str) -> list[Table]:
    rows = table[(table["kpi"] == kpi) & table["period"].str.startswith(f"{period} ")]
    if rows.empty:
        return []
    label = label_of(kpi)
    title = f"{label.title} by {period}"
    names = Column(period.title(), [text[:1].upper() + text[1:] for text in rows["period"]])
    chart = Chart("line", title, names.title, ["P10", "Median", "P90"])
    columns = [names, *_ranges(rows, [label.unit] * len(rows))]
    return [Table(title, columns, chart=chart, on_page=period == "quarter")]


def _ranges(rows: pd.DataFrame, units: list[str]) -> list[Column]:
    titles = {"p10": "P10", "p50": "Median", "p90": "P90", "mean": "Average"}
    return [Column(title, rows[name].tolist(), units) for name, title in titles.items()]


def _pictures(outlook: Outlook, currency: str) -> list[Picture]:
    months = outlook.table[outlook.table["period"].str.startswith("month ")]
    kpi = next((kpi for kpi in ADDS_UP if kpi in set(months["kpi"])), None)
    if kpi is None or len(outlook.values) == 0:
        return []
    return [picture(plots.fan, outlook.table, kpi, currency)]
