"""What the user says is read alike through every door, and what can't be meant is refused."""

import os
import pickle
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

import salessim as ss
from salessim import Scenario, ScenarioError, cli, resources
from salessim.cli.options import read_pairs
from salessim.experiment.vary import values_by_path
from salessim.scenario import timeline
from salessim.scenario.files import parse_yaml
from salessim.scenario.notes import notes_between, notes_on, notes_on_changes, notes_on_file

DESK = """\
name: a desk
channels: {door: {leads_per_day: 2}, web: {leads_per_day: 1}}
calendar: {days: 20}
territories: {north: {share: 0.5}, south: {share: 0.5}}
team: {sdr: {count: 4, salary_per_year: 60000}}
process:
  - name: call
    role: sdr
    effort: {distribution: exponential, mean_hours: 4}
    pass_probability: 0.5
  - name: visit
    role: sdr
    effort: {distribution: exponential, mean_hours: 4}
    pass_probability: 0.5
    patience: {distribution: exponential, mean_days: 4}
"""
BASE = Scenario.parse(parse_yaml(DESK))


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "desk.yaml").write_text(DESK, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


# The doors: each sets one value at a path of the desk, and gives the scenario that it makes


def based_on(path: str, value: Any) -> Scenario:
    raw = {"based_on": "desk.yaml", "changes": {path: value}}
    Path("what-if.yaml").write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")
    return Scenario.load("what-if.yaml")


def text_of(value: Any) -> str:
    return str(yaml.safe_dump(value, default_flow_style=True).removesuffix("...\n").strip())


def set_option(path: str, value: Any) -> Scenario:
    return BASE.replace(read_pairs("--set", [f"{path.removesuffix('=')}={text_of(value)}"]))


def vary_option(path: str, value: Any) -> Scenario:
    given = read_pairs("--vary", [f"{path.removesuffix('=')}={text_of(value)}"], as_list=True)
    (values,) = values_by_path(given).values()
    return BASE.replace({next(iter(given)): values[0]})


def plan_step(path: str, value: Any) -> Scenario:
    planned = BASE.replace({"plan": [{"day": 5, "set": {path: value}}]})
    return timeline(planned)[-1][1]


def replaced(path: str, value: Any) -> Scenario:
    return BASE.replace({path: value})


def sweep_call(path: str, value: Any) -> Scenario:
    (values,) = values_by_path({path: [value]}).values()
    return BASE.replace({path: values[0]})


Door = Callable[[str, Any], Scenario]
DOORS: list[Door] = [based_on, set_option, vary_option, plan_step, replaced, sweep_call]
every_door = pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)


def refused(door: Door, path: str, value: Any) -> str:
    with pytest.raises(ScenarioError) as caught:
        door(path, value)
    assert "\n" not in str(caught.value.problems[0])
    return str(caught.value)


@every_door
@pytest.mark.parametrize("value", [None, 3, "x"])
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("team.sdr.cuont", "unknown key; did you mean 'count'?"),
        ("team.SDR.count", "there is no 'SDR'; did you mean 'sdr'?"),
        ("process.vist.patience", "there is no 'vist'; did you mean 'visit'?"),
        ("proces.visit.patience", "there is no 'proces'; did you mean 'process'?"),
        ("economics.margin", "unknown key; did you mean"),
    ],
)
def test_an_unknown_path_is_refused_whatever_its_value(
    door: Door, path: str, said: str, value: Any
) -> None:
    if path.startswith("economics"):
        said = "unknown key; "
    assert said in refused(door, path, value)


