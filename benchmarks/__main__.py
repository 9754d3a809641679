"""Speed and memory compared with other libraries: `make bench` (about ten minutes).

Each measurement has its own process, so that its memory is measured separately. The models
take turns, and medians are shown. Seconds depend on the machine and are noisy; look at the
ratios. Writes docs/speed.md and its plot.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import picture, profile, starts
from benchmarks.measure import Measured, measure
from benchmarks.models import CROWDS, OURS, PEERS
from salessim import Scenario, compare
from salessim.experiment import Study, Workers

ROUNDS = 5
LEADS = 20_000
YEAR = 5_000  # leads in a baseline year
SIZES = (1_000, 10_000, 100_000, 1_000_000)
PAIRS = 30
DOCS = Path(__file__).parents[1] / "docs"

Rounds = list[dict[str, Measured]]


def in_turn(models: list[str], leads: int) -> Rounds:
    """Run each model once per round."""
    return [{model: measure(model, leads) for model in models} for _ in range(ROUNDS)]


def median(rounds: Rounds, see: Callable[[dict[str, Measured]], float]) -> float:
    """Median over the rounds of a value taken from each."""
    return statistics.median(map(see, rounds))


def beside(rounds: Rounds, model: str, other: str) -> float:
    """Leads per second of one model, relative to another (median of the rounds' ratios)."""
    return median(rounds, lambda r: r[model].leads_per_second / r[other].leads_per_second)


def peers() -> Iterator[str]:
    """The same funnel and the same queue in every library."""
    names = [*PEERS, *OURS]
    found: dict[str, dict[str, float]] = {}
    for task, what in (("funnel", "the five-stage funnel"), ("queue", "M/M/5")):
        rounds = in_turn([f"{task} {name}" for name in names], LEADS)
        yield f"\n| {what} | leads per second | relative to plain SimPy | peak MB | startup, s |"
        yield "| --- | ---: | ---: | ---: | ---: |"
        found[what] = {}
        for name in names:
            model, plain = f"{task} {name}", f"{task} plain SimPy"
            found[what][name] = beside(rounds, model, plain)
            speed = median(rounds, lambda r, m=model: r[m].leads_per_second)
            peak = median(rounds, lambda r, m=model: r[m].megabytes)
            start = median(rounds, lambda r, m=model: r[m].start)
            ratio = found[what][name]
            yield f"| {name} | {speed:,.0f} | {ratio:.2f} | {peak:.0f} | {start:.1f} |"
    picture.draw(found, DOCS / "images" / "speed.png")


def baseline() -> Iterator[str]:
    """The baseline year, with all its mechanisms."""
    one, other = (f"baseline {name}" for name in OURS)
    rounds = in_turn([one, other], YEAR)
    yield "\n| the baseline year | seconds | times as fast as SimPy |"
    yield "| --- | ---: | ---: |"
    for name, model in zip(OURS, (one, other), strict=True):
        seconds = median(rounds, lambda r, m=model: r[m].seconds)
        yield f"| {name} | {seconds:.3f} | {beside(rounds, model, one):.1f} |"


def growth() -> Iterator[str]:
    """Cost with more and more leads, and with more and more people."""
    yield "\n| leads in one run | microseconds per lead | peak MB |"
    yield "| ---: | ---: | ---: |"
    for leads in SIZES:
        yield _grown(f"{leads:,}", "funnel our compiled engine", leads)
    yield "\n| people in each pool | microseconds per lead | peak MB |"
    yield "| ---: | ---: | ---: |"
    for people in CROWDS:
        yield _grown(f"{people:,}", f"crowd {people}", LEADS)


def _grown(name: str, model: str, leads: int) -> str:
    found = [measure(model, leads) for _ in range(3)]
    a_lead = statistics.median(m.seconds / m.leads for m in found) * 1e6
    return f"| {name} | {a_lead:.2f} | {statistics.median(m.megabytes for m in found):.0f} |"


def studies() -> Iterator[str]:
    """A study of 30 pairs of baseline years with the same random draws, verdicts included."""
    base = Scenario.load("baseline")
    what_if = base.replace({"team.ae.count": base.team["ae"].count + 1})

    def pairs(count: int, workers: Workers) -> None:
        compare(base, what_if, replications=count, study=Study(workers=workers))

    ways = {
        "SimPy, one process": Workers(1, engine="simpy"),
        "compiled engine, one thread": Workers(1, engine="compiled"),
        "compiled engine, two threads": Workers(2, engine="compiled"),
    }
    pairs(2, ways["compiled engine, two threads"])  # warm up: compile and cache
    rounds: list[dict[str, float]] = []
    for _ in range(3):
        rounds.append({})
        for name, workers in ways.items():
            begin = time.perf_counter()
            pairs(PAIRS, workers)
            rounds[-1][name] = time.perf_counter() - begin
    yield f"\n| {PAIRS} paired baseline years | seconds | times as fast as SimPy |"
    yield "| --- | ---: | ---: |"
    for name in ways:
        seconds = statistics.median(r[name] for r in rounds)
        ratio = statistics.median(r["SimPy, one process"] / r[name] for r in rounds)
        yield f"| {name} | {seconds:.2f} | {ratio:.1f} |"
    one, two = "compiled engine, one thread", "compiled engine, two threads"
    ratio = statistics.median(r[one] / r[two] for r in rounds)
    yield f"\nTwo threads compared with one: {ratio:.2f} times as fast."


PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "Compared with other libraries": peers,
    "The baseline year": baseline,
    "More leads, more people": growth,
    "A study": studies,
    "Startup": starts.show,
    "Where the time goes": profile.show,
}
WORDS = Path(__file__).with_name("speed.head.md").read_text("utf-8")


def main() -> None:
    """Measure everything, print results as they come in, and write the page."""
    lines = [WORDS.rstrip()]
    for title, part in PARTS.items():
        lines.append(f"\n## {title}\n")
        print(lines[-1], flush=True)
        for line in part():
            lines.append(line)
            print(line, flush=True)
    (DOCS / "speed.md").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
