"""The command: what it writes, and how it refuses what it can't use."""

import html
import importlib.util
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest
import yaml

from salessim import Scenario, cli
from salessim.resources import folder, presets
from salessim.version import __version__

DESK = """\
name: a desk
channels: {door: {leads_per_day: 2}}
calendar: {days: 20}
team: {sdr: {count: 2}}
process:
  - name: call
    role: sdr
    effort: {distribution: exponential, mean_hours: 4}
    pass_probability: 0.5
"""
COLUMNS = {
    "leads": (
        "lead channel segment territory arrived value fit score stage outcome closed owner "
        "discount revenue"
    ),
    "activities": "lead stage kind attempt role rep ready started ended hours result",
    "reps": (
        "rep role territory hired left available_hours selling_hours admin_hours utilisation "
        "won revenue"
    ),
    "weeks": "week date arrived won lost revenue open_leads pipeline_value",
    "kpis": "kpi value unit",
    "events": "case_id activity lifecycle timestamp resource",
}
FILES = {*(f"{table}.csv" for table in COLUMNS), "run.json", "scenario.yaml"}
REPORTS = {"report.html", "report.xlsx"}


class Shell:
    """A place with a scenario `desk.yaml` in it, and the command in this very process."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any):
        self.place = place
        self._monkeypatch, self._capsys = monkeypatch, capsys
        self.stdout = self.stderr = ""
        (place / "desk.yaml").write_text(DESK, encoding="utf-8")
        monkeypatch.chdir(place)

    def __call__(self, *arguments: str) -> int:
        """Run the command; the exit code."""
        self._monkeypatch.setattr(sys, "argv", ["salessim", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        self.stdout, self.stderr = self._capsys.readouterr()
        code = ended.value.code
        return code if isinstance(code, int) else 0

    def write(self, name: str, text: str | bytes) -> None:
        file = self.place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def content(self) -> dict[str, bytes | None]:
        """Every file, and every folder, hidden or not."""
        return {
            str(path.relative_to(self.place)): path.read_bytes() if path.is_file() else None
            for path in self.place.rglob("*")
        }

    def refuses(self, *arguments: str) -> list[str]:
        """The lines with which the command refuses; nothing is written."""
        before = self.content()
        assert self(*arguments) == 2
        assert self.content() == before
        assert self.stdout == ""
        assert "Traceback" not in self.stderr
        return self.stderr.splitlines()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Shell:
    return Shell(tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The results of `salessim run desk.yaml`, and what it printed, for all who only read them."""
    place = tmp_path_factory.mktemp("first")
    (place / "desk.yaml").write_text(DESK, encoding="utf-8")
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said):
        patch.chdir(place)
        patch.setattr(sys, "argv", ["salessim", "run", "desk.yaml", "--out", "results"])
        with pytest.raises(SystemExit):
            cli.main()
    return place / "results", said.getvalue()


@pytest.fixture
def ran(shell: Shell, first_run: tuple[Path, str]) -> Shell:
    """A place in which `salessim run desk.yaml --out results` has been typed."""
    results, shell.stdout = first_run
    shutil.copytree(results, shell.place / "results")
    return shell


