"""What differs between two scenarios, in the words of the people who changed it."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from salessim.clock import date_of
from salessim.display import as_given, long_date
from salessim.display.kpis import role_name
from salessim.display.paths import ITEMS, key_words, path_words, words_of_all
from salessim.scenario import Scenario, timeline
from salessim.scenario.paths import changes_between
from salessim.scenario.plain import is_number
from salessim.scenario.problems import shown

NOT_SAID = ("name", "description", "currency", "plan")


@dataclass(frozen=True)
class Change:
    """One value that differs.

    Parameters
    ----------
    path : str
        Dotted.
    old, new : object
        Plain values; None where there is none.
    day : float
        From which working day on; before the beginning, where no plan sets it.
    """

    path: str
    old: Any
    new: Any
    day: float = float("-inf")


def change_texts(base: Scenario, what_if: Scenario) -> tuple[list[str], list[str]]:
    """What differs, one text a change: the scenarios' own values, and those that plans set.

    Examples
    --------
    >>> desk = Scenario.load("one-desk")
    >>> change_texts(desk, desk.replace({"team.sdr.count": 6, "priority": "freshest"}))
    (['changing SDRs from 5 to 6', 'changing priority from fifo to freshest'], [])
    >>> plan = [{"day": 62, "set": {"team.sdr.count": 6}}]
    >>> change_texts(desk, desk.replace({"plan": plan}))
    ([], ['changing SDRs from 5 to 6 on April 1, 2026'])
    """
    before, after = timeline(base), timeline(what_if)
    at_once = [Change(*found) for found in changes_between(_full(before[0][1]), _full(after[0][1]))]
    planned, plans_now = _dated(base), _dated(what_if)
    kept = {(change.day, change.path, str(change.new)) for change in planned}
    same = kept & {(change.day, change.path, str(change.new)) for change in plans_now}

    def is_new(change: Change) -> bool:
        return (change.day, change.path, str(change.new)) not in same

    added = [f"{_text(change, what_if.currency)} on {_date(change, what_if)}"
             for change in plans_now if is_new(change)]  # fmt: skip
    dropped = [f"no longer {_text(change, base.currency)} on {_date(change, base)}"
               for change in planned if is_new(change)]  # fmt: skip
    told = _texts(at_once, before[0][1], what_if.currency)
    return [*_own_rules(base, what_if), *told], added + dropped


def _own_rules(base: Scenario, what_if: Scenario) -> list[str]:
    """Own rules in Python that only one of the two follows."""
    if base.own_rules == what_if.own_rules:
        return []
    if not what_if.own_rules:
        return [f"no longer following own rules ({base.own_rules})"]
    return [f"following own rules ({what_if.own_rules})"]


def _full(scenario: Scenario) -> dict[str, Any]:
    """Plain data with every default, so that what was left out has a value to differ from."""
    return scenario.model_dump(mode="json", by_alias=True, exclude=set(NOT_SAID))


def _dated(scenario: Scenario) -> list[Change]:
    """What a scenario's plan changes, and when."""
    steps = timeline(scenario)
    return [
        Change(*found, day)
        for (_, before), (day, after) in itertools.pairwise(steps)
        for found in changes_between(_full(before), _full(after))
    ]


def _date(change: Change, scenario: Scenario) -> str:
    return long_date(date_of(scenario.calendar.start, int(change.day)))


def _texts(changes: Sequence[Change], base: Scenario, currency: str) -> list[str]:
    """A text a change; what is changed alike in every item of a kind is one."""
    groups: dict[object, list[Change]] = {}
    for change in changes:
        section, _, rest = change.path.partition(".")
        leaf = rest.partition(".")[2]
        is_of_item = section in ITEMS and leaf
        groups.setdefault((section, leaf) if is_of_item else change.path, []).append(change)
    texts = []
    for key, group in groups.items():
        alike = _alike(key[0], key[1], group, base) if isinstance(key, tuple) else ""
        texts += [alike] if alike else [_text(change, currency) for change in group]
    return texts


def _alike(section: str, leaf: str, changes: Sequence[Change], base: Scenario) -> str:
    """A change of all items of a kind by the same share; empty where they aren't."""
    count = len(getattr(base, section))
    if count < 2 or len(changes) < count:
        return ""
    if not all(is_number(c.old) and is_number(c.new) and c.old for c in changes):
        return ""
    ratios = [change.new / change.old for change in changes]
    if not np.allclose(ratios, ratios[0], rtol=1e-9):
        return ""
    verb, share = "raising" if ratios[0] > 1 else "lowering", round(abs(ratios[0] - 1), 12)
    return f"{verb} {words_of_all(section, leaf)} by {as_given(share, 'share')}"


def _text(change: Change, currency: str) -> str:
    old, new, parts = change.old, change.new, change.path.split(".")
    if len(parts) == 2 and parts[0] == "team":  # a role that comes or goes changes its count
        old, new = (0 if value is None else value["count"] for value in (old, new))
        return f"changing {role_name(parts[1], 2)} from {old} to {new}"
    if isinstance(old, Mapping | list) or isinstance(new, Mapping | list):
        is_item = len(parts) == 2 and parts[0] in ITEMS
        words = f"the {ITEMS[parts[0]]} {parts[1]}" if is_item else key_words(change.path)
        if old is not None and new is not None:
            return f"changing {words}"
        verbs = ("adding", "removing") if is_item else ("switching on", "switching off")
        return f"{verbs[new is None]} {words}"
    words, unit = path_words(change.path)
    words = f"{words} ({change.path})" if unit is None and "." in change.path else words
    values = [_value(value, unit, currency) for value in (old, new)]
    return f"changing {words} from {values[0]} to {values[1]}"


def _value(value: Any, unit: str | None, currency: str) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return value if isinstance(value, str) else shown(value)
    return as_given(value, unit or "", currency)
