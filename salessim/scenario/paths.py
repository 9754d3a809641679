"""Dotted paths into the plain form of a scenario: `team.ae.count`, `process.demo.admin_hours`.

List items are named by their name; the steps of a plan by their number. `*` as one part of a
path means every item there, and a path that ends in `*=`, `+=` or `-=` changes a number
relative to what it is. Every door goes through `apply_changes`: a file's `changes`, `--set`,
`--vary`, the steps of a plan and `Scenario.replace`.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from salessim.scenario.messages import number_meant, relative_meant, unknown_key
from salessim.scenario.plain import is_number, plain
from salessim.scenario.problems import Problem, ScenarioError, nearest, perhaps, shown
from salessim.scenario.shape import Shape
from salessim.scenario.whole_blocks import lost_with

EVERY = "*"
KEY = re.compile(r"\s*(?P<path>.*?)\s*(?P<operator>[*+-]=)?\s*", re.DOTALL)
VERBS = {"*=": "multiply", "+=": "add to", "-=": "subtract from"}
BY = {"*=": "multiply by", "+=": "add", "-=": "subtract"}
EXAMPLE = "a path is words joined by dots, as in team.ae.count"
NO_COLON = re.compile(r"(?P<path>[^:]+):(?P<value>\S+)")

Words = tuple[str, ...]


@dataclass
class Applied:
    """A plain scenario with changes carried out.

    Parameters
    ----------
    raw : dict
        With every change that could be made.
    problems : list of Problem
        Of those that could not.
    keys : dict of str to str
        The change, as it was written, by each dotted path that it set.
    lost : list of Problem
        What blocks that were set as a whole took away: valid, and hardly ever meant.
    """

    raw: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    lost: list[Problem] = field(default_factory=list)


def apply_changes(raw: Mapping[str, Any], changes: Mapping[str, Any], shape: Shape) -> Applied:
    """Set values at dotted paths in a copy of a plain scenario.

    Parameters
    ----------
    raw : mapping
        The plain form, as a YAML file gives it.
    changes : mapping of str to object
        Path to new value, one after the other; None switches a block off.
    shape : Shape
        What a scenario may have where.

    Examples
    --------
    >>> from salessim import Scenario
    >>> from salessim.scenario.shape import shape_of
    >>> team = {"team": {"sdr": {"count": 4}, "ae": {"count": 8}}}
    >>> apply_changes(team, {"team.*.count *=": 1.5}, shape_of(Scenario)).raw
    {'team': {'sdr': {'count': 6}, 'ae': {'count': 12}}}
    """
    done = Applied(plain(raw))
    for key, value in changes.items():
        try:
            words, operator = read_key(str(key))
            _Change(str(key), operator, plain(value), shape, done).carry_out(words)
        except ScenarioError as error:
            done.problems.extend(error.problems)
        except ValueError as error:
            done.problems.append(Problem(str(key), str(error)))
    return done


def read_key(key: str) -> tuple[Words, str]:
    """The words of a path, and its operator (empty where a value is set).

    Raises
    ------
    ScenarioError
        For what is not a path.

    Examples
    --------
    >>> read_key("team.ae.count *="), read_key("process.*.patience")
    ((('team', 'ae', 'count'), '*='), (('process', '*', 'patience'), ''))
    """
    found = KEY.fullmatch(key)
    path = found["path"] if found else key
    words = tuple(path.split("."))
    if not all(words):
        raise _lost(key, EXAMPLE)
    if path[-1] in "*+-=/" and not path.endswith(".*"):
        kinds = "*= multiplies, += adds, -= subtracts; a value is set by the path alone"
        raise _lost(key, f"can't be read: {kinds}")
    missing = NO_COLON.fullmatch(path)
    if missing:
        raise _lost(key, f"put a space after the colon: {missing['path']}: {missing['value']}")
    return words, (found["operator"] or "") if found else ""


def overlap(one: Words, other: Words) -> bool:
    """Whether two paths lead to the same place, or one to a place inside the other's.

    Examples
    --------
    >>> overlap(("team", "ae"), ("team", "ae", "count")), overlap(("team", "*"), ("channels",))
    (True, False)
    """
    pairs = zip(one, other, strict=False)
    return all(a == b or EVERY in (a, b) for a, b in pairs)


def value_at(raw: Any, words: Sequence[str]) -> Any:
    """The value at a path in plain data; None where there is nothing."""
    for word in words:
        if isinstance(raw, list):
            raw = next((item for name, item in _named(raw) if name == word), None)
        else:
            raw = raw.get(word) if isinstance(raw, Mapping) else None
    return raw


def changes_between(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Dotted paths of what differs between two plain scenarios, with both values.

    Examples
    --------
    >>> list(changes_between({"team": {"ae": {"count": 8}}}, {"team": {"ae": {"count": 9}}}))
    [('team.ae.count', 8, 9)]
    """
    if old == new:
        return
    before, after = _by_name(old), _by_name(new)
    if before is None or after is None:
        yield path, old, new
        return
    for key in dict.fromkeys((*before, *after)):
        below = f"{path}.{key}" if path else key
        yield from changes_between(before.get(key), after.get(key), below)


