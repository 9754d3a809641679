"""A five-stage funnel the plain way: resources, requests, timeouts, a draw where it is needed.

It measures what anyone would: each lead's wait at each stage, and what became of it.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import simpy


@dataclass
class Stage:
    """A stage: whose people, mean days of work, chance of passing, mean days to decide."""

    people: str
    work: float
    passes: float
    decides: float


@dataclass
class Funnel:
    """The funnel that both models run."""

    leads_per_day: float
    people: dict[str, int]
    stages: list[Stage]


@dataclass
class Observed:
    """What the plain model keeps."""

    waits: list[tuple[int, int, float, float, float]] = field(default_factory=list)
    outcomes: list[tuple[int, int, bool, float]] = field(default_factory=list)


def lead_journey(
    env: simpy.Environment,
    number: int,
    funnel: Funnel,
    desks: dict[str, simpy.Resource],
    draw: random.Random,
    observed: Observed,
) -> Iterator[simpy.Event]:
    """One lead's way through the funnel."""
    for position, stage in enumerate(funnel.stages):
        ready = env.now
        with desks[stage.people].request() as request:
            yield request
            started = env.now
            yield env.timeout(draw.expovariate(1 / stage.work))
        observed.waits.append((number, position, ready, started, env.now))
        if stage.decides:
            yield env.timeout(draw.expovariate(1 / stage.decides))
        passed = draw.random() < stage.passes
        observed.outcomes.append((number, position, passed, env.now))
        if not passed:
            return


def arrivals(
    env: simpy.Environment,
    leads: int,
    funnel: Funnel,
    desks: dict[str, simpy.Resource],
    draw: random.Random,
    observed: Observed,
) -> Iterator[simpy.Event]:
    """Leads come at random."""
    for number in range(leads):
        yield env.timeout(draw.expovariate(funnel.leads_per_day))
        env.process(lead_journey(env, number, funnel, desks, draw, observed))


def run(funnel: Funnel, leads: int, days: float, seed: int = 1) -> Observed:
    """Let so many leads come, and stop after so many days."""
    env, observed, draw = simpy.Environment(), Observed(), random.Random(seed)
    desks = {name: simpy.Resource(env, count) for name, count in funnel.people.items()}
    env.process(arrivals(env, leads, funnel, desks, draw, observed))
    env.run(until=days)
    return observed
