"""Sweeps, sensitivity and the search for the best design."""

import math
import os
import re
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import salessim as ss
from salessim import Scenario, ScenarioError
from salessim.experiment import Limits, Study, Workers
from salessim.experiment.bounds import Bound
from salessim.experiment.store import Store
from salessim.experiment.sweep import grid, hypercube
from salessim.experiment.task import Outcome, Task

ALONE = Workers(1)


@pytest.fixture(scope="module")
def desk() -> Scenario:
    """A desk that earns: a lead that is served brings 100, a person costs 60 a day."""
    return Scenario.parse(
        {
            "calendar": {"days": 30, "warm_up_days": 10},
            "channels": {"door": {"leads_per_day": 6}},
            "segments": {"all": {"share": 1, "value": {"distribution": "constant", "mean": 100}}},
            "team": {"sdr": {"count": 6, "salary_per_year": 60 * 260}},
            "process": [
                {
                    "name": "call",
                    "role": "sdr",
                    "effort": {"distribution": "exponential", "mean_hours": 8},
                    "pass_probability": 1,
                    "patience": {"distribution": "exponential", "mean_days": 1},
                }
            ],
            "economics": {"gross_margin": 1},
        }
    )


# Sweeps


def test_a_point_of_a_sweep_is_what_its_runs_say(desk: Scenario) -> None:
    vary = {"team.sdr.count": [3, 5], "channels.door.leads_per_day": [2, 4.5]}
    found = ss.sweep(desk, vary, replications=3, seed=2, workers=1)
    columns = [
        "team.sdr.count",
        "channels.door.leads_per_day",
        "kpi",
        "mean",
        "low",
        "high",
        "replications",
        "standing",
    ]
    assert list(found.table.columns) == columns
    rows = found.of("won")
    assert rows[columns[:2]].to_numpy().tolist() == [[3, 2], [3, 4.5], [5, 2], [5, 4.5]]
    point = desk.replace({"team.sdr.count": 5, "channels.door.leads_per_day": 4.5})
    won = [ss.simulate(point, 2, k).kpi["won"] for k in range(3)]
    assert rows["mean"].iloc[3] == pytest.approx(np.mean(won))
    half = 4.302653 * np.std(won, ddof=1) / math.sqrt(3)
    assert rows["high"].iloc[3] - rows["mean"].iloc[3] == pytest.approx(half, rel=1e-6)


def test_a_sweep_names_no_winner_within_the_noise(desk: Scenario) -> None:
    near = ss.sweep(desk, {"team.sdr.count": [6, 7]}, 2, workers=1)
    assert set(near.of("contribution")["standing"]) == {"best", "can't tell yet"}
    assert "By contribution no point stands out: all 2 are within the error." in near.summary()
    assert "salessim best SCENARIO --vary team.sdr.count=6,7 --goal contribution" in near.summary()
    assert "no point stands out" in near.plot().get_suptitle()
    once = ss.sweep(desk, {"team.sdr.count": [6, 7]}, 1, workers=1)
    assert "one run each says nothing" in once.summary()


def test_a_sweep_names_the_winner_that_pairs_of_runs_show(desk: Scenario) -> None:
    far = ss.sweep(desk, {"team.sdr.count": [1, 6, 14]}, 8, workers=1)
    assert far.of("contribution")["standing"].tolist() == ["worse", "best", "worse"]
    assert "By contribution 6 SDRs (" in far.summary()
    assert "is clearly the best." in far.summary()
    assert "salessim best" not in far.summary()
    assert set(far.of("cost")["standing"]) == {""}


def test_a_latin_hypercube_meets_each_part_of_each_range_once() -> None:
    points = hypercube({"a": [0.0, 1.0], "b": [1, 8]}, 8, seed=3)
    assert sorted(int(point["a"] * 8) for point in points) == list(range(8))
    assert sorted(point["b"] for point in points) == list(range(1, 9))
    assert points == hypercube({"a": [0.0, 1.0], "b": [1, 8]}, 8, seed=3)


def test_every_bad_point_is_told_at_once_and_nothing_is_run(desk: Scenario) -> None:
    study = Study(1, ALONE)
    vary = {"team.sdr.count": [3, -1], "channels.door.leads_per_day": [2, "many"]}
    with pytest.raises(ScenarioError) as caught:
        ss.sweep(desk, vary, study=study)
    paths = [problem.path for problem in caught.value.problems]
    assert sorted(paths) == ["channels.door.leads_per_day", "team.sdr.count"]
    assert "(at team.sdr.count=-1, " in str(caught.value)
    assert not study.outcomes


