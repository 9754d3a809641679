"""What differs between two scenarios, in the words of the people who changed it."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from salessim.clock import date_of
from salessim.display import long_date, money
from salessim.display.kpis import role_name
from salessim.scenario import Scenario, timeline
from salessim.scenario.paths import changes_between
from salessim.scenario.problems import shown

CURRENCY = ""
NOT_SAID = ("name", "description", "plan")

# What people call a value, and its unit; {0} is the item's name. Other values keep their keys.
PHRASES = {
    "team.*.count": ("{0}", ""),
    "team.*.salary_per_year": ("yearly cost of one of the {0}", "currency"),
    "team.*.assignment": ("assignment of {0}", ""),
    "team.*.internal_hours_per_week": ("hours a week of internal meetings for {0}", ""),
    "channels.*.leads_per_day": ("{0} leads a day", ""),
    "channels.*.cost_per_lead": ("cost of a {0} lead", "currency"),
    "segments.*.share": ("share of {0} leads", "share"),
    "segments.*.value.mean": ("average value of a {0} deal", "currency"),
    "territories.*.share": ("share of leads in {0}", "share"),
    "territories.*.travel_hours": ("hours of travel in {0}", ""),
    "process.*.role": ("role that works on {0}", ""),
    "process.*.effort.mean_hours": ("hours of work at {0}", ""),
    "process.*.pass_probability": ("chance of passing {0}", "share"),
    "process.*.admin_hours": ("hours of paperwork at {0}", ""),
    "process.*.customer_delay.mean_days": ("days the customer takes after {0}", ""),
    "process.*.patience.mean_days": ("days a lead waits for {0} before going cold", ""),
    "process.*.attempts.most": ("tries at {0}", ""),
    "process.*.attempts.answer_probability": ("chance of an answer to a try at {0}", "share"),
    "support.delegable": ("share of paperwork that support takes over", "share"),
    "support.overflow_days": ("days of waiting at support before sellers do it", ""),
    "promise_hours": ("target response time in hours", ""),
    "economics.gross_margin": ("gross margin", "share"),
    "economics.commission_rate": ("commission rate", "share"),
    "no_decision.share": ("share of lost deals without a decision", "share"),
    "calendar.days": ("length of the window in working days", ""),
    "calendar.warm_up_days": ("length of the warm-up in working days", ""),
    "assignment": ("assignment", ""),
    "priority": ("priority", ""),
    "opportunity_at": ("stage at which a lead becomes an opportunity", ""),
}  # fmt: skip
ITEMS = {
    "channels": "channel", "segments": "segment", "territories": "territory",
    "team": "role", "process": "stage",
}  # fmt: skip


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

    added = [f"{_text(change)} on {_date(change, what_if)}"
             for change in plans_now if is_new(change)]  # fmt: skip
    dropped = [f"no longer {_text(change)} on {_date(change, base)}"
               for change in planned if is_new(change)]  # fmt: skip
    return [_text(change) for change in at_once], added + dropped


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


def _text(change: Change) -> str:
    old, new, parts = change.old, change.new, change.path.split(".")
    if len(parts) == 2 and parts[0] == "team":  # a role that comes or goes changes its count
        old, new = (0 if value is None else value["count"] for value in (old, new))
        return f"changing {role_name(parts[1], 2)} from {old} to {new}"
    if isinstance(old, Mapping | list) or isinstance(new, Mapping | list):
        is_item = len(parts) == 2 and parts[0] in ITEMS
        words = f"the {ITEMS[parts[0]]} {parts[1]}" if is_item else _key_words(change.path)
        if old is not None and new is not None:
            return f"changing {words}"
        verbs = ("adding", "removing") if is_item else ("switching on", "switching off")
        return f"{verbs[new is None]} {words}"
    words, unit = _words(change.path)
    values = [_value(value, unit, CURRENCY) for value in (old, new)]
    return f"changing {words} from {values[0]} to {values[1]}"


def _words(path: str) -> tuple[str, str]:
    """What people call a value, and its unit."""
    for pattern, (words, unit) in PHRASES.items():
        if fnmatchcase(path, pattern) and path.count(".") == pattern.count("."):
            name = path.split(".")[1] if "*" in pattern else ""
            return words.format(role_name(name, 2) if path.startswith("team.") else name), unit
    return f"{_key_words(path)} ({path})" if "." in path else _key_words(path), ""


def _key_words(path: str) -> str:
    """A path's keys as words, and the item that they belong to."""
    first, *rest = path.split(".")
    if first not in ITEMS or len(rest) < 2:
        return path.replace(".", " ").replace("_", " ")
    name, *keys = rest
    return f"{' '.join(keys).replace('_', ' ')} {'at' if first == 'process' else 'of'} {name}"


def _value(value: Any, unit: str, currency: str) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return value if isinstance(value, str) else shown(value)
    if unit == "currency":
        return money(value, currency)
    return f"{100 * value:.4g}%" if unit == "share" else f"{value:.6g}"
