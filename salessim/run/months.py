"""Monthly figures: leads, deals, revenue, cost, and contribution, which add up to the KPIs.

A month is a third of a quarter of 65 working days; the window's end may cut the last one.
"""

from collections.abc import Iterator

import numpy as np

from salessim.rules import Floats
from salessim.run.costs import has_costs, hiring_between, salaries_between
from salessim.run.record import Record

DAYS_A_QUARTER, MONTHS_A_QUARTER = 65.0, 3


def months_of(record: Record) -> dict[str, Floats]:
    """Leads, deals won, revenue, cost and contribution of each month.

    Parameters
    ----------
    record : Record

    Returns
    -------
    dict of str to array of float
        One number a month; they add up to the KPI of the same name. Cost and contribution
        only where the scenario has them.
    """
    edges = month_ends(record.days)
    inside = record.arrived_in_window
    value, closed = record.leads.value[record.won], record.closed[record.won]
    found = {
        "leads": _by_month(edges, record.leads.arrived[inside]),
        "won": _by_month(edges, closed),
        "revenue": _by_month(edges, closed, value),
    }
    return found | dict(_money(record, edges, found["revenue"]))


def month_ends(days: float) -> Floats:
    """Edges of the months in a window, from 0 to its end.

    Examples
    --------
    >>> month_ends(50.0).round(1).tolist()
    [0.0, 21.7, 43.3, 50.0]
    """
    count = int(np.ceil(days * MONTHS_A_QUARTER / DAYS_A_QUARTER))
    edges = np.arange(count + 1) * DAYS_A_QUARTER / MONTHS_A_QUARTER
    edges[-1] = days
    return edges


def _money(record: Record, edges: Floats, revenue: Floats) -> Iterator[tuple[str, Floats]]:
    if not has_costs(record):
        return
    economics = record.scenario.economics
    inside = record.arrived_in_window
    leads = _by_month(edges, record.leads.arrived[inside], record.lead_costs[inside])
    cost = salaries_between(record, edges) + hiring_between(record, edges) + leads
    if economics is not None:
        cost = cost + revenue * economics.commission_rate
        yield "contribution", revenue * economics.gross_margin - cost
    yield "cost", cost


def _by_month(edges: Floats, when: Floats, what: Floats | None = None) -> Floats:
    month = (when * (MONTHS_A_QUARTER / DAYS_A_QUARTER)).astype(np.int64)
    last = len(edges) - 2  # where rounding lifts the very end of the window
    return np.bincount(np.minimum(month, last), what, last + 1).astype(float)
