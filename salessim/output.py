"""Result folders: files are written completely or not at all, and never over other results."""

import errno
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Card = Mapping[str, Any]  # identifies results: equal cards mean equal results


class OutputError(Exception):
    """The results can't be written to the folder; the message says why."""


class HalfwayError(Exception):
    """Canceled while finished files were being moved into place."""


def check_folder(folder: Path, name: str, card: Card, force: bool) -> None:
    """Refuse a folder that contains anything other than these results.

    Parameters
    ----------
    folder : Path
        Where the results will go.
    name : str
        Name of the file that identifies the results in a folder.
    card : mapping
        Identifies the results.
    force : bool
        Whether other results may be replaced.

    Raises
    ------
    OutputError
    """
    try:
        for place in (folder, *folder.parents):
            if place.exists() and not place.is_dir():
                raise OutputError(f"{place}: is a file; --out needs a folder")
        if force or not folder.exists() or not any(folder.iterdir()):
            return
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            begin = f"{str(folder)[:40]}..."
            raise OutputError(f"{begin}: this name is too long; give --out a shorter one") from None
        raise OutputError(f"{folder}: can't be read: {error.strerror}") from None
    found = read_card(folder, name)
    if found is None:
        raise OutputError(
            f"{folder}: contains other files; choose another folder, or add --force to write "
            "the results there anyway"
        )
    if found != card:
        raise OutputError(
            f"{folder}: contains results of another run; choose another folder, or add --force "
            "to replace them"
        )


def read_card(folder: Path, name: str) -> Card | None:
    """What identifies the results in a folder; None if nothing does."""
    try:
        found = json.loads((folder / name).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """A staging folder on the same disk, deleted afterward with whatever is left in it.

    Raises
    ------
    OutputError
        If nothing can be written.
    """
    try:
        place = folder.absolute()
        near = next(above for above in (place, *place.parents) if above.is_dir())
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=near) as name:
            yield Path(name)
    except OSError as error:
        raise OutputError(f"{folder}: can't be written: {error.strerror}") from None


def put(made: Path, folder: Path, name: str | None = None) -> None:
    """Move finished files to the results folder.

    Parameters
    ----------
    made : Path
        Where the files are.
    folder : Path
        Where they go; created if it doesn't exist.
    name : str, optional
        The file that identifies the results. It is removed first and written last, so that
        incomplete results are never mistaken for complete ones.
    """
    names = sorted(path.name for path in made.iterdir() if path.name != name)
    folder.mkdir(parents=True, exist_ok=True)
    blocked = [file for file in (*names, name) if file and (folder / file).is_dir()]
    if blocked:
        raise OutputError(
            f"{folder / blocked[0]}: is a folder; the results need a file with that name"
        )
    if name is not None:
        (folder / name).unlink(missing_ok=True)
        names.append(name)
    try:
        for file in names:
            os.replace(made / file, folder / file)
    except KeyboardInterrupt:
        raise HalfwayError(
            f"canceled while files were being moved to {folder}; run the command again"
        ) from None


def write_card(path: Path, card: Card) -> None:
    """Write the file that identifies results."""
    path.write_text(json.dumps(card, indent=2) + "\n", "utf-8", newline="\n")


def remove(folder: Path, names: Iterable[str]) -> None:
    """Remove those of the files that exist; a name may have a `*`."""
    for file in [file for name in names for file in folder.glob(name)]:
        if not file.is_dir():
            file.unlink(missing_ok=True)
