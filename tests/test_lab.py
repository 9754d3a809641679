"""Your own copy of the notebooks: brought up to date, and never written over."""

import importlib.util
import json
import os
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest

from salessim import lab, resources
from salessim.version import __version__

BESIDE = f"first (salessim {__version__}).ipynb"


class Kit:
    """What the kit ships, and what its user sees."""

    def __init__(self, place: Path):
        self.shipped = place / "kit" / "notebooks"
        self.mine = place / "mine" / "notebooks"
        self.shipped.mkdir(parents=True)

    def ships(self, **notebooks: str) -> None:
        for name, text in notebooks.items():
            (self.shipped / f"{name}.ipynb").write_text(text, encoding="utf-8")

    def opened(self) -> list[str]:
        """What the user is told when the lab is opened."""
        said: list[str] = []
        lab.copy_notebooks(self.mine, said.append)
        return said

    def i_write(self, text: str, name: str = "first.ipynb") -> None:
        (self.mine / name).write_text(text, encoding="utf-8")

    def i_have(self) -> dict[str, str]:
        """The user's files, without the one that keeps the books."""
        files = (path for path in self.mine.iterdir() if path.name != lab.SHIPPED)
        return {path.name: path.read_text("utf-8") for path in files}


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kit:
    kit = Kit(tmp_path)
    monkeypatch.setattr(resources, "folder", lambda name: tmp_path / "kit" / name)
    monkeypatch.setattr(lab, "LINKED", ())
    kit.ships(first="1", second="2")
    return kit


def test_the_first_time_all_notebooks_are_copied_and_the_folder_is_made(kit: Kit) -> None:
    said = kit.opened()
    assert kit.i_have() == {"first.ipynb": "1", "second.ipynb": "2"}
    assert said == [f"copied {kit.mine / name}" for name in ("first.ipynb", "second.ipynb")]


def test_the_second_time_nothing_is_done_and_nothing_said(kit: Kit) -> None:
    kit.opened()
    stamps = {path: path.stat().st_mtime_ns for path in kit.mine.glob("*.ipynb")}
    assert kit.opened() == []
    assert {path: path.stat().st_mtime_ns for path in kit.mine.glob("*.ipynb")} == stamps


def test_what_the_user_wrote_stays(kit: Kit) -> None:
    kit.opened()
    kit.i_write("my answers")
    for _ in range(2):
        assert kit.opened() == []
        assert kit.i_have() == {"first.ipynb": "my answers", "second.ipynb": "2"}


def test_a_notebook_that_was_not_touched_is_brought_up_to_date(kit: Kit) -> None:
    kit.opened()
    kit.ships(first="1 and better")
    assert kit.opened() == [f"updated {kit.mine / 'first.ipynb'} (you hadn't changed it)"]
    assert kit.i_have() == {"first.ipynb": "1 and better", "second.ipynb": "2"}
    assert kit.opened() == []


def test_where_both_changed_a_notebook_the_new_one_is_laid_beside(kit: Kit) -> None:
    kit.opened()
    kit.i_write("my answers")
    kit.ships(first="1 and better")
    assert kit.opened() == [f"kept your first.ipynb; the new version is {BESIDE}"]
    expected = {"first.ipynb": "my answers", BESIDE: "1 and better", "second.ipynb": "2"}
    assert kit.i_have() == expected
    assert kit.opened() == []
    assert kit.i_have() == expected


def test_what_the_user_wrote_into_the_one_beside_stays_too(kit: Kit) -> None:
    kit.opened()
    kit.i_write("my answers")
    kit.ships(first="1 and better")
    kit.opened()
    kit.i_write("my other answers", BESIDE)
    kit.ships(first="1 and best")
    kit.opened()
    assert kit.i_have()["first.ipynb"] == "my answers"
    assert kit.i_have()[BESIDE] == "my other answers"


def test_a_user_who_came_to_the_same_text_by_himself_is_not_bothered(kit: Kit) -> None:
    kit.opened()
    kit.i_write("1 and better")
    kit.ships(first="1 and better")
    assert kit.opened() == []
    assert kit.i_have() == {"first.ipynb": "1 and better", "second.ipynb": "2"}


