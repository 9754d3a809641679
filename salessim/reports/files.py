"""A study's files: tables, scenarios, page and workbook, whole or not at all."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from salessim.output import CsvStyle, put, workshop, write_csv
from salessim.reports.page import page_of
from salessim.reports.report import Report
from salessim.reports.workbook import workbook_of
from salessim.scenario import Scenario

Say = Callable[[str], None]


def write_study(
    report: Report,
    tables: Mapping[str, pd.DataFrame],
    scenarios: Mapping[str, Scenario],
    folder: Path,
    say: Say,
    style: CsvStyle,
) -> None:
    """Write a study's results.

    Parameters
    ----------
    report : Report
    tables : mapping of str to DataFrame
        By file name.
    scenarios : mapping of str to Scenario
        By file name.
    folder : Path
        The study's.
    say : function of str
        Told of the report before it is made.
    style : CsvStyle

    Raises
    ------
    OutputError
        Where nothing can be written, or a file can't be replaced; the folder is then as
        it was.
    """
    with workshop(folder) as made:
        for name, table in tables.items():
            write_csv(table, made / name, style)
        for name, scenario in scenarios.items():
            (made / name).write_text(scenario.to_yaml(), "utf-8", newline="\n")
        write_report(report, made, say)
        put(made, folder)


def write_report(report: Report, folder: Path, say: Say) -> None:
    """Write the page and the workbook into a folder that is there."""
    say("writing report.html and report.xlsx")
    (folder / "report.html").write_text(page_of(report), "utf-8", newline="\n")
    (folder / "report.xlsx").write_bytes(workbook_of(report))