def salessim(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The real command, in a process of its own."""
    command = [sys.executable, "-m", "salessim", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8")


# The real command


@pytest.mark.slow
def test_the_real_command_runs_a_preset(tmp_path: Path) -> None:
    done = salessim(
        "run", "baseline", "--set", "calendar={days: 5}", "--out", "results", cwd=tmp_path
    )
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1] == "done: results"
    assert {path.name for path in (tmp_path / "results").iterdir()} == FILES | REPORTS
    card = json.loads((tmp_path / "results" / "run.json").read_text("utf-8"))
    with pytest.warns(UserWarning, match="calendar: replaces the whole block"):
        shortened = Scenario.load("baseline").replace({"calendar": {"days": 5}})
    assert card["scenario"] == shortened.content_hash
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_a_run_says_its_headline_figures_and_only_those_that_were_observed(ran: Shell) -> None:
    said = dict(re.split(r"  +", line, maxsplit=1) for line in ran.stdout.splitlines()
                if "  " in line.strip())  # fmt: skip
    kpis = pd.read_csv(ran.place / "results" / "kpis.csv", index_col="kpi")["value"]
    assert said["Deals won"] == f"{kpis['won']:.0f}"
    assert said["Utilization of SDRs"] == f"{100 * kpis['utilisation.sdr']:.1f}%"
    assert "Contribution" not in said


def test_a_runs_report_repeats_what_limits_it_as_the_command_says_it(ran: Shell) -> None:
    page = html.unescape((ran.place / "results" / "report.html").read_text("utf-8"))
    _, limits = ran.stdout.split("What limits it: ")
    for sentence in ("What limits it: " + limits).splitlines():
        assert f"<p>{sentence}</p>" in page


def test_a_run_says_how_many_leads_wait_when_it_ends(shell: Shell) -> None:
    assert shell("run", "desk.yaml", "--set", "team.sdr.count=1", "--out", "results") == 0
    visits = pd.read_csv(shell.place / "results" / "activities.csv")
    waiting = int(visits["started"].isna().sum())
    assert f"What still waits when this run ends: {waiting} leads for SDRs." in shell.stdout


@pytest.mark.slow
def test_the_real_command_refuses_with_2_and_no_traceback(tmp_path: Path) -> None:
    done = salessim("run", "baselin", "--out", "results", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "baselin: no preset and no file of this name; did you mean 'baseline'?\n"
    )
    assert not list(tmp_path.iterdir())


TOLD_WHEN_IT_SIMULATES = """
import sys
from salessim import cli
from salessim.cli import runs

def told(*arguments, simulate=runs.simulate):
    print("simulating", flush=True)
    return simulate(*arguments)

runs.simulate = told
cli.main()
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent otherwise on Windows")
@pytest.mark.slow
def test_ctrl_c_ends_with_130_and_nothing_written(tmp_path: Path) -> None:
    (tmp_path / "desk.yaml").write_text(DESK, encoding="utf-8")
    arguments = ["run", "desk.yaml", "--set", "calendar.days=90000", "--out", "results"]
    with subprocess.Popen(
        [sys.executable, "-c", TOLD_WHEN_IT_SIMULATES, *arguments],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "simulating\n"
        running.send_signal(signal.SIGINT)
        _, said = running.communicate()
    assert running.returncode == 130
    assert said == "cancelled; nothing was half-written\n"
    assert [path.name for path in tmp_path.iterdir()] == ["desk.yaml"]


# Presets, check, schema


def test_presets_are_listed_with_one_line_about_each(shell: Shell) -> None:
    assert shell("presets") == 0
    lines = shell.stdout.splitlines()
    for name, line in zip(presets(), lines, strict=True):
        assert line.startswith(f"{name}  ")
        assert line.endswith(Scenario.load(name).description)
        assert Scenario.load(name).description


@pytest.mark.parametrize("source", [*presets(), "desk.yaml"])
def test_a_valid_scenario_is_said_to_be_valid(shell: Shell, source: str) -> None:
    assert shell("check", source) == 0
    first, *implied = shell.stdout.splitlines()
    assert first == f"valid: {Scenario.load(source).name}"
    assert "leads a year" in implied[0]
    assert any(line.startswith("expected load of") for line in implied)
    assert "implausibly" not in shell.stderr


def printed_schema(shell: Shell) -> Any:
    assert shell("schema") == 0
    return json.loads(shell.stdout)


def test_the_schema_is_a_json_schema(shell: Shell) -> None:
    jsonschema.Draft202012Validator.check_schema(printed_schema(shell))


def complaints(schema: Any, text: str) -> list[str]:
    raw = json.loads(json.dumps(yaml.safe_load(text), default=date.isoformat))
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(raw)]


@pytest.mark.parametrize("name", presets())
def test_presets_hold_to_the_schema(shell: Shell, name: str) -> None:
    text = (folder("data") / "presets" / f"{name}.yaml").read_text("utf-8")
    assert complaints(printed_schema(shell), text) == []


def test_the_schema_knows_a_slip_of_the_pen(shell: Shell) -> None:
    text = DESK.replace("count", "cuont")
    assert complaints(printed_schema(shell), DESK) == []
    assert any("cuont" in line for line in complaints(printed_schema(shell), text))


def test_the_schema_marks_what_a_plan_may_change(shell: Shell) -> None:
    blocks = printed_schema(shell)["$defs"]
    assert blocks["Role"]["properties"]["count"]["plan"] is True
    assert "plan" not in blocks["Calendar"]["properties"]["days"]


def test_the_version_is_printed(shell: Shell) -> None:
    assert shell("--version") == 0
    assert shell.stdout == f"salessim {__version__}\n"


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["lab", "--help"]])
def test_help_is_no_failure(shell: Shell, arguments: list[str]) -> None:
    assert shell(*arguments) == 0
    assert "Usage: " in shell.stdout


