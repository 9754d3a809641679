"""The compiled twin and the SimPy model: the same journal, event for event, bit for bit."""

import os
import subprocess
import sys
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import salessim as ss
from salessim import Scenario, ScenarioError, jit
from salessim.compiled import simulate_compiled, twin
from salessim.compiled.sheet import GROWING, state_of, with_more_space
from salessim.department import simulate_department
from salessim.experiment import Workers
from salessim.experiment.task import Task
from salessim.jit import COMPILING
from salessim.journal import Journal
from salessim.market import Market
from salessim.resources import presets
from salessim.scenario import timeline
from salessim.source import imported_by
from tests.strategies import scenarios

pytestmark = pytest.mark.slow  # numba compiles once, for less than a minute

ENGINE = "salessim.compiled.engine"
EXAMPLES = int(os.environ.get("TWIN_EXAMPLES", "400"))  # `make equality` wants more
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


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
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


def outcomes(count: int) -> dict[int, Any]:
    """Twelve pairs of runs by so many threads."""
    base = Scenario.load("small-team").replace({"calendar.days": 60})
    more = base.replace({"team.ae.count": 3})
    tasks = [Task(scenario, 1, k, "compiled") for k in range(12) for scenario in (base, more)]
    return dict(Workers(count, engine="compiled").run(tasks))


def test_one_thread_and_two_make_the_same_bytes() -> None:
    one, two = outcomes(1), outcomes(2)
    assert sorted(one) == sorted(two)
    assert all(repr(one[number]) == repr(two[number]) for number in one)


RUN = """
import hashlib
import salessim as ss
run = ss.simulate(ss.Scenario.load("support-rollout").replace({"calendar.days": 200}), 3, 1)
journal = run.record.journal
parts = (journal.visits, journal.decisions, journal.people, journal.desks)
columns = [part[name].tobytes() for part in parts for name in part.dtype.names]
print(hashlib.sha256(b"".join(columns)).hexdigest(), run.kpi["revenue"])
"""


