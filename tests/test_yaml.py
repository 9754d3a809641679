"""Scenarios are read safely: no code, no bombs, no key given twice; and it is said where."""

from datetime import date
from pathlib import Path

import pytest

from salessim import Scenario, ScenarioError
from salessim.resources import presets
from salessim.scenario.files import MOST_BYTES, parse_yaml, read, write
from salessim.scenario.shape import shape_of


def refused(text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        parse_yaml(text, "desk.yaml")
    (problem,) = caught.value.problems
    assert "\n" not in str(problem)
    return str(problem)


def test_plain_values_are_read_as_yaml_says() -> None:
    text = "{count: 8, share: 0.5, name: one desk, travel: true, start: 2026-01-05, support: null}"
    assert parse_yaml(text) == {
        "count": 8,
        "share": 0.5,
        "name": "one desk",
        "travel": True,
        "start": date(2026, 1, 5),
        "support": None,
    }


def test_letters_of_all_languages_are_read_and_written(tmp_path: Path) -> None:
    desk = Scenario.load("one-desk").replace({"name": "Büro Łódź 東京"})
    file = tmp_path / "desk.yaml"
    file.write_text(desk.to_yaml(), encoding="utf-8")
    assert "Büro Łódź 東京" in desk.to_yaml()
    assert Scenario.load(file) == desk


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: [1, 2\n", "line 3, column 1: "),
        ("a: 1\n b: 2\n", "line 2, column 3: "),
        ("a: 1\n\tb: 2\n", "line 2, column 1: "),
        ("a: 'b\n", "line 2, column 1: "),
        ("a: 1\nb: 2\na: 3\n", "line 3, column 1: the key 'a' is given twice"),
        ("team: {sdr: 1, ae: 2, sdr: 3}", "column 23: the key 'sdr' is given twice"),
        ("a: 1\n---\nb: 2\n", "line 2, column 1: "),
        ("a: &x 1\nb: *x\n", "line 2, column 4: references (*x) are not read here; write"),
        ("a: &x [*x]\n", "references (*x) are not read here"),
        ("a: !!python/object/apply:os.system ['true']", "tags that begin with ! are not read"),
        ("a: !secret 1", "line 1, column 4: tags that begin with ! are not read here"),
        ("? [1, 2]\n: 3\n", "line 1, column 3: a key must be a word"),
        ("a: \x00", "special characters are not allowed"),
        ("[" * 500 + "]" * 500, "nested too deeply"),
        ("a: " + "{b: " * 500, "nested too deeply"),
        ("a" * (MOST_BYTES + 1), "longer than 1,000,000 bytes"),
        ("é" * (MOST_BYTES // 2 + 1), "longer than 1,000,000 bytes"),
        ("a: " + "9" * 5_000, "a value can't be read"),
    ],
)
def test_what_can_not_be_trusted_is_refused_with_its_place(text: str, said: str) -> None:
    problem = refused(text)
    assert problem.startswith("desk.yaml: ")
    assert said in problem


def test_a_bomb_of_references_is_refused_before_it_grows() -> None:
    bomb = ["a0: &a0 [lol]"]
    bomb += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    assert "line 2" in refused("\n".join(bomb))


@pytest.mark.parametrize("depth", [100, 250, 290, 310])
def test_a_value_nested_however_deep_is_refused_with_a_problem(depth: int) -> None:
    nested = "[" * depth + "]" * depth
    text = f"{{plan: [{{day: 1, set: {{team.sdr.count: {nested}}}}}]}}"
    with pytest.raises(ScenarioError):
        Scenario.load("one-desk").replace(parse_yaml(text))


def test_bytes_in_a_plan_are_refused_with_a_problem() -> None:
    text = "{plan: [{day: 1, set: {team.sdr.count: !!binary gIGC}}]}"
    with pytest.raises(ScenarioError):
        Scenario.load("one-desk").replace(parse_yaml(text))


def file_refused(file: Path | str) -> str:
    with pytest.raises(ScenarioError) as caught:
        read(file, shape_of(Scenario))
    (problem,) = caught.value.problems
    return str(problem)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "must be a scenario: keys with their values; found nothing"),
        (b"# only a comment\n", "found nothing"),
        (b"- a\n- b\n", "found ['a', 'b']"),
        (b"hello", "found 'hello'"),
        (b"\xff\xfe\x00\x01", "not UTF-8 text (byte 0); is it a scenario?"),
        (b"name: caf\xe9\n", "not UTF-8 text (byte 9)"),
        (b"#" * (MOST_BYTES + 1), "1,000,001 bytes, at most 1,000,000 are read"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused_by_name(
    tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "desk.yaml"
    file.write_bytes(content)
    problem = file_refused(file)
    assert problem.startswith(str(file))
    assert said in problem


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    assert "is a folder" in file_refused(tmp_path)


def test_a_name_that_is_neither_preset_nor_file_is_answered_with_the_likely_one() -> None:
    assert file_refused("baselin").endswith("did you mean 'baseline'?")
    assert file_refused("zzz").endswith(f"known: {', '.join(presets())}")


@pytest.mark.parametrize(
    ("name", "said"),
    [("", ".: is a folder"), ("a\0b", "can't be read"), ("x" * 5_000, "can't be read")],
)
def test_a_name_that_no_file_can_have_is_refused_too(name: str, said: str) -> None:
    assert said in file_refused(name)


def test_a_preset_is_found_before_a_file_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one-desk").write_text("- no scenario\n", encoding="utf-8")
    assert Scenario.load("one-desk").name == "one desk"


# A file that says what differs from another


def test_a_file_may_say_only_what_differs_from_a_preset(tmp_path: Path) -> None:
    file = tmp_path / "more.yaml"
    file.write_text(
        "{name: more, based_on: baseline, changes: {team.ae.count: 9, support: null}}",
        encoding="utf-8",
    )
    changed = {"name": "more", "team.ae.count": 9, "support": None}
    assert Scenario.load(file) == Scenario.load("baseline").replace(changed)


def test_a_file_without_a_name_keeps_that_of_its_base(tmp_path: Path) -> None:
    file = tmp_path / "same.yaml"
    file.write_text("based_on: one-desk\n", encoding="utf-8")
    assert Scenario.load(file) == Scenario.load("one-desk")


def test_a_base_is_looked_for_beside_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    texts = {
        "deep/base.yaml": Scenario.load("one-desk").to_yaml(),
        "deep/two.yaml": "{based_on: base.yaml, changes: {team.sdr.count: 2}}",
        "three.yaml": "{based_on: deep/two.yaml, changes: {channels.door.leads_per_day: 3}}",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    three = Scenario.load(tmp_path / "three.yaml")
    assert three.team["sdr"].count == 2
    assert three.channels["door"].leads_per_day == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{based_on: baseline, team: {}}", "team: in a file with based_on, put this under changes"),
        (
            "{based_on: baseline, changes: [1]}",
            "changes: must be a block of paths with their values",
        ),
        ("{based_on: 5}", "based_on: must be the name of a preset or of a file"),
        ("{based_on: one-dekk}", "did you mean 'one-desk'?"),
        ("{based_on: desk.yaml}", "desk.yaml: is based on itself"),
        ("{based_on: other.yaml}", "is based on itself, by way of other files"),
        ("{based_on: baseline, changes: {team.aee.count: 9}}", "team.aee.count: there is no 'aee'"),
        (
            "{based_on: baseline, changes: {team.ae.count: -9}}",
            "team.ae.count: must be a whole number from 0 to 10,000, not -9 (desk.yaml, line 1)",
        ),
        ("{based_on: baseline, changes: {5: 9}}", "5: unknown key"),
    ],
)
def test_what_can_not_be_based_on_another_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "desk.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "other.yaml").write_text("based_on: desk.yaml\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(tmp_path / "desk.yaml")
    (problem,) = caught.value.problems
    assert said in str(problem)


def test_wrong_paths_wrong_values_and_wrong_dates_are_told_in_one_round(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "based_on: baseline\n"
        "changes:\n"
        "  channels.web.leads_per_day: 3\n"
        "  team.ae.count: -5\n"
        "  calendar.start: 2026-13-01\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(tmp_path / "mine.yaml")
    places = {problem.path for problem in caught.value.problems}
    assert places == {"channels.web.leads_per_day", "team.ae.count", "calendar.start"}


@pytest.mark.parametrize(
    ("text", "read_as"),
    [("010", 10), ("1e9", 1e9), ("1.5E-3", 0.0015), ("-3", -3), (".5", 0.5), ("1:30", "1:30"),
     ("1_000", "1_000"), ("yes", "yes"), ("off", "off"), ("0x1F", "0x1F"), ("~", None)],
)  # fmt: skip
def test_plain_words_are_what_they_look_like_and_are_written_so(text: str, read_as: object) -> None:
    assert parse_yaml(text) == read_as
    assert type(parse_yaml(text)) is type(read_as)
    for value in (text, read_as):
        assert parse_yaml(write({"a": value}))["a"] == value


@pytest.mark.parametrize("start", ["20260105", "1767571200", "2026-01-05T10:00", "2026-1-5", "yes"])
def test_a_date_is_a_date_and_no_number_of_seconds(start: str) -> None:
    with pytest.raises(ScenarioError, match=r"^calendar.start: .* a date such as 2026-01-05"):
        Scenario.load("one-desk").replace({"calendar.start": parse_yaml(start)})


def test_a_segment_may_be_called_set_and_its_nulls_are_absent() -> None:
    part = {"share": 1, "value": None, "odds": 2}
    assert Scenario.load("one-desk").replace({"segments": {"set": part}}).segments["set"].odds == 2


def test_a_scenario_based_on_itself_is_found_by_any_spelling(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.yaml").write_text("based_on: sub/../b.yaml", "utf-8")
    (tmp_path / "b.yaml").write_text("based_on: ./a.yaml", "utf-8")
    with pytest.raises(ScenarioError, match="is based on itself, by way of other files"):
        Scenario.load(tmp_path / "a.yaml")
