"""Every model that is timed: what it is called, and how it lets so many days pass."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from benchmarks.funnel import FUNNEL, QUEUE, Funnel, as_scenario
from salessim import Scenario, simulate
from salessim.run.files import TABLES

Model = Callable[[float], int]  # days to leads that came
BASELINE = "baseline"


def _of_ours(funnel: Funnel, engine: Any, tables: bool = False) -> Model:
    """Journal on, laws checked, KPIs made."""
    scenario = cache(partial(as_scenario, funnel))

    def run(days: float) -> int:
        made = simulate(scenario(round(days)), engine=engine)
        if tables:
            _ = [len(getattr(made, table)) for table in TABLES]
        return int(made.kpi["leads"])

    return run


def _of_peer(name: str, task: str) -> Model:
    """A peer, imported only where it is timed: each start-up is its own."""

    def run(days: float) -> int:
        from importlib import import_module

        peer = import_module(f"benchmarks.{name}")
        if task == "queue":
            return int(peer.queue(days)[0])
        return int(peer.funnel(FUNNEL, days))

    return run


def _of_baseline(engine: Any) -> Model:
    """The baseline with everything on, journal on, laws checked, KPIs made."""

    @cache
    def scenario(days: int) -> Scenario:
        return Scenario.load(BASELINE).replace({"calendar.days": days})

    def run(days: float) -> int:
        return int(simulate(scenario(round(days)), engine=engine).kpi["leads"])

    return run


def _crowd(people: int) -> Funnel:
    """The funnel with so many people in each pool, and as many leads for each of them."""
    rate = FUNNEL.leads_per_day * people / FUNNEL.people["sdr"]
    return Funnel(rate, dict.fromkeys(FUNNEL.people, people), FUNNEL.stages)


PEERS = {
    "plain SimPy": "plain_simpy",
    "Ciw": "peers.with_ciw",
    "salabim": "peers.with_salabim",
    "cimba": "peers.with_cimba",
}
OURS = {"our SimPy model": "simpy", "our compiled twin": "compiled"}
CROWDS = (1, 10, 100, 1_000)

MODELS: dict[str, Model] = {
    **{f"{task} {name}": _of_peer(module, task)
       for name, module in PEERS.items() for task in ("funnel", "queue")},
    **{f"{task} {name}": _of_ours(funnel, engine)
       for name, engine in OURS.items()
       for task, funnel in (("funnel", FUNNEL), ("queue", QUEUE))},
    **{f"baseline {name}": _of_baseline(engine) for name, engine in OURS.items()},
    **{f"crowd {people}": _of_ours(_crowd(people), "compiled") for people in CROWDS},
    "tables": _of_ours(FUNNEL, "compiled", tables=True),
}  # fmt: skip


def leads_a_day(model: str) -> float:
    """Leads that come to a model in a day."""
    task, _, rest = model.partition(" ")
    if task == "crowd":
        return _crowd(int(rest)).leads_per_day
    if task == BASELINE:
        return sum(channel.leads_per_day for channel in Scenario.load(BASELINE).channels.values())
    return FUNNEL.leads_per_day
