"""A report as an Excel file: the answer, its tables with number formats and charts, assumptions."""

import datetime
import io
import re
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from salessim.display import currency_of
from salessim.display.theme import AMBER, BLUE, GREEN, LIGHT, ORANGE, PINK
from salessim.reports.report import NAN, TEXT, Column, Fact, Report, Table, Tile

CREATED = datetime.datetime(2026, 1, 1)  # of every file: the same report gives the same bytes
COUNTED = ("deals", "leads", "people")  # whole numbers of them have no decimals
DECIMALS = {
    "leads": 1, "deals": 1, "people": 1, "years": 0, "count": 0, "hours": 1,
    "working days": 1, "working hours": 2, "deals a day": 4, "ratio": 2,
}  # fmt: skip
NARROW, WIDE = 9, 60  # characters
SHEET_NAME = 31  # characters that Excel allows
COLORS = (BLUE, ORANGE, GREEN, PINK, AMBER)


def workbook_of(report: Report) -> bytes:
    """The report's workbook.

    Parameters
    ----------
    report : Report

    Returns
    -------
    bytes
        Of an .xlsx file; the same report gives the same bytes.
    """
    data = io.BytesIO()  # a disk that is full then fails where it is told of
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        book.set_properties({"title": report.question, "created": CREATED})
        writer = _Writer(book, report.currency)
        writer.answer(report)
        for table in report.tables:
            writer.table(table)
        writer.facts("Assumptions", [*report.assumptions, *report.certainty])
    return data.getvalue()


def number_format(unit: str, currency: str, is_change: bool = False) -> str:
    """How Excel shows numbers of a unit.

    Examples
    --------
    >>> number_format("currency", "EUR"), number_format("share", "", is_change=True)
    ('"€"#,##0', '+0.0%;-0.0%;0.0%')
    """
    if unit == "currency":
        text = currency_of("#,##0", currency).replace(" ", "\\ ")
        text = re.sub(r"[^#,0\\ ]+", lambda found: f'"{found[0]}"', text)
    elif unit == "share":
        text = "0.0%"
    else:
        decimals = DECIMALS.get(unit, 2)
        text = "#,##0" + ("." + "0" * decimals if decimals else "")
    return f"+{text};-{text};{text}" if is_change else text


