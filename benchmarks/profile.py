"""Where a run on the compiled engine spends its time: `python -m benchmarks.profile`."""

import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
from numba import njit

from benchmarks.funnel import FUNNEL, as_scenario
from salessim import Run, Scenario
from salessim.compiled import engine, sheet
from salessim.journal import VISIT
from salessim.market import Market
from salessim.run.files import TABLES
from salessim.run.kpis import make_kpis
from salessim.run.laws import check_laws
from salessim.run.record import Record
from salessim.scenario import timeline

ROUNDS = 15


def phases(scenario: Scenario) -> dict[str, float]:
    """Median milliseconds for each phase of a run, in order."""
    laps: dict[str, list[float]] = {}
    for _ in range(ROUNDS + 1):
        for name, seconds in _one(scenario):
            laps.setdefault(name, []).append(seconds * 1e3)
    return {name: statistics.median(times[1:]) for name, times in laps.items()}


def _one(scenario: Scenario) -> Iterator[tuple[str, float]]:
    before = time.perf_counter()

    def lap(name: str) -> tuple[str, float]:
        nonlocal before
        last, before = before, time.perf_counter()
        return name, before - last

    steps = timeline(scenario)
    market = Market(steps, 1, 0)
    yield lap("arrivals")
    for _, now in steps:
        for position in range(len(now.process)):
            market.stage(now, position).effort(1)
    yield lap("random draws for every stage")
    begin = float(-scenario.calendar.warm_up_days)
    given = sheet.sheet_of(steps, market)
    state = sheet.state_of(given, len(scenario.territories), begin)
    yield lap("preparing the engine's arrays")
    while (lacks := engine.simulate(given, state, given.end)) != sheet.DONE:
        state = sheet.with_more_space(state, lacks)
    yield lap("events")
    journal = sheet.journal_of(state)
    record = Record(scenario, steps, 1, 0, market.leads, journal)
    check_laws(record)
    yield lap("invariants")
    list(make_kpis(record))
    yield lap("KPIs")
    run = Run(record)
    for table in TABLES:
        len(getattr(run, table))
    yield lap("all tables, if requested")


@njit(nogil=True, _nrt=False)
def _hold(heap: engine.Records, delays: engine.Floats) -> None:
    """Process one event per delay, each replacing the first event in the heap."""
    for number in range(len(delays)):
        engine.sink(heap, len(heap), heap[0].time + delays[number], number)


@njit(nogil=True, _nrt=False)
def _write(visits: engine.Records) -> None:
    """Write as many entries as fit."""
    for number in range(len(visits)):
        v = visits[number]
        v.lead, v.stage, v.kind, v.attempt, v.result, v.desk, v.person = number, 1, 0, 1, 1, 2, 3
        v.ready, v.started, v.ended, v.hours, v.travel = 1.0, 2.0, 3.0, 4.0, 0.0


def _milliseconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS + 1):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times[1:]) * 1e3


def heap_alone(events: int, size: int) -> float:
    """Milliseconds for a number of events in a heap of a given size, with no other work."""
    draw = np.random.default_rng(1)
    heap = np.zeros(size, sheet.EVENT)
    heap["time"] = np.sort(draw.exponential(size=size))
    delays = draw.exponential(size=events)
    return _milliseconds(lambda: _hold(heap, delays))


def journal_alone(visits: int) -> float:
    """Milliseconds for writing a number of visits."""
    room = np.empty(visits, VISIT)
    return _milliseconds(lambda: _write(room))


def show() -> Iterator[str]:
    """The lines of a table, in Markdown."""
    yield "| phase | the funnel, ms | the baseline year, ms |"
    yield "| --- | ---: | ---: |"
    both = [phases(as_scenario(FUNNEL, 1_000)), phases(Scenario.load("baseline"))]
    for name in both[0]:
        yield f"| {name} | {both[0][name]:.1f} | {both[1][name]:.1f} |"
    heap = heap_alone(80_000, 100), heap_alone(80_000, 300)
    yield f"| of the events: the heap by itself | {heap[0]:.1f} | {heap[1]:.1f} |"
    book = journal_alone(40_000), journal_alone(51_000)
    yield f"| of the events: the event log by itself | {book[0]:.1f} | {book[1]:.1f} |"


if __name__ == "__main__":
    print("\n".join(show()))
