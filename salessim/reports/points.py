"""The columns of points, in a sweep or a search."""

from collections.abc import Mapping, Sequence
from typing import Any

from salessim.display.paths import MOST_NAMED, path_words, value_words
from salessim.reports.report import TEXT, Column, Fact
from salessim.scenario.problems import listed

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


def varied(points: Sequence[Mapping[str, Any]], currency: str) -> Fact:
    """What was varied, over which values, instead of what the scenario itself has.

    Examples
    --------
    >>> varied([{"team.ae.count": n} for n in (7, 8, 9)], "").text
    'AEs: 7, 8, 9, instead of what is named below'
    """
    parts = []
    for path in points[0]:
        values = list(dict.fromkeys(value_words(path, point[path], currency) for point in points))
        numbers = all(isinstance(point[path], int | float) for point in points)
        if len(values) > MOST_NAMED and numbers:
            ends = (op(point[path] for point in points) for op in (min, max))
            said = " to ".join(value_words(path, end, currency) for end in ends)
        else:
            said = listed(values, MOST_NAMED)
        parts.append(f"{path_words(path)[0]}: {said}")
    return Fact("Varied", f"{'; '.join(parts)}, instead of what is named below")


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
