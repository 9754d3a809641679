"""A five-stage funnel the plain way: resources, requests, timeouts, a draw where it is needed.

It measures what anyone would: each lead's wait at each stage, and what became of it.
"""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import simpy

from benchmarks.funnel import Funnel


@dataclass
class Observed:
    """What the plain model keeps: each visit, and each result of a stage."""

    visits: list[tuple[int, int, float, float, float]] = field(default_factory=list)
    results: list[tuple[int, int, bool, float]] = field(default_factory=list)


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
        observed.visits.append((number, position, ready, started, env.now))
        if stage.decides:
            yield env.timeout(draw.expovariate(1 / stage.decides))
        passed = draw.random() < stage.passes
        observed.results.append((number, position, passed, env.now))
        if not passed:
            return


def arrivals(
    env: simpy.Environment,
    funnel: Funnel,
    desks: dict[str, simpy.Resource],
    draw: random.Random,
    observed: Observed,
) -> Iterator[simpy.Event]:
    """Leads come at random."""
    for number in itertools.count():
        yield env.timeout(draw.expovariate(funnel.leads_per_day))
        env.process(lead_journey(env, number, funnel, desks, draw, observed))


def run(funnel: Funnel, days: float, seed: int = 1) -> Observed:
    """Let leads come for so many days."""
    env, observed, draw = simpy.Environment(), Observed(), random.Random(seed)
    desks = {name: simpy.Resource(env, count) for name, count in funnel.people.items()}
    env.process(arrivals(env, funnel, desks, draw, observed))
    env.run(until=days)
    return observed
