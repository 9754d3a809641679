"""What acts on a stage's odds during a run, and how far it can move them."""

from dataclasses import dataclass

from salessim.scenario import Scenario

MOST_HELP = 1e6  # factor on the odds


@dataclass(frozen=True)
class Fading:
    """How the interest of inbound leads fades: its half-life in working days, and its floor."""

    half_life: float
    floor: float


def fading_at(scenario: Scenario, position: int, passage: int = 1) -> Fading | None:
    """How interest fades until the first work on a lead at a stage; None where that doesn't count.

    Examples
    --------
    >>> base = Scenario.load("baseline").replace({"channels.website.inbound": True})
    >>> eager = base.replace({"interest": {"half_life_hours": 4}})
    >>> fading_at(eager, 0), fading_at(eager, 1)
    (Fading(half_life=0.5, floor=0.0), None)
    """
    interest = scenario.interest
    if interest is None or position > 0 or passage > 1 or not any(scenario.inbound):
        return None
    return Fading(interest.half_life_hours / scenario.calendar.hours_per_day, interest.floor)


def reach(scenario: Scenario, position: int, passage: int = 1) -> tuple[float, float]:
    """Least and most that all factors together can multiply a stage's odds by.

    Draws are made for the leads that these let come further, so a factor that is missing
    here would send leads to stages for which nothing was drawn.

    Examples
    --------
    >>> reach(Scenario.load("one-desk"), 0)
    (1.0, 1.0)
    """
    if scenario.own_rules is not None and scenario.own_rules.help is not None:
        return 0.0, MOST_HELP  # a rule in Python may return anything
    fading = fading_at(scenario, position, passage)
    return (1.0 if fading is None else fading.floor), 1.0
