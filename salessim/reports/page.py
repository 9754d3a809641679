"""A report as one HTML file that needs nothing else: no script, nothing from elsewhere."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

import jinja2

from salessim.display import between, figure
from salessim.display import change as size_of
from salessim.display.theme import DARK, FONT, LIGHT, SPACE, Theme
from salessim.reports.report import (
    ROWS_ON_PAGE,
    TEXT,
    Column,
    Picture,
    Report,
    Standing,
    Table,
    Tile,
)
from salessim.version import __version__

MARKS = {  # a standing is told by color, by a mark, and in a word
    Standing.BETTER: "▲", Standing.WORSE: "▼", Standing.SAME: "=", Standing.HIGHER: "↑",
    Standing.LOWER: "↓", Standing.UNCLEAR: "?",
}  # fmt: skip
NOT_OBSERVED = "–"


def page_of(report: Report) -> str:
    """The report's page.

    Parameters
    ----------
    report : Report

    Returns
    -------
    str
        HTML; the same report gives the same text.
    """
    text = _template().render(
        report=report,
        style=_style(),
        tiles=[_tile(tile, report.currency) for tile in report.tiles],
        pictures=[_picture(picture) for picture in report.pictures],
        tables=[_table(table, report.currency) for table in report.tables if table.on_page],
        version=__version__,
    )
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"


@cache
def _template() -> jinja2.Template:
    source = files("salessim.reports").joinpath("page.html").read_text("utf-8")
    return jinja2.Environment(autoescape=True, trim_blocks=True).from_string(source)


@cache
def _style() -> str:
    source = files("salessim.reports").joinpath("style.css").read_text("utf-8")
    return jinja2.Environment().from_string(source).render(
        light=_variables(LIGHT), dark=_variables(DARK), font=FONT, space=SPACE
    )  # fmt: skip


def _variables(theme: Theme) -> str:
    return " ".join(f"--{name}: {color};" for name, color in asdict(theme).items())


def _tile(tile: Tile, currency: str) -> dict[str, Any]:
    moved = not math.isnan(tile.change)
    return {
        "title": tile.title,
        "value": figure(tile.value, tile.unit, currency),
        "before": figure(tile.before, tile.unit, currency) if not math.isnan(tile.before) else "",
        "change": signed(tile.change, tile.unit, currency, _largest(tile)) if moved else "",
        "range": _range(tile, currency),
        "standing": tile.standing,
        "kind": "" if tile.standing is None else tile.standing.name.lower(),
        "mark": "" if tile.standing is None else MARKS[tile.standing],
        "note": tile.note,
    }


def _range(tile: Tile, currency: str) -> list[str]:
    """The range of the change, or of the value where there is no change: its two ends in words."""
    if math.isnan(tile.low):
        return []
    if math.isnan(tile.change):
        low, high = (figure(end, tile.unit, currency) for end in (tile.low, tile.high))
        return [f"between {low}", f"and {high}"]
    told = between(tile.low, tile.high, tile.unit, currency).replace(" points and", " and")
    low, _, high = told.partition(" and ")
    return [low, f"and {high}"]


def _largest(tile: Tile) -> float:
    """What sets the digits of a change: the largest number beside it."""
    return max(abs(end) for end in (tile.change, tile.low, tile.high) if end == end)


def signed(difference: float, unit: str, currency: str, like: float | None = None) -> str:
    """A difference with its sign, to the digits of the numbers beside it.

    Examples
    --------
    >>> signed(2.6, "deals", "", 3.4), signed(-61_300, "currency", "USD"), signed(0.0, "deals", "")
    ('+2.6', '-$61,300', '0')
    """
    text = size_of(difference, unit, currency, like)
    if not any(digit in text for digit in "123456789"):
        return text
    return f"{'+' if difference > 0 else '-'}{text}"


def _picture(picture: Picture) -> dict[str, str]:
    """A drawing with its words for those who can't see it."""
    label = escape(f"{picture.message}. {picture.words}")
    svg = picture.svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
    return {"message": picture.message, "svg": svg}


def _table(table: Table, currency: str) -> dict[str, Any]:
    columns = [column for column in table.columns if column.on_page]
    rows = [
        [
            {"text": text, "is_text": column.is_text}
            for column, text in zip(columns, row, strict=True)
        ]
        for row in zip(*(_cells(column, currency) for column in columns), strict=True)
    ]
    return {
        "title": table.title,
        "columns": [{"title": column.title, "is_text": column.is_text} for column in columns],
        "rows": rows[:ROWS_ON_PAGE],
        "more": max(0, len(rows) - ROWS_ON_PAGE),
        "note": table.note,
    }


def _cells(column: Column, currency: str) -> Iterator[str]:
    for row, value in enumerate(column.values):
        unit = column.unit(row)
        if value is None or value != value:
            yield NOT_OBSERVED if unit != TEXT else ""
        elif unit == TEXT or isinstance(value, str):
            yield str(value)
        elif column.is_change:
            yield signed(float(value), unit, currency)
        else:
            yield figure(float(value), unit, currency)
