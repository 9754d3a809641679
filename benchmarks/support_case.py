"""Productivity with support compared with none, year by year: `make case`.

Productivity is deals won per seller day; both presets have the same sellers, so it is a ratio of
deals. Pairs of runs share their random draws; intervals are 95% Student intervals.
"""

from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from salessim import Scenario, simulate
from salessim.experiment.statistics import student

REPLICATIONS = 100
YEARS = 3

Changes = dict[str, float]


def settings() -> dict[str, Changes]:
    """The settings to compare: changes made to both presets."""
    base = Scenario.load("baseline")
    own_load: Changes = {
        f"channels.{name}.leads_per_day": channel.leads_per_day
        for name, channel in base.channels.items()
    } | {"team.sdr.count": base.team["sdr"].count}
    return {
        "presets as they are": {},
        "at the baseline's load": own_load,
        "at that load, with 12 AEs": own_load | {"team.ae.count": 12},
        "without paperwork": {f"process.{stage.name}.admin_hours": 0 for stage in base.process},
    }


def won_by_year(changes: Changes, replication: int) -> NDArray[np.float64]:
    """Deals won in each year, without and with support."""
    won = []
    for preset in ("no-support", "support-rollout"):
        run = simulate(Scenario.load(preset).replace(changes), 1, replication)
        won.append(run.weeks["won"].to_numpy().reshape(YEARS, -1).sum(axis=1))
    return np.array(won, dtype=float)


def gains(pairs: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Gain in each year as a share of the deals won without support: mean and half-width."""
    without, difference = pairs[:, 0].mean(axis=0), pairs[:, 1] - pairs[:, 0]
    found = [student(difference[:, year] / without[year]) for year in range(YEARS)]
    return [(interval.mean, interval.half_width) for interval in found]


def main() -> None:
    """Print the gain in each setting."""
    print(f"\nDeals won per seller day, gain with support, {REPLICATIONS} replications\n")
    for name, changes in settings().items():
        with ProcessPoolExecutor() as pool:
            runs = pool.map(partial(won_by_year, changes), range(REPLICATIONS))
            pairs = np.array(list(tqdm(runs, name, REPLICATIONS, leave=False)))
        found = "  ".join(f"{mean:+7.1%} ± {half:.1%}" for mean, half in gains(pairs))
        print(f"{name:26}{found}", flush=True)


if __name__ == "__main__":
    main()
