"""The funnel and the queue with cimba: a process for each lead, compiled to native code.

Compiled code belongs to the classes, so the first run compiles them and later
runs, whatever their numbers, do not.
"""

import cimba as cb

from benchmarks.funnel import ARRIVALS_A_DAY, MEAN_SERVICE, SERVERS, Funnel
from benchmarks.funnel import Stage as StageOfFunnel


class Pool(cb.Model):
    """A pool of people."""

    people: cb.Resource

    def __init__(self, count: int) -> None:
        self.people = cb.Resource(capacity=count)


class Stage(cb.Model):
    """A stage, and what a user would measure there."""

    people: cb.Ref[cb.Resource]
    work: cb.Param[float]
    decides: cb.Param[float]
    passes: cb.Param[float]
    waits: cb.Dataset
    mean_wait: cb.Output[float]
    passed: cb.Output[int]

    def __init__(self, stage: StageOfFunnel, people: cb.Resource) -> None:
        self.people = people
        self.work, self.decides, self.passes = stage.work, stage.decides, stage.passes

    @cb.on_end
    def measure(self):
        self.mean_wait = self.waits.sample_mean()


class Lead(cb.Model):
    """One lead's journey through the funnel."""

    sales: cb.Ref["Sales"]

    @cb.process
    def journey(self):
        for number in range(len(self.sales.stages)):
            stage = self.sales.stages[number]
            ready = cb.now()
            stage.people.acquire()
            stage.waits.record(cb.now() - ready)
            cb.hold(cb.random.exponential(stage.work))
            stage.people.release()
            if stage.decides > 0.0:
                cb.hold(cb.random.exponential(stage.decides))
            else:
                # A released person is handed over by an event at the same time;
                # asking again before it would jump the queue.
                cb.hold(0.0)
            if not cb.random.bernoulli(stage.passes):
                break
            stage.passed += 1


class Sales(cb.Model):
    """Leads arrive at random."""

    leads_per_day: cb.Param[float]
    pools: list[Pool]
    stages: list[Stage]
    arrived: cb.Output[int]

    def __init__(self, funnel: Funnel) -> None:
        self.leads_per_day = funnel.leads_per_day
        pools = {name: Pool(count) for name, count in funnel.people.items()}
        self.pools = list(pools.values())
        self.stages = [Stage(stage, pools[stage.people].people) for stage in funnel.stages]

    @cb.process
    def arrivals(self):
        while True:
            cb.hold(cb.random.exponential(1 / self.leads_per_day))
            self.arrived += 1
            cb.spawn(Lead, sales=self)


class Customer(cb.Model):
    """One customer's visit to the counter."""

    counter: cb.Ref["Counter"]

    @cb.process
    def visit(self):
        ready = cb.now()
        self.counter.servers.acquire()
        self.counter.waits.record(cb.now() - ready)
        cb.hold(cb.random.exponential(self.counter.mean_service))
        self.counter.servers.release()


class Counter(cb.Model):
    """Customers arrive at random at several servers with a single line."""

    gap: cb.Param[float] = 1 / ARRIVALS_A_DAY
    mean_service: cb.Param[float] = MEAN_SERVICE
    servers: cb.Resource = cb.Resource(capacity=SERVERS)
    waits: cb.Dataset
    mean_wait: cb.Output[float]
    arrived: cb.Output[int]

    @cb.process
    def arrivals(self):
        while True:
            cb.hold(cb.random.exponential(self.gap))
            self.arrived += 1
            cb.spawn(Customer, counter=self)

    @cb.on_end
    def measure(self):
        self.mean_wait = self.waits.sample_mean()


COUNTER = Counter()


def run(model: cb.Model, days: float, seed: int) -> cb.Results:
    """One trial, on one thread; a failure is raised, not just recorded."""
    experiment = cb.Experiment(model, window=cb.Window(duration=days), seed=seed)
    return experiment.run(workers=1, on_failure="raise")


def observe(funnel: Funnel, days: float, seed: int = 1) -> tuple[int, list[tuple[float, int]]]:
    """How many leads arrived; for each stage, the mean wait and how many passed."""
    sales = Sales(funnel)
    results = run(sales, days, seed)
    measured = [results[stage] for stage in sales.stages]
    arrived = int(results[sales].arrived[0, 0])
    return arrived, [(float(m.mean_wait[0, 0]), int(m.passed[0, 0])) for m in measured]


def funnel(funnel: Funnel, days: float, seed: int = 1) -> int:
    """Simulate a number of days; how many leads arrived."""
    return observe(funnel, days, seed)[0]


def queue(days: float, seed: int = 1) -> tuple[int, float]:
    """Simulate a number of days; how many customers arrived, and the mean wait of those served."""
    measured = run(COUNTER, days, seed)[COUNTER]
    return int(measured.arrived[0, 0]), float(measured.mean_wait[0, 0])
