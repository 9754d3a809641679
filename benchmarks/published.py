"""The presets' figures beside what was published: `make published` writes docs/published.md."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from salessim import Run, Scenario, simulate
from salessim.experiment.statistics import student

PRESETS = ("baseline", "small-team", "overload", "no-support", "support-rollout", "enterprise")
REPLICATIONS = 30

INTRODUCTION = f"""\
# Simulated beside published

Each preset's figures, with the 95 % interval of their mean over {REPLICATIONS} replications
(seed 1), beside the range that surveys and studies report. A published range is no law:
definitions differ from survey to survey, and most of the evidence is weak. The baseline
was built to lie inside these ranges, so its agreeing shows that it is coherent, and not
that it is right. The other presets are departments of another kind: where they don't
agree, the last column says so. Written by `make published`.
"""


@dataclass(frozen=True)
class Figure:
    """A figure, its published range and where that comes from."""

    name: str
    of: Callable[[Run], float]
    low: float
    high: float
    source: str
    share: bool = True


def _kpi(name: str) -> Callable[[Run], float]:
    return lambda run: float(run.kpi[name])


def _seller_utilisation(run: Run) -> float:
    sellers = run.reps[run.reps["role"].isin(run.scenario.seller_roles)]
    busy = sellers["available_hours"].sum() - sellers["idle_hours"].sum()
    return float(busy / sellers["available_hours"].sum())


def _no_decision_share(run: Run) -> float:
    counts = run.leads["outcome"].value_counts()
    undecided, lost = counts.get("no_decision", 0), counts.get("lost", 0)
    return float(undecided / (undecided + lost))


FIGURES = (
    Figure("opportunity to won", _kpi("win_rate"), 0.20, 0.35, "vendor surveys; weak"),
    Figure("lead to opportunity", _kpi("lead_to_opportunity"), 0.10, 0.16,
           "around the 13 % of a vendor survey (Implisit 2014); medium"),
    Figure("working days from lead to signature", _kpi("sales_cycle_days"), 43, 51,
           "vendor surveys of deals of 25 to 35 thousand; weak", False),
    Figure("sellers busy", _seller_utilisation, 0.65, 0.85, "assumption"),
    Figure("selling share of sellers' time", _kpi("selling_time_share"), 0.28, 0.41,
           "surveys; medium"),
    Figure("losses to no decision", _no_decision_share, 0.40, 0.60,
           "Dixon & McKenna 2022; medium"),
)  # fmt: skip


def section(preset: str) -> str:
    """The table of one preset."""
    scenario = Scenario.load(preset)
    runs = (simulate(scenario, 1, k) for k in tqdm(range(REPLICATIONS), preset, file=sys.stderr))
    values = np.array([[figure.of(run) for figure in FIGURES] for run in runs])
    lines = [
        f"\n## {preset}\n\n{scenario.description}\n",
        "| figure | simulated | published or assumed | source, strength | |",
        "| --- | --- | --- | --- | --- |",
    ]
    for figure, column in zip(FIGURES, values.T, strict=True):
        found = student(column)
        low, high = found.low, found.high
        lines.append(
            f"| {figure.name} | {_span(figure, low, high)} "
            f"| {_span(figure, figure.low, figure.high)} | {figure.source} "
            f"| {_word(figure, low, high)} |"
        )
    return "\n".join(lines)


def _span(figure: Figure, low: float, high: float) -> str:
    if figure.share:
        return f"{100 * low:.1f} to {100 * high:.1f} %"
    return f"{low:.1f} to {high:.1f}"


def _word(figure: Figure, low: float, high: float) -> str:
    if figure.low <= low and high <= figure.high:
        return "agrees"
    if high < figure.low:
        return "does not agree: lower"
    if low > figure.high:
        return "does not agree: higher"
    return "can't tell: the interval crosses the range's end"


if __name__ == "__main__":
    print(INTRODUCTION + "\n".join(map(section, PRESETS)))
