"""Speed and memory beside plain SimPy, as ratios of one run: `make bench`.

Each measurement has a process of its own, so that memory is its own too; the
models take turns, and medians are shown. Seconds depend on the machine and are
noisy; the ratios are what counts.
"""

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import plain_simpy
from benchmarks.funnel import FUNNEL, as_scenario
from salessim import Scenario, simulate
from salessim.run.files import TABLES

ROUNDS = 7
SIZES = (1_000, 10_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class Measured:
    """One measurement."""

    leads: int
    seconds: float
    megabytes: float

    @property
    def leads_per_second(self) -> float:
        return self.leads / self.seconds


def plain(days: int) -> int:
    """The plain model, and the means that one would look at."""
    observed = plain_simpy.run(FUNNEL, days)
    statistics.fmean(started - ready for _, _, ready, started, _ in observed.visits)
    return sum(position == 0 for _, position, *_ in observed.visits)


def ours(days: int) -> int:
    """Our model, journal on, laws checked, KPIs made."""
    run = simulate(as_scenario(FUNNEL, days))
    return int(run.kpi["leads"])


def ours_with_tables(days: int) -> int:
    """Our model with KPIs and every table."""
    run = simulate(as_scenario(FUNNEL, days))
    return max(int(run.kpi["leads"]), *(0 * len(getattr(run, table)) for table in TABLES))


def baseline(days: int) -> int:
    """The baseline with everything on, journal on, laws checked, KPIs made."""
    scenario = Scenario.load("baseline").replace({"calendar.days": days})
    return int(simulate(scenario).kpi["leads"])


MODELS: dict[str, Callable[[int], int]] = {
    model.__name__: model for model in (plain, ours, ours_with_tables, baseline)
}


def measure_here(model: str, leads: int) -> None:
    """Measure one model in this process, after a small run that warms it up."""
    days = max(round(leads / FUNNEL.leads_per_day), 1)
    MODELS[model](10)
    seconds, count = [], 0
    while sum(seconds) < 0.5 and len(seconds) < 30:
        begin = time.perf_counter()
        count = MODELS[model](days)
        seconds.append(time.perf_counter() - begin)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([count, statistics.median(seconds), peak]))


def measure(model: str, leads: int) -> Measured:
    """Measure one model in a process of its own."""
    command = [sys.executable, "-m", "benchmarks", model, str(leads)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return Measured(*json.loads(answer.stdout))


def compare(leads: int = 20_000) -> None:
    """Models in turn, and the ratio of each pair."""
    print(
        f"\nThe same five-stage funnel, about {leads:,} leads, {ROUNDS} rounds in turn (medians)\n"
    )
    names = ("plain", "ours", "ours_with_tables")
    rounds = [{name: measure(name, leads) for name in names} for _ in range(ROUNDS)]
    print(f"{'':20}{'leads/s':>12}{'ratio':>8}{'peak MB':>10}")
    for name in names:
        speed = statistics.median(r[name].leads_per_second for r in rounds)
        ratio = statistics.median(
            r[name].leads_per_second / r["plain"].leads_per_second for r in rounds
        )
        peak = statistics.median(r[name].megabytes for r in rounds)
        print(f"{name:20}{speed:12,.0f}{ratio:8.2f}{peak:10.0f}")


def grow() -> None:
    """Time per lead and memory from a thousand to a million leads."""
    print("\nOur model as it grows\n")
    print(f"{'leads':>12}{'us a lead':>12}{'ratio':>8}{'peak MB':>10}")
    first = None
    for leads in SIZES:
        measured = [measure("ours", leads) for _ in range(3 if leads < SIZES[-1] else 1)]
        a_lead = statistics.median(m.seconds / m.leads for m in measured) * 1e6
        first = first or a_lead
        peak = statistics.median(m.megabytes for m in measured)
        print(f"{leads:12,}{a_lead:12.1f}{a_lead / first:8.2f}{peak:10.0f}")


def show_baseline() -> None:
    """The baseline year, for the record."""
    measured = [measure("baseline", 5_200) for _ in range(3)]
    seconds = statistics.median(m.seconds for m in measured)
    print(f"\nThe baseline year: {seconds:.2f} s, {measured[0].leads:,} leads\n")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        measure_here(sys.argv[1], int(sys.argv[2]))
    else:
        compare()
        grow()
        show_baseline()
