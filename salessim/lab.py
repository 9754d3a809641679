"""Copy the notebooks to the user's folder, with the pages they link to, and open JupyterLab."""

import hashlib
import importlib.util
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from salessim import resources
from salessim.version import __version__

SHIPPED = ".salessim-shipped.json"  # the hash of each file as it was copied
# What the notebooks link to: JupyterLab serves only the user's folder, and may be offline.
LINKED = ("data/presets/baseline.yaml",
          *(f"docs/{name}.md" for name in ("explain", "kpis", "studies", "tables")))  # fmt: skip

TO_THE_KIT = b"](../"  # how the kit's own notebooks link; the user's folder holds the pages itself


class LabError(Exception):
    """The notebooks can't be opened; the message says why."""


def copy_notebooks(folder: Path, say: Callable[[str], None]) -> None:
    """Copy the notebooks and the pages they link to, without overwriting the user's changes.

    A file that the user hasn't changed is updated. If both the user and a new version have
    changed it, the new version is saved under another name beside the user's.

    Parameters
    ----------
    folder : Path
        Created if it doesn't exist.
    say : function of str
        Called with a message for each file that was written.

    Raises
    ------
    LabError
        If the folder can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        given = _given(folder)
        for name, source in _files():
            text = source.read_bytes().replace(TO_THE_KIT, b"](")
            _bring(folder / name, text, given.get(name), say)
            given[name] = _hash(text)
        (folder / SHIPPED).write_text(json.dumps(given, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise LabError(f"{folder}: can't be written: {error.strerror}") from None


def open_lab(folder: Path, browser: bool) -> None:
    """Open JupyterLab with the first notebook in a folder; returns when JupyterLab is closed.

    Parameters
    ----------
    folder : Path
        Folder with the notebooks.
    browser : bool
        Whether to open a browser; if not, the address is printed.

    Raises
    ------
    LabError
        If JupyterLab isn't installed.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise LabError('JupyterLab is not installed. To install it: pip install "salessim[lab]"')
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
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container, usually
        arguments.append("--allow-root")
    LabApp.launch_instance(arguments)


def _ask_no_news() -> None:
    """Turn off JupyterLab's news and update checks, for this process only."""
    paths = [str(resources.PACKAGE / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))


def _files() -> Iterator[tuple[str, Path]]:
    """Each file to copy: its name in the user's folder, and where it is now."""
    for source in sorted(resources.folder("notebooks").glob("*.ipynb")):
        yield source.name, source
    for name in LINKED:
        folder, _, rest = name.partition("/")
        yield name, resources.folder(folder) / rest


def _bring(target: Path, text: bytes, given: str | None, say: Callable[[str], None]) -> None:
    """Copy or update one file, unless the user has changed it."""
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
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
