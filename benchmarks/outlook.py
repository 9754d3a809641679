"""What an outlook promises, measured (minutes): python -m benchmarks.outlook.

Desks with ample staff, where the deals won in a year are Poisson: the chance of any target
is known exactly, and so is how often a fresh year must fall into a range.
"""

import time
from functools import partial

import joblib
import numpy as np
from scipy.stats import poisson

from salessim import Scenario, outlook, simulate
from salessim.experiment import Study, Workers

SCENARIOS = 200
YEARS, FRESH = 200, 100
PASS = 0.5


def desk(mean: float) -> Scenario:
    """A desk that wins so many deals a year on average, whatever the order of the work."""
    return Scenario.parse(
        {
            "calendar": {"days": 260, "warm_up_days": 5},
            "channels": {"door": {"leads_per_day": mean / PASS / 260}},
            "team": {"sdr": {"count": 100}},
            "process": [
                {
                    "name": "call",
                    "role": "sdr",
                    "effort": {"distribution": "constant", "mean_hours": 0.1},
                    "pass_probability": PASS,
                }
            ],
        }
    )


def one(mean: float, number: int) -> tuple[float, bool, float]:
    """Share of fresh years in the range, whether a chance is covered, and the chance."""
    scenario = desk(mean)
    target = int(poisson.ppf((number % 19 + 1) / 20, mean))  # chances from 5% to 95%
    study = Study(number + 1, Workers(1))
    found = outlook(scenario, YEARS, targets=[f"won>={target}"], study=study)
    study.run([(scenario, k) for k in range(YEARS, YEARS + FRESH)])
    fresh = study.kpi(scenario, "won", YEARS + FRESH)[YEARS:]
    row = found.table.set_index(["kpi", "period"]).loc[("won", "year")]
    held = float(np.mean((fresh >= row["p10"]) & (fresh <= row["p90"])))
    chance = found.chances.iloc[0]
    truth = float(poisson.sf(target - 1, mean))
    return held, bool(chance["low"] <= truth <= chance["high"]), truth


def measured(means: list[float]) -> list[tuple[float, bool, float]]:
    """All scenarios, on all cores."""
    jobs = (joblib.delayed(partial(one, mean))(number) for number, mean in enumerate(means))
    return list(joblib.Parallel(n_jobs=-1)(jobs))


def main() -> None:
    """Measure and print."""
    luck = np.random.default_rng(1)
    parts = {
        "mean 200 to 500": luck.uniform(200, 500, SCENARIOS).tolist(),
        "mean 1 to 100": np.exp(luck.uniform(0, np.log(100), SCENARIOS)).tolist(),
    }
    for name, means in parts.items():
        found = measured(means)
        held = np.mean([f[0] for f in found])
        covered, truths = sum(f[1] for f in found), [f[2] for f in found]
        print(f"{name}: P10 to P90 of {YEARS} years holds {held:.2%} of {FRESH} fresh years each")
        print(f"    {covered} of {SCENARIOS} chances ({min(truths):.0%} to {max(truths):.0%}) are "
              "covered by their 95% interval", flush=True)  # fmt: skip
    base = Scenario.load("baseline")
    _ = simulate(base, engine="compiled").kpi
    begun = time.perf_counter()
    outlook(base, YEARS, targets=["revenue>=5000000"])
    print(f"{YEARS} baseline years take {time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    main()
