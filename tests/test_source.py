"""Code and results: an edit of the model acts, and nobody is handed what older code made."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import salessim as ss
from salessim import source
from salessim.simulate import is_compiled

DESK = ss.Scenario.load("one-desk").replace({"calendar.days": 5, "calendar.warm_up_days": 0})
TOLD = """
import salessim as ss
from salessim import source
desk = ss.Scenario.load("one-desk").replace({"calendar.days": 5, "calendar.warm_up_days": 0})
runs = [ss.simulate(desk, 1, k) for k in range(2)]
print(source.code_digest(), len(runs[0].leads))
"""


def test_the_recorded_model_is_the_one_that_is_here() -> None:
    """If this fails, the compiled engine may lack an edit: see CONTRIBUTING.md, `make model`."""
    assert source.edited() == ()


def test_line_ends_do_not_make_an_edit(tmp_path: Path) -> None:
    for name, text in (("unix", b"a\nb\n"), ("windows", b"a\r\nb\r\n"), ("other", b"a\nc\n")):
        (tmp_path / name).write_bytes(text)
    unix, windows, other = (source.digest([tmp_path / n]) for n in ("unix", "windows", "other"))
    assert unix == windows != other


@pytest.fixture
def an_edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if the model had been recorded before its journey was written as it is now."""
    recorded = json.loads(source.RECORDED.read_text("utf-8")) | {"journey.py": "0" * 16}
    monkeypatch.setattr(source, "RECORDED", tmp_path / "recorded.json")
    source.RECORDED.write_text(json.dumps(recorded), "utf-8")
    source.edited.cache_clear()
    yield
    source.edited.cache_clear()


@pytest.mark.usefixtures("an_edit")
@pytest.mark.filterwarnings("ignore:department")
def test_an_edited_model_runs_on_simpy_and_compiled_is_refused() -> None:
    assert not is_compiled("auto")
    assert is_compiled("simpy") is False
    with pytest.raises(ss.ScenarioError, match=r"doesn.t have your edit of department/journey\.py"):
        ss.simulate(DESK, engine="compiled")


@pytest.mark.slow
def test_an_edit_of_the_journey_acts_is_said_once_and_no_older_result_is_taken(
    tmp_path: Path,
) -> None:
    package = Path(ss.__file__).parent
    shutil.copytree(package, tmp_path / "salessim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(package.parent / "data", tmp_path / "data")
    with (tmp_path / "salessim" / "department" / "journey.py").open("a", encoding="utf-8") as file:
        file.write("# an edit\n")
    done = subprocess.run(
        [sys.executable, "-c", TOLD], capture_output=True, text=True, check=True, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert done.stderr.count("department/journey.py has been edited, so the edited model runs") == 1
    assert done.stdout.split()[0] != source.code_digest()


@pytest.mark.slow
def test_a_numba_that_is_switched_off_leaves_it_to_simpy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TOLD], capture_output=True, text=True, check=True,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )  # fmt: skip
    assert "numba is switched off, so this runs on SimPy" in done.stderr
    assert "unset NUMBA_DISABLE_JIT" in done.stderr