def test_a_notebook_that_was_deleted_comes_back(kit: Kit) -> None:
    kit.opened()
    (kit.mine / "first.ipynb").unlink()
    assert kit.opened() == [f"copied {kit.mine / 'first.ipynb'}"]
    assert kit.i_have() == {"first.ipynb": "1", "second.ipynb": "2"}


def test_a_notebook_that_is_new_in_the_kit_is_copied(kit: Kit) -> None:
    kit.opened()
    kit.ships(third="3")
    assert kit.opened() == [f"copied {kit.mine / 'third.ipynb'}"]


def test_a_notebook_that_left_the_kit_stays_with_the_user(kit: Kit) -> None:
    kit.opened()
    (kit.shipped / "second.ipynb").unlink()
    assert kit.opened() == []
    assert kit.i_have() == {"first.ipynb": "1", "second.ipynb": "2"}


def test_a_file_of_the_same_name_that_was_there_before_is_the_users(kit: Kit) -> None:
    kit.mine.mkdir(parents=True)
    kit.i_write("mine from before")
    assert kit.opened()[0] == f"kept your first.ipynb; the new version is {BESIDE}"
    assert kit.i_have()["first.ipynb"] == "mine from before"


def test_the_users_other_files_are_left_alone(kit: Kit) -> None:
    kit.opened()
    kit.i_write("notes", "notes.txt")
    kit.i_write("my own", "own.ipynb")
    kit.ships(first="1 and better")
    kit.opened()
    assert kit.i_have()["notes.txt"] == "notes"
    assert kit.i_have()["own.ipynb"] == "my own"


@pytest.mark.parametrize("books", ["", "{", "[]", "null", '{"first.ipynb": 5}', "\0"])
def test_books_that_can_not_be_read_count_as_none_and_nothing_is_overwritten(
    kit: Kit, books: str
) -> None:
    kit.opened()
    kit.i_write("my answers")
    (kit.mine / lab.SHIPPED).write_text(books, encoding="utf-8")
    kit.ships(first="1 and better")
    kit.opened()
    assert kit.i_have()["first.ipynb"] == "my answers"
    assert kit.i_have()[BESIDE] == "1 and better"


def test_a_folder_that_can_not_be_written_is_named_with_the_reason(kit: Kit) -> None:
    kit.mine.parent.mkdir()
    kit.mine.write_text("a file", encoding="utf-8")
    with pytest.raises(lab.LabError, match=r"notebooks: can't be written: "):
        kit.opened()
    assert kit.mine.read_text("utf-8") == "a file"


