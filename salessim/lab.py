"""Your own copy of the notebooks, and JupyterLab opened on it."""

import hashlib
import importlib.util
import json
import os
from collections.abc import Callable
from pathlib import Path

from salessim import resources
from salessim.version import __version__

SHIPPED = ".salessim-shipped.json"  # which text of each notebook was given out


class LabError(Exception):
    """A reason why the notebooks can't be opened."""


def copy_notebooks(folder: Path, say: Callable[[str], None]) -> None:
    """Copy the notebooks into a folder without ever overwriting the user's changes.

    A notebook that the user hasn't changed is updated. Where both sides changed one, the
    new version is saved beside it under its own name.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    say : function of str
        Told what was done.

    Raises
    ------
    LabError
        Where the folder can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        given = _given(folder)
        for source in sorted(resources.folder("notebooks").glob("*.ipynb")):
            text = source.read_bytes()
            _bring(folder / source.name, text, given.get(source.name), say)
            given[source.name] = _hash(text)
        (folder / SHIPPED).write_text(json.dumps(given, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise LabError(f"{folder}: can't be written: {error.strerror}") from None


def open_lab(folder: Path, browser: bool) -> None:
    """Open JupyterLab on the first notebook of a folder; ends when it is closed.

    Parameters
    ----------
    folder : Path
        Where the notebooks are.
    browser : bool
        Whether to open a browser; else the address is printed.

    Raises
    ------
    LabError
        Where JupyterLab is not installed.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise LabError('JupyterLab is not installed; install it with: pip install "salessim[lab]"')
    _ask_no_news()
    from jupyterlab.labapp import LabApp

    first = min(path.name for path in resources.folder("notebooks").glob("*.ipynb"))
    arguments = [
        f"--ServerApp.root_dir={folder.resolve()}",
        f"--LabApp.default_url=/lab/tree/{first}",
        "--ServerApp.ip=127.0.0.1",
        "--log-level=WARN",  # so that the address stands out
    ]
    if not browser:
        arguments.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # a container, where everyone is root
        arguments.append("--allow-root")
    LabApp.launch_instance(arguments)


def _ask_no_news() -> None:
    """Have JupyterLab neither ask about news nor look for updates, in this process only."""
    paths = [str(resources.PACKAGE / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))


def _bring(target: Path, text: bytes, given: str | None, say: Callable[[str], None]) -> None:
    """Bring one notebook to the user."""
    if not target.exists():
        target.write_bytes(text)
        say(f"copied {target}")
        return
    theirs = _hash(target.read_bytes())
    if theirs == _hash(text):
        return
    if theirs == given:
        target.write_bytes(text)
        say(f"updated {target} (you hadn't changed it)")
    elif given != _hash(text):
        beside = target.with_name(f"{target.stem} (salessim {__version__}){target.suffix}")
        if not beside.exists():
            beside.write_bytes(text)
            say(f"kept your {target.name}; the new version is {beside.name}")


def _given(folder: Path) -> dict[str, str]:
    try:
        given = json.loads((folder / SHIPPED).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return given if isinstance(given, dict) else {}


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
