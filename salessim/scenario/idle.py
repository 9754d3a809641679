"""Roles that do no sales work in a scenario: they cost, and what they are worth isn't modeled.

A comparison must not call it better to save such people.
"""

from collections.abc import Sequence

from salessim.display.kpis import role_name
from salessim.scenario.blocks import Role
from salessim.scenario.model import Scenario
from salessim.scenario.plan import timeline
from salessim.terms import ENGINEER, SUPPORT

MONEY = ("cost", "contribution", "cost_per_win")  # KPIs that the people's cost is part of


def idle_roles(scenario: Scenario) -> list[str]:
    """Roles of the team that neither work on a stage, nor join visits, nor take over paperwork.

    Those that do so at no date of the plan.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    list of str
        In the team's order.

    Examples
    --------
    >>> idle_roles(Scenario.load("baseline"))
    ['engineer', 'manager']
    """
    steps = [now for _, now in timeline(scenario)]
    busy = {role for now in steps for role in now.seller_roles}
    busy |= {SUPPORT for now in steps if now.support}
    busy |= {ENGINEER for now in steps if now.joint_stages}
    return [role for role, block in scenario.team.items() if block.count and role not in busy]


def idle_note(scenario: Scenario) -> list[str]:
    """That some roles do no sales work, in a sentence without a full stop; none where all do.

    Examples
    --------
    >>> print(idle_note(Scenario.load("baseline"))[0].partition(";")[0])
    engineers and managers do no sales work in this scenario
    """
    said = _said(idle_roles(scenario))
    return [f"{said} do no sales work in this scenario; what they are worth is not in the model"
            ] if said else []  # fmt: skip


def idle_changes(base: Scenario, what_if: Scenario) -> list[str]:
    """Roles without work, in whichever of both has them, whose number or cost differs.

    Examples
    --------
    >>> base = Scenario.load("baseline")
    >>> idle_changes(base, base.replace({"team.engineer.count": 0, "team.ae.count": 9}))
    ['engineer']
    """
    idle = dict.fromkeys([*idle_roles(base), *idle_roles(what_if)])
    return [role for role in idle if _blocks(base, role) != _blocks(what_if, role)]


def idle_changes_note(base: Scenario, what_if: Scenario) -> list[str]:
    """That a difference in cost says nothing of what people without work are worth."""
    said = _said(idle_changes(base, what_if))
    note = (
        f"{said} do no sales work in this scenario; what they are worth is not in the model, so "
        "cost and contribution are not called better or worse"
    )
    return [note] if said else []


def not_judged(base: Scenario, what_if: Scenario) -> tuple[str, ...]:
    """KPIs whose difference is neither better nor worse, whichever way it goes."""
    return MONEY if idle_changes(base, what_if) else ()


def _said(roles: Sequence[str]) -> str:
    """Their names, to begin a note with."""
    *first, last = [role_name(role, 2) for role in roles] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def _blocks(scenario: Scenario, role: str) -> list[tuple[float, Role | None]]:
    """A role's block, and the dates from which it is another."""
    found: list[tuple[float, Role | None]] = []
    for day, now in timeline(scenario):
        block = now.team.get(role)
        if not found or found[-1][1] != block:
            found.append((day, block))
    return found
