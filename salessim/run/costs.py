"""What a run cost: people, positions that had to be filled, and leads."""

import numpy as np

from salessim import rules
from salessim.rules import Floats
from salessim.run.record import Record
from salessim.scenario import Scenario


def salaries(record: Record) -> float:
    """Loaded cost of the people in the window, at the salaries in force at each time."""
    return float(salaries_between(record, np.array([0.0, record.days]))[0])


def salaries_between(record: Record, edges: Floats) -> Floats:
    """Loaded cost of the people from each of some days in the window to the next."""
    people, roles = record.journal.people, record.roles()
    until = np.where(np.isnan(people["left"]), record.days, people["left"])
    total = np.zeros(len(edges) - 1)
    for begin, end, scenario in record.periods:
        salary = np.array([scenario.team[role].salary_per_year for role in roles])
        inside = np.clip(edges, begin, end)[:, None]
        low, high = inside[:-1], inside[1:]
        days = np.clip(until, low, high) - np.clip(people["hired"], low, high)
        total += (salary[people["role"]] * days).sum(axis=1) / rules.WORKING_DAYS_A_YEAR
    return total


def hiring_between(record: Record, edges: Floats) -> Floats:
    """Cost of filling positions from each of some days in the window to the next."""
    hiring, starts = record.scenario.hiring, record.successors_started
    cost = hiring.cost if hiring else 0.0
    return np.histogram(starts[starts < record.days], edges)[0] * cost


def people_costs(record: Record) -> float:
    """Loaded cost of the people in the window, and of filling positions that were left."""
    edges = np.array([0.0, record.days])
    return salaries(record) + float(hiring_between(record, edges)[0])


def total_lead_costs(record: Record) -> float:
    """What the leads cost that arrived in the window."""
    return sum(float(record.lead_costs[inside].sum()) for inside, _ in record.arrivals)


def is_priced(scenario: Scenario) -> bool:
    """Whether people or leads have a price in a scenario."""
    people_paid = any(role.salary_per_year for role in scenario.team.values())
    people_paid = people_paid or bool(scenario.hiring and scenario.hiring.cost)
    return people_paid or any(one.cost_per_lead for one in scenario.channels.values())


def has_costs(record: Record) -> bool:
    """Whether anything in a run has a price."""
    priced = any(is_priced(scenario) for _, scenario in record.timeline)
    return priced or record.scenario.economics is not None