@pytest.mark.parametrize(
    ("vary", "samples", "said"),
    [
        ({}, None, "vary: needs paths"),
        ({"team.sdr.count": []}, None, "must be a list of values"),
        ({"team.sdr.count": [1, 2, 3]}, 4, "must be the lowest and the highest"),
        ({"team.sdr.count": [7, 2]}, 4, "must be the lowest and the highest"),
        ({"team.sdr.count": ["a", "b"]}, 4, "must be the lowest and the highest"),
        (
            {"a": range(1000), "b": range(1000)},
            None,
            "1,000,000 points; at most 100,000 can be run",
        ),
    ],
)
def test_what_can_not_be_varied_is_refused(
    desk: Scenario, vary: dict[str, Any], samples: int | None, said: str
) -> None:
    with pytest.raises(ScenarioError, match=said):
        ss.sweep(desk, vary, samples=samples, workers=1)


def test_samples_are_whole_only_where_the_scenario_asks_for_whole_numbers() -> None:
    ends = {"channels.door.leads_per_day": [6, 10], "team.sdr.count": [2, 5]}
    points = hypercube(ends, 8, seed=1)
    rates = [point["channels.door.leads_per_day"] for point in points]
    assert sorted(int((rate - 6) * 2) for rate in rates) == list(range(8))
    assert all(isinstance(point["team.sdr.count"], int) for point in points)


def test_more_samples_than_there_are_designs_are_refused() -> None:
    with pytest.raises(ScenarioError, match="only 4 different designs"):
        hypercube({"team.sdr.count": [2, 5]}, 5, seed=1)
    with pytest.raises(ScenarioError, match="samples: must be a whole number from 1"):
        hypercube({"team.sdr.count": [2, 5]}, 0, seed=1)
    points = hypercube({"team.sdr.count": [2, 5], "team.ae.count": [1, 3]}, 12, seed=1)
    assert len({tuple(point.values()) for point in points}) == len(points)


def test_arrays_and_series_are_values(desk: Scenario) -> None:
    for values in (np.arange(7, 9), pd.Series([7, 8]), range(7, 9), (7, np.int64(8))):
        found = ss.sweep(desk, {"team.sdr.count": values}, 1, workers=1)
        assert found.of("won")["team.sdr.count"].tolist() == [7, 8]


def test_a_point_without_a_result_stands_there_empty_and_is_told(desk: Scenario) -> None:
    study = Study(1, ALONE)
    study.run([(desk.replace({"team.sdr.count": 3}), k) for k in range(2)])
    study.workers = Workers(1, limits=Limits(seconds=0))
    found = ss.sweep(desk, {"team.sdr.count": [3, 4]}, replications=2, study=study)
    won = found.of("won")
    assert won["replications"].tolist() == [2, 0]
    assert won["mean"].isna().tolist() == [False, True]
    assert "no result at 4 SDRs: all 2 runs failed (LimitError" in found.summary()
    assert "2 points, 2 simulated runs of 30 working days (seed 1) of each" in found.summary()


def test_a_design_whose_runs_fail_has_no_result_and_is_not_ranked(desk: Scenario) -> None:
    study = Study(1, ALONE)
    study.run([(desk.replace({"team.sdr.count": n}), k) for n in (3, 5) for k in range(60)])
    study.workers = Workers(1, limits=Limits(seconds=0))
    found = ss.best(desk, {"team.sdr.count": [3, 4, 5]}, "won", study=study)
    assert found.point == {"team.sdr.count": 5}
    assert found.table["standing"].tolist() == ["worse", "no result", "best"]
    assert found.table[["mean", "difference"]].isna().all(axis=1).tolist() == [False, True, False]
    assert set(found.failures["team.sdr.count"]) == {4}
    assert {"replication", "reason"} <= set(found.failures.columns)
    assert "No result for 4 SDRs: all 8 runs failed (LimitError" in found.summary()
    none = ss.best(desk, {"team.sdr.count": [9, 8]}, "won", study=study)
    assert none.point is None
    assert none.summary().startswith("No result for any design: all 8 runs failed")


def test_failures_name_their_point(desk: Scenario) -> None:
    study = Study(1, Workers(1, limits=Limits(seconds=0)))
    found = ss.sweep(desk, {"team.sdr.count": [3, 4]}, replications=2, study=study)
    assert found.failures["team.sdr.count"].tolist() == [3, 3, 4, 4]
    assert found.failures["replication"].tolist() == [0, 1, 0, 1]


