"""The three levers of the first notebooks: sellers, support, and how the market is split."""

from collections.abc import Callable, Mapping
from typing import Any

from salessim.scenario import Scenario
from salessim.studio.panel import Lever, Values
from salessim.terms import SUPPORT


def three_levers(base: Scenario) -> tuple[list[Lever], Callable[[Values], Mapping[str, Any]]]:
    """Levers for a department with AEs, support and territories, and what they change.

    The AEs are dealt evenly to the territories, each of which has its own; the last
    lever makes the first territory larger or smaller, and the others share the rest as
    they do in the scenario. Each lever starts at the scenario's own value.

    Parameters
    ----------
    base : Scenario
        With `team.ae`, `team.support` and at least two territories.

    Returns
    -------
    levers : list of Lever
    changes : function of dict to dict
        Values of the levers by name, to changes of the scenario by dotted path.

    Raises
    ------
    ValueError
        Where the scenario lacks what the levers move.

    Examples
    --------
    >>> levers, changes = three_levers(Scenario.load("baseline"))
    >>> [lever.name for lever in levers]
    ['sellers', 'supporters', 'share']
    """
    lacking = [f"team.{role}" for role in ("ae", SUPPORT) if role not in base.team]
    lacking += ["two territories"] if len(base.territories) < 2 else []
    if lacking:
        raise ValueError(f"the three levers need {' and '.join(lacking)} in the scenario")
    first, *others = base.territories
    count = base.team["ae"].count
    if count < len(base.territories):
        raise ValueError(f"{count} AEs can't be dealt to {len(base.territories)} territories")
    at_first = round(100 * base.territories[first].share)
    helpers = base.team[SUPPORT].count
    step = 1 if at_first % 5 else 5
    levers = [
        Lever("sellers", "Sellers (AE)", count, len(others) + 1, 2 * count),
        Lever("supporters", "Support people", helpers, 0, max(5, 2 * helpers)),
        Lever("share", f"{first.capitalize()}'s share of the market, %", at_first,
              min(10, at_first), max(70, at_first), step),
    ]  # fmt: skip

    def changes(values: Values) -> Mapping[str, Any]:
        moved = {} if values["share"] == at_first else _shares(base, values["share"] / 100)
        cover = {f"territories.{name}.cover": {"ae": 1} for name in base.territories}
        return {
            "team.ae.count": values["sellers"],
            "team.ae.assignment": "territory",
            f"team.{SUPPORT}.count": values["supporters"],
            **moved,
            **cover,
        }

    return levers, changes


def _shares(base: Scenario, share: float) -> Mapping[str, Any]:
    """Changes that give the first territory a share; the others divide the rest as before."""
    first, *others = base.territories
    rest = sum(base.territories[name].share for name in others)
    parts = {
        name: base.territories[name].share / rest if rest else 1 / len(others) for name in others
    }
    shares = {first: share} | {name: (1 - share) * part for name, part in parts.items()}
    return {f"territories.{name}.share": part for name, part in shares.items()}