class _Writer:
    """Fills a workbook sheet by sheet.

    Parameters
    ----------
    book : Workbook
    currency : str
    """

    def __init__(self, book: xlsxwriter.Workbook, currency: str):
        self._book, self._currency = book, currency
        self._formats = dict[tuple[tuple[str, Any], ...], Format]()

    def answer(self, report: Report) -> None:
        """The sheet that opens: question, answer, headline figures, reasons, how to repeat it."""
        sheet = self._book.add_worksheet("Answer")
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 5, 17)
        sheet.set_column(6, 7, 28)
        row = self._lines(sheet, 0, [report.question], bold=True, font_size=14)
        row = self._lines(sheet, row, [report.answer], font_size=12)
        if report.tiles:
            row = self._cells(sheet, row + 1, _tiles_table(report.tiles))
        for group in report.reasons:
            row = self._lines(sheet, row + 1, [group.title or report.reasons_title], bold=True)
            row = self._lines(sheet, row, group.sentences)
        if report.notes:
            row = self._lines(sheet, row + 1, ["Notes"], bold=True)
            row = self._lines(sheet, row, report.notes)
        row = self._lines(sheet, row + 1, ["How to repeat it"], bold=True)
        self._lines(sheet, row, [report.command])

    def table(self, table: Table) -> None:
        """A sheet with a table, its heads fixed while one scrolls, and its chart beside it."""
        sheet = self._book.add_worksheet(table.title[:SHEET_NAME])
        columns = sorted(table.columns, key=lambda column: not column.on_page)
        end = self._cells(sheet, 0, columns)
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _width(column))
        if table.note:
            sheet.write_string(end + 1, 0, table.note, self._format(italic=True))
        if table.chart and len(table):
            self._chart(sheet, table, [column.title for column in columns])

    def facts(self, title: str, facts: Sequence[Fact]) -> None:
        """A sheet of two columns."""
        sheet = self._book.add_worksheet(title)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 110)
        sheet.freeze_panes(1, 0)
        wrapped = self._format(text_wrap=True, valign="top")
        for row, fact in enumerate([Fact("About", "What is assumed"), *facts]):
            shown = self._head() if row == 0 else wrapped
            sheet.write_string(row, 0, fact.about, shown)
            sheet.write_string(row, 1, fact.text, shown)

    def _lines(self, sheet: Worksheet, row: int, lines: Sequence[str], **look: Any) -> int:
        """Long lines over the sheet's whole width; the next free row."""
        shown = self._format(text_wrap=True, valign="top", **look)
        for line in lines:
            sheet.merge_range(row, 0, row, 7, "", shown)
            sheet.write_string(row, 0, line, shown)
            per_line = 150 if look.get("font_size", 11) <= 11 else 120
            sheet.set_row(row, (5 + look.get("font_size", 11)) * (1 + len(line) // per_line))
            row += 1
        return row

    def _cells(self, sheet: Worksheet, row: int, columns: Sequence[Column]) -> int:
        """Heads and values; the next free row."""
        for place, column in enumerate(columns):
            sheet.write_string(row, place, column.title, self._head(column.is_text))
            for below, value in enumerate(column.values):
                self._cell(sheet, row + 1 + below, place, column, below, value)
        return row + 1 + len(columns[0].values)

    def _cell(
        self, sheet: Worksheet, row: int, place: int, column: Column, number: int, value: Any
    ) -> None:
        if value is None or value != value:
            return  # what was not observed stays empty
        unit = column.unit(number)
        if unit == TEXT or isinstance(value, str):
            sheet.write_string(row, place, str(value), self._format(valign="top"))
        else:
            whole = unit in COUNTED and not column.is_change and float(value).is_integer()
            unit = "count" if whole else unit
            shown = number_format(unit, self._currency, column.is_change)
            sheet.write_number(row, place, float(value), self._format(num_format=shown))

    def _chart(self, sheet: Worksheet, table: Table, titles: list[str]) -> None:
        """Excel's own chart, which a reader can change."""
        assert table.chart is not None
        chart = self._book.add_chart({"type": table.chart.kind})
        names = titles.index(table.chart.names)
        for number, title in enumerate(table.chart.values):
            place = titles.index(title)
            color = {"color": COLORS[number % len(COLORS)]}
            look = {"line": color} if table.chart.kind == "line" else {"fill": color}
            chart.add_series(
                {
                    "name": [sheet.name, 0, place],
                    "categories": [sheet.name, 1, names, len(table), names],
                    "values": [sheet.name, 1, place, len(table), place],
                    **look,
                }
            )
        chart.set_title({"name": table.chart.title, "name_font": {"size": 12}})
        if len(table.chart.values) == 1:
            chart.set_legend({"none": True})
        if table.chart.kind == "bar":
            chart.set_y_axis({"reverse": True, "label_position": "low"})
        chart.set_size({"width": 640, "height": max(320, 22 * len(table) + 120)})
        sheet.insert_chart(1, len(titles) + 1, chart)

    def _head(self, is_text: bool = True) -> Format:
        return self._format(
            bold=True, text_wrap=True, valign="top", bottom=1, bg_color=LIGHT.surface,
            align="left" if is_text else "right",
        )  # fmt: skip

    def _format(self, **look: Any) -> Format:
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]


def _tiles_table(tiles: Sequence[Tile]) -> list[Column]:
    """The headline figures as columns, without those that are empty."""
    units = [tile.unit for tile in tiles]
    moved = [tile.change == tile.change for tile in tiles]
    of_change = [(t.low, t.high) if m else (NAN, NAN) for t, m in zip(tiles, moved, strict=True)]
    of_value = [(NAN, NAN) if m else (t.low, t.high) for t, m in zip(tiles, moved, strict=True)]
    columns = [
        Column("Headline figure", [tile.title for tile in tiles]),
        Column("Before", [tile.before for tile in tiles], units),
        Column("Value", [tile.value for tile in tiles], units),
        Column("Value at least", [low for low, _ in of_value], units),
        Column("Value at most", [high for _, high in of_value], units),
        Column("Change", [tile.change for tile in tiles], units, is_change=True),
        Column("Change at least", [low for low, _ in of_change], units, is_change=True),
        Column("Change at most", [high for _, high in of_change], units, is_change=True),
        Column("Verdict", [str(tile.standing or "") for tile in tiles]),
        Column("Note", [tile.note for tile in tiles]),
    ]
    return [c for c in columns if any(value == value and value != "" for value in c.values)]


def _width(column: Column) -> int:
    """Characters that a column needs: its longest word of the head, its longest value."""
    longest = max((len(word) for word in column.title.split()), default=0)
    values = [len(str(value)) for value in column.values] if column.is_text else [14]
    return min(WIDE, max(NARROW, longest + 2, *(length + 2 for length in values), 0))