@every_door
@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("channels.door.leads_per_day", "8,5", "write 8.5"),
        ("process.call.pass_probability", "80%", "write 0.8"),
        ("team.sdr.salary_per_year", "6,500,000", "write 6500000"),
        ("team.sdr.salary_per_year", "95k", "write 95000"),
        ("team.sdr.count", "5", "write 5 without quotes"),
        ("process.call.pass_probability", 80, "not 80; write 0.8 for 80%"),
        ("support", "off", "null switches it off"),
        ("channels.*.leads_per_day*=", float("nan"), "must be a number to multiply by, not nan"),
        ("channels.web.season.0", 50, "channels.web.season is not set, so it has no items; write"),
        ("team.sdr.count", True, "must be a whole number from 0 to 10,000, not true"),
        ("team.sdr.count", 0.5, "must be a whole number from 0 to 10,000, not 0.5"),
        ("team.sdr.count *=", 1.3, "4 * 1.3 is 5.2, which must be a whole number; write team.sdr"),
        ("team.sdr.internal_hours_per_week *=", 2, "its default is 0.0"),
        ("team.sdr.count *=", "30%", "30% more is *=1.3, 30% less *=0.7, 30% of it *=0.3"),
        (
            "team.sdr.count +=",
            "25%",
            "must be a number to add, not '25%'; write team.sdr.count*=1.25",
        ),
        ("team.sdr.count -=", "25%", "write team.sdr.count*=0.75"),
        ("channels.door.leads_per_day", "+20%", "write channels.door.leads_per_day*=1.2"),
        ("channels.door.leads_per_day", "20%", "20% more is *=1.2, 20% less *=0.8"),
        ("team.sdr.count", "7-9", "write one number, or try several with --vary: 7,8,9"),
        ("team.seller.count", 9, "no stage gives this role work; sellers here are sdr"),
        ("calendar.start", "01.04.2026", "write 2026-04-01"),
        ("calendar.start", "4/1/2026", "write 2026-04-01 or 2026-01-04"),
    ],
)
def test_what_people_type_is_answered_with_what_to_write(
    door: Door, path: str, value: Any, said: str
) -> None:
    if door is vary_option and isinstance(value, str) and "," in value:
        pytest.skip("commas separate the values of --vary")
    assert said in refused(door, path, value)


@every_door
def test_a_percentage_for_every_channel_is_answered_once(door: Door) -> None:
    message = refused(door, "channels.*.leads_per_day", "+20%")
    assert message.count("write channels.*.leads_per_day*=1.2") == 1
    assert len(message.splitlines()) == 1


def test_a_scenario_is_changed_and_made_in_one_way_only() -> None:
    with pytest.raises(TypeError, match=r"make another with scenario\.replace"):
        BASE.team["sdr"].count = 9
    with pytest.raises(ScenarioError, match=r"write Scenario\.load"):
        Scenario(name="a desk")
    assert pickle.loads(pickle.dumps(BASE)) == BASE


@every_door
def test_a_number_changes_relative_to_what_it_is(door: Door) -> None:
    assert door("team.sdr.count *=", 1.5).team["sdr"].count == 6
    assert door("team.sdr.count+=", 2).team["sdr"].count == 6
    assert door("team.sdr.count -=", 1).team["sdr"].count == 3
    rates = [c.leads_per_day for c in door("channels.*.leads_per_day*=", 1.3).channels.values()]
    assert rates == [2.6, 1.3]
    assert all(stage.patience is None for stage in door("process.*.patience", None).process)


@pytest.mark.parametrize("door", [plan_step, replaced, sweep_call], ids=lambda door: door.__name__)
@pytest.mark.parametrize("number", [np.int64(6), np.float64(6.0), np.int32(6), 6.0])
def test_numbers_of_numpy_are_numbers(door: Door, number: Any) -> None:
    assert door("team.sdr.count", number).team["sdr"].count == 6


@pytest.mark.parametrize("door", [plan_step, replaced, sweep_call], ids=lambda door: door.__name__)
def test_a_missing_date_of_numpy_or_pandas_is_not_taken_for_null(door: Door) -> None:
    for missing in (np.datetime64("NaT"), pd.NaT):
        assert re.search("NaT|nan", refused(door, "process.visit.patience", missing))


