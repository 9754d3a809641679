"""What acts on a stage's odds during a run, and how far it can move them."""

from salessim.scenario import Scenario

MOST_HELP = 1e6  # factor on the odds


def interest_acts(scenario: Scenario, position: int, passage: int = 1) -> bool:
    """Whether the time until the first work on a lead counts at a stage."""
    first = position == 0 and passage == 1
    return first and scenario.interest is not None and any(scenario.inbound)


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
    least = most = 1.0
    if interest_acts(scenario, position, passage) and scenario.interest is not None:
        least *= scenario.interest.floor
    return least, most
