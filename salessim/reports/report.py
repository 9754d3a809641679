"""A report: question, answer, tables, pictures, assumptions, and how to repeat it."""

import base64
import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
import pandas as pd
import xlsxwriter
from matplotlib.figure import Figure

from salessim.plots import description

SHOWN = 30  # rows of a table on the page; the book has them all
BEGINNING = datetime.datetime(2026, 1, 1)


@dataclass(frozen=True)
class Report:
    """What is written down, for the page and for the book.

    Parameters
    ----------
    title, question, answer : str
    sentences : sequence of str
        What follows from the answer, one by one.
    tables : dict of str to DataFrame
        By title.
    pictures : sequence of Figure
    assumptions : sequence of str
    command : str
        What to type to have it again.
    """

    title: str
    question: str
    answer: str
    sentences: Sequence[str]
    tables: dict[str, pd.DataFrame]
    assumptions: Sequence[str]
    command: str
    pictures: Sequence[Figure] = field(default_factory=tuple)

    def write_page(self, path: Path) -> None:
        """Write one HTML file that needs nothing else."""
        template = Path(__file__).with_name("page.html").read_text("utf-8")
        text = jinja2.Environment(autoescape=True).from_string(template).render(
            title=self.title, question=self.question, answer=self.answer,
            sentences=self.sentences, assumptions=self.assumptions, command=self.command,
            pictures=[{"words": description(f), "data": _picture(f)} for f in self.pictures],
            tables=[_shown(title, table) for title, table in self.tables.items()],
        )  # fmt: skip
        path.write_text(text + "\n", "utf-8", newline="\n")

    def write_book(self, path: Path) -> None:
        """Write an Excel file: a sheet for the answer, one for each table."""
        with xlsxwriter.Workbook(path, {"nan_inf_to_errors": False}) as book:
            book.set_properties({"title": self.title, "created": BEGINNING})
            bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
            sheet = book.add_worksheet("answer")
            sheet.set_column(0, 0, 110, wrapped)
            lines = [self.question, self.answer, *self.sentences, "What it rests on",
                     *self.assumptions, "How to repeat it", self.command]  # fmt: skip
            sheet.write_string(0, 0, self.title, bold)
            for number, line in enumerate(lines, 1):
                sheet.write_string(number, 0, line)
            for title, table in self.tables.items():
                _fill(book.add_worksheet(title[:31]), table, bold)


def _fill(sheet: xlsxwriter.worksheet.Worksheet, table: pd.DataFrame, bold: object) -> None:
    for column, name in enumerate(table.columns):
        sheet.write_string(0, column, str(name), bold)
        for row, value in enumerate(table[name].tolist(), 1):
            if isinstance(value, bool | str):
                sheet.write_string(row, column, str(value))
            elif value is not None and value == value:  # what was not observed stays empty
                sheet.write_number(row, column, value)
    sheet.autofit()
    sheet.freeze_panes(1, 0)


def _picture(figure: Figure) -> str:
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=100)
    return base64.b64encode(data.getvalue()).decode()


def _shown(title: str, table: pd.DataFrame) -> dict[str, object]:
    rows = [[_cell(value) for value in row] for row in table.head(SHOWN).itertuples(index=False)]
    more = len(table) - SHOWN
    note = f"{more:,} more rows stand in the Excel file." if more > 0 else ""
    return {"title": title, "columns": list(table.columns), "rows": rows, "note": note}


def _cell(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return str(value)
