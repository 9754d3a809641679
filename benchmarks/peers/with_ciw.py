"""The funnel and the queue with Ciw: a network of nodes, and a data record for each visit.

Each pool of people is a node, and so are customers who are deciding. A lead carries its
stage, because several stages share the servers of a node.
"""

import math
import random
import statistics

import ciw

from benchmarks.funnel import ARRIVALS_A_DAY, MEAN_SERVICE, SERVERS, Funnel


class Lead(ciw.Individual):
    """A lead that knows its stage."""

    stage = 0


class ByStage(ciw.dists.Distribution):
    """An exponential time whose mean depends on the lead's stage."""

    def __init__(self, means: list[float]) -> None:
        self.rates = [1 / mean if mean else math.inf for mean in means]

    def sample(self, t: float | None = None, ind: Lead | None = None) -> float:  # noqa: ARG002
        return random.expovariate(self.rates[ind.stage])


class Decided(ciw.routing.NodeRouting):
    """Where a lead goes after a decision: to the next stage's people, or out."""

    def __init__(self, funnel: Funnel, passed: list[int]) -> None:
        nodes = {name: number for number, name in enumerate(funnel.people, start=1)}
        self.passes = [stage.passes for stage in funnel.stages]
        self.following = [nodes[stage.people] for stage in funnel.stages[1:]] + [-1]
        self.passed = passed

    def next_node(self, ind: Lead) -> ciw.Node:
        stage = ind.stage
        if random.random() >= self.passes[stage]:
            return self.simulation.nodes[-1]
        self.passed[stage] += 1
        ind.stage += 1
        return self.simulation.nodes[self.following[stage]]


class Worked(Decided):
    """Where a lead goes after work: to the customer's decision, if there is one."""

    def __init__(self, funnel: Funnel, passed: list[int]) -> None:
        super().__init__(funnel, passed)
        self.decides = [stage.decides > 0 for stage in funnel.stages]
        self.deciding = len(funnel.people) + 1

    def next_node(self, ind: Lead) -> ciw.Node:
        if self.decides[ind.stage]:
            return self.simulation.nodes[self.deciding]
        return super().next_node(ind)


def network(funnel: Funnel, passed: list[int]) -> ciw.network.Network:
    """A node for each pool of people, and one for all customers who are deciding."""
    work = ByStage([stage.work for stage in funnel.stages])
    decides = ByStage([stage.decides for stage in funnel.stages])
    leads = ciw.dists.Exponential(funnel.leads_per_day)
    first = funnel.stages[0].people
    routing = [Worked(funnel, passed) for _ in funnel.people] + [Decided(funnel, passed)]
    return ciw.create_network(
        arrival_distributions=[leads if name == first else None for name in funnel.people] + [None],
        service_distributions=[work for _ in funnel.people] + [decides],
        number_of_servers=[*funnel.people.values(), math.inf],
        routing=ciw.routing.NetworkRouting(routing),
    )


def observe(funnel: Funnel, days: float, seed: int = 1) -> tuple[int, list[tuple[float, int]]]:
    """How many leads arrived; for each stage, the mean wait and how many passed."""
    ciw.seed(seed)
    passed = [0 for _ in funnel.stages]
    simulation = ciw.Simulation(network(funnel, passed), individual_class=Lead)
    simulation.simulate_until_max_time(days)
    waits: list[list[float]] = [[] for _ in funnel.stages]
    deciding = len(funnel.people) + 1
    for lead in simulation.get_all_individuals():
        worked = (record for record in lead.data_records if record.node != deciding)
        for position, record in enumerate(worked):
            waits[position].append(record.waiting_time)
    means = [statistics.fmean(some) if some else math.nan for some in waits]
    arrived = simulation.nodes[0].number_of_individuals
    return arrived, list(zip(means, passed, strict=True))


def funnel(funnel: Funnel, days: float, seed: int = 1) -> int:
    """Simulate a number of days; how many leads arrived."""
    return observe(funnel, days, seed)[0]


def queue(days: float, seed: int = 1) -> tuple[int, float]:
    """Simulate a number of days; how many customers arrived, and the mean wait of those served."""
    ciw.seed(seed)
    counter = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(ARRIVALS_A_DAY)],
        service_distributions=[ciw.dists.Exponential(1 / MEAN_SERVICE)],
        number_of_servers=[SERVERS],
    )
    simulation = ciw.Simulation(counter)
    simulation.simulate_until_max_time(days)
    waits = [record.waiting_time for record in simulation.get_all_records()]
    return simulation.nodes[0].number_of_individuals, statistics.fmean(waits)
