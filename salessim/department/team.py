"""The people in a role and how they share desks: a pool, owners (of deals), or territories."""

from collections.abc import Callable, Iterable
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
        self.chairs: list[Person | None] = []  # None: an empty position
        self.filled = 0
        self.desks = [house.new_desk(role)]

    def desk_of(self, lead: int) -> Desk:  # noqa: ARG002  (subclasses use the lead)
        """The desk at which this role works on a lead."""
        return self.desks[0]

    def place_of(self, chair: int) -> tuple[Desk, int]:  # noqa: ARG002
        """Desk and territory of a position."""
        return self.desks[0], NO_TERRITORY

    def hand_over(self, desk: Desk) -> None:
        """Move what waits at a desk that lost its person to those who stay; a pool keeps it."""

    def hand_back(self) -> None:
        """Reassign what waited while the whole team was empty; a pool keeps it."""

    def reassign(self, chair: int) -> None:
        """Give what belongs to a position that was left to others; in a pool nothing does."""

    def cut(self, chair: int) -> None:
        """Give what belongs to a position that is gone to others, unless that waits for later."""

    def resize(self, count: int) -> None:
        """Add positions up to a count and fill them, or cut those above it, empty or not."""
        before = len(self.chairs)
        if before > count:
            places = [self.place_of(chair)[0] for chair in range(count, len(self.chairs))]
            leaving = [self._vacate(chair) for chair in range(count, len(self.chairs))]
            del self.chairs[count:]  # all at once, so that nobody who is leaving is given work
            for desk, person in zip(places, leaving, strict=True):
                if person:
                    desk.leave(person)
            for chair in range(count, before):
                self.cut(chair)
            for desk in places:
                self.hand_over(desk)
        added = range(len(self.chairs), count)
        self.chairs.extend(None for _ in added)
        self.fill(added)

    def fill(self, chairs: Iterable[int]) -> None:
        """Hire someone for each of some positions, then let them start work."""
        was_empty = not self.filled
        hired = [self._hire(chair) for chair in chairs]
        if hired and was_empty:
            self.hand_back()
        for desk, person in hired:
            desk.release(person)

    def leave(self, chair: int) -> None:
        """Let the person who holds a position leave it empty."""
        desk, person = self.place_of(chair)[0], self._vacate(chair)
        assert person is not None
        desk.leave(person)
        self.reassign(chair)
        self.hand_over(desk)

    def _hire(self, chair: int) -> tuple[Desk, Person]:
        desk, territory = self.place_of(chair)
        person = self.chairs[chair] = self.house.hire(self.role, chair, territory)
        self.filled += 1
        desk.people += 1
        return desk, person

    def _vacate(self, chair: int) -> Person | None:
        person, self.chairs[chair] = self.chairs[chair], None
        if person:
            self.filled -= 1
            self.place_of(chair)[0].people -= 1
        return person


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
        """The desk of the lead's territory; while it is empty, the one with the least to do."""
        desk = self.desks[self._territories[lead]]
        if desk.people or not self.filled:
            return desk
        staffed = [desk for desk in self.desks if desk.people]
        return min(staffed, key=lambda desk: rules.hours_each(desk.queued_hours, desk.people))

    def place_of(self, chair: int) -> tuple[Desk, int]:
        """Desk and territory that the position was assigned to."""
        while len(self._dealt) <= chair:
            self._dealt.append(next(self._deal))
        territory = self._dealt[chair]
        return self.desks[territory], territory

    def hand_over(self, desk: Desk) -> None:
        """Send what waits in a territory without people to a territory that has some."""
        if not desk.people and self.filled:
            desk.hand_over(lambda visit: self.desk_of(visit.lead))

    def hand_back(self) -> None:
        """Send what waits in territories that are still without people to those that have some."""
        for desk in self.desks:
            self.hand_over(desk)


class OwnerTeam(Team):
    """One desk per position; a lead keeps its owner as long as that position is filled.

    Parameters
    ----------
    role, house
        As for a pool.
    owners : function of int
        The position that owns each lead, for a given number of positions.
    """

    def __init__(self, role: str, house: House, owners: Callable[[int], list[int]]):
        super().__init__(role, house)
        self._owners_among = cache(owners)
        self._owners: dict[int, int] = {}

    def desk_of(self, lead: int) -> Desk:
        """The owner's desk; if the team is empty, the first desk, where the lead waits."""
        if not self.filled:
            return self.desks[0]
        owner = self._owners.get(lead, len(self.chairs))
        if owner >= len(self.chairs):
            owner = self._owners[lead] = self.owner_of(lead)
        return self.desks[owner]

    def owner_of(self, lead: int) -> int:
        """The position that a new lead belongs to; if it is empty, one of those filled."""
        owner = self._owners_among(len(self.chairs))[lead]
        return owner if self.chairs[owner] else self.stand_in(lead)

    def stand_in(self, lead: int) -> int:
        """The filled position that takes over a lead of an empty one."""
        filled = [chair for chair, person in enumerate(self.chairs) if person]
        return filled[self._owners_among(len(filled))[lead]]

    def place_of(self, chair: int) -> tuple[Desk, int]:
        """The position's own desk."""
        while len(self.desks) <= chair:
            self.desks.append(self.house.new_desk(self.role))
        return self.desks[chair], NO_TERRITORY

    def hand_over(self, desk: Desk) -> None:
        """Assign what waits to those who stay."""
        desk.hand_over(lambda visit: self.desk_of(visit.lead))

    def hand_back(self) -> None:
        """Assign what waits at the first desk, where it came to while nobody was there."""
        self.hand_over(self.desks[0])

    def reassign(self, chair: int) -> None:
        """Give the leads of a position that was left to those who stay, for good."""
        for lead in [lead for lead, owner in self._owners.items() if owner == chair]:
            if self.filled:
                self._owners[lead] = self.stand_in(lead)
            else:
                del self._owners[lead]


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
        self._owners.pop(lead, None)  # it may have had an owner before it was a deal
        if self.filled:
            self._choose(lead)

    def _choose(self, lead: int) -> None:
        """Give a deal without an owner to someone by the rule."""
        if self._rule == "random":
            owner = self.owner_of(lead)
        else:
            by_load, filled = (
                self._rule != "round_robin",
                [person is not None for person in self.chairs],
            )
            owner = rules.next_owner(
                self._open_deals, self._specialty, self._part[lead], filled, len(filled),
                self._turn, by_load,
            )  # fmt: skip
            self._turn = owner + 1
        self._owners[lead] = owner
        self._open_deals[owner] += 1

    def cut(self, chair: int) -> None:
        """Give the deals of a position that is gone to those who stay, at once."""
        self.reassign(chair)

    def close(self, lead: int) -> None:
        """Take a lead that was won or lost off its owner's open deals."""
        if lead in self._deals:
            self._deals.remove(lead)
            if lead in self._owners:
                self._open_deals[self._owners[lead]] -= 1

    def reassign(self, chair: int) -> None:
        """Give the leads and deals of a position that was left to those who stay, for good."""
        mine = [lead for lead in self._deals if self._owners.get(lead) == chair]
        super().reassign(chair)
        self._open_deals[chair] -= len(mine)
        for lead in mine if self.filled else ():
            self._open_deals[self._owners[lead]] += 1

    def desk_of(self, lead: int) -> Desk:
        """The owner's desk, and a new owner if there is none or the position is gone."""
        if lead in self._deals and lead not in self._owners and self.filled:
            self._choose(lead)
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
