"""What the load asked for, rates observed and the bottleneck promise, measured.

`make expected`, or a part by its name: python -m benchmarks.expected load
"""

import sys
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray

from salessim import Scenario, simulate
from salessim.expected import load_of
from salessim.experiment.bottleneck import YEARS as DESCRIBED
from salessim.experiment.bottleneck import bottleneck
from salessim.experiment.statistics import student
from salessim.resources import presets
from salessim.terms import Result

YEARS = 100
SCENARIOS = 50
MOST_LOAD = 0.9
MONTHS = [110, 105, 95, 90, 100, 110, 105, 85, 90, 105, 110, 95]

Raw = dict[str, Any]
Random = np.random.Generator


# Scenarios that nobody chose: no patience, a support desk that keeps up


def random_scenario(number: int, most_load: float = MOST_LOAD) -> Scenario:
    """A department of some thousand leads a year, every load under the most."""
    random = np.random.default_rng(number)
    raw = _market(random) | {"process": _process(random)}
    raw["calendar"] = {
        "days": 260,
        "warm_up_days": 520,
        "holidays": ["2026-01-06", "2026-04-03", "2026-12-25"],
        "leave_days_per_year": int(random.choice([0, 26])),
    }
    raw["team"] = {
        role: {"count": 1, "internal_hours_per_week": int(random.choice([0, 6, 10]))}
        for role in ("sdr", "ae", "support")
    }
    if random.random() < 0.7:
        raw["support"] = {"delegable": float(random.choice([0.3, 0.6, 1.0])), "overflow_days": 5000}
    if random.random() < 0.4:
        raw["no_decision"] = {"share": 0.4, "delay": 1.5}
    channel = next(iter(raw["channels"]))
    rate = raw["channels"][channel]["leads_per_day"]
    if random.random() < 0.5:
        raw["plan"] = [{"day": 100, "set": {f"channels.{channel}.leads_per_day": rate * 1.2}}]
    alone = Scenario.parse(raw)
    wanted = random.uniform(0.5, 0.97, 3) * most_load
    counts = {
        f"team.{role}.count": max(1, int(np.ceil(load / share)))
        for (role, load), share in zip(load_of(alone).items(), wanted, strict=True)
    }
    return alone.replace(counts)


def _market(random: Random) -> Raw:
    shares = random.dirichlet([4, 3, 2])
    channels = {}
    for name in ("web", "calls", "fair")[: random.integers(1, 4)]:
        channels[name] = {
            "leads_per_day": round(float(random.uniform(8, 20)), 2),
            "fit": {"mean": round(float(random.normal(0, 0.7)), 2), "spread": 0.6},
        }
    if random.random() < 0.4:
        channels["web"] |= {"season": MONTHS, "growth_per_year": 0.15}
    segments = {
        name: {
            "share": float(share),
            "odds": float(random.choice([0.6, 1.0, 1.5])),
            "effort": float(random.uniform(0.6, 1.5)),
            "delay": float(random.uniform(0.8, 1.5)),
            "meetings": int(random.integers(1, 4)),
        }
        for name, share in zip(("small", "mid", "large"), shares, strict=True)
    }
    territories = {
        "north": {"share": 0.6, "travel_hours": 0.5, "demand": float(random.choice([1, 1.5]))},
        "south": {"share": 0.4, "travel_hours": 1.5},
    }
    return {"channels": channels, "segments": segments, "territories": territories}


def _process(random: Random) -> list[Raw]:
    stages = []
    for position, name in enumerate(("call", "demo", "offer", "close")[: random.integers(2, 5)]):
        shape = str(random.choice(["exponential", "lognormal", "constant"]))
        stage: Raw = {
            "name": name,
            "role": "sdr" if position == 0 else "ae",
            "effort": {
                "distribution": shape,
                "mean_hours": round(float(random.uniform(0.3, 2)), 2),
            },
            "pass_probability": round(float(random.uniform(0.3, 0.8)), 2),
            "customer_delay": {"distribution": "gamma", "mean_days": int(random.integers(1, 20))},
            "admin_hours": float(random.choice([0, 0.5, 1.5])),
            "travel": bool(random.random() < 0.4 and position),
        }
        if position == 0 and random.random() < 0.6:
            most = int(random.integers(2, 8))
            stage["attempts"] = {"most": most, "answer_probability": 0.2, "gap_days": 1}
            stage["travel"] = False
        elif random.random() < 0.5:
            stage["meeting_gap_days"] = 2
        stages.append(stage)
    return stages