# What is written


def table(shell: Shell, name: str, out: str = "results") -> pd.DataFrame:
    return pd.read_csv(shell.place / out / f"{name}.csv", keep_default_na=True)


def test_a_run_writes_the_six_tables_and_what_they_come_from(shell: Shell) -> None:
    assert shell("run", "desk.yaml", "--out", "deep/down/results") == 0
    assert {path.name for path in (shell.place / "deep/down/results").iterdir()} == FILES | REPORTS
    assert [path.name for path in (shell.place / "deep/down").iterdir()] == ["results"]


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_has_the_columns_of_the_contract_in_their_order(ran: Shell, name: str) -> None:
    columns = COLUMNS[name].split()
    written = list(table(ran, name).columns)
    assert [column for column in written if column in columns] == columns
    assert len(table(ran, name)) > 0


def test_files_are_utf_8_with_plain_line_ends(shell: Shell) -> None:
    shell.write("desk.yaml", DESK.replace("sdr", "żółw").replace("door", "drzwi ł"))
    assert shell("run", "desk.yaml", "--out", "results") == 0
    for name in FILES | {"report.html"}:
        content = (shell.place / "results" / name).read_bytes()
        assert b"\r" not in content
        assert content.endswith(b"\n")
        assert content.decode("utf-8")
    assert "drzwi ł" in (shell.place / "results" / "leads.csv").read_text("utf-8")
    assert "żółw-1" in (shell.place / "results" / "reps.csv").read_text("utf-8")


def test_the_scenario_beside_the_tables_is_the_one_that_was_run(shell: Shell) -> None:
    shell("run", "desk.yaml", "--set", "team.sdr.count=3", "--out", "results")
    written = Scenario.load(shell.place / "results" / "scenario.yaml")
    assert written == Scenario.load("desk.yaml").replace({"team.sdr.count": 3})
    card = json.loads((shell.place / "results" / "run.json").read_text("utf-8"))
    assert card["scenario"] == written.content_hash
    assert (card["seed"], card["replication"]) == (1, 0)


@pytest.mark.slow
def test_the_same_run_again_writes_the_same_bytes(shell: Shell) -> None:
    shell("run", "baseline", "--set", "calendar={days: 5}", "--out", "results")
    first = shell.content()
    assert shell("run", "baseline", "--set", "calendar={days: 5}", "--out", "results") == 0
    assert shell.content() == first


def test_another_seed_up_to_the_last_or_another_replication_is_another_luck(ran: Shell) -> None:
    others = (["--seed", "0"], ["--seed", "4294967295"], ["--replication", "1"])
    texts = {(ran.place / "results" / "leads.csv").read_bytes()}
    for options in others:
        out = "".join(options)
        assert ran("run", "desk.yaml", *options, "--out", out) == 0
        texts.add((ran.place / out / "leads.csv").read_bytes())
    assert len(texts) == 4


def test_naming_the_engine_or_the_default_seed_changes_no_byte(ran: Shell) -> None:
    first = ran.content()
    options = ["--engine", "simpy", "--seed", "1", "--replication", "0"]
    assert ran("run", "desk.yaml", *options, "--out", "results") == 0
    assert ran.content() == first


def test_values_are_set_on_the_way_and_may_hold_an_equals_sign(shell: Shell) -> None:
    options = ["--set", "team.sdr.count=5", "--set", "channels.door.leads_per_day=4.5"]
    options += ["--set", "description=a=b"]
    options += ["--set", "process.call.effort={distribution: constant, mean_hours: 1}"]
    assert shell("run", "desk.yaml", *options, "--out", "results") == 0
    assert len(table(shell, "reps")) == 5
    assert set(table(shell, "activities")["hours"]) == {1.0}
    written = Scenario.load(shell.place / "results" / "scenario.yaml")
    assert written.channels["door"].leads_per_day == 4.5
    assert written.description == "a=b"


