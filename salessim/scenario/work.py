"""Who has work in a scenario: the roles that a stage needs, and those that anything needs."""

from typing import TYPE_CHECKING

from salessim.terms import ENGINEER, SUPPORT

if TYPE_CHECKING:
    from salessim.scenario.blocks import Stage
    from salessim.scenario.model import Scenario


def roles_at(scenario: "Scenario", stage: "Stage") -> list[str]:
    """Roles that visits of a stage need: who works on it and, where any is joint, engineers."""
    return [stage.role, *([ENGINEER] if stage.name in scenario.joint_stages else [])]


def needing_engineer(scenario: "Scenario") -> list[bool]:
    """Whether leads of each segment need an engineer at joint stages; one entry without segments.

    Examples
    --------
    >>> from salessim import Scenario
    >>> large = {"engineers": {"stages": ["demo"], "segments": ["large"]}}
    >>> needing_engineer(Scenario.load("baseline").replace(large))
    [False, False, True]
    """
    chosen = scenario.engineers.segments if scenario.engineers else ()
    return [chosen is None or name in chosen for name in scenario.segments or ("",)]


def working_roles(scenario: "Scenario") -> list[str]:
    """Roles to which something gives work, in the team's order.

    Examples
    --------
    >>> from salessim import Scenario
    >>> working_roles(Scenario.load("baseline"))
    ['sdr', 'ae', 'support']
    """
    helping = {SUPPORT, *((ENGINEER,) if scenario.joint_stages else ())}
    return [role for role in scenario.team if role in helping or role in scenario.seller_roles]
