"""A five-stage funnel in plain SimPy: resources, requests, timeouts, draws where needed.

It records what anyone would: each lead's wait at each stage, and the result. There is also a
queue whose mean wait is known from theory.
"""

import itertools
import random
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field

import simpy

from benchmarks.funnel import ARRIVALS_A_DAY, MEAN_SERVICE, SERVERS, Funnel


@dataclass
class Observed:
    """What the plain model records: each visit, and each stage's result."""

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
    """One lead's journey through the funnel."""
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
    """Leads arrive at random."""
    for number in itertools.count():
        yield env.timeout(draw.expovariate(funnel.leads_per_day))
        env.process(lead_journey(env, number, funnel, desks, draw, observed))


def run(funnel: Funnel, days: float, seed: int = 1) -> Observed:
    """Simulate a number of days."""
    env, observed, draw = simpy.Environment(), Observed(), random.Random(seed)
    desks = {name: simpy.Resource(env, count) for name, count in funnel.people.items()}
    env.process(arrivals(env, funnel, desks, draw, observed))
    env.run(until=days)
    return observed


def funnel(funnel: Funnel, days: float, seed: int = 1) -> int:
    """Simulate a number of days and average the waits; the number of leads that arrived."""
    observed = run(funnel, days, seed)
    for position in range(len(funnel.stages)):
        waits = [start - ready for _, at, ready, start, _ in observed.visits if at == position]
        statistics.fmean(waits)
    return sum(position == 0 for _, position, *_ in observed.visits)


def customer(
    env: simpy.Environment, servers: simpy.Resource, draw: random.Random, waits: list[float]
) -> Iterator[simpy.Event]:
    """One customer's visit to the counter."""
    ready = env.now
    with servers.request() as request:
        yield request
        waits.append(env.now - ready)
        yield env.timeout(draw.expovariate(1 / MEAN_SERVICE))


def customers(
    env: simpy.Environment,
    servers: simpy.Resource,
    draw: random.Random,
    waits: list[float],
    arrived: list[float],
) -> Iterator[simpy.Event]:
    """Customers arrive at random."""
    while True:
        yield env.timeout(draw.expovariate(ARRIVALS_A_DAY))
        arrived.append(env.now)
        env.process(customer(env, servers, draw, waits))


def queue(days: float, seed: int = 1) -> tuple[int, float]:
    """Simulate a number of days; how many customers arrived, and the mean wait of those served."""
    env, draw = simpy.Environment(), random.Random(seed)
    servers = simpy.Resource(env, SERVERS)
    waits: list[float] = []
    arrived: list[float] = []
    env.process(customers(env, servers, draw, waits, arrived))
    env.run(until=days)
    return len(arrived), statistics.fmean(waits)
