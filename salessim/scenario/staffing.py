"""Positions that people leave: from when on each is empty, and when a successor starts.

All of it follows from the plan, so it is worked out once, before anything runs.
"""

from dataclasses import dataclass
from math import inf

from salessim.scenario.plan import Timeline, in_order_of_time


@dataclass(frozen=True)
class Vacancy:
    """A position that someone leaves.

    Parameters
    ----------
    role : str
    position : int
        From 0; `ae-1` is position 0.
    begin, end : float
        Working days since day 0: when it is left, and when a successor starts or the position
        is cut; infinite where neither happens.
    refilled : bool
        Whether a successor starts at the end.
    """

    role: str
    position: int
    begin: float
    end: float
    refilled: bool


def vacancies(steps: Timeline) -> list[Vacancy]:
    """The positions that people leave by plan, in order of time.

    Parameters
    ----------
    steps : Timeline
        The scenario in force from each date on.

    Returns
    -------
    list of Vacancy
        Without the steps of the plan that find the position empty, or not there yet.

    Examples
    --------
    >>> from salessim.scenario import Scenario, timeline
    >>> plan = [{"day": 20, "leave": "ae-3"}, {"day": 30, "leave": "ae-3"}]
    >>> base = Scenario.load("baseline").replace({"hiring": {"lead_days": 60}, "plan": plan})
    >>> [(one.role, one.position, one.begin, one.end) for one in vacancies(timeline(base))]
    [('ae', 2, 20.0, 80.0)]
    """
    found: list[Vacancy] = []
    for day, role, position in _departures(steps):
        if position < _count(steps, role, day) and not _is_empty(found, role, position, day):
            found.append(_vacancy(steps, role, position, day))
    return found


def unfilled_departures(steps: Timeline) -> list[tuple[float, str]]:
    """Steps of the plan by which nobody leaves: the day, and the position that is empty then."""
    left = {(one.begin, one.role, one.position) for one in vacancies(steps)}
    return [
        (day, f"{role}-{position + 1}")
        for day, role, position in _departures(steps)
        if (day, role, position) not in left
    ]


def _departures(steps: Timeline) -> list[tuple[float, str, int]]:
    """Day, role and position of each step of the plan by which someone is to leave."""
    return [
        (day, *step.position)
        for day, step in in_order_of_time(steps[0][1])
        if step.position is not None
    ]


def _count(steps: Timeline, role: str, day: float) -> int:
    """Positions of a role just before a day's changes, which come after those who leave."""
    return [now.team[role].count for since, now in steps if since < day][-1]


def _is_empty(found: list[Vacancy], role: str, position: int, day: float) -> bool:
    """Whether a position is empty; a successor who starts on that very day comes after."""
    same = [one for one in found if (one.role, one.position) == (role, position)]
    return bool(same) and same[-1].begin <= day <= same[-1].end


def _vacancy(steps: Timeline, role: str, position: int, day: float) -> Vacancy:
    hiring = steps[0][1].hiring
    refilled = inf if hiring is None else day + hiring.lead_days
    cut = next(
        (since for since, now in steps if since >= day and now.team[role].count <= position), inf
    )
    if cut <= refilled:  # a hire that is under way then is called off
        return Vacancy(role, position, day, cut, refilled=False)
    return Vacancy(role, position, day, refilled, refilled=True)
