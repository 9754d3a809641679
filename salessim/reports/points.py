"""Points of a sweep or a search, in the words of the people who chose them."""

from collections.abc import Mapping, Sequence
from typing import Any

from salessim.display import money
from salessim.display.kpis import role_name
from salessim.display.paths import path_words
from salessim.reports.report import TEXT, Column


def point_text(point: Mapping[str, Any], currency: str = "") -> str:
    """A point in a few words.

    Examples
    --------
    >>> point_text({"team.ae.count": 8, "support.delegable": 0.6})
    '8 AEs, share of paperwork that support takes over 60%'
    """
    return ", ".join(_value_of(path, value, currency) for path, value in point.items())


def paths_text(paths: Sequence[str]) -> str:
    """What was varied.

    Examples
    --------
    >>> paths_text(["team.ae.count", "team.sdr.count"])
    'AEs and SDRs'
    """
    *first, last = [path_words(path)[0] for path in paths]
    return f"{', '.join(first)} and {last}" if first else last


def point_columns(points: Sequence[Mapping[str, Any]], currency: str) -> list[Column]:
    """A column for each path that was varied."""
    columns = []
    for path in points[0]:
        values = [point[path] for point in points]
        plain = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
        texts = values if plain else [_value_text(path, value, currency) for value in values]
        title = path_words(path)[0]
        columns.append(Column(title[:1].upper() + title[1:], texts, "as given" if plain else TEXT))
    return columns


def _value_of(path: str, value: Any, currency: str) -> str:
    parts = path.split(".")
    if len(parts) == 3 and (parts[0], parts[2]) == ("team", "count") and isinstance(value, int):
        return f"{value:,} {role_name(parts[1], value)}"
    return f"{path_words(path)[0]} {_value_text(path, value, currency)}"


def _value_text(path: str, value: Any, currency: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).replace("_", " ")
    unit = path_words(path)[1]
    if unit == "currency":
        return money(value, currency)
    return f"{100 * value:.4g}%" if unit == "share" else f"{value:.6g}"
