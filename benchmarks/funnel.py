"""The five-stage funnel and the queue that the benchmarks compare, also as scenarios."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # other libraries are timed without our package
    from salessim import Scenario

HOURS_PER_DAY = 8


@dataclass(frozen=True)
class Stage:
    """A stage: who works on it, mean days of work, chance of passing, mean days to decide."""

    people: str
    work: float
    passes: float
    decides: float


@dataclass(frozen=True)
class Funnel:
    """Leads per day, people, and stages."""

    leads_per_day: float
    people: dict[str, int]
    stages: tuple[Stage, ...]


FUNNEL = Funnel(
    leads_per_day=20.0,
    people={"sdr": 6, "ae": 6},
    stages=(
        Stage("sdr", work=0.10, passes=0.50, decides=0.0),
        Stage("sdr", work=0.25, passes=0.50, decides=0.5),
        Stage("ae", work=0.50, passes=0.60, decides=5.0),
        Stage("ae", work=0.40, passes=0.65, decides=5.0),
        Stage("ae", work=0.30, passes=0.65, decides=3.0),
    ),
)

# An M/M/5 queue, in days like the funnel.
ARRIVALS_A_DAY = 20.0
MEAN_SERVICE = 0.2
SERVERS = 5
QUEUE = Funnel(
    ARRIVALS_A_DAY, {"sdr": SERVERS}, (Stage("sdr", work=MEAN_SERVICE, passes=1.0, decides=0.0),)
)


def as_scenario(funnel: Funnel, days: int) -> "Scenario":
    """The funnel as a scenario."""
    from salessim import Scenario

    process = []
    for number, stage in enumerate(funnel.stages):
        block = {
            "name": f"stage {number}",
            "role": stage.people,
            "effort": {"distribution": "exponential", "mean_hours": stage.work * HOURS_PER_DAY},
            "pass_probability": stage.passes,
        }
        if stage.decides:
            delay = {"distribution": "exponential", "mean_days": stage.decides}
            block["customer_delay"] = delay
        process.append(block)
    return Scenario.parse(
        {
            "calendar": {"days": days, "hours_per_day": HOURS_PER_DAY},
            "channels": {"door": {"leads_per_day": funnel.leads_per_day}},
            "team": {role: {"count": count} for role, count in funnel.people.items()},
            "process": process,
        }
    )