def test_null_switches_a_block_off(shell: Shell) -> None:
    options = ["--set", "calendar={days: 15}", "--set", "support=null", "--set", "no_decision=null"]
    assert shell("run", "baseline", *options, "--out", "results") == 0
    paperwork = table(shell, "activities").query("kind == 'admin'")
    assert "support" not in set(paperwork["role"])
    assert "no_decision" not in set(table(shell, "leads")["outcome"])


def test_a_number_never_observed_is_empty_in_the_file(ran: Shell) -> None:
    text = (ran.place / "results" / "kpis.csv").read_text("utf-8")
    assert "\nwithin_promise,,share\n" in text


# Results of another run


def test_results_of_another_run_are_not_overwritten(ran: Shell) -> None:
    for options in (["--seed", "2"], ["--replication", "1"], ["--set", "team.sdr.count=3"]):
        (line,) = ran.refuses("run", "desk.yaml", *options, "--out", "results")
        assert line.startswith("results: contains results of another run; ")
        assert "--force" in line


def test_force_replaces_results_and_leaves_the_users_own_files_alone(ran: Shell) -> None:
    ran("run", "desk.yaml", "--out", "fresh", "--seed", "2")
    ran.write("results/notes.txt", "mine")
    ran.write("results/more/leads.csv", "mine too")
    assert ran("run", "desk.yaml", "--out", "results", "--seed", "2", "--force") == 0
    after = ran.content()
    for name in FILES | REPORTS:
        assert after[f"results/{name}"] == after[f"fresh/{name}"]
    assert after["results/notes.txt"] == b"mine"
    assert after["results/more/leads.csv"] == b"mine too"
    assert set(after) == {
        "desk.yaml", "fresh", "results", "results/notes.txt", "results/more",
        "results/more/leads.csv",
        *(f"{out}/{name}" for out in ("fresh", "results") for name in FILES | REPORTS),
    }  # fmt: skip


def test_force_writes_beside_foreign_files(shell: Shell) -> None:
    shell.write("results/notes.txt", "mine")
    assert shell("run", "desk.yaml", "--out", "results", "--force") == 0
    assert shell.content()["results/notes.txt"] == b"mine"


def test_files_laid_beside_a_runs_results_do_not_hinder_the_same_run(ran: Shell) -> None:
    ran.write("results/notes.txt", "mine")
    before = ran.content()
    assert ran("run", "desk.yaml", "--out", "results") == 0
    assert ran.content() == before


def test_an_empty_folder_is_written_into(shell: Shell) -> None:
    (shell.place / "results").mkdir()
    assert shell("run", "desk.yaml", "--out", "results") == 0


# What it refuses: one scenario file that is wrong in one way

