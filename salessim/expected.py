"""What a scenario asks for before anything is simulated: flows of leads, and hours of each role.

Nobody is thought to wait, to give up waiting, or to be sent back by a support desk that is
swamped; so a load may exceed 100%, which no one can be busy. Leads come to a stage after the
mean time that work and customers take on the way; plan, season and growth count with the time
at which they do. Knows nothing of queues.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from salessim.clock import WorkClock
from salessim.rules import WORKING_DAYS_A_WEEK, WORKING_DAYS_A_YEAR, Floats, rate_days
from salessim.scenario import Scenario, Timeline, mix, timeline, trainings, vacancies
from salessim.scenario.blocks import Stage
from salessim.scenario.work import needing_engineer, working_roles
from salessim.terms import ENGINEER, SUPPORT

PAPERWORK, TRAVEL = "paperwork", "travel"
TRAINING, INTERNAL = "training", "internal meetings"


@dataclass(frozen=True)
class Expected:
    """Yearly flows and hours over the window, as means; a year has 260 working days.

    Parameters
    ----------
    arriving : array of float
        Leads a year, by channel and territory (one column where there are no territories).
    reaching : array of float
        Leads a year that come to each stage, were nobody to give up waiting; those who come
        back count again.
    won : float
        Deals a year that pass the last one.
    hours : dict of (str, str) to float
        Hours a year by role and activity: a stage's name for its own work, travel left out;
        `travel`, `paperwork`, `training` and, outside the hours available, `internal
        meetings`.
    available : dict of str to float
        Hours a year for which the people of each role are available for leads.
    working : tuple of str
        Roles that work on leads, in the team's order.
    """

    arriving: Floats
    reaching: Floats
    won: float
    hours: dict[tuple[str, str], float]
    available: dict[str, float]
    working: tuple[str, ...]

    @property
    def leads(self) -> float:
        """Leads a year."""
        return float(self.arriving.sum())

    def asked_of(self, role: str) -> float:
        """Hours a year of work on leads and of training that a role is asked for."""
        return sum(hours for (who, what), hours in self.hours.items()
                   if who == role and what != INTERNAL)  # fmt: skip

    @property
    def load(self) -> dict[str, float]:
        """Hours of work over hours available of each role that works, as `load_of` says."""
        return {role: _ratio(self.asked_of(role), self.available[role]) for role in self.working}


def load_of(scenario: Scenario) -> dict[str, float]:
    """The load that each role with work is asked for: hours of work over hours available.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    dict of str to float
        In the team's order. Above 1 where more is asked for than can be done; infinite where
        there is work and nobody for it.

    Examples
    --------
    >>> load_of(Scenario.load("one-desk"))
    {'sdr': 0.8}
    """
    return expected(scenario).load


def _ratio(hours: float, available: float) -> float:
    if not available:
        return float("inf") if hours else 0.0
    return hours / available


def expected(scenario: Scenario) -> Expected:
    """Flows and hours of a scenario, plan included.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    Expected

    Examples
    --------
    >>> found = expected(Scenario.load("baseline"))
    >>> round(found.leads), found.reaching.round().astype(int).tolist()
    (5000, [5000, 1870, 675, 409, 261])
    """
    steps, lags, totals = timeline(scenario), _lags(scenario), _Totals(scenario)
    kinds = [_Kinds(now) for _, now in steps]
    for begin, end in _cohorts(steps, lags):
        middle = (begin + end) / 2
        period = _period(steps, middle)
        arriving = _arriving(steps[period][1], begin, end)
        totals.arriving += arriving * totals.is_inside(middle)
        leads = arriving.sum(axis=1)[:, None, None] * kinds[period].parts
        groups = [_Group(leads, middle)]
        while groups:  # those who come back are followed next, as groups of their own
            groups = _merged(
                back for group in groups for back in _followed(group, steps, kinds, lags, totals)
            )
    return totals.found(steps)


@dataclass(frozen=True)
class _Group:
    """Leads of one cohort that come to a stage together.

    `start` is when they would have arrived, had they come to the stage without a detour.
    """

    leads: Floats
    start: float
    position: int = 0
    returns: int = 0


def _merged(groups: Iterator[_Group]) -> list[_Group]:
    """One group for each stage, which comes there at the mean of their times."""
    merged: dict[int, _Group] = {}
    for group in groups:
        count, other = float(group.leads.sum()), merged.get(group.position)
        if other is not None:
            before = float(other.leads.sum())
            start = (before * other.start + count * group.start) / (before + count)
            leads = other.leads + group.leads
            merged[group.position] = _Group(leads, start, group.position, group.returns)
        elif count > 0.0:
            merged[group.position] = group
    return list(merged.values())


def _followed(
    group: _Group, steps: Timeline, kinds: list["_Kinds"], lags: list[float], totals: "_Totals"
) -> Iterator[_Group]:
    """Follow a group to the signature; yields those that will be back at a stage."""
    leads = group.leads
    for position, lag in enumerate(lags[:-1]):
        if position < group.position:
            continue
        when, is_back = group.start + lag, group.returns > 0 and position == group.position
        now = kinds[_period(steps, when)]
        stage, nurture = now.process[position], now.scenario.nurture
        odds = now.odds * nurture.odds if is_back and nurture else now.odds
        if totals.is_inside(when):
            totals.add(now, position, leads, odds)
        if nurture is not None and group.returns < nurture.most:
            fails = leads * (mix.answered(stage, odds) - mix.passed(stage, odds))
            late = lags[position + 1] - lag + nurture.after_days
            yield _Group(fails * nurture.share, group.start + late, position, group.returns + 1)
        leads = leads * mix.passed(stage, odds)
    totals.won += float(leads.sum()) * totals.is_inside(group.start + lags[-1])


class _Kinds:
    """The kinds of leads under one of the timeline's scenarios, as `mix` knows them."""

    def __init__(self, scenario: Scenario):
        self.scenario, self.process = scenario, scenario.process
        self.parts, self.odds = mix.parts_of(scenario), mix.odds_of(scenario)
        segments = scenario.segments.values()
        self.effort = np.array([[s.effort] for s in segments] or [[1.0]], float)
        self.delay = np.array([[s.delay] for s in segments] or [[1.0]], float)
        self.joint = np.array([[needs] for needs in needing_engineer(scenario)], float)