@dataclass(frozen=True)
class _Change:
    """One change of a plain scenario, which may reach several places.

    Parameters
    ----------
    key : str
        As it was written, for messages.
    operator : str
        Empty where the value is set as it is.
    value : object
    shape : Shape
        What a scenario may have where.
    done : Applied
        What is changed.
    """

    key: str
    operator: str
    value: Any
    shape: Shape
    done: Applied

    def carry_out(self, words: Words) -> None:
        """Make the change wherever its path leads.

        Raises
        ------
        ScenarioError
        """
        self._refuse_value(words)
        places = list(self._places(words, ()))
        if self.operator and EVERY in words:  # every item that has such a number
            there = [place for place in places if value_at(self.done.raw, place) is not None]
            places = there or places
        problems: list[Problem] = []
        for place in places:
            try:
                self._change(place)
            except ScenarioError as error:
                problems.extend(error.problems)
            self.done.keys[".".join(place)] = self.key
        if problems:
            raise ScenarioError(problems)

    def _refuse_value(self, words: Words) -> None:
        """Refuse what is not a number where a number is changed, or a change where it is set."""
        if is_number(self.value) and math.isfinite(self.value):
            return
        relative = relative_meant(".".join(words), self.operator, self.value)
        shape = self.shape.at(words)
        if not self.operator and not (relative and shape and shape.kind in ("integer", "number")):
            return
        instead = number_meant(self.value) if isinstance(self.value, str) else ""
        way_out = relative or (f"write {instead}" if instead else "")
        by = f" to {BY[self.operator]}" if self.operator else ""
        what = f"must be a number{by}, not {shown(self.value)}"
        raise _lost(self.key, f"{what}; {way_out}" if way_out else what)

    def _places(self, words: Words, above: Words) -> Iterator[Words]:
        """The path with each * replaced by every item that is there."""
        if EVERY not in words:
            yield (*above, *words)
            return
        number = words.index(EVERY)
        above, rest = (*above, *words[:number]), words[number + 1 :]
        shape = self.shape.at(above)
        if shape is None or not shape.is_collection:
            raise _lost(self.key, f"* stands for named items; {'.'.join(above) or 'this'} has none")
        value = value_at(self.done.raw, above)
        names = list(value) if isinstance(value, Mapping) else [n for n, _ in _named(value or [])]
        if not names:
            raise _lost(self.key, f"there is nothing under {'.'.join(above)}")
        for name in names:
            yield from self._places(rest, (*above, str(name)))

    def _change(self, words: Words) -> None:
        """Make the change at one place."""
        place: Any = self.done.raw
        for depth, word in enumerate(words[:-1]):
            place = self._step(place, word, words[:depth])
            if place is None:  # nothing is there to be switched off
                self._refuse_unknown(words)
                return
        if not isinstance(place, dict | list):
            above = ".".join(words[:-1])
            raise _lost(self.key, f"{above} is {shown(place)} and has nothing below it")
        if self.operator:
            self._set(place, words, self._moved(place, words))
        elif self.value is None:
            self._remove(place, words)
        else:
            old, path = value_at(place, words[-1:]), ".".join(words)
            lost = lost_with(path, old, self.value, self.shape.at(words))
            if lost:
                self.done.lost.append(Problem(path, lost))
            self._set(place, words, plain(self.value))

    def _step(self, place: Any, word: str, above: Words) -> Any:
        """The block below, made where it is not there yet; None where nothing needs to be."""
        if isinstance(place, list):
            return place[self._index(place, word)]
        if not isinstance(place, dict):
            what = f"{'.'.join(above)} is {shown(place)}"
            raise _lost(self.key, f"{what} and has nothing below it")
        if place.get(word) is None:
            shape = self.shape.at(above)
            free = shape is not None and shape.is_collection
            named = [str(name) for name in place if isinstance(place[name], dict)]
            known = named if shape is None or free else shape.keys
            near = "" if not free and word in known else nearest(word, known)
            if near:  # an item is added by giving it whole, so that a slip does not make one
                add = f" (to add it: {'.'.join((*above, word))}={{...}})" if free else ""
                raise _lost(self.key, f"there is no {word!r}; did you mean {near!r}?{add}")
            if self.value is None and free:
                raise _lost(self.key, f"there is no {word!r}; {perhaps(word, known)}")
            if self.value is None or self.operator:
                self._refuse_absent((*above, word))
                return None
            self._refuse_list((*above, word))
            place[word] = {}
        return place[word]

    def _index(self, items: list[Any], word: str) -> int:
        names = [name for name, _ in _named(items)]
        if word in names:
            return names.index(word)
        if any(isinstance(item, Mapping) and item.get("name") for item in items):
            raise _lost(self.key, f"there is no {word!r}; {perhaps(word, names)}")
        raise _lost(self.key, f"there are {len(items)} items, counted from 0, and no {word}")

    def _set(self, place: Any, words: Words, value: Any) -> None:
        if isinstance(place, list):
            place[self._index(place, words[-1])] = value
        else:
            place[words[-1]] = value

    def _remove(self, place: Any, words: Words) -> None:
        """Take a value away; a name that is neither there nor known is refused."""
        if isinstance(place, list):
            del place[self._index(place, words[-1])]
        elif words[-1] in place:
            del place[words[-1]]
        else:
            self._refuse_unknown(words)

    def _moved(self, place: Any, words: Words) -> float:
        """The number at a place, changed relative to what it is."""
        path = ".".join(words)
        old = value_at(place, words[-1:])
        if old is None:
            self._refuse_absent(words)
        if isinstance(old, Mapping | list):
            below = [f"{path}.{key}" for key, inside in _items(old) if is_number(inside)]
            hint = f"; give the number's path, as {below[0]}" if below else ""
            raise _lost(self.key, f"{path} is not a number{hint}")
        if not is_number(old):
            raise _lost(self.key, f"{path} is {shown(old)}, which is not a number")
        new = _calculated(Decimal(str(old)), self.operator, Decimal(str(self.value)))
        shape = self.shape.at(words)
        if shape is None or not shape.is_whole:
            return float(new)
        if new != int(new):
            down = math.floor(new)
            made = f"{old} {self.operator[0]} {shown(self.value)} is {new.normalize():f}"
            way_out = f"write {path}={down} or {path}={down + 1}"
            raise _lost(self.key, f"{made}, which must be a whole number; {way_out}")
        return int(new)

    def _refuse_absent(self, words: Words) -> None:
        """Refuse to change a number that is not there, with what is in force instead."""
        self._refuse_unknown(words)
        if not self.operator:
            return
        path = ".".join(read_key(self.key)[0])
        shape = self.shape.at(path.split("."))
        default = None if shape is None else shape.default
        now = "it is off" if default is None else f"its default is {shown(default)}"
        what = f"is not set ({now}), so there is nothing to {VERBS[self.operator]}"
        raise _lost(self.key, f"{what}; write {path}=VALUE")

    def _refuse_list(self, words: Words) -> None:
        """Refuse to set an item of a list that is not there."""
        shape = self.shape.at(words)
        if shape is not None and shape.kind == "array":
            path = ".".join(words)
            raise _lost(self.key, f"{path} is not set, so it has no items; write {path}=[...]")

    def _refuse_unknown(self, words: Words) -> None:
        """Refuse a path that no scenario has."""
        for depth, word in enumerate(words):
            above = self.shape.at(words[:depth])
            if above is None or above.below(word) is None:
                if above is not None and above.keys:
                    raise _lost(self.key, unknown_key(word, above))
                raise _lost(self.key, f"{'.'.join(words[:depth])} has nothing below it")
        last = self.shape.at(words[:-1])
        if last is not None and last.is_collection:
            there = value_at(self.done.raw, words[:-1])
            names = [str(name) for name, _ in _items(there)] if there else []
            raise _lost(self.key, f"there is no {words[-1]!r}; {perhaps(words[-1], names)}")


def _calculated(old: Decimal, operator: str, value: Decimal) -> Decimal:
    """In decimals, as on paper: 5.77 times 1.3 is 7.501."""
    match operator:
        case "*=":
            return old * value
        case "+=":
            return old + value
    return old - value


def _named(items: Sequence[Any]) -> list[tuple[str, Any]]:
    """The items of a list by name; by number where none has one."""
    given = [item.get("name") if isinstance(item, Mapping) else None for item in items]
    if not any(given):
        return [(str(number), item) for number, item in enumerate(items)]
    return [
        ("" if name is None else str(name), item) for name, item in zip(given, items, strict=True)
    ]


def _by_name(value: Any) -> Mapping[str, Any] | None:
    """What a path goes on into: the keys of a mapping, the names of a list's items."""
    if isinstance(value, list) and value and all(
        isinstance(item, Mapping) and "name" in item for item in value
    ):  # fmt: skip
        return dict(_named(value))
    return value if isinstance(value, Mapping) else None


def _items(value: Mapping[str, Any] | list[Any]) -> list[tuple[str, Any]]:
    return _named(value) if isinstance(value, list) else list(value.items())


def _lost(path: str, message: str) -> ScenarioError:
    return ScenarioError([Problem(path.strip(), message)])
