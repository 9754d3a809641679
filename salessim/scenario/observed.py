"""Convert conversion rates as a CRM shows them into the pass probabilities that the model needs.

A CRM shows the leads that passed a stage, of those decided at it. The model needs the chance
of a lead whose odds nothing multiplies. The two differ by the mix of channels, segments and
fits that reaches the stage, which is the mix that arrives, filtered by the stages before.
Leads that go cold are taken to be a fair sample of those that wait.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from salessim import rules
from salessim.rules import Floats
from salessim.scenario import mix
from salessim.scenario.problems import Problem, ScenarioError

if TYPE_CHECKING:
    from salessim.scenario.model import Scenario

STAND_IN = 0.5  # any valid chance, until the true one is worked out
HALVINGS = 100
ROUNDING = 1e-9
DIGITS = 12  # beyond them, machines differ


def with_stand_ins(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """A plain scenario in which each stage with an observed_pass has some pass_probability."""
    process = raw.get("process")
    if not isinstance(process, list | tuple):
        return raw
    stages = [
        {"pass_probability": STAND_IN, **stage}
        if isinstance(stage, Mapping) and stage.get("observed_pass") is not None
        else stage
        for stage in process
    ]
    return {**raw, "process": stages}


def with_solved(scenario: "Scenario") -> dict[str, Any]:
    """A plain scenario in which each observed_pass has given way to its pass_probability.

    Parameters
    ----------
    scenario : Scenario
        With stand-ins.

    Raises
    ------
    ScenarioError
        For each rate that no chance gives, with those that can be reached.
    """
    plain, problems = scenario.plain(), list[Problem]()
    for stage, found in zip(plain["process"], _solved(scenario, problems), strict=True):
        if stage.pop("observed_pass", None) is not None:
            stage["pass_probability"] = found
    if problems:
        raise ScenarioError(problems)
    return plain


def _solved(scenario: "Scenario", problems: list[Problem]) -> Iterator[float]:
    """The chance of each stage, those before it solved; adds what can't be solved."""
    odds = mix.odds_of(scenario)
    leads = arriving(scenario)[:, None, None] * mix.parts_of(scenario)
    for stage in scenario.process:
        chance = stage.pass_probability
        if stage.observed_pass is not None:
            try:
                chance = _chance(stage.observed_pass, leads * mix.answered(stage, odds), odds)
            except ValueError as reason:
                problems.append(Problem(f"process.{stage.name}.observed_pass", str(reason)))
        leads = leads * mix.passed(stage.model_copy(update={"pass_probability": chance}), odds)
        yield chance


def arriving(scenario: "Scenario") -> Floats:
    """Leads a day of each channel over the window, with season and growth, without the plan."""
    days = scenario.calendar.days
    return np.array(
        [
            channel.leads_per_day
            * rules.rate_days(0.0, days, channel.season or (), channel.growth_per_year)
            / days
            for channel in scenario.channels.values()
        ]
    )


def _chance(wanted: float, decided: Floats, odds: Floats) -> float:
    """The chance at odds of 1 that lets this share of those decided pass; ValueError: none does."""
    total = decided.sum()
    if not total:
        raise ValueError("no lead is ever decided at this stage; give pass_probability")
    share = decided / total
    most = float(share[odds > 0].sum())
    if wanted > most + ROUNDING:
        raise ValueError(
            f"{wanted:g} can't be reached: it can be from 0 to {most:.4g}, since "
            f"{1 - most:.4g} of the leads decided here have odds of 0"
        )
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if float((share * rules.passing_chance(middle, odds)).sum()) < wanted:
            low = middle
        else:
            high = middle
    return round(high, DIGITS)
