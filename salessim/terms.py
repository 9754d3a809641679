"""The words that the rooms share, as small integers for arrays and as names for tables.

Knows nothing of how leads are made, worked on or counted.
"""

from enum import IntEnum

SUPPORT = "support"  # the role to which paperwork can be moved
ENGINEER = "engineer"  # the role that joins sellers


class Result(IntEnum):
    """The outcome of a lead or of one visit; the name in lower case is the table's word."""

    OPEN = 0
    PASSED = 1
    WON = 2
    LOST = 3
    NO_DECISION = 4
    DISQUALIFIED = 5
    WENT_COLD = 6
    NO_ANSWER = 7

    @property
    def word(self) -> str:
        """The word that tables show."""
        return self.name.lower()


OPEN, PASSED = Result.OPEN, Result.PASSED
NO_ANSWER, WENT_COLD = Result.NO_ANSWER, Result.WENT_COLD


# Results that a stage decided on; of these leads, some may come back.
DECIDED_AGAINST = (Result.LOST, Result.NO_DECISION, Result.DISQUALIFIED)


class Kind(IntEnum):
    """What a visit takes a person's time for."""

    WORK = 0
    ADMIN = 1
    JOINT = 2  # an engineer beside the seller

    @property
    def word(self) -> str:
        """The word that tables show."""
        return self.name.lower()
