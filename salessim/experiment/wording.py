"""Effects in plain English."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from salessim.display import figure, money
from salessim.rules import WORKING_DAYS_A_YEAR
from salessim.scenario import Scenario
from salessim.scenario.problems import shown

MOST_CHANGES = 3
GOALS = ("contribution", "won")  # what decides whether to act: the first that was observed


def sentence(row: pd.Series, label: str) -> str:
    """A KPI's effect in a sentence.

    Parameters
    ----------
    row : Series
        A row of an effect's table.
    label : str
        What people call the KPI.
    """
    base = figure(row["base"], row["unit"])
    between = _between(row)
    name = label[0].upper() + label[1:]
    match row["verdict"]:
        case "higher" | "lower":
            return f"{name}: {_size(row)} {_more(row)} than {base}{between}."
        case "no difference that matters":
            small = "" if row["difference"] == 0 else f": {_more(row)}, but by too little"
            return f"{name}: no difference that matters to {base}{small}{between}."
    doubt = between or ": one year says nothing"
    return f"{name}: can't tell yet{doubt}; it was {base}.{_needed(row)}"


def paragraph(base: Scenario, what_if: Scenario, rows: pd.DataFrame) -> str:
    """The whole in a paragraph: what was changed, what it brings and costs, how sure that is."""
    if not rows.loc["won", "replications"]:
        return f"{described(base, what_if)}: no run came out, so nothing can be said."
    text = f"{described(base, what_if)}: {_deals(rows.loc['won'], base)}"
    if rows.loc["cost", "replications"]:
        text += f"; it {_costs(rows.loc['cost'])}"
    goal = next((name for name in GOALS if rows.loc[name, "replications"]), None)
    if goal == "contribution":
        text += f" and brings {_money(rows.loc['contribution'], 'contribution')}"
    return f"{text}. {_certainty(rows, goal)}"


def described(base: Scenario, what_if: Scenario) -> str:
    """What was changed, in a few words."""
    changes = list(changes_between(base.plain(), what_if.plain()))
    changes = [c for c in changes if c[0] not in ("name", "description")]
    if not changes:
        return "With nothing changed" if base.process == what_if.process else "In another order"
    if what_if.name != base.name and len(changes) > MOST_CHANGES:
        return f"With {what_if.name!r} instead of {base.name!r}"
    words = [_change(*change) for change in changes[:MOST_CHANGES]]
    more = len(changes) - MOST_CHANGES
    return f"Changing {', '.join(words)}{f' and {more} more' if more > 0 else ''}"


def _change(path: str, old: Any, new: Any) -> str:
    if old is None or new is None:
        return f"{path} {'off' if new is None else 'on'}"
    return f"{path} from {_value(old)} to {_value(new)}"


def changes_between(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Dotted paths of what differs between two plain scenarios, with both values.

    Examples
    --------
    >>> list(changes_between({"team": {"ae": {"count": 8}}}, {"team": {"ae": {"count": 9}}}))
    [('team.ae.count', 8, 9)]
    """
    if old == new:
        return
    before, after = _items(old), _items(new)
    if before is None or after is None:
        yield path, old, new
        return
    for key in dict.fromkeys((*before, *after)):
        below = f"{path}.{key}" if path else key
        yield from changes_between(before.get(key), after.get(key), below)


def _items(value: Any) -> Mapping[str, Any] | None:
    """What a path goes on into: the keys of a mapping, the names of a list's items."""
    if isinstance(value, Mapping):
        return value
    if (
        isinstance(value, list)
        and value
        and all(isinstance(v, Mapping) and "name" in v for v in value)
    ):
        return {str(item["name"]): item for item in value}
    return None


def _value(value: Any) -> str:
    if isinstance(value, Mapping | list):
        return "other values"
    if isinstance(value, float):
        return f"{value:g}"
    return shown(value)


def _size(row: pd.Series) -> str:
    return _figure(abs(row["difference"]), row)


def _figure(value: float, row: pd.Series) -> str:
    """A difference as people write it, to the digits that its interval gives a meaning."""
    if row["unit"] == "currency":
        return money(value)
    points = 100.0 if row["unit"] == "share" else 1.0  # of shares in points of a hundred
    ends = [abs(row[end]) for end in ("difference", "low", "high") if not pd.isna(row[end])]
    largest = points * max(ends)
    digits = min(9, max(0, 1 - math.floor(math.log10(largest)))) if largest > 0 else 0
    return f"{points * value:,.{digits}f}{' points' if points > 1 else ''}"


def _between(row: pd.Series) -> str:
    if pd.isna(row["low"]):
        return ""
    low, high = (
        f"{'-' if row[e] < 0 else '+'}{_figure(abs(row[e]), row)}" for e in ("low", "high")
    )
    return f" (between {low} and {high})"


def _more(row: pd.Series) -> str:
    return "more" if row["difference"] > 0 else "less"


def _needed(row: pd.Series) -> str:
    if pd.isna(row["needed"]):
        return ""
    return f" Some {_roughly(row['needed'])} replications might settle it."


def _roughly(count: float) -> str:
    """A number of replications as it is known: to one digit or two."""
    step = 10 if count < 100 else 10 ** (len(str(int(count))) - 2)
    return f"{math.ceil(count / step) * step:,}"


def _deals(row: pd.Series, base: Scenario) -> str:
    days = base.calendar.days
    when = "a year" if days == WORKING_DAYS_A_YEAR else f"in {days:,} working days"
    if row["verdict"] == "no difference that matters":
        return f"no difference that matters to the {figure(row['base'], 'deals')} deals won {when}"
    more = "more" if row["difference"] >= 0 else "fewer"
    perhaps = "perhaps " if row["verdict"] == "unclear" else ""
    return f"{perhaps}{_size(row)} {more} deals won {when}{_between(row)}"


def _costs(row: pd.Series) -> str:
    if abs(row["difference"]) < 1:
        return "costs the same"
    saved = "costs" if row["difference"] > 0 else "saves"
    return f"{saved} {_size(row)}"


def _money(row: pd.Series, what: str) -> str:
    more = "more" if row["difference"] >= 0 else "less"
    return f"{_size(row)} {more} {what}{_between(row)}"


def _certainty(rows: pd.DataFrame, goal: str | None) -> str:
    if goal is None:
        return "Nothing was observed that could decide."
    row = rows.loc[goal]
    match row["verdict"]:
        case "higher":
            return f"By {goal}, certain enough to act on."
        case "lower":
            return f"By {goal}, certain enough to leave it."
        case "no difference that matters":
            return f"By {goal}, certain enough that it makes no difference that matters."
    return f"By {goal}, not certain enough to act on.{_needed(row)}"
