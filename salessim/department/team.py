"""The people in a role and how they share desks: a pool, owners (of deals), or territories."""

from collections.abc import Callable
from functools import cache
from itertools import repeat
from typing import Protocol

from salessim import rules
from salessim.department.desk import Desk, Person
from salessim.journal import NO_TERRITORY


class House(Protocol):
    """Provides a team with desks and people."""

    def new_desk(self, role: str) -> Desk:
        """Create a desk for a role."""

    def hire(self, role: str, chair: int, territory: int) -> Person:
        """Hire someone for a position, in a territory or in NO_TERRITORY."""


class Team:
    """The people in one role at one desk: a pool. Subclasses have more desks.

    Parameters
    ----------
    role : str
        Name of the role.
    house : House
        Provides desks and people.
    """

    def __init__(self, role: str, house: House):
        self.role = role
        self.house = house
        self.chairs: list[Person] = []
        self.desks = [house.new_desk(role)]

    def desk_of(self, lead: int) -> Desk:  # noqa: ARG002  (subclasses use the lead)
        """The desk at which this role works on a lead."""
        return self.desks[0]

    def place_of(self, chair: int) -> tuple[Desk, int]:  # noqa: ARG002
        """Desk and territory of a position."""
        return self.desks[0], NO_TERRITORY

    def hand_over(self, desk: Desk) -> None:
        """Move what waits at a desk that lost its person to those who stay; a pool keeps it."""

    def resize(self, count: int) -> None:
        """Fill positions up to a count, or vacate those above it, the last one first."""
        if len(self.chairs) > count:
            places = [self.place_of(chair)[0] for chair in range(count, len(self.chairs))]
            leaving = self.chairs[count:]
            del self.chairs[count:]  # all at once, so that nobody who is leaving is given work
            for desk, person in zip(places, leaving, strict=True):
                desk.leave(person)
            for desk in places:
                self.hand_over(desk)
        hired = [self._fill(chair) for chair in range(len(self.chairs), count)]
        if hired and len(hired) == count:  # the team was empty: reassign what waited
            self.hand_over(self.desks[0])
        for desk, person in hired:
            desk.release(person)

    def _fill(self, chair: int) -> tuple[Desk, Person]:
        """Hire someone for a position; they don't start work yet."""
        desk, territory = self.place_of(chair)
        person = self.house.hire(self.role, chair, territory)
        self.chairs.append(person)
        return desk, person


class TerritoryTeam(Team):
    """One desk per territory; people are assigned by the territories' weights.

    Parameters
    ----------
    role, house
        As for a pool.
    weights : list of float
        One per territory.
    territories : list of int
        Territory of each lead.
    """

    def __init__(self, role: str, house: House, weights: list[float], territories: list[int]):
        super().__init__(role, house)
        self.desks += [house.new_desk(role) for _ in weights[1:]]
        self._deal = rules.deal_chairs(weights)
        self._dealt: list[int] = []
        self._territories = territories

    def desk_of(self, lead: int) -> Desk:
        """The desk of the lead's territory."""
        return self.desks[self._territories[lead]]

    def place_of(self, chair: int) -> tuple[Desk, int]:
        """Desk and territory that the position was assigned to."""
        while len(self._dealt) <= chair:
            self._dealt.append(next(self._deal))
        territory = self._dealt[chair]
        return self.desks[territory], territory


class OwnerTeam(Team):
    """One desk per position; a lead keeps its owner as long as that position is filled.

    Parameters
    ----------
    role, house
        As for a pool.
    owners : function of int
        The position that owns each lead, for a given number of filled positions.
    """

    def __init__(self, role: str, house: House, owners: Callable[[int], list[int]]):
        super().__init__(role, house)
        self._owners_among = cache(owners)
        self._owners: dict[int, int] = {}

    def desk_of(self, lead: int) -> Desk:
        """The owner's desk; if the team is empty, the first desk, where the lead waits."""
        chairs = len(self.chairs)
        if not chairs:
            return self.desks[0]
        owner = self._owners.get(lead, chairs)
        if owner >= chairs:
            owner = self._owners[lead] = self._owners_among(chairs)[lead]
        return self.desks[owner]

    def place_of(self, chair: int) -> tuple[Desk, int]:
        """The position's own desk."""
        while len(self.desks) <= chair:
            self.desks.append(self.house.new_desk(self.role))
        return self.desks[chair], NO_TERRITORY

    def hand_over(self, desk: Desk) -> None:
        """Assign what waits to those who stay."""
        desk.hand_over(lambda visit: self.desk_of(visit.lead))


class DealTeam(OwnerTeam):
    """Owners of deals: each opportunity goes to one of them by a rule, and stays with them.

    Leads that are not opportunities yet have owners as in any team of owners. A deal whose
    owner's position is gone goes to those who stay.

    Parameters
    ----------
    role, house, owners
        As for owners.
    rule : str
        `owner_rule` of the scenario.
    weights : list of float
        One for each part of the market that has specialists; empty if there are none.
    part : list of int
        Part of the market of each lead; negative if there are no specialists.
    """

    def __init__(
        self,
        role: str,
        house: House,
        owners: Callable[[int], list[int]],
        rule: str,
        weights: list[float],
        part: list[int],
    ):
        super().__init__(role, house, owners)
        self._rule, self._part = rule, part
        self._deal = rules.deal_chairs(weights) if weights else repeat(NO_TERRITORY)
        self._specialty: list[int] = []
        self._open_deals: list[int] = []
        self._deals: set[int] = set()
        self._turn = 0

    def take_on(self, lead: int) -> None:
        """Give a new opportunity to someone; if the team is empty, it waits for someone."""
        self._deals.add(lead)
        positions = len(self.chairs)
        if not positions:
            return
        if self._rule == "random":
            owner = self._owners_among(positions)[lead]
        else:
            by_load = self._rule != "round_robin"
            owner = rules.next_owner(
                self._open_deals, self._specialty, self._part[lead], positions, self._turn, by_load
            )
            self._turn = owner + 1
        self._owners[lead] = owner
        self._open_deals[owner] += 1

    def close(self, lead: int) -> None:
        """Take a lead that was won or lost off its owner's open deals."""
        if lead in self._deals:
            self._deals.remove(lead)
            if lead in self._owners:
                self._open_deals[self._owners[lead]] -= 1

    def desk_of(self, lead: int) -> Desk:
        """The owner's desk, and a new owner if there is none or the position is gone."""
        before = self._owners.get(lead)
        desk = super().desk_of(lead)
        after = self._owners.get(lead)
        if lead in self._deals and before != after and after is not None:
            if before is not None:
                self._open_deals[before] -= 1
            self._open_deals[after] += 1
        return desk

    def place_of(self, chair: int) -> tuple[Desk, int]:
        """The position's own desk, and the territory that it is a specialist for."""
        while len(self._specialty) <= chair:
            self._specialty.append(next(self._deal))
            self._open_deals.append(0)
        desk, nowhere = super().place_of(chair)
        return desk, self._specialty[chair] if self._rule == "territory" else nowhere