# Sensitivity


def test_a_tornado_of_what_is_never_observed_has_no_difference(desk: Scenario) -> None:
    """A difference of 0 would say that it was observed and did not move."""
    nobody = desk.replace({"process.call.pass_probability": 0.0})
    ends = {"team.sdr.count": (3, 4), "promise_hours": (2, 8)}
    table = ss.tornado(nobody, ends, "sales_cycle_days", replications=2, workers=1)
    assert (table["replications"] == 0).all()
    assert table[["difference", "low", "high"]].isna().all(axis=None)


def test_a_tornado_puts_what_moves_most_first_and_nothing_has_no_width(desk: Scenario) -> None:
    ends = {"economics.commission_rate": (0.0, 0.1), "team.sdr.count": (2, 8),
            "promise_hours": (1, 2)}  # fmt: skip
    table = ss.tornado(desk, ends, "won", replications=4, workers=1)
    assert table["path"].iloc[0] == "team.sdr.count"
    idle = table[table["path"] == "promise_hours"]
    assert (idle[["difference", "low", "high"]] == 0).all(axis=None)
    assert table[table["path"] == "team.sdr.count"]["difference"].tolist()[0] < 0


def test_screening_finds_the_few_numbers_that_matter(desk: Scenario) -> None:
    ends = {"promise_hours": (1.0, 9.0), "channels.door.leads_per_day": (2.0, 6.0),
            "economics.commission_rate": (0.0, 0.2)}  # fmt: skip
    table = ss.screen(desk, ends, "won", trajectories=4, replications=2, workers=1)
    assert table["path"].iloc[0] == "channels.door.leads_per_day"
    assert table["mu_star"].iloc[0] > 10
    assert table["mu_star"].iloc[1:].tolist() == [0.0, 0.0]


# The best design


def test_the_best_is_found_and_its_neighbours_may_not_be_told_apart(desk: Scenario) -> None:
    found = ss.best(desk, {"team.sdr.count": [1, 3, 5, 6, 8, 14]}, "contribution", workers=1)
    table = found.table.set_index("team.sdr.count")
    assert table.loc[[1, 14], "standing"].tolist() == ["worse", "worse"]
    assert found.point is not None
    assert found.point["team.sdr.count"] in (5, 6, 8)
    assert found.runs == table["replications"].sum() == 120
    assert table.loc[1, "replications"] < table.loc[found.point["team.sdr.count"], "replications"]
    assert "--runs" in found.summary()


def test_tied_is_what_surely_lies_within_the_margin_and_nobody_is_so_for_few_runs(
    desk: Scenario,
) -> None:
    """An interval that is wide because of few runs is no reason to call two designs tied."""
    found = ss.best(desk, {"team.sdr.count": [5, 6, 7, 8]}, "contribution", workers=1)
    leader = found.table[found.table["standing"] == "best"].iloc[0]
    for row in found.table.itertuples():
        if row.standing in ("statistically tied", "can't tell yet"):
            assert row.replications >= 20
        if row.standing == "statistically tied":
            assert row.difference_low >= -0.02 * leader["mean"]
    assert found.unclear
    assert "Can't tell yet whether worse: " in found.summary()
    assert re.search(r"\([\d,.]+ (less|more) on average, from \d+ runs\)", found.summary())


def test_runs_that_are_said_to_settle_it_are_more_than_were_made(desk: Scenario) -> None:
    found = ss.best(desk, {"team.sdr.count": [5, 6, 7, 8]}, "contribution", workers=1)
    assert found.unclear
    assert found.settled_by is not None
    assert found.settled_by > found.runs
    again = ss.best(desk, {"team.sdr.count": [3, 12]}, "contribution", workers=1)
    assert (again.unclear, again.settled_by) == ([], None)


def test_a_best_value_at_the_end_of_the_list_is_no_proof_that_it_is_best(desk: Scenario) -> None:
    found = ss.best(desk, {"team.sdr.count": [6, 9, 12]}, "contribution", workers=1)
    assert "6 SDRs is the lowest value tried: lower ones may be better." in found.summary()


