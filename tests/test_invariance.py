"""Luck belongs to the lead: what is changed around it moves nothing else.

The same scenario and seed make the same bytes however they are run; the same lead has
the same luck in every department.
"""

import hashlib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import salessim as ss
from salessim.market import Market
from salessim.run import Run
from salessim.run.files import TABLES, write_run
from salessim.scenario import Scenario, timeline

SEED, REPLICATION = 5, 1
CHANGED_AT = 25.0

SMALL = Scenario.parse(
    {
        "calendar": {"days": 60, "warm_up_days": 10, "holidays": ["2026-01-19"]},
        "channels": {
            "website": {"leads_per_day": 1.5, "fit": {"mean": 0.2, "spread": 0.5}},
            "email": {"leads_per_day": 2.0},
        },
        "segments": {
            "small": {"share": 0.7, "value": {"distribution": "gamma", "mean": 10}},
            "large": {"share": 0.3, "odds": 0.5, "effort": 2, "delay": 1.5, "meetings": 2},
        },
        "territories": {"north": {"share": 0.6, "travel_hours": 1}, "south": {"share": 0.4}},
        "team": {"sdr": {"count": 2}, "ae": {"count": 2}, "support": {"count": 1}},
        "process": [
            {
                "name": "qualification",
                "role": "sdr",
                "effort": {"distribution": "gamma", "mean_hours": 2, "cv": 0.8},
                "attempts": {"most": 3, "answer_probability": 0.6, "gap_days": 1},
                "patience": {"distribution": "exponential", "mean_days": 4},
                "pass_probability": 0.6,
            },
            {
                "name": "demo",
                "role": "ae",
                "effort": {"distribution": "exponential", "mean_hours": 6},
                "meeting_gap_days": 2,
                "customer_delay": {"distribution": "lognormal", "mean_days": 5},
                "pass_probability": 0.5,
                "admin_hours": 2,
                "travel": True,
            },
        ],
        "assignment": "owner",
        "no_decision": {"share": 0.4, "delay": 2},
        "support": {"delegable": 0.5, "overflow_days": 1},
    }
)
SHORT_BASELINE = Scenario.load("baseline").replace(
    {"calendar.days": 60, "calendar.warm_up_days": 30}
)

both = pytest.mark.parametrize("base", [SMALL, SHORT_BASELINE], ids=["small", "baseline"])


# The same bytes


def digests(run: Run) -> dict[str, str]:
    """SHA-256 of each table, as written to a file."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "run"
        write_run(run, folder)
        return {
            table: hashlib.sha256((folder / f"{table}.csv").read_bytes()).hexdigest()
            for table in TABLES
        }


def run_of(scenario: Scenario, replication: int = REPLICATION) -> Run:
    return ss.simulate(scenario, seed=SEED, replication=replication)


def digests_of(scenario: Scenario, replication: int = REPLICATION) -> dict[str, str]:
    """The same, of a run made here; at the module's top, so that other processes find it."""
    return digests(run_of(scenario, replication))


@both
def test_the_same_seed_makes_the_same_bytes_watched_or_not(base: Scenario) -> None:
    shares: list[float] = []
    watched = ss.simulate(base, seed=SEED, replication=REPLICATION, progress=shares.append)
    assert digests(watched) == digests_of(base)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_the_order_in_which_scenarios_run_changes_no_byte() -> None:
    first = [digests_of(scenario) for scenario in (SMALL, SHORT_BASELINE)]
    then = [digests_of(scenario) for scenario in (SHORT_BASELINE, SMALL)]
    assert first == then[::-1]


@pytest.mark.slow
def test_two_processes_make_the_same_bytes_as_one() -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        theirs = [pool.submit(digests_of, SMALL, replication) for replication in (0, 1)]
        ours = [digests_of(SMALL, replication) for replication in (0, 1)]
        assert [future.result() for future in theirs] == ours


