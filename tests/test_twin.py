"""The compiled twin and the SimPy model: the same journal, event for event, bit for bit."""

import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import salessim as ss
from salessim import Scenario, ScenarioError
from salessim.compiled import simulate_compiled
from salessim.department import simulate_department
from salessim.journal import Journal
from salessim.market import Market
from salessim.resources import presets
from salessim.scenario import timeline
from tests.strategies import scenarios

pytestmark = pytest.mark.slow  # numba compiles once, for a minute

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.yaml"))


def journals(scenario: Scenario, seed: int = 1, replication: int = 0) -> tuple[Journal, Journal]:
    """What both engines wrote."""
    steps = timeline(scenario)
    engines = (simulate_department, simulate_compiled)
    one, other = (engine(steps, Market(steps, seed, replication)) for engine in engines)
    return one, other


def bits(array: NDArray[Any]) -> NDArray[Any]:
    """Numbers as their bits, so that NaN equals itself and 0.0 is not -0.0."""
    return np.ascontiguousarray(array).view(f"u{array.dtype.itemsize}")


def first_difference(simpy: Journal, twin: Journal) -> str:
    """The first entry in which two journals differ, from both sides; empty where none does."""
    for field in fields(Journal):
        mine, theirs = getattr(simpy, field.name), getattr(twin, field.name)
        if isinstance(mine, int):
            if mine != theirs:
                return f"{field.name}: SimPy {mine}, twin {theirs}"
            continue
        both = min(len(mine), len(theirs))
        same = np.ones(both, dtype=bool)
        for name in mine.dtype.names:
            same &= bits(mine[name][:both]) == bits(theirs[name][:both])
        if not same.all() or len(mine) != len(theirs):
            place = int(np.argmin(same)) if not same.all() else both
            sides = (array[place] if place < len(array) else "nothing" for array in (mine, theirs))
            return "{} {}: SimPy {}, twin {}".format(field.name, place, *sides)
    return ""


@pytest.mark.parametrize("name", presets())
def test_both_engines_write_the_same_journal_of_every_preset(name: str) -> None:
    assert first_difference(*journals(Scenario.load(name))) == ""


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.stem)
@pytest.mark.parametrize("priority", ["fifo", "freshest", "value"])
def test_both_engines_agree_on_frozen_scenarios(file: Path, priority: str) -> None:
    scenario = Scenario.load(file).replace({"priority": priority})
    for replication in range(3):
        assert first_difference(*journals(scenario, 2, replication)) == ""


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenarios(), st.integers(0, 3))
def test_both_engines_agree_on_scenarios_that_nobody_chose(scenario: Scenario, seed: int) -> None:
    found = first_difference(*journals(scenario, seed))
    assert found == "", f"{found}\n{scenario.to_yaml()}"


def test_a_run_by_the_twin_has_the_same_tables_and_keeps_every_law() -> None:
    base = Scenario.load("support-rollout").replace({"calendar.days": 300})
    one, other = (ss.simulate(base, 3, 1, engine) for engine in ("simpy", "compiled"))
    for table in ("leads", "activities", "reps", "weeks", "kpis", "events"):
        assert getattr(one, table).equals(getattr(other, table))


def test_watching_the_twin_changes_nothing() -> None:
    base = Scenario.load("baseline").replace({"calendar.days": 40})
    seen: list[float] = []
    quiet = ss.simulate(base, engine="compiled").record.journal
    watched = ss.simulate(base, engine="compiled", progress=seen.append).record.journal
    assert first_difference(quiet, watched) == ""
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_without_numba_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["salessim.simulate"], "is_there", lambda: False)
    with pytest.raises(ScenarioError, match=r"needs numba; install it with: pip install"):
        ss.simulate(Scenario.load("one-desk"), engine="compiled")


def test_an_engine_that_there_is_not_is_refused() -> None:
    with pytest.raises(ScenarioError, match="there is no 'simpi'; did you mean 'simpy'"):
        ss.simulate(Scenario.load("one-desk"), engine="simpi")  # type: ignore[arg-type]
