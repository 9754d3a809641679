"""Measure what studies promise: `make studies` (about half an hour), or one part by name.

python -m benchmarks.studies coverage
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from math import factorial
from pathlib import Path
from statistics import median
from typing import Any

import joblib
import numpy as np

from salessim import Scenario, best, compare, simulate
from salessim.display import HEADLINE
from salessim.experiment import Study, Workers

STUDIES = 1_000
ALONE = Workers(1)


def parallel(work: Callable[[int], Any], count: int) -> list[Any]:
    """Results of a number of studies, run on all cores."""
    jobs = (joblib.delayed(work)(number) for number in range(count))
    return list(joblib.Parallel(n_jobs=-1)(jobs))


def desk(people: int, **blocks: Any) -> Scenario:
    """A textbook desk: six leads per day, two hours each; long enough for nearly normal means."""
    raw: dict[str, Any] = {
        "calendar": {"days": 200, "warm_up_days": 10},
        "channels": {"door": {"leads_per_day": 6}},
        "team": {"sdr": {"count": people}},
        "process": [
            {
                "name": "call",
                "role": "sdr",
                "effort": {"distribution": "exponential", "mean_hours": 2},
                "pass_probability": 1,
            }
        ],
    }
    return Scenario.parse(raw | blocks)


def erlang_wait(people: int, arrivals: float, served: float) -> float:
    """Mean wait at a desk with several people (Erlang 1917), in the time unit of the rates."""
    load = arrivals / served
    busy = load**people / factorial(people) * people / (people - load)
    all_busy = busy / (sum(load**n / factorial(n) for n in range(people)) + busy)
    return all_busy / (people * served - arrivals)


# Coverage


def one_coverage(truth: float, number: int) -> tuple[bool, bool, int]:
    """Whether the fixed and two-stage intervals cover the truth; the latter's replications."""
    study = Study(number + 1, ALONE)
    pair = desk(3), desk(4)
    rows = []
    for keys in ({"replications": 30}, {"replications": 20, "settle": "response_hours"}):
        effect = compare(*pair, margin=0.085, study=study, **keys)  # type: ignore[arg-type]
        rows.append(effect.table.set_index("kpi").loc["response_hours"])
    covers = [bool(row["low"] <= truth <= row["high"]) for row in rows]
    return covers[0], covers[1], int(rows[1]["replications"])


def coverage() -> Iterator[str]:
    """How often 95% intervals for a difference in mean wait cover the known truth."""
    truth = 8 * (erlang_wait(4, 6, 4) - erlang_wait(3, 6, 4))
    found = parallel(partial(one_coverage, truth), STUDIES)
    for place, name in enumerate(("30 replications", "two stages, 20 first")):
        yield f"{name}: covers the truth in {np.mean([f[place] for f in found]):.1%}"
    yield f"(two stages take {np.mean([f[2] for f in found]):.1f} replications on average)"


# False verdicts


def one_false(number: int) -> bool:
    """Whether any headline figure is called higher or lower although only the draws differ."""
    earning = {
        "segments": {"all": {"share": 1, "value": {"distribution": "exponential", "mean": 100}}},
        "economics": {"gross_margin": 1},
        "calendar": {"days": 60, "warm_up_days": 10},
    }
    one = desk(3, **earning)
    other = desk(3, **earning, channels={"gate": {"leads_per_day": 6}})  # another name, other draws
    table = compare(one, other, replications=20, study=Study(number + 1, ALONE)).table
    headline = table[table["kpi"].isin(HEADLINE)]
    return bool(headline["verdict"].isin(["higher", "lower"]).any())


def false_verdicts() -> Iterator[str]:
    """How often a verdict is false if nothing really changes and the draws are independent."""
    share = np.mean(parallel(one_false, STUDIES))
    said = f"a false verdict (higher or lower) among {len(HEADLINE)} headline figures"
    yield f"{said}: {share:.1%} of studies"


# Common random numbers


def shared_luck() -> Iterator[str]:
    """How many times fewer replications common random numbers need, with one more person."""
    for name, role, count in (
        ("one-desk", "sdr", 100), ("baseline", "ae", 100), ("small-team", "ae", 30),
        ("enterprise", "ae", 30), ("overload", "ae", 30), ("overload", "sdr", 30),
        ("no-support", "ae", 30), ("support-rollout", "support", 30),
    ):  # fmt: skip
        base = Scenario.load(name)
        changes: dict[str, Any] = {f"team.{role}.count": base.team[role].count + 1}
        table = compare(base, base.replace(changes), replications=count).table.set_index("kpi")
        kpis = ["won", "revenue", "win_rate", "sales_cycle_days", "response_hours", "contribution"]
        told = (f"{kpi} {table.loc[kpi, 'variance_reduction']:.1f}" for kpi in kpis)
        yield f"{name}, one more {role}, {count} replications: {', '.join(told)}"