@both
def test_another_seed_or_replication_is_other_luck(base: Scenario) -> None:
    pairs = [(SEED, REPLICATION), (SEED + 1, REPLICATION), (SEED, REPLICATION + 1)]
    pairs.append((REPLICATION, SEED))  # a seed is no replication
    runs = [ss.simulate(base, seed=seed, replication=k) for seed, k in pairs]
    assert len({run.leads.to_csv() for run in runs}) == len(runs)


# The same leads


def draws_of(scenario: Scenario) -> pd.DataFrame:
    """What each lead is and has in store at each stage; the index is the leads' names."""
    steps = timeline(scenario)
    market = Market(steps, SEED, REPLICATION)
    leads = market.leads
    columns: dict[str, Any] = {
        "channel": np.array(list(scenario.channels))[leads.channel],
        "segment": np.array([*scenario.segments, ""])[leads.segment],
        "territory": np.array([*scenario.territories, ""])[leads.territory],
        "arrived": leads.arrived,
        "value": leads.value,
        "fit": leads.fit,
        "owner": market.owners("ae", 7),
    }
    for position, stage in enumerate(scenario.process):
        draws = market.stage(steps[0][1], position)
        columns |= {
            f"{stage.name}: effort": draws.effort(1),
            f"{stage.name}: effort of the second visit": draws.effort(2),
            f"{stage.name}: travel": draws.travel,
            f"{stage.name}: patience": draws.patience,
            f"{stage.name}: meetings": draws.meetings,
            f"{stage.name}: silence": draws.silence,
            f"{stage.name}: decision days": draws.decision_days,
            f"{stage.name}: hurdle": draws.hurdle,
            f"{stage.name}: otherwise": draws.otherwise,
        }
    return pd.DataFrame(columns, index=leads.names)


def added_stage(base: Scenario) -> dict[str, Any]:
    more = {"name": "onboarding", "role": "ae", "pass_probability": 0.9}
    more["effort"] = {"distribution": "exponential", "mean_hours": 1}
    return {"process": [*base.plain()["process"], more]}


def reordered_channels(base: Scenario) -> dict[str, Any]:
    return {"channels": dict(reversed(base.plain()["channels"].items()))}


CHANGES: dict[str, dict[str, Any] | Callable[[Scenario], dict[str, Any]]] = {
    "more staff": {"team.sdr.count": 9, "team.ae.count": 14},
    "less staff": {"team.sdr.count": 0, "team.ae.count": 1},
    "more support": {"team.support.count": 4, "support.delegable": 1.0},
    "no support": {"support": None},
    "pools": {"assignment": "pool", "priority": "value"},
    "no holidays": {"calendar.holidays": []},
    "a longer horizon": {"calendar.days": 100},
    "a longer warm-up": {"calendar.warm_up_days": 77},
    "a higher volume": {"channels.website.leads_per_day": 9.3},
    "an added channel": {"channels.fair": {"leads_per_day": 3, "fit": {"spread": 1}}},
    "an added stage": added_stage,
    "reordered channels": reordered_channels,
}


@both
@pytest.mark.parametrize("change", CHANGES)
def test_leads_are_as_they_were_under(change: str, base: Scenario) -> None:
    what = CHANGES[change]
    before, after = draws_of(base), draws_of(base.replace(what(base) if callable(what) else what))
    assert_frame_equal(after.loc[before.index, before.columns], before, check_exact=True)


@both
def test_a_channels_volume_adds_leads_of_its_own_and_no_others(base: Scenario) -> None:
    before = draws_of(base)
    after = draws_of(base.replace({"channels.email.leads_per_day": 11.7}))
    added = after.index.difference(before.index)
    assert len(added) > 0
    assert set(after.channel[added]) == {"email"}


@both
def test_a_longer_horizon_adds_leads_after_the_end_and_no_others(base: Scenario) -> None:
    before, after = draws_of(base), draws_of(base.replace({"calendar.days": 100}))
    added = after.arrived[after.index.difference(before.index)]
    assert added.between(60, 100).all()
    assert len(added) > 0


