"""A run's event log with its scenario and leads, and columns derived from them."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from salessim.clock import WorkClock
from salessim.journal import NOBODY, Journal
from salessim.market import Leads
from salessim.rules import Floats
from salessim.run.tally import Tally, tally
from salessim.scenario import Scenario, Timeline, vacancies
from salessim.terms import Kind, Result

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Record:
    """Everything known about a run; arrays of leads have one entry per lead.

    Parameters
    ----------
    scenario : Scenario
        As given, plan included.
    timeline : Timeline
        The scenario in force from each date on.
    seed, replication : int
        Of the random draws.
    leads : Leads
        All leads of the run, warm-up included.
    journal : Journal
        What happened to them.
    """

    scenario: Scenario
    timeline: Timeline
    seed: int
    replication: int
    leads: Leads
    journal: Journal

    @property
    def days(self) -> float:
        """Length of the window, in working days."""
        return float(self.scenario.calendar.days)

    @cached_property
    def periods(self) -> list[tuple[float, float, Scenario]]:
        """Start, end, and scenario of each period of the plan, within the window."""
        edges = [*(day for day, _ in self.timeline), np.inf]
        inside = np.clip(edges, 0.0, self.days).tolist()
        return [
            (begin, end, scenario)
            for begin, end, (_, scenario) in zip(inside, inside[1:], self.timeline, strict=False)
        ]

    @cached_property
    def clock(self) -> WorkClock:
        """The calendar of working days."""
        return WorkClock.of(self.scenario.calendar.start, self.scenario.calendar.holidays)

    @cached_property
    def result(self) -> NDArray[np.uint8]:
        """`Result` of each lead at the window's end; a prospect that never answered has its own."""
        result = np.full(len(self.leads), Result.OPEN, dtype=np.uint8)
        decisions = self.final_decisions
        won = decisions["result"] == Result.PASSED
        result[decisions["lead"]] = np.where(won, Result.WON, decisions["result"])
        return result

    @cached_property
    def closed(self) -> Floats:
        """When each lead was won or lost; NaN while open."""
        closed = np.full(len(self.leads), np.nan)
        closed[self.final_decisions["lead"]] = self.final_decisions["at"]
        return closed

    @cached_property
    def tally(self) -> Tally:
        """Visit statistics by person, desk, and lead."""
        return tally(
            self.journal, len(self.leads), len(self.scenario.process), self.days, self.clock
        )

    @cached_property
    def reported(self) -> Flags:
        """Leads that were open at day 0 or arrived in the window."""
        return np.logical_not(self.closed < 0.0)

    @cached_property
    def arrived_in_window(self) -> Flags:
        """Leads that arrived in the window."""
        return np.greater_equal(self.leads.arrived, 0.0)

    @cached_property
    def arrivals(self) -> list[tuple[Flags, Scenario]]:
        """Leads that arrived under each of the plan's scenarios, within the window."""
        arrived = self.leads.arrived
        return [
            ((arrived >= begin) & (arrived < end), scenario)
            for begin, end, scenario in self.periods
        ]

    @cached_property
    def lead_costs(self) -> Floats:
        """What each lead cost that arrived in the window, at the price in force when it came."""
        costs = np.zeros(len(self.leads))
        for inside, scenario in self.arrivals:
            price = np.array([channel.cost_per_lead for channel in scenario.channels.values()])
            costs[inside] = price[self.leads.channel[inside]]
        return costs

    @cached_property
    def response_hours(self) -> Floats:
        """Working hours from arrival to first work, of leads first worked on in the window.

        Where channels are marked inbound, theirs only: nobody waits for a cold call.
        """
        first, inbound = self.tally.first_work, self.leads.inbound(self.scenario)
        seen = (first >= 0.0) & (inbound | ~inbound.any())
        waited = self.clock.worked(first[seen]) - self.clock.worked(self.leads.arrived[seen])
        return waited * self.scenario.calendar.hours_per_day

    @cached_property
    def closed_in_window(self) -> Flags:
        """Leads that were won or lost in the window."""
        return self.closed >= 0.0

    @cached_property
    def won(self) -> Flags:
        """Leads that were won in the window."""
        won: Flags = self.closed_in_window & (self.result == Result.WON)
        return won

    @cached_property
    def is_opportunity(self) -> Flags:
        """Leads that reached the stage at which they become opportunities."""
        return self.tally.stage >= self.scenario.opportunity_stage

    @cached_property
    def decisions_in_window(self) -> NDArray[np.void]:
        """Results of stages that became known in the window."""
        decisions = self.journal.decisions
        return decisions.compress(decisions["at"] >= 0.0)

    @cached_property
    def visits_of_leads(self) -> NDArray[np.void]:
        """All visits but those that people do without a lead."""
        visits = self.journal.visits
        with_lead = visits["lead"] != NOBODY
        return visits if with_lead.all() else visits.compress(with_lead)

    @cached_property
    def works(self) -> NDArray[np.void]:
        """Visits for a stage's own work, in the order in which they started."""
        visits = self.journal.visits
        return visits.compress(visits["kind"] == Kind.WORK)

    @cached_property
    def available_hours(self) -> Floats:
        """Hours in the window for which each person was available."""
        a_day = np.array([self.scenario.available_hours(role) for role in self.roles()])
        hours: Floats = self.worked_days * a_day[self.journal.people["role"]]
        return hours

    @cached_property
    def successors_started(self) -> Floats:
        """When each successor of someone who left by plan started."""
        return np.array([one.end for one in vacancies(self.timeline) if one.refilled])

    @cached_property
    def worked_days(self) -> Floats:
        """Days in the window, holidays left out, on which each person was employed."""
        return self.clock.worked(self._until) - self.clock.worked(self._from)

    @cached_property
    def employed_days(self) -> Floats:
        """Days in the window, holidays included, on which each person was employed."""
        return np.asarray(self._until - self._from)

    def roles(self) -> list[str]:
        """Names of the roles; `journal.people["role"]` counts in it."""
        return list(self.scenario.team)

    def person_names(self) -> list[str]:
        """Name of each person: role and position, with a suffix from the second occupant on."""
        seen: Counter[str] = Counter()
        names = []
        for position in self.position_names():
            seen[position] += 1
            names.append(position if seen[position] == 1 else f"{position}.{seen[position]}")
        return names

    def position_names(self) -> list[str]:
        """Name of each person's position, as a plan step names who leaves."""
        roles = self.roles()
        return [f"{roles[one['role']]}-{one['chair'] + 1}" for one in self.journal.people]

    @property
    def _last_stage(self) -> int:
        return len(self.scenario.process) - 1

    @property
    def _from(self) -> Floats:
        return np.asarray(np.clip(self.journal.people["hired"], 0.0, self.days))

    @property
    def _until(self) -> Floats:
        left = self.journal.people["left"]
        return np.clip(np.where(np.isnan(left), self.days, left), 0.0, self.days)

    @cached_property
    def final_decisions(self) -> NDArray[np.void]:
        """The decision that closed each lead that is closed."""
        decisions = self.journal.decisions
        passed, last = decisions["result"] == Result.PASSED, decisions["stage"] == self._last_stage
        return decisions.compress(~decisions["stays_open"] & (~passed | last))