FAULTS: dict[str, tuple[str | bytes, str]] = {
    "empty": (b"", "bad.yaml: must be a scenario: keys with their values; found nothing"),
    "binary": (bytes(range(256)), "bad.yaml: not UTF-8 text (byte 128)"),
    "a list": ("- a\n- b\n", "bad.yaml: must be a scenario: keys with their values; found ['a'"),
    "broken": (DESK + "priority: [fifo\n", "bad.yaml: line 11, column 1: "),
    "a key twice": (
        DESK + "name: b\n",
        "bad.yaml: line 10, column 1: the key 'name' is given twice",
    ),
    "a bomb": ("a: &a [x]\nb: [*a, *a]\n", "bad.yaml: line 2, column 5: references (*a) are not"),
    "huge": (b"#" * 1_000_001, "bad.yaml: 1,000,001 bytes, at most 1,000,000 are read"),
    "deep": ("a: " + "[" * 500, "bad.yaml: nested too deeply"),
    "code": ("a: !!python/name:os.system x", "bad.yaml: line 1, column 4: tags that begin with !"),
    "unknown key": (DESK + "prioritty: fifo\n", "prioritty: unknown key; did you mean 'priority'"),
    "wrong type": (
        DESK.replace("days: 20", "days: long"),
        "calendar.days: must be a whole number from 1 to 100,000, not 'long'",
    ),
    "a yes for a number": (
        DESK.replace("count: 2", "count: yes"),
        "team.sdr.count: must be a whole number from 0 to 10,000, not 'yes' (bad.yaml, line 4)",
    ),
    "not a number": (
        DESK.replace("day: 2", "day: .nan"),
        "channels.door.leads_per_day: must be a number from 0 to 100,000, not nan",
    ),
    "infinite": (
        DESK.replace("day: 2", "day: .inf"),
        "channels.door.leads_per_day: must be a number from 0 to 100,000, not inf",
    ),
    "negative": (
        DESK.replace("count: 2", "count: -2"),
        "team.sdr.count: must be a whole number from 0 to 10,000, not -2",
    ),
    "half a person": (
        DESK.replace("count: 2", "count: 2.5"),
        "team.sdr.count: must be a whole number from 0 to 10,000, not 2.5",
    ),
    "a chance over 1": (
        DESK.replace("0.5", "1.5"),
        "process.call.pass_probability: must be a number from 0 to 1, not 1.5 (bad.yaml, line 9)",
    ),
    "shares": (
        DESK + "segments: {a: {share: 0.5}, b: {share: 0.4}}\n",
        "segments: the shares add up to 0.9; they must add up to 1",
    ),
    "nobody": (DESK.replace("role: sdr", "role: sdrr"), "process.call.role: nobody fills the role"),
    "no such stage": (
        DESK + "opportunity_at: cal\n",
        "opportunity_at: there is no stage 'cal'; did",
    ),
    "no monday": (
        DESK.replace("days: 20", "days: 20, start: 2026-01-06"),
        "calendar.start: must be a Monday, and 2026-01-06 is a Tuesday",
    ),
    "no date": (
        DESK.replace("days: 20", "days: 20, start: 2026-02-30"),
        "calendar.start: must be a date such as 2026-01-05, not '2026-02-30'; there is no such day",
    ),
    "no date at all": (
        DESK.replace("days: 20", "days: 20, start: monday"),
        "calendar.start: must be a date such as 2026-01-05, not 'monday'",
    ),
    "a stage twice": (DESK + DESK[DESK.index("  - name") :], "process.call: two stages have this"),
    "no stage": (
        DESK[: DESK.index("process")] + "process: []\n",
        "process: must be a list of at least one item, not []",
    ),
    "two steps a day": (
        DESK + "plan: [{day: 1, set: {team.sdr.count: 3}}, {day: 1, set: {team.sdr.count: 4}}]\n",
        "plan: two steps take effect on day 1 (2026-01-06); put them into one",
    ),
    "a plan for the calendar": (
        DESK + "plan: [{day: 1, set: {calendar.days: 30}}]\n",
        "plan.0.set.calendar.days: can't be changed by a plan during the run",
    ),
    "a plan to nowhere": (
        DESK + "plan: [{day: 1, set: {team.sdrr.count: 3}}]\n",
        "plan.0.set.team.sdrr.count: there is no 'sdrr'; did you mean 'sdr'?",
    ),
    "too many leads": (
        DESK.replace("day: 2", "day: 100000").replace("days: 20", "days: 2000"),
        "channels: about 200,000,000 leads in 2,000 days; at most 3,000,000 can be simulated",
    ),
    "territories without any": (
        DESK + "assignment: territory\n",
        "assignment: gives each territory its own sdr, but there are no territories",
    ),
    "too few for the territories": (
        DESK
        + "assignment: territory\n"
        + "territories: {n: {share: 0.5}, s: {share: 0.25}, e: {share: 0.25}}\n",
        "team.sdr.count: 2 can't cover 3 territories (e would have none); raise it",
    ),
    "support of nobody": (
        DESK + "support: {delegable: 0.5, overflow_days: 1}\n",
        "support: needs people: add team.support",
    ),
    "endless meetings": (
        DESK.replace("count: 2", "count: 2, internal_hours_per_week: 40"),
        "team.sdr.internal_hours_per_week: must be below the 40 hours of a week, not 40",
    ),
    "tries and meetings": (
        DESK + "    attempts: {most: 2, answer_probability: 0.5}\n    meeting_gap_days: 1\n",
        "process.call",
    ),
    "a name with a dot": (DESK.replace("door", "front.door"), "channels.front.door: 'front.door'"),
    "a mean without its unit": (
        DESK.replace("mean_hours", "mean"),
        "process.call.effort.mean: unknown key; did you mean 'mean_hours'?",
    ),
    "a wrong distribution": (
        DESK.replace("exponential", "normal"),
        "process.call.effort.distribution: must be constant, exponential, gamma",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_file_is_refused_in_one_line_that_names_the_place(shell: Shell, fault: str) -> None:
    text, said = FAULTS[fault]
    shell.write("bad.yaml", text)
    for command in (["check", "bad.yaml"], ["run", "bad.yaml", "--out", "results"]):
        (line,) = shell.refuses(*command)
        assert line.startswith(said)


def test_an_infinite_count_is_refused_like_any_other_number(shell: Shell) -> None:
    text = DESK.replace("count: 2", "count: .inf")
    shell.write("bad.yaml", text + "assignment: territory\nterritories: {n: {share: 1}}\n")
    (line,) = shell.refuses("check", "bad.yaml")
    assert line.startswith("team.sdr.count: must be a whole number from 0 to 10,000, not inf")


# What it refuses: options


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "baselin"], "baselin: no preset and no file of this name; did you mean 'base"),
        (["check", "nothing.yaml"], "nothing.yaml: no preset and no file of this name"),
        (["check", "."], ".: is a folder; name a file in it, or a preset"),
        (["check", "x" * 5_000], "'xxx"),
        (["check"], "Missing argument 'SCENARIO'"),
        (["check", "desk.yaml", "two.yaml"], "Got unexpected extra argument"),
        (["chekc", "desk.yaml"], "No such command 'chekc'. Did you mean 'check'?"),
        ([], "Missing command."),
        (["run", "desk.yaml"], "Missing option '--out'"),
        (["run", "desk.yaml", "--out"], "Option '--out' requires an argument"),
        (["run", "--out", "results"], "Missing argument 'SCENARIO'"),
        (["run", "desk.yaml", "--out", "results", "--fast"], "No such option: --fast"),
        (
            ["run", "desk.yaml", "--out", "results", "--seed", "-1"],
            "seed: must be a whole number from 0 to 4294967295, not -1",
        ),
        (["run", "desk.yaml", "--out", "results", "--seed", "one"], "Invalid value for '--seed'"),
        (["run", "desk.yaml", "--out", "results", "--seed", "1.5"], "Invalid value for '--seed'"),
        (
            ["run", "desk.yaml", "--out", "results", "--seed", "4294967296"],
            "seed: must be a whole number from 0 to 4294967295",
        ),
        (["run", "desk.yaml", "--out", "results", "--seed", "9" * 5_000], "Invalid value for '--"),
        (
            ["run", "desk.yaml", "--out", "results", "--replication", "-1"],
            "replication: must be a whole number from 0",
        ),
        (["run", "desk.yaml", "--out", "results", "--engine", "warp"], "Invalid value for '--eng"),
        (["run", "desk.yaml", "--out", "results", "--engine", "turbo"], "Invalid value for"),
    ],
)
def test_a_bad_command_is_refused_in_one_line(
    shell: Shell, arguments: list[str], said: str
) -> None:
    (line,) = shell.refuses(*arguments)
    assert line.startswith(said)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("team.sdr.count", "--set team.sdr.count: must be PATH=VALUE, as team.ae.count=9"),
        ("=3", "--set =3: must be PATH=VALUE"),
        ("", "--set : must be PATH=VALUE"),
        ("team.sdrr.count=3", "team.sdrr.count: there is no 'sdrr'; did you mean 'sdr'?"),
        ("team.sdr.cuont=3", "team.sdr.cuont: unknown key; did you mean 'count'?"),
        ("team.sdr.count=", "--set team.sdr.count: has no value; null switches a block off"),
        (
            "team.sdr.count=true",
            "team.sdr.count: must be a whole number from 0 to 10,000, not true",
        ),
        ("team.sdr.count=[1", "--set team.sdr.count: line 1, column 3: "),
        ("team.sdr.count={a: 1, a: 2}", "--set team.sdr.count: line 1, column 8: the key 'a'"),
        ("team.sdr.count=*x", "--set team.sdr.count: line 1, column 1: references"),
        ("team.sdr.count=" + "[" * 500, "--set team.sdr.count: nested too deeply"),
        (
            "team.sdr.count=many",
            "team.sdr.count: must be a whole number from 0 to 10,000, not 'many'",
        ),
        ("team.sdr.count=-1", "team.sdr.count: must be a whole number from 0 to 10,000, not -1"),
        ("process.cal.role=sdr", "process.cal.role: there is no 'cal'; did you mean 'call'?"),
        ("calendar.start=2026-01-06", "calendar.start: must be a Monday"),
        ("team=null", "team: is missing"),
    ],
)
def test_a_bad_setting_is_refused_in_one_line(shell: Shell, change: str, said: str) -> None:
    lines = shell.refuses("run", "desk.yaml", "--set", change, "--out", "results")
    assert lines[0].startswith(said)
    if change != "team=null":  # which leaves the stages without their role, too
        assert len(lines) == 1