def test_the_order_of_channels_changes_no_byte() -> None:
    assert digests_of(SMALL.replace(reordered_channels(SMALL))) == digests_of(SMALL)


@both
def test_a_lead_takes_the_same_work_whoever_does_it(base: Scenario) -> None:
    """What the department did with the luck, read from the activities."""
    more = base.replace({"team.sdr.count": 9, "team.ae.count": 14, "team.support.count": 4})
    key = ["lead", "stage", "attempt"]
    works = [
        run.activities[run.activities.kind == "work"]
        for run in (ss.simulate(scenario, seed=SEED) for scenario in (base, more))
    ]
    pairs = works[0].merge(works[1], on=key, suffixes=("", "_more"), validate="1:1")
    known = ~(pairs[["result", "result_more"]].isin(["open", "went_cold"])).any(axis=1)
    begun = pairs.started.notna() & pairs.started_more.notna()
    assert (pairs.hours == pairs.hours_more)[begun].all()
    assert (pairs.result == pairs.result_more)[known].all()
    assert known.sum() > 50
    assert (pairs.started != pairs.started_more).any()


# What a change does move, it moves one way


@both
def test_a_better_chance_only_turns_losers_into_passers(base: Scenario) -> None:
    better = base.replace({"process.demo.pass_probability": 0.75})
    before, after = draws_of(base), draws_of(better)
    was, now = before["demo: hurdle"] < 1, after["demo: hurdle"] < 1
    assert now[was].all()
    assert now.sum() > was.sum()
    others = [name for name in before if name != "demo: hurdle"]
    same = was == now  # those who pass now come to stages for which nothing was drawn for them
    assert_frame_equal(after[others][same], before[others][same], check_exact=True)


@both
@pytest.mark.parametrize("stage", ["qualification", "demo"])
def test_a_longer_mean_effort_scales_each_effort(base: Scenario, stage: str) -> None:
    path = f"process.{stage}.effort.mean_hours"
    mean = next(block.effort.mean for block in base.process if block.name == stage)
    assert mean
    before, after = draws_of(base), draws_of(base.replace({path: 1.7 * mean}))
    for visit in ("effort", "effort of the second visit"):
        found = after.pop(f"{stage}: {visit}") / before.pop(f"{stage}: {visit}")
        assert found.dropna().to_numpy() == pytest.approx(1.7, rel=1e-12)
    assert_frame_equal(after, before, check_exact=True)


def with_plan(base: Scenario, changes: dict[str, Any]) -> Scenario:
    return base.replace({"plan": [{"day": CHANGED_AT, "set": changes}]})


@both
@pytest.mark.parametrize("rate", [0.2, 7.5])
def test_a_dated_rate_moves_no_lead_before_its_date(base: Scenario, rate: float) -> None:
    before = draws_of(base)
    after = draws_of(with_plan(base, {"channels.website.leads_per_day": rate}))
    assert_frame_equal(
        after[after.arrived < CHANGED_AT], before[before.arrived < CHANGED_AT], check_exact=True
    )
    fewer, more = sorted((before, after), key=len)
    assert len(fewer) < len(more)
    assert_frame_equal(more.loc[fewer.index], fewer, check_exact=True)


@both
def test_a_plan_moves_nothing_that_was_done_before_its_date(base: Scenario) -> None:
    changes = {"channels.email.leads_per_day": 9, "team.ae.count": 1, "support.delegable": 0.0}
    changes |= {"process.demo.effort.mean_hours": 1, "process.demo.pass_probability": 1.0}
    runs = run_of(base), run_of(with_plan(base, changes))
    done = [run.activities[run.activities.ended < CHANGED_AT].iloc[:, :-1] for run in runs]
    closed = [run.leads[run.leads.closed < CHANGED_AT] for run in runs]
    assert len(done[0]) > 50
    assert_frame_equal(*(rows.reset_index(drop=True) for rows in done), check_exact=True)
    assert_frame_equal(*(rows.reset_index(drop=True) for rows in closed), check_exact=True)
