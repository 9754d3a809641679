"""The sales process as steps: the one description that both engines follow."""

from salessim.process.factors import interest_acts, reach
from salessim.process.itinerary import Itinerary, in_words, itinerary
from salessim.process.steps import (
    END,
    NEXT_STAGE,
    SAME_STAGE,
    STAYS_OPEN,
    Does,
    Step,
    Test,
    Wait,
    Work,
)

__all__ = [
    "END",
    "NEXT_STAGE",
    "SAME_STAGE",
    "STAYS_OPEN",
    "Does",
    "Itinerary",
    "Step",
    "Test",
    "Wait",
    "Work",
    "in_words",
    "interest_acts",
    "itinerary",
    "reach",
]
