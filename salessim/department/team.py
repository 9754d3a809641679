"""The people of a role and how they are cut into desks: a pool, owners, or territories."""

from collections.abc import Callable

from salessim import rules
from salessim.department.desk import Desk, Person
from salessim.market import Market
from salessim.scenario import Scenario
from salessim.scenario.checks import cover_weight

NO_TERRITORY = -1


class Team:
    """The people of one role, at one desk: a pool.

    Parameters
    ----------
    role : str
        Name of the role.
    new_desk : function of str to Desk
        Makes a desk for the role.
    hire : function of (str, int, int) to Person
        Puts someone on a chair: role, chair and territory (or NO_TERRITORY).
    """

    def __init__(
        self,
        role: str,
        new_desk: Callable[[str], Desk],
        hire: Callable[[str, int, int], Person],
    ):
        self.role = role
        self.desks: list[Desk] = []
        self.chairs: list[Person] = []
        self._new_desk = new_desk
        self._hire = hire
        self._furnish()

    def desk_of(self, lead: int) -> Desk:  # noqa: ARG002  (others look at the lead)
        """The desk at which a lead is worked on by this role."""
        return self.desks[0]

    def resize(self, count: int) -> None:
        """Fill chairs up to a count, or empty those above it."""
        while len(self.chairs) < count:
            chair = len(self.chairs)
            desk, territory = self._place_of(chair)
            person = self._hire(self.role, chair, territory)
            self.chairs.append(person)
            desk.join(person)
        while len(self.chairs) > count:
            chair = len(self.chairs) - 1
            desk, _ = self._place_of(chair)
            desk.leave(self.chairs.pop())
            self._hand_over(desk)

    def _furnish(self) -> None:
        self.desks.append(self._new_desk(self.role))

    def _place_of(self, chair: int) -> tuple[Desk, int]:  # noqa: ARG002
        """Desk and territory of a chair."""
        return self.desks[0], NO_TERRITORY

    def _hand_over(self, desk: Desk) -> None:
        """Give what waits at a desk that lost someone to those who stay; a pool keeps it."""


class TerritoryTeam(Team):
    """One desk for each territory; people are dealt out by the territories' weights."""

    def __init__(self, *parts: object, scenario: Scenario, market: Market, role: str):
        self._weights = [
            cover_weight(territory.model_dump(), role)
            for territory in scenario.territories.values()
        ]
        self._territory: list[int] = market.leads.territory.tolist()
        super().__init__(role, *parts)  # type: ignore[arg-type]

    def desk_of(self, lead: int) -> Desk:
        """The desk of the lead's territory."""
        return self.desks[self._territory[lead]]

    def _furnish(self) -> None:
        for _ in self._weights:
            self.desks.append(self._new_desk(self.role))

    def _place_of(self, chair: int) -> tuple[Desk, int]:
        territory = rules.deal_chairs(self._weights, chair + 1)[chair]
        return self.desks[territory], territory


class OwnerTeam(Team):
    """One desk for each chair; a lead has an owner, and keeps it while that chair is there."""

    def __init__(self, *parts: object, market: Market, role: str):
        self._keys: list[int] = market.owner_keys().tolist()
        self._owner: dict[int, int] = {}
        super().__init__(role, *parts)  # type: ignore[arg-type]

    def desk_of(self, lead: int) -> Desk:
        """The owner's desk; with nobody there, the first chair's, where it waits."""
        chairs = max(len(self.chairs), 1)
        owner = self._owner.get(lead, chairs)
        if owner >= chairs:
            owner = self._owner[lead] = rules.owner_chair(self._keys[lead], chairs)
        return self.desks[owner]

    def _place_of(self, chair: int) -> tuple[Desk, int]:
        while len(self.desks) <= chair:
            self._furnish()
        return self.desks[chair], NO_TERRITORY

    def _hand_over(self, desk: Desk) -> None:
        desk.hand_over(lambda visit: self.desk_of(visit.lead))
