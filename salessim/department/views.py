"""What a user's own rules may see of leads and people: copies that can't be changed."""

import math
from dataclasses import dataclass
from typing import Any

from salessim.department.desk import Person, Visit
from salessim.market import Leads
from salessim.process.factors import MOST_HELP
from salessim.scenario import Problem, Scenario, ScenarioError
from salessim.scenario.own_rules import OwnRules
from salessim.scenario.plain import is_number


@dataclass(frozen=True)
class LeadView:
    """A lead as a rule sees it.

    Parameters
    ----------
    name, channel, segment, territory : str
        As in `leads.csv`; empty where the scenario names no segments or territories.
    arrived : float
        Working days since day 0.
    value : float
        Money, should the deal be won.
    fit : float
        Log odds: 0 is a lead as the process describes it. Nobody in a real department knows it.
    """

    name: str
    channel: str
    segment: str
    territory: str
    arrived: float
    value: float
    fit: float


@dataclass(frozen=True)
class PersonView:
    """A person as a rule sees them.

    Parameters
    ----------
    role : str
    position : int
        From 1.
    idle_since : float
        Working days since day 0.
    """

    role: str
    position: int
    idle_since: float


class Rules:
    """A user's own rules at work in a department.

    Parameters
    ----------
    own : OwnRules
    scenario : Scenario
    leads : Leads
    """

    def __init__(self, own: OwnRules, scenario: Scenario, leads: Leads):
        self._own, self._leads = own, leads
        self._segments = [*scenario.segments, ""]
        self._territories = [*scenario.territories, ""]
        self._views: dict[int, LeadView] = {}

    @property
    def assigns(self) -> bool:
        """Whether there is a rule for who takes work."""
        return self._own.assign is not None

    def rank(self, lead: int, now: float, otherwise: float) -> float:
        """Rank of work on a lead that becomes ready."""
        if self._own.priority is None:
            return otherwise
        return self._number("priority", self._own.priority(self._view(lead), now), lead, now)

    def odds(self, lead: int, stage: str, now: float) -> float:
        """Factor on the odds of a lead at a stage."""
        if self._own.help is None:
            return 1.0
        found = self._number("help", self._own.help(self._view(lead), stage, now), lead, now)
        if not 0.0 <= found <= MOST_HELP:
            raise self._wrong("help", f"a factor from 0 to {MOST_HELP:g}", found, lead, now)
        return found

    def chosen(self, visit: Visit, people: list[Person], role: str, now: float) -> Person:
        """Who of some idle people takes a visit."""
        assert self._own.assign is not None
        views = [PersonView(role, person.chair + 1, person.idle_since) for person in people]
        found = self._own.assign(self._view(visit.lead), tuple(views))
        if found not in views:
            raise self._wrong("assign", "one of the people it was given", found, visit.lead, now)
        return people[views.index(found)]

    def _view(self, lead: int) -> LeadView:
        if lead not in self._views:
            leads = self._leads
            segment = self._segments[leads.segment[lead] if len(self._segments) > 1 else -1]
            territory = self._territories[
                leads.territory[lead] if len(self._territories) > 1 else -1
            ]
            self._views[lead] = LeadView(
                str(leads.names[lead]),
                leads.channels[leads.channel[lead]],
                segment,
                territory,
                float(leads.arrived[lead]),
                float(leads.value[lead]),
                float(leads.fit[lead]),
            )
        return self._views[lead]

    def _number(self, rule: str, found: Any, lead: int, now: float) -> float:
        if not is_number(found) or math.isnan(found):
            raise self._wrong(rule, "a number", found, lead, now)
        return float(found)

    def _wrong(self, rule: str, wanted: str, found: object, lead: int, now: float) -> ScenarioError:
        where = f"lead {self._leads.names[lead]}, day {now:.3f}"
        return ScenarioError([Problem(rule, f"must return {wanted}, not {found!r} ({where})")])
