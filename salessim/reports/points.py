"""The columns of points, in a sweep or a search."""

from collections.abc import Mapping, Sequence
from typing import Any

from salessim.display.paths import path_words, value_words
from salessim.reports.report import TEXT, Column

AS_GIVEN = "as given"  # the unit of a number that somebody chose


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
        words, unit = path_words(path)
        values = [point[path] for point in points]
        plain = all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
        cells = values if plain else [value_words(path, value, currency) for value in values]
        title = words[:1].upper() + words[1:]
        columns.append(Column(title, cells, (unit or AS_GIVEN) if plain else TEXT))
    return columns
