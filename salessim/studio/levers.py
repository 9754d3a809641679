"""The three levers of the first notebooks: sellers, support people, and the market's division."""

from collections.abc import Callable, Mapping
from typing import Any

from salessim.scenario import Scenario
from salessim.studio.panel import Lever, Values
from salessim.terms import SUPPORT


def three_levers(base: Scenario) -> tuple[list[Lever], Callable[[Values], Mapping[str, Any]]]:
    """Levers for a department with AEs, support and territories, and what they change.

    The AEs are dealt evenly to the territories, each of which has its own; the last
    lever makes the first territory larger or smaller, and the others share the rest.

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
        Where the scenario has not what the levers move.

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
    even = round(100 / (len(others) + 1) / 5) * 5
    levers = [
        Lever("sellers", "Sellers (AE)", count, len(others) + 1, 2 * count),
        Lever("supporters", "Support people", base.team[SUPPORT].count, 0, 5),
        Lever("share", f"{first.capitalize()}'s share of the market, %", even, 10, 70, 5),
    ]

    def changes(values: Values) -> Mapping[str, Any]:
        share = values["share"] / 100
        shares = {first: share} | {name: (1 - share) / len(others) for name in others}
        cover = {f"territories.{name}.cover": {"ae": 1} for name in base.territories}
        return {
            "team.ae.count": values["sellers"],
            "team.ae.assignment": "territory",
            f"team.{SUPPORT}.count": values["supporters"],
            **{f"territories.{name}.share": part for name, part in shares.items()},
            **cover,
        }

    return levers, changes