def test_a_cold_cache_a_warm_one_and_none_make_the_same_bytes(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}

    def run(before: str = "") -> tuple[str, str]:
        done = subprocess.run(
            [sys.executable, "-c", before + RUN],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout, done.stderr

    (cold, said), (warm, silent) = run(), run()
    assert cold == warm
    assert COMPILING in said  # whoever waits is told why
    assert COMPILING not in silent
    without, told = run("import sys; sys.modules['numba'] = None\n")  # as if it were not installed
    assert without == cold
    assert told.count("numba is not installed, so this runs on SimPy") == 1


def test_code_on_the_disk_is_not_used_once_a_source_has_changed() -> None:
    """Numba itself looks at one file only; the digest of all is a part of the key."""
    from salessim.compiled import engine

    keys = [
        one._cache._index_key(None, one.targetctx.codegen())
        for one in (engine.kept("as it was"), engine.kept("as it is"), engine.kept("as it is"))
    ]
    assert keys[0] != keys[1] == keys[2]


CHECKED = """
from hypothesis import HealthCheck, given, settings
from tests.strategies import scenarios
from tests.test_twin import first_difference, journals

@settings(max_examples=25, deadline=None, derandomize=True, database=None,
          suppress_health_check=list(HealthCheck))
@given(scenarios())
def agree(scenario):
    assert first_difference(*journals(scenario)) == ""

agree()
"""


def test_no_index_of_the_compiled_engine_is_out_of_bounds(tmp_path: Path) -> None:
    """Compiled code looks nowhere before it reads, unless it is told to."""
    checked = {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", CHECKED],
        cwd=Path(__file__).parent.parent, env={**os.environ, **checked},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", sorted(GROWING.values()))
def test_an_array_that_is_too_small_grows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each begins as small as can be; the log is that of an engine which had room enough."""
    days = {"day": 30, "set": {"team.ae.count": 5}}
    scenario = Scenario.load("baseline").replace(
        {"calendar.days": 60, "team.ae.assignment": "owner", "plan": [days]}
    )

    def tight(*given: Any) -> Any:
        state = state_of(*given)
        return state._replace(**{name: getattr(state, name)[:80].copy()})

    grown = []

    def more(state: Any, lacks: int) -> Any:
        grown.append(GROWING[lacks])
        return with_more_space(state, lacks)

    monkeypatch.setattr(twin, "state_of", tight)
    monkeypatch.setattr(twin, "with_more_space", more)
    assert first_difference(*journals(scenario)) == ""
    assert name in grown


def test_the_key_of_machine_code_covers_all_that_the_engine_imports() -> None:
    from salessim.compiled.engine import run

    sources = {path.stem for path in imported_by(Path(run.__file__))}
    modules = [one for name, one in sys.modules.items() if name.startswith(f"{ENGINE}.")]
    everything = [one for module in modules for one in vars(module).values()]
    functions = [one for one in everything if hasattr(one, "py_func")]
    shared = [one for one in everything if getattr(one, "__module__", "") in sys.modules]
    home = {str(one.__module__).rsplit(".", 1)[-1] for one in (*functions, *shared)
            if str(one.__module__).startswith("salessim.")}  # fmt: skip
    assert len(functions) > 50
    assert home - {"run", "jit", "source"} <= sources
    assert {"clock", "journal", "rules", "sheet", "steps", "terms", "ties"} <= sources


def test_more_holidays_than_leads_find_room() -> None:
    base = Scenario.load("one-desk").replace(
        {"calendar.days": 20, "calendar.warm_up_days": 0, "channels.door.leads_per_day": 1}
    )
    days = (date(2026, 1, 6) + timedelta(days=7 * week) for week in range(1_500))
    closed = base.replace({"calendar.holidays": [day.isoformat() for day in days]})
    assert first_difference(*journals(closed)) == ""


def test_a_plan_that_turns_stages_round_finds_luck_for_each() -> None:
    call = Scenario.load("one-desk").replace({"calendar.days": 40}).plain()
    first = {**call["process"][0], "pass_probability": 0.5}
    stages = [first, {**first, "name": "again"}]
    turned = {"day": 10, "set": {"process": stages[::-1]}}
    scenario = Scenario.parse({**call, "process": stages, "plan": [turned]})
    assert first_difference(*journals(scenario)) == ""


def test_no_run_can_change_what_the_next_one_starts_from() -> None:
    run = ss.simulate(Scenario.load("small-team"))
    with pytest.raises(ValueError, match="read-only"):
        run.record.leads.value[:] = 0.0


FIRST = """
import salessim as ss
from salessim.experiment import Workers
from salessim.experiment.task import Task
desk = ss.Scenario.load("one-desk").replace({"calendar.days": 20})
print([type(one).__name__ for _, one in Workers(2).run([Task(desk, 1, k) for k in range(6)])])
"""


@pytest.mark.parametrize("time", range(3))
def test_threads_may_be_the_first_to_need_the_compiler(time: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout == f"{['Outcome'] * 6}\n"


def test_a_numba_that_can_not_be_used_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "numba.py").write_text('raise ImportError("needs another numpy")')
    done = subprocess.run(
        [sys.executable, "-c", RUN], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert "numba can't be used here (needs another numpy), so this runs on SimPy" in done.stderr


def test_where_nothing_can_be_written_code_is_compiled_each_time() -> None:
    there: dict[str, Any] = {}
    exec("def twice(x): return 2 * x", there)  # a function without a file to lie beside
    assert jit.kept()(there["twice"])(21) == 42


def test_without_numba_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    lacks = jit.Missing("numba is not installed", "pip install numba")
    monkeypatch.setattr(sys.modules["salessim.simulate"], "missing", lambda: lacks)
    with pytest.raises(
        ScenarioError, match=r"compiled can't be used: numba is not installed; pip install numba"
    ):
        ss.simulate(Scenario.load("one-desk"), engine="compiled")


def test_an_engine_that_there_is_not_is_refused() -> None:
    with pytest.raises(ScenarioError, match="simpy or compiled; did you mean 'simpy'"):
        ss.simulate(Scenario.load("one-desk"), engine="simpi")  # type: ignore[arg-type]