# What only a file, or only an option, can get wrong


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("salary_per_year: 60000", "salary_per_year:60000", "line 5, column 24: put a space after"),
        ("salary_per_year: 60000", "salary_per_year: 60,000", "write salary_per_year: 60000"),
        ("leads_per_day: 2}", "leads_per_day: 0,9}", "line 2, column 19: 0,9 has a comma"),
        ("salary_per_year: 60000", "salary_per_year: 95.000", "may mean 95 or 95000"),
        ("salary_per_year: 60000", "salery_per_yr: null", "did you mean 'salary_per_year'? (bad"),
        ("    role: sdr", "    role:sdr", "put a space after the colon: role: sdr"),
        ("    pass_probability: 0.5", "    pass_probability 0.5", "a colon is missing: pass_prob"),
        ("days: 20}", "days: 20", "a comma or the closing brace } is missing"),
        ("  - name: call", "\t- name: call", "a tab; indent with spaces"),
        ("name: a desk", "name: a: desk", "a colon too many"),
        ("name: a desk", "name: 'a desk", "a quote is opened and not closed"),
    ],
)
def test_a_slip_in_a_file_is_named_by_its_line_with_the_way_out(
    old: str, new: str, said: str
) -> None:
    Path("bad.yaml").write_text(DESK.replace(old, new, 1), "utf-8")
    with pytest.raises(ScenarioError) as caught:
        Scenario.load("bad.yaml")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("team.sdr.count=9,channels.web.leads_per_day=4", "one path at a time; write --set team."),
        ("team.sdr.count=9 channels.web.leads_per_day=4", "one path at a time; write --set team."),
        ("team.sdr.count:9", "write team.sdr.count=9"),
        ("team.sdr.count 9", "write team.sdr.count=9"),
        ("team.sdr.salary_per_year=95.000", "95.000 may mean 95 or 95000"),
        ("team.sdr={count: 4, salary_per_year: 95.000}", "95.000 may mean 95 or 95000"),
        ("team.sdr.count/=2", "*= multiplies"),
        ("channels.*=null", "channels: must be a mapping of names"),
    ],
)
def test_a_slip_in_an_option_is_answered_with_what_to_write(option: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        BASE.replace(read_pairs("--set", [option]))
    assert said in str(caught.value)


def test_a_file_without_its_ending_is_found_and_not_guessed() -> None:
    with pytest.raises(ScenarioError, match=r"did you mean 'desk\.yaml'\?"):
        Scenario.load("desk")
    with pytest.raises(ScenarioError, match="no file of this name; known: baseline"):
        Scenario.load("nofile.yaml")


@pytest.mark.parametrize(
    ("vary", "said"),
    [
        ({"team.sdr.count": [4, 4.0]}, "is given twice"),
        ({"team.sdr.count": [4], "team.sdr": [{"count": 5}]}, "sets the same value as"),
        ({"team.sdr.count": [4], "team.*.count *=": [2]}, "sets the same value as"),
        ({"team.sdr.count": []}, "must be a list of values"),
        ({"team.sdr.count": 4}, "must be a list of values"),
        ({"team.sdr.count": "4,5"}, "must be a list of values"),
    ],
)
def test_values_given_twice_and_paths_that_overlap_are_refused(
    vary: dict[str, Any], said: str
) -> None:
    for study in (ss.sweep, lambda *given: ss.best(*given, "won")):
        with pytest.raises(ScenarioError, match=said):
            study(BASE, vary)


@pytest.mark.parametrize(
    "values", [np.arange(3, 5), pd.Series([3, 4]), range(3, 5), (3, 4), np.array([3.0, 4.0])]
)
def test_values_of_a_sweep_may_be_any_list_of_numbers(values: Any) -> None:
    found = ss.sweep(BASE, {"team.sdr.count": values}, replications=np.int64(1), workers=1)
    assert found.of("won")["team.sdr.count"].tolist() == [3, 4]


@pytest.mark.parametrize(
    ("word", "kpi"), [("profit", "contribution"), ("deals", "won"), ("Revenue", "revenue")]
)
def test_a_kpi_by_another_word_is_recognized(word: str, kpi: str) -> None:
    with pytest.raises(ScenarioError, match=f"did you mean '{kpi}'"):
        ss.best(BASE, {"team.sdr.count": [3, 4]}, word)
    with pytest.raises(ScenarioError, match=f"did you mean '{kpi}'"):
        ss.compare(BASE, BASE.replace({"team.sdr.count": 5}), settle=word)


# Dates in plans


def test_a_step_takes_effect_on_its_date_or_on_the_next_working_day() -> None:
    for step, day in (
        ({"day": 5}, 5.0),
        ({"date": "2026-01-12"}, 5.0),
        ({"date": "2026-01-10"}, 5.0),  # a Saturday
        ({"day": "2026-01-12"}, 5.0),  # a date where a day is expected
    ):
        planned = BASE.replace({"plan": [{**step, "set": {"team.sdr.count": 9}}]})
        assert timeline(planned)[1][0] == day
        assert Scenario.parse(parse_yaml(planned.to_yaml())) == planned
    closed = BASE.replace({"calendar.holidays": ["2026-01-12"]})
    planned = closed.replace({"plan": [{"date": "2026-01-10", "set": {"team.sdr.count": 9}}]})
    assert timeline(planned)[1][0] == 6.0


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"date": "2025-12-01"}, "2025-12-01 is before day 0, which is 2026-01-05"),
        ({"date": 62}, "must be a date such as 2026-01-05, not 62"),
        ({"date": "20260401"}, "write 2026-04-01"),
        ({"date": "01.04.2026"}, "write 2026-04-01"),
        ({"day": "01.04.2026"}, "write 2026-04-01"),
        ({"day": 5, "date": "2026-01-12"}, "takes a day or a date, not both"),
        ({}, "needs a day or a date"),
    ],
)
def test_a_step_without_a_clear_date_is_refused(step: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(said)):
        BASE.replace({"plan": [{**step, "set": {"team.sdr.count": 9}}]})


