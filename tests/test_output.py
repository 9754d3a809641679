"""Folders of results: whole or not at all, whatever the disk and other programs do."""

import errno
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from salessim.output import OutputError, excel_style, put, workshop, write_csv

resource = pytest.importorskip("resource", reason="limits of a process are a matter of Unix")


def content(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As on a disk that is nearly full: writing a file beyond so many bytes fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def write(folder: Path, text: str, outdated: tuple[str, ...] = ()) -> None:
    with workshop(folder) as made:
        for name in ("answer.csv", "report.html", "report.xlsx"):
            (made / name).write_text(f"{text} {name}", "utf-8")
        put(made, folder, outdated=outdated)


def test_new_results_replace_old_ones_and_what_is_outdated_goes(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    write(folder, "old")
    (folder / "of another study.csv").write_text("x", "utf-8")
    write(folder, "new", outdated=("of another study.csv", "never there.csv"))
    assert content(folder) == {
        "answer.csv": "new answer.csv",
        "report.html": "new report.html",
        "report.xlsx": "new report.xlsx",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_a_full_disk_leaves_old_results_as_they_were(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    write(folder, "old")
    before = content(folder)
    with pytest.raises(OutputError, match="can't be written"), files_of_at_most(1_000):
        write(folder, "new" * 1_000)
    assert content(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def as_nobody(do: Callable[[], None]) -> str:
    """What went wrong when somebody without rights did it."""

    def child(said: "multiprocessing.Queue[str]") -> None:
        os.setgid(65534)
        os.setuid(65534)
        try:
            do()
        except OutputError as error:
            said.put(str(error))
        else:
            said.put("")

    context = multiprocessing.get_context("fork")
    said: multiprocessing.Queue[str] = context.Queue()
    process = context.Process(target=child, args=(said,))
    process.start()
    text = said.get(timeout=30)
    process.join()
    return text


@pytest.fixture
def open_in_excel() -> Iterator[Path]:
    """A folder that all may write to, with one file that its owner keeps (sticky bit)."""
    if os.geteuid() != 0:
        pytest.skip("only root can make a file that others can't replace")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o777)
        folder = place / "results"
        folder.mkdir()
        for file in ("answer.csv", "report.html", "report.xlsx"):
            (folder / file).write_text(f"old {file}", "utf-8")
            if file != "report.xlsx":
                os.chown(folder / file, 65534, 65534)
        folder.chmod(0o1777)
        yield folder


def test_a_file_that_is_held_is_named_and_no_other_is_replaced(open_in_excel: Path) -> None:
    before = content(open_in_excel)
    said = as_nobody(lambda: write(open_in_excel, "new"))
    assert said.startswith(f"{open_in_excel / 'report.xlsx'}: can't be replaced (")
    assert os.strerror(errno.EPERM) in said
    assert "open in another program, such as Excel" in said
    assert content(open_in_excel) == before


def test_a_file_that_should_go_and_is_held_stops_all_of_it(open_in_excel: Path) -> None:
    def replace_another_study() -> None:
        with workshop(open_in_excel) as made:
            (made / "answer.csv").write_text("new", "utf-8")
            put(made, open_in_excel, outdated=("report.html", "report.xlsx"))

    before = content(open_in_excel)
    assert "report.xlsx: can't be replaced" in as_nobody(replace_another_study)
    assert content(open_in_excel) == before


def test_csv_for_excel_says_that_it_is_utf_8_and_writes_numbers_as_the_region_does(
    tmp_path: Path,
) -> None:
    table = pd.DataFrame({"name": ["Łódź", "München; Süd"], "value": [1.5, -2000.25]})
    write_csv(table, tmp_path / "german.csv", excel_style(","))
    raw = (tmp_path / "german.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.decode("utf-8-sig").splitlines()[1:] == ["Łódź;1,5", '"München; Süd";-2000,25']
    back = pd.read_csv(tmp_path / "german.csv", sep=";", decimal=",", encoding="utf-8-sig")
    pd.testing.assert_frame_equal(back, table)
    write_csv(table, tmp_path / "american.csv", excel_style("."))
    assert (tmp_path / "american.csv").read_bytes().decode("utf-8-sig").splitlines()[1] == (
        "Łódź,1.5"
    )
