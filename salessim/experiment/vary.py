"""What a study varies: values by dotted path, none of them twice, and no path inside another."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from salessim.scenario import Problem, ScenarioError
from salessim.scenario.paths import overlap, read_key
from salessim.scenario.plain import plain
from salessim.scenario.problems import shown

Vary = Mapping[str, Sequence[Any]]


def values_by_path(vary: Vary) -> dict[str, list[Any]]:
    """The values to try, in plain Python.

    Parameters
    ----------
    vary : mapping of str to sequence
        By dotted path; lists, ranges, arrays of numpy and pandas Series.

    Raises
    ------
    ScenarioError
        For what is not a list of values, values given twice, and paths that overlap.

    Examples
    --------
    >>> import numpy as np
    >>> values_by_path({"team.ae.count": np.arange(7, 9)})
    {'team.ae.count': [7, 8]}
    """
    if not isinstance(vary, Mapping) or not vary:
        example = 'needs paths with their values, as {"team.ae.count": [6, 8, 10]}'
        raise ScenarioError([Problem("vary", example)])
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for path, given in vary.items():
        try:
            values[str(path)] = plain(given)
        except ValueError as error:
            problems.append(Problem(f"vary {path}", str(error)))
    problems += [*_not_lists(values), *_overlaps(list(values))]
    if problems:
        raise ScenarioError(problems)
    return values


def _not_lists(values: Mapping[str, Any]) -> Iterator[Problem]:
    for path, given in values.items():
        if not isinstance(given, list) or not given:
            what = "must be a list of values to try, as [6, 8, 10]"
            yield Problem(f"vary {path}", f"{what}, not {shown(given)}")
            continue
        kinds = [(isinstance(value, bool), value) for value in given]
        twice = [
            value for number, (_, value) in enumerate(kinds) if kinds[number] in kinds[:number]
        ]
        if twice:
            yield Problem(f"vary {path}", f"{shown(twice[0])} is given twice; keep one")


def _overlaps(paths: Sequence[str]) -> Iterator[Problem]:
    for one, other in combinations(paths, 2):
        try:
            both = overlap(read_key(one)[0], read_key(other)[0])
        except ScenarioError:  # said by the scenario, with the way out
            continue
        if both:
            yield Problem(f"vary {other}", f"sets the same value as {one}; vary one of them")