# Speed


def speed() -> Iterator[str]:
    """Two workers compared with one, and a study with bare simulations; medians of ratios."""
    base, runs, rounds = Scenario.load("baseline"), 40, 5
    twice, overhead = [], []
    for round_number in range(rounds):
        took = {}
        for name in ("bare", "one", "two"):
            begun = time.perf_counter()
            if name == "bare":
                for k in range(runs):
                    simulate(base, round_number, k).kpi  # noqa: B018
            else:
                workers = Workers(1 if name == "one" else 2)
                with tempfile.TemporaryDirectory() as folder:
                    study = Study(round_number, workers, Path(folder))
                    study.run([(base, k) for k in range(runs)])
            took[name] = time.perf_counter() - begun
        twice.append(took["one"] / took["two"])
        overhead.append(took["one"] / took["bare"] - 1)
    yield f"two workers are {median(twice):.2f} times as fast as one ({runs} baseline years)"
    yield f"a study with its store takes {median(overhead):+.1%} compared with bare simulations"


# The best design

RATE, PATIENCE, VALUE, DAYS = 8.0, 1.0, 100.0, 20


def served_a_day(people: int) -> float:
    """Leads served per day at a desk whose leads lose patience (Erlang-A), in equilibrium."""
    weights = [1.0]
    for n in range(1, 400):
        weights.append(weights[-1] * RATE / (min(n, people) + max(n - people, 0) * PATIENCE))
    chances = np.array(weights) / sum(weights)
    return float((chances * np.minimum(np.arange(400), people)).sum())


def impatient_desk(wage: float) -> Scenario:
    """A desk with impatient leads, where each person costs a wage per day."""
    stage = {
        "name": "call",
        "role": "sdr",
        "effort": {"distribution": "exponential", "mean_hours": 8},
        "pass_probability": 1,
        "patience": {"distribution": "exponential", "mean_days": 1 / PATIENCE},
    }
    return desk(
        1,
        calendar={"days": DAYS, "warm_up_days": 8},
        channels={"door": {"leads_per_day": RATE}},
        process=[stage],
        segments={"all": {"share": 1, "value": {"distribution": "constant", "mean": VALUE}}},
        team={"sdr": {"count": 1, "salary_per_year": wage * 260}},
        economics={"gross_margin": 1},
    )


def one_search(base: Scenario, answer: int, equal: int, number: int) -> tuple[bool, bool, bool]:
    """Whether our allocation finds the answer or has it in its set, and whether equal shares do."""
    vary = {"team.sdr.count": list(range(1, 21))}
    study = Study(number + 1, ALONE)
    found = best(base, vary, "contribution", runs=equal * 20 // 2, study=study)
    near = [point["team.sdr.count"] for point in (*found.tied, *found.unclear)]
    mine = found.point["team.sdr.count"] if found.point else 0
    designs = [base.replace({"team.sdr.count": n}) for n in range(1, 21)]
    study.run([(d, k) for d in designs for k in range(equal)])
    means = [study.kpi(d, "contribution", equal).mean() for d in designs]
    return mine == answer, answer in (mine, *near), int(np.argmax(means)) + 1 == answer


def search() -> Iterator[str]:
    """How often the known best of 20 designs is found, also with twice the runs, equally shared."""
    served = np.array([served_a_day(n) for n in range(1, 21)])
    answer = 8
    wage = VALUE * (served[answer] - served[answer - 2]) / 2  # between two marginal gains
    worth = DAYS * (VALUE * served - wage * np.arange(1, 21))
    assert int(np.argmax(worth)) + 1 == answer
    second = np.sort(worth)[-2]
    yield f"20 designs; the best is worth {worth.max():,.0f}, the second best {second:,.0f}"
    for equal in (20, 40):
        found = parallel(partial(one_search, impatient_desk(wage), answer, equal), 100)
        best_one, in_set, equally = (np.mean([f[i] for f in found]) for i in range(3))
        yield f"{equal * 10} runs, put where they matter, find it in {best_one:.0%} of 100 studies"
        yield f"    and have it among those not worse than the best in {in_set:.0%};"
        yield f"    {equal * 20} runs in equal shares find it in {equally:.0%}"


PARTS = {
    "coverage": coverage, "false": false_verdicts, "luck": shared_luck, "speed": speed,
    "search": search,
}  # fmt: skip


def main() -> None:
    """Measure the requested parts, or all."""
    for name in sys.argv[1:] or PARTS:
        print(f"\n{name}: {(PARTS[name].__doc__ or '').strip()}")
        for line in PARTS[name]():
            print(f"    {line}", flush=True)


if __name__ == "__main__":
    main()