def test_a_full_disk_is_a_reason_too(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Path, __: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(lab.LabError, match=r"can't be written: No space left on device"):
        kit.opened()


def test_the_books_say_what_was_given_out(kit: Kit) -> None:
    kit.opened()
    books = json.loads((kit.mine / lab.SHIPPED).read_text("utf-8"))
    assert sorted(books) == ["first.ipynb", "second.ipynb"]
    assert all(len(text) == 64 for text in books.values())


def test_a_page_that_the_notebooks_link_to_is_copied_and_stays_the_users_if_changed(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab, "LINKED", ("docs/page.md",))
    source, copy = kit.shipped.parent / "docs" / "page.md", kit.mine / "docs" / "page.md"
    source.parent.mkdir()
    source.write_text("1", "utf-8")
    assert f"copied {copy}" in kit.opened()
    copy.write_text("my notes", "utf-8")
    source.write_text("1 and better", "utf-8")
    kit.opened()
    assert copy.read_text("utf-8") == "my notes"
    assert copy.with_name(f"page (salessim {__version__}).md").read_text("utf-8") == "1 and better"


def test_every_link_of_the_kits_own_notebooks_leads_to_a_file() -> None:
    for notebook in resources.folder("notebooks").glob("*.ipynb"):
        links = re.findall(r"\]\(([^)#:]+)\)", notebook.read_text("utf-8"))
        assert [link for link in links if not (notebook.parent / link).is_file()] == []


def test_every_link_in_the_users_folder_leads_to_a_file_there(tmp_path: Path) -> None:
    lab.copy_notebooks(tmp_path, lambda _: None)
    pages = [*tmp_path.rglob("*.ipynb"), *tmp_path.rglob("*.md")]
    links = {page: re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")) for page in pages}
    broken = [(page.name, link) for page in pages for link in links[page]
              if not (page.parent / link).is_file()]  # fmt: skip
    assert broken == []
    assert any(links[page] for page in pages if page.suffix == ".ipynb")


def test_a_notebook_names_no_file_of_the_kit_without_a_link_to_it(tmp_path: Path) -> None:
    lab.copy_notebooks(tmp_path, lambda _: None)
    for notebook in tmp_path.glob("*.ipynb"):
        named = set(re.findall(r"(?:docs|data)/[\w/.-]+\.\w+", notebook.read_text("utf-8")))
        assert {name for name in named if not (tmp_path / name).is_file()} == set()


def test_the_notebooks_of_the_kit_itself_can_be_copied(tmp_path: Path) -> None:
    lab.copy_notebooks(tmp_path, lambda _: None)
    copied = {path.name for path in tmp_path.glob("*.ipynb")}
    assert copied == {path.name for path in resources.folder("notebooks").glob("*.ipynb")}
    assert copied


# Opening it


def test_without_jupyterlab_the_way_out_is_said(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.opened()
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(lab.LabError, match=r'pip install "salessim\[lab\]"'):
        lab.open_lab(kit.mine, browser=False)


class LabApp:
    """Stands for JupyterLab, and notes how it was called."""

    arguments: ClassVar[list[str]] = []
    settings: ClassVar[list[str]] = []

    @classmethod
    def launch_instance(cls, arguments: list[str]) -> None:
        cls.arguments = arguments
        cls.settings = os.environ["JUPYTER_CONFIG_PATH"].split(os.pathsep)


@pytest.fixture
def app(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> type[LabApp]:
    kit.opened()
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "mine")
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", SimpleNamespace(LabApp=LabApp))
    return LabApp


def test_the_lab_opens_on_the_first_notebook_for_this_machine_only(
    kit: Kit, app: type[LabApp]
) -> None:
    lab.open_lab(kit.mine, browser=True)
    assert f"--ServerApp.root_dir={kit.mine}" in app.arguments
    assert "--LabApp.default_url=/lab/tree/first.ipynb" in app.arguments
    assert "--ServerApp.ip=127.0.0.1" in app.arguments
    assert "--no-browser" not in app.arguments


def test_the_lab_opens_no_browser_where_none_is_wanted(kit: Kit, app: type[LabApp]) -> None:
    lab.open_lab(kit.mine, browser=False)
    assert "--no-browser" in app.arguments


def test_the_lab_shows_no_news_and_keeps_the_users_own_settings(
    kit: Kit, app: type[LabApp]
) -> None:
    lab.open_lab(kit.mine, browser=False)
    ours, users = app.settings
    assert users == "mine"
    pages = json.loads((Path(ours) / "labconfig" / "page_config.json").read_text("utf-8"))
    assert pages["disabledExtensions"]["@jupyterlab/apputils-extension:announcements"] is True


def test_a_users_own_notebook_does_not_take_the_place_of_the_first(
    kit: Kit, app: type[LabApp]
) -> None:
    kit.i_write("mine", "a notebook of mine.ipynb")
    lab.open_lab(kit.mine, browser=False)
    assert "--LabApp.default_url=/lab/tree/first.ipynb" in app.arguments


def test_the_lab_opens_on_the_users_own_text_and_not_on_the_one_beside_it(
    kit: Kit, app: type[LabApp]
) -> None:
    kit.i_write("my answers")
    kit.ships(first="1 and better")
    kit.opened()
    lab.open_lab(kit.mine, browser=False)
    assert "--LabApp.default_url=/lab/tree/first.ipynb" in app.arguments