@pytest.mark.parametrize(
    "changes",
    [
        ["process=[{name: 5}]", "process.demo.role=x"],
        ["team={1: {count: 2}}", "team.ae.count=3"],
        ["plan=[{day: 1, set: {team.sdr.count: !!binary gIGC}}]"],
        [f"plan=[{{day: 1, set: {{team.sdr.count: {'[' * 290}{']' * 290}}}}}]"],
    ],
    ids=["name 5", "role 1", "bytes", "deep"],
)
def test_odd_settings_are_refused_and_crash_nothing(shell: Shell, changes: list[str]) -> None:
    options = [word for change in changes for word in ("--set", change)]
    assert shell.refuses("run", "desk.yaml", *options, "--out", "results")


def test_all_problems_of_a_file_are_told_at_once_one_line_each(shell: Shell) -> None:
    text = DESK.replace("count: 2", "count: -2").replace("0.5", "1.5").replace("days: 20", "d: 1")
    text += "segments: {a: {share: 0.5}, b: {share: 0.4}}\nopportunity_at: cal\nname2: x\n"
    shell.write("bad.yaml", text)
    lines = shell.refuses("run", "bad.yaml", "--out", "results")
    assert sorted(line.partition(": ")[0] for line in lines) == [
        "calendar.d",
        "name2",
        "opportunity_at",
        "process.call.pass_probability",
        "segments",
        "team.sdr.count",
    ]


