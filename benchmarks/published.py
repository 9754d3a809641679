"""Compare the presets with published figures: `make published` writes docs/published.md."""

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
# Simulated and published figures

For each preset, this page compares simulated figures with the range that surveys and studies
report. A simulated figure is the 95% interval of the mean over {REPLICATIONS} replications
(seed 1). Don't take a published range as a rule: definitions differ from survey to survey,
and most of the evidence is weak. The baseline was built to lie within these ranges, so its
agreement shows that it is consistent, not that it is right. The other presets describe
different kinds of departments; the last column says where they leave the range. Written by
`make published`.
"""


@dataclass(frozen=True)
class Figure:
    """A figure, its published range, and the source of that range."""

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
    Figure("win rate", _kpi("win_rate"), 0.20, 0.35, "vendor surveys; weak"),
    Figure("lead-to-opportunity rate", _kpi("lead_to_opportunity"), 0.10, 0.16,
           "around the 13% in a vendor survey (Implisit 2014); medium"),
    Figure("sales cycle, working days", _kpi("sales_cycle_days"), 43, 51,
           "vendor surveys, deals of 25,000 to 35,000; weak", False),
    Figure("utilization of sellers", _seller_utilisation, 0.65, 0.85, "assumption"),
    Figure("share of time spent selling", _kpi("selling_time_share"), 0.28, 0.41,
           "surveys; medium"),
    Figure("share of losses without a decision", _no_decision_share, 0.40, 0.60,
           "Dixon & McKenna 2022; medium"),
)  # fmt: skip


def section(preset: str) -> str:
    """The table of one preset."""
    scenario = Scenario.load(preset)
    runs = (simulate(scenario, 1, k) for k in tqdm(range(REPLICATIONS), preset, file=sys.stderr))
    values = np.array([[figure.of(run) for figure in FIGURES] for run in runs])
    lines = [
        f"\n## {preset}\n\n{scenario.description}\n",
        "| figure | simulated | published or assumed | source; strength | result |",
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
        return f"{100 * low:.1f} to {100 * high:.1f}%"
    return f"{low:.1f} to {high:.1f}"


def _word(figure: Figure, low: float, high: float) -> str:
    if figure.low <= low and high <= figure.high:
        return "within the range"
    if high < figure.low:
        return "below the range"
    if low > figure.high:
        return "above the range"
    return "can't tell: crosses an end of the range"


if __name__ == "__main__":
    print(INTRODUCTION + "\n".join(map(section, PRESETS)))
