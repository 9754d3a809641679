"""Dotted paths into the plain form of a scenario: `team.ae.count`, `process.demo.admin_hours`.

List items are named by their name; the steps of a plan by their number.
"""

import copy
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from salessim.scenario.problems import Problem, ScenarioError, perhaps, shown


def with_changes(raw: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a plain scenario with values set at dotted paths.

    Parameters
    ----------
    raw : mapping
        The plain form, as a YAML file gives it.
    changes : mapping of str to object
        Path to new value; None switches a block off.

    Raises
    ------
    ScenarioError
        For every path that leads nowhere.

    Examples
    --------
    >>> with_changes({"team": {"ae": {"count": 8}}}, {"team.ae.count": 9})
    {'team': {'ae': {'count': 9}}}
    """
    result, problems = apply_changes(raw, changes)
    if problems:
        raise ScenarioError(problems)
    return result


def apply_changes(
    raw: Mapping[str, Any], changes: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Problem]]:
    """As `with_changes`, but what can be set is set, and paths that lead nowhere are told."""
    result = copy.deepcopy(dict(raw))
    problems: list[Problem] = []
    for path, value in changes.items():
        try:
            _set(result, path, copy.deepcopy(value))
        except ScenarioError as error:
            problems.extend(error.problems)
    return result, problems


def _set(raw: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split(".")
    if not last or not all(way):
        raise _lost(path, "a path is words joined by dots, as in team.ae.count")
    place: Any = raw
    for depth, word in enumerate(way):
        place = _step(place, word, path, ".".join(way[:depth]))
    if isinstance(place, list):
        index = _index(place, last, path)
        if value is None:
            del place[index]
        else:
            place[index] = value
    elif not isinstance(place, dict):
        raise _lost(path, f"{'.'.join(way)} is {shown(place)} and has nothing below it")
    elif value is None:
        place.pop(last, None)
    else:
        place[last] = value


def _step(place: Any, word: str, path: str, above: str) -> Any:
    """The block below, made where it is not there yet."""
    if isinstance(place, list):
        return place[_index(place, word, path)]
    if not isinstance(place, dict):
        raise _lost(path, f"{above} is {shown(place)} and has nothing below it")
    if place.get(word) is None:
        near = get_close_matches(
            word, [str(key) for key in place if isinstance(place[key], dict)], n=1
        )
        if near:  # an item is added by giving it whole, so that a slip does not make one
            whole = f"{above}.{word}={{...}}".lstrip(".")
            raise _lost(
                path, f"there is no {word!r}; did you mean {near[0]!r}? (to add it: {whole})"
            )
        place[word] = {}
    return place[word]


def _index(items: list[Any], word: str, path: str) -> int:
    named = [item.get("name") if isinstance(item, dict) else None for item in items]
    names = [None if name is None else str(name) for name in named]
    if word in names:
        return names.index(word)
    if word.isdecimal() and not any(names):
        if int(word) < len(items):
            return int(word)
        raise _lost(path, f"there are {len(items)} items, counted from 0, and no {word}")
    raise _lost(path, f"there is no {word!r}; {perhaps(word, [name for name in names if name])}")


def _lost(path: str, message: str) -> ScenarioError:
    return ScenarioError([Problem(path, message)])