def test_all_bad_settings_are_told_at_once(shell: Shell) -> None:
    options = ["--set", "x", "--set", "team.sdr.count=[1", "--set", "name=*a"]
    assert len(shell.refuses("run", "desk.yaml", *options, "--out", "results")) == 3
    options = ["--set", "team.sdrr.count=1", "--set", "process.cal.role=x"]
    assert len(shell.refuses("run", "desk.yaml", *options, "--out", "results")) == 2


def test_a_bad_seed_and_a_bad_replication_are_told_at_once(shell: Shell) -> None:
    options = ["--seed", "-1", "--replication", "-2"]
    assert len(shell.refuses("run", "desk.yaml", *options, "--out", "results")) == 2


# What it refuses: where to write


@pytest.mark.parametrize(
    ("files", "out", "said"),
    [
        ({"results": "mine"}, "results", "results: is a file; --out needs a folder"),
        ({"results/a.txt": "mine"}, "results", "results: contains other files;"),
        ({"results/run.json": "{"}, "results", "results: contains other files;"),
        ({"results/run.json": "[]"}, "results", "results: contains other files;"),
        ({"results/run.json": "{}"}, "results", "results: contains results of another run"),
        ({"results/run.json": b"\xff"}, "results", "results: contains other files;"),
        ({}, "desk.yaml/results", "desk.yaml: is a file; --out needs a folder"),
        ({}, ".", ".: contains other files;"),
        ({}, "x" * 300, "xxx"),
    ],
)
def test_a_folder_that_can_not_take_the_results_is_refused(
    shell: Shell, files: dict[str, str | bytes], out: str, said: str
) -> None:
    for name, text in files.items():
        shell.write(name, text)
    lines = shell.refuses("run", "desk.yaml", "--out", out)
    assert lines[-1].startswith(said)
    assert not any(line.startswith("done") for line in lines)