class _Totals:
    """What cohorts add up to over the window."""

    def __init__(self, scenario: Scenario):
        self._scenario = scenario
        shape = (len(scenario.channels), max(1, len(scenario.territories)))
        self.arriving, self.won = np.zeros(shape), 0.0
        self.reaching = np.zeros(len(scenario.process))
        self._hours: dict[tuple[str, str], float] = {}

    def is_inside(self, when: float) -> bool:
        """Whether a day is in the window."""
        return 0.0 <= when < self._scenario.calendar.days

    def add(self, kinds: _Kinds, position: int, leads: Floats, odds: Floats) -> None:
        """Add leads of these odds, and the work on them, at a stage."""
        now, stage = kinds.scenario, kinds.process[position]
        self.reaching[position] += leads.sum()
        visits = leads * mix.visits(now, stage, odds)
        self._visit(stage.role, now, stage, visits, kinds.effort)
        if stage.name in now.joint_stages:  # as long as for the seller, in the engineer's hours
            as_long = now.available_hours(ENGINEER) / now.available_hours(stage.role)
            self._visit(ENGINEER, now, stage, visits * kinds.joint * as_long, kinds.effort)
        paperwork = (leads * mix.answered(stage, odds)).sum() * stage.admin_hours
        delegated = paperwork * _delegable(now)
        self._add(stage.role, PAPERWORK, paperwork - delegated)
        self._add(SUPPORT, PAPERWORK, delegated)

    def _visit(
        self, role: str, scenario: Scenario, stage: Stage, visits: Floats, effort: Floats
    ) -> None:
        """Add visits of a stage, by kinds of leads, to the hours of a role."""
        self._add(role, stage.name, (visits * effort).sum() * stage.effort.average)
        if stage.travel:
            self._add(role, TRAVEL, visits.sum() * _mean_travel(scenario))

    def _add(self, role: str, activity: str, hours: float) -> None:
        if hours:
            self._hours[role, activity] = self._hours.get((role, activity), 0.0) + float(hours)

    def found(self, steps: Timeline) -> Expected:
        """The totals a year."""
        yearly, empty = WORKING_DAYS_A_YEAR / self._scenario.calendar.days, _empty_days(steps)
        worked = _worked_days(self._scenario, steps)
        available = {}
        for role, block in self._scenario.team.items():
            days = sum(now.team[role].count * part for part, now in worked)
            days = (days - empty.get(role, 0.0)) * yearly
            available[role] = days * self._scenario.available_hours(role)
            weeks = days / WORKING_DAYS_A_WEEK
            self._add(role, INTERNAL, weeks * block.internal_hours_per_week / yearly)
        for day, training in trainings(self._scenario):
            if self.is_inside(day):
                people = steps[_period(steps, day)][1].team[training.role].count
                self._add(training.role, TRAINING, people * training.hours)
        hours = {name: total * yearly for name, total in self._hours.items()}
        working = tuple(working_roles(self._scenario))
        return Expected(
            self.arriving * yearly, self.reaching * yearly, self.won * yearly, hours, available,
            working,
        )  # fmt: skip