def parallel(work: Any, items: Any) -> list[Any]:
    """Results of a function of each item, on all cores."""
    return list(joblib.Parallel(n_jobs=-1)(joblib.delayed(work)(item) for item in items))


def load_and_use(number: int, years: int = YEARS) -> list[tuple[int, str, float, float, float]]:
    """Scenario, role, load asked for, mean utilization of the years, half its interval's width."""
    scenario = random_scenario(number)
    runs = [simulate(scenario, replication=year).kpi for year in range(years)]
    rows = []
    for role, load in load_of(scenario).items():
        found = student([run[f"utilisation.{role}"] for run in runs])
        rows.append((number, role, load, found.mean, found.half_width))
    return rows


def loads() -> None:
    """The load asked for beside the mean utilization simulated."""
    rows = [row for found in parallel(load_and_use, range(SCENARIOS)) for row in found]
    gaps = np.array([abs(load - use) for _, _, load, use, _ in rows])
    print(f"load asked for: {SCENARIOS} random scenarios, {YEARS} years each, {len(rows)} roles")
    print(f"  loads from {min(r[2] for r in rows):.1%} to {max(r[2] for r in rows):.1%}")
    print(f"  off by at most {gaps.max():.2%}, {gaps.mean():.2%} on average")
    for number, role, load, use, half in rows:
        if abs(load - use) > 0.005:
            print(f"    scenario {number} {role}: {load:.2%} asked for, {use:.2%} ± {half:.2%}")


# Rates observed

RATES = (0.95, 0.4, 0.6, 0.55, 0.7)


def by_rates(name: str) -> Scenario:
    """A preset given by its observed rates, with its plan."""
    raw = Scenario.load(name).plain()
    for stage, rate in zip(raw["process"], RATES, strict=False):
        del stage["pass_probability"]
        stage["observed_pass"] = rate
    return Scenario.parse(raw)


def conversions(scenario: Scenario, year: int) -> NDArray[np.float64]:
    """Passed of those decided at each stage; leads that went cold or never answered apart."""
    decisions = simulate(scenario, replication=year).record.decisions_in_window
    decided = ~np.isin(decisions["result"], (Result.WENT_COLD, Result.NO_ANSWER))
    passed = decisions["result"] == Result.PASSED
    stages = len(scenario.process)
    of = [np.bincount(decisions["stage"][chosen], minlength=stages) for chosen in (passed, decided)]
    return np.asarray(of[0] / of[1])


def observed() -> None:
    """Rates observed beside those simulated; also overload with people enough.

    Where the first stage's people can't keep up, what is decided in the window is not a fair
    sample: leads that answer the first tries are decided before those that wait for more.
    """
    cases = {name: by_rates(name) for name in presets()}
    enough = {"team.sdr.count": 6, "team.ae.count": 16, "team.support.count": 4}
    cases["overload, people enough"] = cases["overload"].replace(enough)
    rows = sum(len(scenario.process) for scenario in cases.values())
    print(f"observed_pass: {YEARS} years of each preset; together: 95% for all {rows} at once")
    for name, scenario in cases.items():
        years = np.array([conversions(scenario, year) for year in range(YEARS)])
        for stage, rate, values in zip(scenario.process, RATES, years.T, strict=False):
            alone, together = student(values), student(values, 1 - 0.05 / rows)
            print(f"  {name:24} {stage.name:14} {rate:.2f}: {alone.mean:.4f} "
                  f"({alone.low:.4f} to {alone.high:.4f}) "
                  f"{'inside' if rate in alone else 'OUTSIDE'}, "
                  f"together {'inside' if rate in together else 'OUTSIDE'}")  # fmt: skip


# What limits a department

PAIRS = 200


def limits() -> None:
    """The role that `describe` names beside the one that wins most over many more pairs."""
    print(f"bottleneck: named after {DESCRIBED} pairs, and over {PAIRS}")
    for name in presets():
        scenario = Scenario.load(name)
        named = bottleneck(scenario, DESCRIBED).role
        many = bottleneck(scenario, PAIRS).roles
        winners = many[(many["p"] < 0.05) & (many["more_won"] > 0)]
        truth = "" if winners.empty else str(winners.loc[winners["more_won"].idxmax(), "role"])
        print(f"  {name:16} {named or 'no single role':14} {truth or 'no single role':14} "
              f"{'as it should be' if named == truth else 'DIFFERS'}")  # fmt: skip


PARTS = {"load": loads, "observed": observed, "bottleneck": limits}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