def test_what_can_be_known_beforehand_is_refused_before_the_simulation(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli.runs, "simulate", lambda *_: pytest.fail("simulated"))
    shell.write("results/a.txt", "mine")
    shell.refuses("run", "desk.yaml", "--out", "results")
    shell.refuses("run", "desk.yaml", "--out", "desk.yaml")


def full_disk(*_: Any, **__: Any) -> None:
    raise OSError(28, "No space left on device")


def test_a_full_disk_leaves_earlier_results_as_they_were(
    ran: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pd.DataFrame, "to_csv", full_disk)
    options = ["--seed", "2", "--force"]
    lines = ran.refuses("run", "desk.yaml", *options, "--out", "results")
    assert lines[-1] == "results: can't be written: No space left on device"


def test_a_full_disk_leaves_no_folders_behind(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pd.DataFrame, "to_csv", full_disk)
    shell.refuses("run", "desk.yaml", "--out", "deep/down/results")


def test_a_folder_that_can_not_be_looked_into_is_refused(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    (shell.place / "results").mkdir()
    monkeypatch.setattr(Path, "iterdir", locked)
    assert shell("run", "desk.yaml", "--out", "results") == 2
    assert shell.stderr.startswith("results: ")


# When it is cancelled, or fails itself


def raising(error: BaseException) -> Callable[..., None]:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


def test_a_cancelled_run_writes_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.runs, "simulate", raising(KeyboardInterrupt()))
    before = shell.content()
    assert shell("run", "desk.yaml", "--out", "results") == 130
    assert shell.stderr.splitlines()[-1] == "cancelled; nothing was half-written"
    assert shell.content() == before


def test_a_run_cancelled_while_writing_leaves_earlier_results_as_they_were(
    ran: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ran.content()
    monkeypatch.setattr(pd.DataFrame, "to_csv", raising(KeyboardInterrupt()))
    assert ran("run", "desk.yaml", "--seed", "2", "--force", "--out", "results") == 130
    assert ran.content() == before


def test_a_run_cancelled_while_files_are_put_in_place_puts_the_earlier_ones_back(
    ran: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves: list[Path] = []

    def third_is_cancelled(source: Path, target: Path) -> None:
        moves.append(target)
        if len(moves) == 3:
            raise KeyboardInterrupt
        shutil.move(source, target)

    before = ran.content()
    monkeypatch.setattr(os, "replace", third_is_cancelled)
    assert ran("run", "desk.yaml", "--seed", "2", "--force", "--out", "results") == 130
    assert ran.content() == before


@pytest.mark.parametrize("error", [RuntimeError("a fault"), AssertionError("a law"), ValueError()])
def test_a_fault_of_the_program_is_not_swallowed(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(cli.runs, "simulate", raising(error))
    monkeypatch.setattr(sys, "argv", ["salessim", "run", "desk.yaml", "--out", "results"])
    with pytest.raises(type(error)) as raised:
        cli.main()
    assert raised.value is error


@pytest.mark.slow
def test_a_fault_of_the_program_ends_with_1_and_a_traceback(tmp_path: Path) -> None:
    code = (
        "import sys; from salessim import cli\nfrom salessim.cli import runs\n"
        "def fail(*_): raise RuntimeError('a fault')\n"
        "runs.simulate = fail\n"
        "sys.argv = ['salessim', 'run', 'one-desk', '--out', 'results']\n"
        "cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Traceback")
    assert done.stderr.endswith("RuntimeError: a fault\n")
    assert not list(tmp_path.iterdir())


def test_the_lab_without_jupyterlab_says_how_to_get_it(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert shell("lab", "mine") == 2
    assert 'pip install "salessim[lab]"' in shell.stderr.splitlines()[-1]


def test_the_lab_can_not_be_a_file(shell: Shell) -> None:
    (line,) = shell.refuses("lab", "desk.yaml")
    assert line.startswith("desk.yaml: can't be written: ")