def test_relative_steps_of_a_plan_act_on_what_is_in_force() -> None:
    steps = [{"day": day, "set": {"team.sdr.count +=": 1}} for day in (5, 10)]
    planned = BASE.replace({"plan": steps, "team.sdr.count": 6})
    assert [now.team["sdr"].count for _, now in timeline(planned)] == [6, 7, 8]


# Notes


BLOCK = {"web": {"leads_per_day": 6}}
LOST = (
    "channels: replaces the whole block; gone: door; "
    "to change one value, set channels.web.leads_per_day to 6"
)


def test_a_block_that_takes_others_away_is_said_by_files_options_and_calls(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.warns(UserWarning, match=re.escape(LOST)):
        BASE.replace({"channels": BLOCK})
    with pytest.warns(UserWarning, match=re.escape(f"{LOST} (what-if.yaml, line 3)")):
        based_on("channels", BLOCK)
    for words in (
        ["check", "what-if.yaml"],
        ["describe", "desk.yaml", "--set", "channels={web: {leads_per_day: 6}}"],
    ):
        monkeypatch.setattr(sys, "argv", ["salessim", *words])
        with pytest.raises(SystemExit):
            cli.main()
    assert capsys.readouterr().err.count(f"note: {LOST}") == 2


def test_a_step_of_the_plan_with_a_block_says_what_it_takes_away() -> None:
    planned = BASE.replace({"plan": [{"day": 5, "set": {"team.sdr": {"count": 5}}}]})
    (note,) = notes_on(planned)
    assert note == (
        "the plan step of day 5 (2026-01-12): team.sdr: replaces the whole block; gone: "
        "salary_per_year; to change one value, set team.sdr.count to 5"
    )


@pytest.mark.parametrize("name", resources.presets())
def test_a_preset_means_what_it_replaces(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Scenario.load(name)


def test_an_error_that_follows_from_a_whole_block_names_the_users_line_first() -> None:
    message = refused(based_on, "team", {"ae": {"count": 9}})
    assert message.startswith("team: replaces the whole block; gone: sdr; ")
    assert message.splitlines()[0].endswith("set team.ae.count to 9 (what-if.yaml, line 3)")


@pytest.mark.parametrize(
    "changes",
    [
        {"channels.fair": {"leads_per_day": 1}},
        {"calendar": {"days": 30, "warm_up_days": 0}},
        {"team.sdr": {"count": 5, "salary_per_year": 50000}},
        {"process.call.effort": {"distribution": "constant", "mean_hours": 2}},
        {"process.visit.patience": {"distribution": "constant", "mean_days": 3}},
        {"process.visit": None},
    ],
)
def test_a_block_that_takes_nothing_away_needs_no_warning(changes: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        BASE.replace(changes)


def test_a_change_that_the_plan_sets_again_is_said() -> None:
    base = BASE.replace({"plan": [{"day": 5, "set": {"team.sdr.count": 4}}]})
    (note,) = notes_between(base, base.replace({"team.sdr.count": 6}))
    assert note == (
        "team.sdr.count: the change holds only until day 5 (2026-01-12), when the plan sets "
        "team.sdr.count to 4"
    )
    growing = BASE.replace({"plan": [{"day": 5, "set": {"team.sdr.count +=": 1}}]})
    assert notes_between(growing, growing.replace({"team.sdr.count": 6})) == []


def test_a_plan_that_replaces_another_is_said() -> None:
    base = BASE.replace({"plan": [{"day": 5, "set": {"team.sdr.count": 6}}]})
    other = base.replace({"plan": [{"day": 9, "set": {"team.sdr.count": 7}}]})
    assert notes_between(base, other)[0].startswith("the what-if replaces the base's whole plan")
    assert notes_between(base, base.replace({"plan": None}))[0].startswith("the what-if drops")
    assert notes_between(base, base.replace({"plan": [*base.plan, *other.plan]})) == []


def test_a_step_too_late_or_without_effect_is_said() -> None:
    steps = [{"day": 5, "set": {"team.sdr.count": 4}}, {"day": 20, "set": {"team.sdr.count": 9}}]
    late, idle = notes_on(BASE.replace({"plan": steps}))
    assert late.startswith("the plan step of day 20 (2026-02-02) has no effect")
    assert idle == "the plan step of day 5 (2026-01-12) changes nothing"


def test_a_stage_that_is_gone_and_people_dealt_anew_are_said() -> None:
    (gone,) = notes_between(BASE, BASE.replace({"process.visit": None}))
    assert gone == "the stage visit is removed: every lead that comes to it now passes"
    split = BASE.replace({"assignment": "territory"})
    shares = {"territories.north.share": 0.75, "territories.south.share": 0.25}
    (dealt,) = notes_between(split, split.replace(shares))
    assert "north 2 -> 3, south 2 -> 1" in dealt
    assert "territories.NAME.demand" in dealt
    assert notes_between(split, split.replace({"team.sdr.count": 5})) == []


def test_a_change_that_changes_nothing_is_said_in_files_and_options(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = notes_on_changes(BASE, {"priority": "fifo", "team.sdr.count": 5, "plan": None})
    assert said == [
        "priority=fifo changes nothing: it is fifo already",
        "plan=null changes nothing: it is off already",
    ]
    (same,) = notes_on_changes(BASE, {"calendar": {"days": 20}})
    assert same == "calendar={days: 20} changes nothing: it is so already"
    based_on("priority", "fifo")
    assert notes_on_file("what-if.yaml") == said[:1]
    words = ["salessim", "compare", "desk.yaml", "--set", "priority=fifo", "--out", "out"]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "note: --set priority=fifo changes nothing: it is fifo already"
    assert "is the same as the base" in lines[1]


# A scenario by its name, and blocks of Python


@pytest.mark.parametrize("given", [5, None, {"team.sdr.count": 3}])
def test_what_is_not_a_scenario_is_refused_in_one_line_by_every_call(given: Any) -> None:
    calls: list[Callable[[], Any]] = [
        lambda: ss.simulate(given),
        lambda: ss.compare(BASE, given),
        lambda: ss.compare(given, BASE),
        lambda: ss.sweep(given, {"team.sdr.count": [1]}),
        lambda: ss.best(given, {"team.sdr.count": [1]}, "won"),
        lambda: ss.replicate(given),
        lambda: ss.warm_up(given),
        lambda: ss.tornado(given, {"team.sdr.count": (1, 2)}, "won"),
        lambda: ss.screen(given, {"team.sdr.count": (1, 2)}, "won"),
    ]
    for call in calls:
        with pytest.raises(ScenarioError, match="must be a scenario, a preset's name or a file"):
            call()


def test_a_name_or_a_file_is_taken_for_a_scenario() -> None:
    assert ss.simulate("desk.yaml").scenario == BASE
    assert ss.replicate(Path("desk.yaml"), 1, workers=1).values.shape[0] == 1
    found = ss.sweep("desk.yaml", {"team.sdr.count": [3]}, replications=1, workers=1)
    assert len(found.of("won")) == 1


def test_a_tornado_may_end_where_the_base_is() -> None:
    table = ss.tornado(BASE, {"team.sdr.count": (4, 6)}, "won", replications=2, workers=1)
    assert table.set_index("value").loc[4, "difference"] == 0


# Terminals, and the page


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii"])
def test_a_terminal_that_lacks_letters_shows_others(place: Path, encoding: str) -> None:
    (place / "desk.yaml").write_text(DESK.replace("a desk", "Łódź 東京"), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "salessim", "check", "desk.yaml"],
        cwd=place, capture_output=True, env={**os.environ, "PYTHONIOENCODING": encoding},
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.startswith(b"valid: ?")
    assert b"Traceback" not in done.stderr


def test_the_recipes_of_the_docs_work() -> None:
    page = Path(__file__).parent.parent / "docs" / "changing-a-scenario.md"
    blocks = re.findall(r"```(\w+)\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    for kind, text in blocks:
        if kind == "python":
            exec(text, names)
        else:
            Path("recipe.yaml").write_text(text, "utf-8")
            assert Scenario.load("recipe.yaml") != names.get("base")
