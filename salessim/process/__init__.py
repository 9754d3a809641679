"""The sales process as steps: the one description that both engines follow."""

from salessim.process.factors import Fading, fading_at, reach
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
    "Fading",
    "Itinerary",
    "Step",
    "Test",
    "Wait",
    "Work",
    "fading_at",
    "in_words",
    "itinerary",
    "reach",
]