def test_a_bound_moves_the_best_to_where_it_is_kept(desk: Scenario) -> None:
    """The fewest people who lose at most so many: the capacity plan the other way round."""
    vary = {"team.sdr.count": [2, 4, 6, 8, 10, 12]}
    free = ss.best(desk, vary, "people", workers=1)
    bound = ss.best(desk, vary, "people", ["conversion_rate>=0.85"], workers=1)
    assert free.point == {"team.sdr.count": 2}
    assert bound.point is not None
    fewest = bound.point["team.sdr.count"]
    table = bound.table.set_index("team.sdr.count")
    assert table.loc[table.index < fewest, "within_bounds"].max() < 0.5
    assert table.loc[fewest, "within_bounds"] >= 0.5
    assert (table.loc[table.index < fewest - 2, "standing"] == "outside").all()


def test_where_no_design_keeps_the_bounds_there_is_no_best(desk: Scenario) -> None:
    found = ss.best(desk, {"team.sdr.count": [1, 2]}, "won", ["won>=100000"], workers=1)
    assert found.point is None
    assert set(found.table["standing"]) == {"outside"}


def test_a_design_that_shows_no_goal_is_not_the_best(desk: Scenario) -> None:
    found = ss.best(desk, {"channels.door.leads_per_day": [0, 3, 5]}, "conversion_rate", workers=1)
    assert found.point is not None
    assert found.point["channels.door.leads_per_day"] > 0
    assert found.table["standing"].iloc[0] == "no result"
    assert "never observed" in found.table["reason"].iloc[0]
    assert "No result for door leads a day 0" in found.summary()


@pytest.mark.slow
def test_a_bound_that_is_easy_does_not_hide_one_that_is_open(desk: Scenario) -> None:
    vary = {"team.sdr.count": [4, 5, 6, 7, 8]}
    hard = ["conversion_rate>=0.80"]
    runs = [
        ss.best(desk, vary, "people", bounds, runs=150, workers=1).table["replications"].tolist()
        for bounds in (hard, [*hard, "people<=1000"])
    ]
    assert runs[0] == runs[1]


def test_windows_that_differ_have_no_best(desk: Scenario) -> None:
    with pytest.raises(ScenarioError, match="windows that differ can't be compared"):
        ss.best(desk, {"calendar.days": [20, 60]}, "won", workers=1)


def test_values_of_any_kind_can_be_varied(desk: Scenario) -> None:
    vary = {"economics": [None, {"gross_margin": 0.5}]}
    assert ss.sweep(desk, vary, 1, workers=1).of("won")["economics"].tolist() == [
        "null", '{"gross_margin": 0.5}'
    ]  # fmt: skip
    assert ss.best(desk, vary, "won", workers=1).table["economics"].tolist()[0] == "null"


@pytest.mark.slow
def test_a_run_that_kills_its_worker_is_the_only_one_that_fails(
    desk: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seven good runs and one whose limits can't even be looked at without dying."""
    tasks = [Task(desk, 1, k, limits=Deadly() if k == 3 else Limits()) for k in range(8)]
    found = dict(Workers(2, engine="simpy").run(tasks))  # by processes
    assert [k for k, one in found.items() if not isinstance(one, Outcome)] == [3]
    assert len(found) == 8


class Deadly(Limits):
    """A limit that kills the process that asks for it."""

    def watch(self) -> None:
        os._exit(9)


def test_a_share_is_no_percentage() -> None:
    with pytest.raises(ScenarioError, match=r"win_rate is a share, 0 to 1: write 0.25 for 25%"):
        Bound.parse("win_rate>=25")


def test_what_is_better_but_may_break_a_bound_is_called_so(desk: Scenario) -> None:
    vary = {"team.sdr.count": [3, 5, 6, 7, 8]}
    found = ss.best(desk, vary, "people", ["conversion_rate>=0.80"], workers=1)
    leader = found.table[found.table["standing"] == "best"].iloc[0]
    open_ones = found.table[found.table["standing"] == "can't tell"]
    assert (open_ones["mean"] < leader["mean"]).all()
    assert (open_ones["within_bounds"] < leader["within_bounds"]).all()
    level = found.table[found.table["standing"] == "statistically tied"]
    assert (level["mean"] >= leader["mean"]).all()


@pytest.mark.parametrize("text", ["won", "won=3", "won>=many", "won>=nan", ">=3"])
def test_a_bound_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError, match="expected KPI>=X or KPI<=X"):
        Bound.parse(text)


def test_a_goal_that_no_run_shows_is_refused(desk: Scenario) -> None:
    with pytest.raises(ScenarioError, match="renewal_rate: the scenario has nothing that makes it"):
        ss.best(desk, {"team.sdr.count": [1, 2]}, "renewal_rate", workers=1)
    with pytest.raises(
        ScenarioError, match="contributoin: unknown KPI; did you mean 'contribution'"
    ):
        ss.best(desk, {"team.sdr.count": [1, 2]}, "contributoin", workers=1)


