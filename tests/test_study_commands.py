"""compare, sweep and best on the command line: what they write, and that nothing is lost."""

import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

import salessim as ss
from salessim import cli

DESK = """\
name: a desk
calendar: {days: 20}
channels: {door: {leads_per_day: 5}}
segments: {all: {share: 1, value: {distribution: exponential, mean: 100}}}
team: {sdr: {count: 4, salary_per_year: 10000}}
process:
  - name: call
    role: sdr
    effort: {distribution: exponential, mean_hours: 6}
    pass_probability: 0.5
    patience: {distribution: exponential, mean_days: 2}
economics: {gross_margin: 1}
"""
EFFECTS = [
    "kpi",
    "unit",
    "base",
    "what_if",
    "difference",
    "low",
    "high",
    "verdict",
    "replications",
    "variance_reduction",
]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "desk.yaml").write_text(DESK, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> int:
    """The command in this process; its exit code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["salessim", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    code = ended.value.code
    return code if isinstance(code, int) else 0


def runs_in(folder: Path) -> int:
    """Runs that a study has kept so far."""
    file = folder / "runs.sqlite"
    if not file.exists():
        return 0
    try:
        with closing(sqlite3.connect(file)) as base:
            return int(base.execute("SELECT count(*) FROM runs").fetchone()[0])
    except sqlite3.OperationalError:  # just being made
        return 0


def content(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.name != "runs.sqlite"}


COMPARE = ["compare", "desk.yaml", "--set", "team.sdr.count=5", "--replications", "4",
           "--workers", "1", "--out", "c"]  # fmt: skip
SWEEP = ["sweep", "desk.yaml", "--vary", "team.sdr.count=3,4,5", "--replications", "3",
         "--workers", "1", "--out", "s"]  # fmt: skip
BEST = ["best", "desk.yaml", "--vary", "team.sdr.count=2,4,6", "--goal", "contribution",
        "--subject-to", "won>=1", "--workers", "1", "--out", "b"]  # fmt: skip


def test_compare_writes_what_the_contract_says(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*COMPARE) == 0
    said = capsys.readouterr().out
    table = pd.read_csv(place / "c" / "effects.csv")
    assert list(table.columns)[: len(EFFECTS)] == EFFECTS
    base = ss.Scenario.load(place / "desk.yaml")
    effect = ss.compare(base, base.replace({"team.sdr.count": 5}), replications=4, workers=1)
    pd.testing.assert_frame_equal(table, effect.table, check_dtype=False)
    assert said.strip() == effect.summary().strip()
    assert ss.Scenario.load(place / "c" / "what-if.yaml").team["sdr"].count == 5


def test_set_changes_the_what_if_and_a_what_if_may_be_a_file_of_its_own(place: Path) -> None:
    (place / "other.yaml").write_text("based_on: desk.yaml\nchanges: {team.sdr.count: 6}", "utf-8")
    words = ["compare", "desk.yaml", "other.yaml", "--set", "promise_hours=2", "--out", "c"]
    assert run(*words, "--replications", "2", "--workers", "1") == 0
    what_if = ss.Scenario.load(place / "c" / "what-if.yaml")
    assert (what_if.team["sdr"].count, what_if.promise_hours) == (6, 2)
    assert ss.Scenario.load(place / "c" / "base.yaml").promise_hours is None


@pytest.mark.slow
def test_the_same_study_again_has_the_same_bytes_and_another_is_refused(place: Path) -> None:
    for words in (COMPARE, SWEEP, BEST):
        out = place / words[-1]
        assert run(*words) == 0
        first = content(out)
        assert run(*words) == 0
        assert content(out) == first
        assert run(*words, "--seed", "2") == 2
        assert content(out) == first
        assert run(*words, "--seed", "2", "--force") == 0
        assert content(out) != first


@pytest.mark.slow
def test_each_command_writes_a_report_and_csv_files_that_excel_opens(place: Path) -> None:
    for words in (COMPARE, SWEEP, BEST, ["run", "desk.yaml", "--out", "r"]):
        out = place / words[-1]
        assert run(*words, "--for-excel") == 0
        assert (out / "report.html").read_text("utf-8").startswith("<!DOCTYPE html>")
        assert zipfile.is_zipfile(out / "report.xlsx")
        for table in out.glob("*.csv"):
            assert table.read_bytes().startswith(b"\xef\xbb\xbf")
        assert "--for-excel" not in (out / "report.html").read_text("utf-8")


def test_a_report_stands_alone_and_the_book_has_the_tables(place: Path) -> None:
    assert run(*COMPARE) == 0
    assert run(*BEST) == 0
    for out in ("c", "b"):
        page = (place / out / "report.html").read_text("utf-8")
        assert not re.search(r"https?://", page)
        assert "<script" not in page
        assert re.search(r'<svg role="img" aria-label="[^"]{40,}', page)
        assert "--seed 1 --out DIR" in page
    sheets = pd.read_excel(place / "c" / "report.xlsx", sheet_name=None, header=None)
    assert list(sheets) == ["Answer", "All figures", "Deals that changed sides", "Assumptions"]
    assert "Changing SDRs from 4 to 5" in sheets["Answer"].to_string()
    assert {"Figure", "Before", "After", "Verdict", "Key"} <= set(sheets["All figures"].iloc[0])
    names = zipfile.ZipFile(place / "b" / "report.xlsx").namelist()
    assert "xl/workbook.xml" in names


@pytest.mark.slow
def test_the_number_of_workers_changes_no_byte_of_the_report(place: Path) -> None:
    for workers in ("1", "2"):
        words = [*COMPARE[:-4], "--workers", workers, "--out", f"w{workers}"]
        assert run(*words) == 0
    assert content(place / "w1") == content(place / "w2")


@pytest.mark.slow
def test_odd_names_neither_break_a_page_nor_a_picture(place: Path) -> None:
    odd = 'name=<script>alert("$x$")</script>'
    assert run(*COMPARE, "--set", odd) == 0
    assert "<script" not in (place / "c" / "report.html").read_text("utf-8")
    assert (
        run(
            "best",
            "desk.yaml",
            "--vary",
            "name=$a$,$b",
            "--goal",
            "won",
            "--workers",
            "1",
            "--out",
            "b",
        )
        == 0
    )
    assert run("sweep", "desk.yaml", "--vary", "name=$a$,$b", "--vary", "promise_hours=null,2",
               "--replications", "2", "--workers", "1", "--out", "s") == 0  # fmt: skip


def test_a_folder_that_can_not_be_made_is_refused(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*COMPARE[:-1], "/proc/x") == 2
    assert "can't be written" in capsys.readouterr().err
    assert run(*COMPARE[:-1], "x" * 300) == 2
    assert "this name is too long; give --out a shorter one" in capsys.readouterr().err


def test_what_is_wrong_is_told_at_once_and_nothing_is_written(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ("--set", "promise_hours=2")
    for words, said in (
        (["compare", "desk.yaml", "--set", "team.sdr.cuont=3"], "did you mean 'count'"),
        (["compare", "desk.yaml", *more, "--replications", "0"], "replications: must be"),
        (["compare", "desk.yaml", *more, "--seed", "-1"], "seed: must be a whole number from 0 to"),
        (["compare", "desk.yaml", "--engine", "turbo"], "Invalid value for '--engine'"),
        (["compare", "desk.yaml", "--workers", "2", "--cluster", "tcp://x:1"], "can't be used"),
        (["sweep", "desk.yaml"], "vary: needs paths"),
        (["sweep", "desk.yaml", "--vary", "team.sdr.count"], "must be PATH=VALUE"),
        (["sweep", "desk.yaml", "--vary", "team.sdr.count=3,-4"], "not -4"),
        (["sweep", "desk.yaml", "--vary", "name=a,b", "--resume", "--force"], "can't be used with"),
        (["best", "desk.yaml", "--vary", "promise_hours=1,2", "--goal", "won", "--subject-to", "x"],
         "expected KPI>=X"),
        (["best", "desk.yaml", "--vary", "promise_hours=1,2", "--goal", "won", "--runs", "3"],
         "runs: must be a whole number from 16"),
        (["best", "desk.yaml", "--vary", "promise_hours=1,2", "--goal", "won", "--chance", "80%"],
         "'80%' is not a share such as 0.8; write 0.8"),
        (["compare", "desk.yaml", *more, "--margin", "5%"], "write 0.05"),
        (["best", "desk.yaml", "--vary", "promise_hours=1,5,2", "--goal", "wn"],
         "promise_hours: 1, 5, 2\n3 points\n"),
    ):  # fmt: skip
        assert run(*words, "--out", "x") == 2
        lines = capsys.readouterr().err
        assert said in lines
        assert "Traceback" not in lines
        assert not (place / "x").exists()


def test_a_range_without_samples_and_no_samples_get_the_way_out(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, said in (
        (["--vary", "team.sdr.count=2..7"], "needs --samples N; for a grid list the values"),
        (["--vary", "team.sdr.count=2..7", "--samples", "0"], "samples: must be a whole number"),
        (["--vary", "team.sdr.count=2,2"], "is given twice"),
    ):
        assert run("sweep", "desk.yaml", *words, "--out", "x") == 2
        assert said in capsys.readouterr().err
        assert not (place / "x").exists()


def test_an_outlook_writes_what_the_contract_says(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["outlook", "desk.yaml", "--target", "won>=40", "--target", "win_rate>=0.4",
             "--replications", "20", "--workers", "1", "--out", "o"]  # fmt: skip
    assert run(*words) == 0
    said = capsys.readouterr().out
    table, chances = (pd.read_csv(place / "o" / f"{n}.csv") for n in ("outlook", "chances"))
    assert list(table.columns)[:6] == ["kpi", "period", "mean", "p10", "p50", "p90"]
    assert table.query("kpi == 'won'")["period"].tolist() == ["year", "quarter 1", "month 1"]
    assert list(chances.columns) == ["target", "chance", "low", "high", "replications"]
    assert chances["target"].tolist() == ["won>=40", "win_rate>=0.4"]
    assert "20 simulated runs of 20 working days (seed 1)" in said
    assert ss.Scenario.load(place / "o" / "scenario.yaml") is not None
    first = content(place / "o")
    assert run(*words) == 0
    assert content(place / "o") == first
    assert run(*words[:3], "won>40", "--out", "p") == 2
    assert not (place / "p").exists()


def test_several_what_ifs_stand_side_by_side(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in (5, 6):
        text = f"based_on: desk.yaml\nchanges: {{team.sdr.count: {number}}}"
        (place / f"{number}.yaml").write_text(text, "utf-8")
    words = ["compare", "desk.yaml", "5.yaml", "6.yaml", "--set", "promise_hours=2"]
    assert run(*words, "--replications", "4", "--workers", "1", "--out", "c") == 0
    table = pd.read_csv(place / "c" / "effects.csv")
    assert list(table.columns)[: len(EFFECTS) + 1] == ["scenario", *EFFECTS]
    assert list(dict.fromkeys(table["scenario"])) == ["5.yaml", "6.yaml"]
    pairs = pd.read_csv(place / "c" / "pairs.csv")
    assert pairs[["option", "other"]].to_numpy().tolist() == [
        ["a desk", "5.yaml"], ["a desk", "6.yaml"], ["5.yaml", "6.yaml"]
    ]  # fmt: skip
    assert capsys.readouterr().out.startswith("By contribution, ")
    for number in (1, 2):  # --set changes each of them
        what_if = ss.Scenario.load(place / "c" / f"what-if-{number}.yaml")
        assert (what_if.team["sdr"].count, what_if.promise_hours) == (4 + number, 2)


def test_samples_between_ends_are_a_latin_hypercube(place: Path) -> None:
    words = ["sweep", "desk.yaml", "--vary", "team.sdr.count=2..7",
             "--vary", "promise_hours=1.0..2.0", "--samples", "6",
             "--replications", "2", "--workers", "1", "--out", "s"]  # fmt: skip
    assert run(*words) == 0
    points = pd.read_csv(place / "s" / "points.csv").query("kpi == 'won'")
    assert sorted(points["team.sdr.count"]) == [2, 3, 4, 5, 6, 7]
    assert points["promise_hours"].between(1, 2).all()
    assert points["promise_hours"].nunique() == 6


@pytest.mark.slow
def test_a_sweep_killed_ten_times_ends_with_the_same_points(place: Path) -> None:
    words = ["sweep", "desk.yaml", "--vary", "team.sdr.count=1,2,3,4,5,6,7,8,9,10",
             "--vary", "channels.door.leads_per_day=3,4,5,6", "--replications", "10",
             "--workers", "1"]  # fmt: skip
    command = [sys.executable, "-m", "salessim", *words]
    subprocess.run([*command, "--out", "whole"], check=True, capture_output=True)
    luck, killed = random.Random(7), 0
    for _ in range(10):
        with subprocess.Popen(
            [*command, "--resume", "--out", "cut"], stderr=subprocess.DEVNULL
        ) as one:
            time.sleep(luck.uniform(0.8, 2.2))
            killed += one.poll() is None
            one.kill()
    assert killed >= 5
    subprocess.run([*command, "--resume", "--out", "cut"], check=True, capture_output=True)
    assert content(place / "cut") == content(place / "whole")


@pytest.mark.slow
def test_two_processes_may_share_a_study(place: Path) -> None:
    command = [sys.executable, "-m", "salessim", *SWEEP, "--replications", "60"]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [one.communicate()[1] for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    shared = content(place / "s")
    subprocess.run(
        [*command[:-4], "--out", "alone", *command[-2:]], check=True, capture_output=True
    )
    assert content(place / "alone") == shared


@pytest.mark.slow
def test_ctrl_c_keeps_the_runs_and_says_so(place: Path) -> None:
    words = ["sweep", "desk.yaml", "--vary", "team.sdr.count=3,4", "--replications", "3000",
             "--workers", "1", "--out", "s"]  # fmt: skip
    command = [sys.executable, "-m", "salessim", *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as one:
        while runs_in(place / "s") < 20:
            time.sleep(0.05)
        one.send_signal(signal.SIGINT)
        said = one.communicate()[1]
    assert one.returncode == 130
    assert re.search(r"\d+ runs are kept in s; the same command goes on there", said)
    assert not (place / "s" / "points.csv").exists()


@pytest.fixture
def cluster() -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask scheduler and two workers, processes of their own on this machine."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    address = "tcp://127.0.0.1:18786"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    scheduler = subprocess.Popen(
        [*dask, "--host", "127.0.0.1", "--port", "18786", "--no-dashboard", "--no-show"], **quiet
    )
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1",
              "--no-dashboard", "--no-nanny"]  # fmt: skip
    workers = [subprocess.Popen(worker, **quiet) for _ in range(2)]
    try:
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_says_the_same_to_the_byte(
    place: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, workers = cluster
    words = ["sweep", "desk.yaml", "--vary", "team.sdr.count=2,3,4,5,6", "--replications", "40"]
    assert run(*words, "--workers", "1", "--out", "local") == 0
    command = [sys.executable, "-m", "salessim", *words, "--cluster", address, "--out", "far"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as one:
        while runs_in(place / "far") < 20:
            assert one.poll() is None
            time.sleep(0.05)
        workers[0].kill()
        said = one.communicate()[1]
    assert one.returncode == 0, said
    far, local = (pd.read_csv(place / name / "points.csv") for name in ("far", "local"))
    pd.testing.assert_frame_equal(far, local, check_exact=True)
    assert content(place / "far") == content(place / "local")


@pytest.mark.slow
def test_a_cluster_that_is_not_there_is_refused(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "sweep",
        "desk.yaml",
        "--vary",
        "promise_hours=1,2",
        "--cluster",
        "tcp://127.0.0.1:9",
        "--out",
        "x",
    ]
    assert run(*words) == 2
    assert "no Dask scheduler answers at 'tcp://127.0.0.1:9'" in capsys.readouterr().err
