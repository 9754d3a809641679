"""Folders of results: files written whole or not at all, and never over another's."""

import errno
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Card = Mapping[str, Any]  # what identifies results: where it is the same, so are they


class OutputError(Exception):
    """A folder that can't take the results."""


class HalfwayError(Exception):
    """Cancelled while finished files were put in place."""


def check_folder(folder: Path, name: str, card: Card, force: bool) -> None:
    """Refuse a folder that holds something else than these very results.

    Parameters
    ----------
    folder : Path
        Where they are to go.
    name : str
        File in which the card of what is there stands.
    card : mapping
        What identifies the results.
    force : bool
        Whether others may be replaced.

    Raises
    ------
    OutputError
    """
    try:
        for place in (folder, *folder.parents):
            if place.exists() and not place.is_dir():
                raise OutputError(f"{place}: is a file; --out wants a folder")
        if force or not folder.exists() or not any(folder.iterdir()):
            return
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            begin = f"{str(folder)[:40]}..."
            raise OutputError(f"{begin}: this name is too long; give --out a shorter one") from None
        raise OutputError(f"{folder}: can't be looked into: {error.strerror}") from None
    found = read_card(folder, name)
    if found is None:
        raise OutputError(
            f"{folder}: holds something else than such results; choose another folder, or give "
            "--force to write beside it"
        )
    if found != card:
        raise OutputError(
            f"{folder}: holds results of another run; choose another folder, or give --force "
            "to replace them"
        )


def read_card(folder: Path, name: str) -> Card | None:
    """The card of what a folder holds; None where there is none."""
    try:
        found = json.loads((folder / name).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """A place on the same disk to make files in; gone afterwards, with what is left there.

    Raises
    ------
    OutputError
        Where nothing can be written.
    """
    try:
        place = folder.absolute()
        near = next(above for above in (place, *place.parents) if above.is_dir())
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=near) as name:
            yield Path(name)
    except OSError as error:
        raise OutputError(f"{folder}: can't be written: {error.strerror}") from None


def put(made: Path, folder: Path, name: str | None = None) -> None:
    """Move finished files to where they belong.

    Parameters
    ----------
    made : Path
        Where they are.
    folder : Path
        Where they go; made if it is not there.
    name : str, optional
        The card's file: it goes first and comes last, so that half of the results
        never pass for the whole.
    """
    names = sorted(path.name for path in made.iterdir() if path.name != name)
    folder.mkdir(parents=True, exist_ok=True)
    blocked = [file for file in (*names, name) if file and (folder / file).is_dir()]
    if blocked:
        raise OutputError(f"{folder / blocked[0]}: is a folder; the results want a file there")
    if name is not None:
        (folder / name).unlink(missing_ok=True)
        names.append(name)
    try:
        for file in names:
            os.replace(made / file, folder / file)
    except KeyboardInterrupt:
        raise HalfwayError(f"cancelled while files were put into {folder}; run it again") from None


def write_card(path: Path, card: Card) -> None:
    """Write a card."""
    path.write_text(json.dumps(card, indent=2) + "\n", "utf-8", newline="\n")


def remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files that are there; a name may have a `*`."""
    for file in [file for name in names for file in folder.glob(name)]:
        if not file.is_dir():
            file.unlink(missing_ok=True)