# The store


def kept(folder: Path, said: list[str]) -> Study:
    return Study(1, ALONE, folder, say=said.append)


def test_a_study_is_kept_and_goes_on_where_it_was(desk: Scenario, tmp_path: Path) -> None:
    said: list[str] = []
    kept(tmp_path, said).run([(desk, k) for k in range(3)])
    again = Study(1, Workers(1, limits=Limits(seconds=0)), tmp_path, say=said.append)
    again.run([(desk, k) for k in range(4)])
    assert again.failures_among([desk])["replication"].tolist() == [
        3
    ]  # only this one had to be made
    fresh = Study(1, ALONE)
    fresh.run([(desk, k) for k in range(3)])
    pd.testing.assert_frame_equal(
        again.values(desk, range(3)), fresh.values(desk, range(3)), check_exact=True
    )
    assert said == []


def test_a_damaged_entry_is_noticed_named_and_made_again(desk: Scenario, tmp_path: Path) -> None:
    said: list[str] = []
    kept(tmp_path, said).run([(desk, k) for k in range(3)])
    base = sqlite3.connect(tmp_path / "runs.sqlite")
    key = Task(desk, 1, 1).key
    with base:
        base.execute("UPDATE runs SET outcome = replace(outcome, '1', '2') WHERE key = ?", [key])
    base.close()
    again = kept(tmp_path, said)
    again.run([(desk, k) for k in range(3)])
    assert said == [f"{tmp_path / 'runs.sqlite'}: the run {key[:12]} is damaged; it is made again"]
    fresh = Study(1, ALONE)
    fresh.run([(desk, k) for k in range(3)])
    pd.testing.assert_frame_equal(
        again.values(desk, range(3)), fresh.values(desk, range(3)), check_exact=True
    )
    said.clear()
    kept(tmp_path, said).run([(desk, k) for k in range(3)])
    assert said == []


def test_a_file_that_is_no_store_is_laid_aside(desk: Scenario, tmp_path: Path) -> None:
    (tmp_path / "runs.sqlite").write_text("hello" * 1000)
    said: list[str] = []
    study = kept(tmp_path, said)
    study.run([(desk, 0)])
    assert "kept as runs.damaged" in said[0]
    assert (tmp_path / "runs.damaged").read_text().startswith("hello")
    assert len(study.outcomes) == 1


def test_damaged_pages_are_laid_aside_and_the_study_goes_on(desk: Scenario, tmp_path: Path) -> None:
    said: list[str] = []
    kept(tmp_path, said).run([(desk, k) for k in range(40)])
    file = tmp_path / "runs.sqlite"
    data = bytearray(file.read_bytes())
    data[4096:] = b"x" * (len(data) - 4096)
    file.write_bytes(data)
    study = kept(tmp_path, said)
    study.run([(desk, k) for k in range(42)])
    assert len(study.outcomes) == 42
    assert any("kept as runs.damaged" in line for line in said)
    said.clear()
    kept(tmp_path, said).run([(desk, k) for k in range(42)])
    assert said == []


def test_limits_that_are_none_are_refused() -> None:
    for bad in (-1, math.nan, "3"):
        with pytest.raises(ScenarioError, match="limit in seconds"):
            Limits(seconds=bad)  # type: ignore[arg-type]


def test_two_studies_may_write_into_one_store(tmp_path: Path) -> None:
    stores = [Store(tmp_path, pytest.fail) for _ in range(2)]
    for number in range(20):
        stores[number % 2].put(f"key{number}", Outcome({"won": number / 3, "never": math.nan}))
    for store in stores:
        found = store.get([f"key{number}" for number in range(25)])
        assert len(found) == 20
        assert found["key7"].values["won"] == 7 / 3
        assert math.isnan(found["key7"].values["never"])
        store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["runs.sqlite"]


def test_a_run_is_known_by_all_that_it_depends_on(desk: Scenario) -> None:
    keys = {Task(desk, 1, 0).key, Task(desk, 1, 1).key, Task(desk, 2, 0).key,
            Task(desk.replace({"team.sdr.count": 7}), 1, 0).key}  # fmt: skip
    assert len(keys) == 4
    assert Task(desk.replace({"name": "other"}), 1, 0, "simpy").key in keys


def test_a_grid_is_every_combination() -> None:
    assert len(grid({"a": [1, 2, 3], "b": [None, {"x": 1}]})) == 6
