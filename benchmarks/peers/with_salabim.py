"""The funnel and the queue with salabim: a component for each lead, with yield.

It uses generators instead of greenlets, no trace, and only the monitors that are read.
"""

import random
from collections.abc import Iterator

import salabim as sim

from benchmarks.funnel import ARRIVALS_A_DAY, MEAN_SERVICE, SERVERS, Funnel
from benchmarks.funnel import Stage as StageOfFunnel


class Stage:
    """A stage, and what a user would measure there."""

    def __init__(self, stage: StageOfFunnel, people: sim.Resource) -> None:
        self.people = people
        self.work = sim.Exponential(stage.work)
        self.decides = sim.Exponential(stage.decides) if stage.decides else None
        self.passes = stage.passes
        self.waits = sim.Monitor(stats_only=True)
        self.passed = 0


class Lead(sim.Component):
    """One lead's journey through the funnel."""

    def process(self) -> Iterator[None]:
        env = self.env
        for stage in env.stages:
            ready = env.now()
            yield self.request(stage.people)
            stage.waits.tally(env.now() - ready)
            yield self.hold(stage.work)
            self.release(stage.people)
            if stage.decides:
                yield self.hold(stage.decides)
            if random.random() >= stage.passes:
                return
            stage.passed += 1


class Customer(sim.Component):
    """One customer's visit to the counter."""

    def process(self) -> Iterator[None]:
        env = self.env
        ready = env.now()
        yield self.request(env.servers)
        env.waits.tally(env.now() - ready)
        yield self.hold(env.service)
        self.release(env.servers)


class Arrivals(sim.Component):
    """Components arrive at random."""

    arrived = 0

    def process(self, comer: type[sim.Component], gap: sim.Exponential) -> Iterator[None]:
        while True:
            yield self.hold(gap)
            self.arrived += 1
            comer()


def observe(funnel: Funnel, days: float, seed: int = 1) -> tuple[int, list[tuple[float, int]]]:
    """How many leads arrived; for each stage, the mean wait and how many passed."""
    env = sim.Environment(random_seed=seed, yieldless=False)
    pools = {
        name: sim.Resource(name, capacity=count, monitor=False)
        for name, count in funnel.people.items()
    }
    env.stages = [Stage(stage, pools[stage.people]) for stage in funnel.stages]
    arrivals = Arrivals(comer=Lead, gap=sim.Exponential(rate=funnel.leads_per_day))
    env.run(till=days)
    return arrivals.arrived, [(stage.waits.mean(), stage.passed) for stage in env.stages]


def funnel(funnel: Funnel, days: float, seed: int = 1) -> int:
    """Simulate a number of days; how many leads arrived."""
    return observe(funnel, days, seed)[0]


def queue(days: float, seed: int = 1) -> tuple[int, float]:
    """Simulate a number of days; how many customers arrived, and the mean wait of those served."""
    env = sim.Environment(random_seed=seed, yieldless=False)
    env.servers = sim.Resource("servers", capacity=SERVERS, monitor=False)
    env.service = sim.Exponential(MEAN_SERVICE)
    env.waits = sim.Monitor(stats_only=True)
    arrivals = Arrivals(comer=Customer, gap=sim.Exponential(rate=ARRIVALS_A_DAY))
    env.run(till=days)
    return arrivals.arrived, env.waits.mean()