def _cohorts(steps: Timeline, lags: list[float]) -> Iterator[tuple[float, float]]:
    """Spans of arrival whose leads meet each stage under one scenario, inside the window or not."""
    calendar = steps[0][1].calendar
    dates = [0.0, float(calendar.days), *(day for day, _ in steps[1:])]
    first, last = float(-calendar.warm_up_days), float(calendar.days)
    edges = {min(max(date - lag, first), last) for date in dates for lag in lags} | {first, last}
    if any(scenario.nurture for _, scenario in steps):  # who comes back does so at any time
        edges |= set(np.arange(first, last, WORKING_DAYS_A_WEEK).tolist())
    yield from pairwise(sorted(edges))


def _period(steps: Timeline, when: float) -> int:
    """Which of the timeline's scenarios is in force."""
    return max(number for number, (day, _) in enumerate(steps) if day <= when)


def _arriving(scenario: Scenario, begin: float, end: float) -> Floats:
    """Leads that arrive in a span under a scenario, by channel and territory."""
    channel = [
        one.leads_per_day * rate_days(begin, end, one.season or (), one.growth_per_year)
        for one in scenario.channels.values()
    ]
    return np.outer(channel, _demand(scenario))


def _demand(scenario: Scenario) -> Floats:
    """Leads of each territory, as shares of the market's mean rate."""
    territories = scenario.territories.values()
    return np.array([one.share * one.demand for one in territories] or [1.0])


def _mean_travel(scenario: Scenario) -> float:
    """Hours of travel to a lead, over territories."""
    demand = _demand(scenario)
    hours = np.array([one.travel_hours for one in scenario.territories.values()] or [0.0])
    return float((demand * hours).sum() / demand.sum()) if demand.any() else 0.0


def _delegable(scenario: Scenario) -> float:
    """Share of paperwork that goes to support while its desk keeps up."""
    agreed = scenario.support
    return agreed.delegable if agreed is not None and scenario.team[SUPPORT].count else 0.0


def _lags(scenario: Scenario) -> list[float]:
    """Mean days from arrival to each stage, and to the signature, of those who get there."""
    kinds = _Kinds(scenario)
    leads = _arriving(scenario, 0.0, scenario.calendar.days).sum(axis=1)[:, None, None]
    leads = leads * kinds.parts
    lags = [0.0]
    for stage in scenario.process:
        leads = leads * mix.passed(stage, kinds.odds)
        total = leads.sum()
        days = (leads * _days_at(kinds, stage)).sum() / total if total else 0.0
        lags.append(lags[-1] + float(days))
    return lags


def _days_at(kinds: _Kinds, stage: Stage) -> Floats:
    """Days that each kind of lead spends at a stage where nobody waits for people."""
    scenario = kinds.scenario
    visits = mix.visits(scenario, stage, kinds.odds)
    travel = _mean_travel(scenario) if stage.travel else 0.0
    hours = visits * (kinds.effort * stage.effort.average + travel)
    own = hours + stage.admin_hours * (1 - _delegable(scenario))
    pauses = (visits - 1) * stage.gap_days
    decision = stage.customer_delay.average if stage.customer_delay else 0.0
    return np.asarray(own / scenario.available_hours(stage.role) + pauses + kinds.delay * decision)


def _empty_days(steps: Timeline) -> dict[str, float]:
    """Days worked in the window on which positions of each role that had been left were empty."""
    calendar = steps[0][1].calendar
    clock = WorkClock.of(calendar.start, calendar.holidays)
    empty: dict[str, float] = {}
    for one in vacancies(steps):
        begin, end = clock.worked(np.clip([one.begin, one.end], 0.0, calendar.days)).tolist()
        empty[one.role] = empty.get(one.role, 0.0) + end - begin
    return empty


def _worked_days(scenario: Scenario, steps: Timeline) -> list[tuple[float, Scenario]]:
    """Days worked, holidays left out, of the window under each of the timeline's scenarios."""
    clock = WorkClock.of(scenario.calendar.start, scenario.calendar.holidays)
    edges = np.clip([*(day for day, _ in steps), np.inf], 0.0, scenario.calendar.days)
    days = np.diff(clock.worked(edges)).tolist()
    return list(zip(days, (now for _, now in steps), strict=True))
