"""Every model that is timed: its name, and a function that simulates a number of days."""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from itertools import count
from typing import Any

from benchmarks.funnel import FUNNEL, QUEUE, Funnel, as_scenario

Model = Callable[[float], int]  # days in, number of leads that arrived out
BASELINE = "baseline"


def _of_ours(scenario: Callable[[int], Any], engine: str) -> Model:
    """A model of ours: event log, invariants, and KPIs included; each run draws new numbers.

    Packages are imported inside, so that each model's startup and memory are its own.
    """
    scenario, lucks = cache(scenario), count()

    def run(days: float) -> int:
        from salessim import simulate

        return int(simulate(scenario(round(days)), 1, next(lucks), engine).kpi["leads"])

    return run


def _of_peer(name: str, task: str) -> Model:
    """A model in another library, with its own random numbers."""
    lucks: Iterator[int] = count(1)

    def run(days: float) -> int:
        peer = import_module(f"benchmarks.{name}")
        if task == "queue":
            return int(peer.queue(days, next(lucks))[0])
        return int(peer.funnel(FUNNEL, days, next(lucks)))

    return run


def _funnel(funnel: Funnel) -> Callable[[int], Any]:
    return lambda days: as_scenario(funnel, days)


def _baseline(days: int) -> Any:
    """The baseline, with all its mechanisms."""
    from salessim import Scenario

    return Scenario.load(BASELINE).replace({"calendar.days": days})


def _crowd(people: int) -> Funnel:
    """The funnel with a number of people in each pool, and the same number of leads per person."""
    rate = FUNNEL.leads_per_day * people / FUNNEL.people["sdr"]
    return Funnel(rate, dict.fromkeys(FUNNEL.people, people), FUNNEL.stages)


PEERS = {
    "plain SimPy": "plain_simpy",
    "Ciw": "peers.with_ciw",
    "salabim": "peers.with_salabim",
    "cimba": "peers.with_cimba",
}
OURS = {"our SimPy model": "simpy", "our compiled engine": "compiled"}
CROWDS = (1, 10, 100, 1_000)

MODELS: dict[str, Model] = {
    **{f"{task} {name}": _of_peer(module, task)
       for name, module in PEERS.items() for task in ("funnel", "queue")},
    **{f"{task} {name}": _of_ours(_funnel(funnel), engine)
       for name, engine in OURS.items()
       for task, funnel in (("funnel", FUNNEL), ("queue", QUEUE))},
    **{f"baseline {name}": _of_ours(_baseline, engine) for name, engine in OURS.items()},
    **{f"crowd {people}": _of_ours(_funnel(_crowd(people)), "compiled") for people in CROWDS},
}  # fmt: skip


def leads_a_day(model: str) -> float:
    """Leads that arrive in a model per day."""
    task, _, rest = model.partition(" ")
    if task == "crowd":
        return _crowd(int(rest)).leads_per_day
    if task == BASELINE:
        return sum(channel.leads_per_day for channel in _baseline(1).channels.values())
    return FUNNEL.leads_per_day
