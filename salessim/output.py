"""Folders of results: files written whole or not at all, and never over another's."""

import json
import locale
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

Card = Mapping[str, Any]  # what identifies results: where it is the same, so are they


class OutputError(Exception):
    """A folder that can't take the results."""


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


def put(made: Path, folder: Path, name: str | None = None, outdated: Iterable[str] = ()) -> None:
    """Move finished files to where they belong: all of them, or none.

    Parameters
    ----------
    made : Path
        Where they are.
    folder : Path
        Where they go; made if it is not there.
    name : str, optional
        The card's file: it goes first and comes last, so that half of the results
        never pass for the whole, even where the machine stops in between.
    outdated : iterable of str
        Files of earlier results that go away, where they are there.

    Raises
    ------
    OutputError
        Naming the file that can't be replaced, such as one that is open in Excel; the
        folder is then as it was.
    """
    names = sorted(path.name for path in made.iterdir() if path.name != name)
    names += [name] if name else []
    folder.mkdir(parents=True, exist_ok=True)
    blocked = [file for file in names if (folder / file).is_dir()]
    if blocked:
        raise OutputError(f"{folder / blocked[0]}: is a folder; the results want a file there")
    moved: list[tuple[Path, Path]] = []
    with tempfile.TemporaryDirectory(dir=made) as before:
        try:
            for file in dict.fromkeys([*names[::-1], *outdated]):
                if (folder / file).is_file():
                    _move(folder / file, Path(before) / file, folder / file, moved)
            for file in names:
                _move(made / file, folder / file, folder / file, moved)
        except BaseException:
            for source, target in reversed(moved):
                if target.exists():
                    os.replace(target, source)
            raise


def _move(source: Path, target: Path, place: Path, moved: list[tuple[Path, Path]]) -> None:
    """Move a file, and note it beforehand, so that it can be moved back."""
    moved.append((source, target))
    try:
        os.replace(source, target)
    except PermissionError as error:
        moved.pop()
        raise OutputError(
            f"{place}: can't be replaced ({error.strerror}); if it is open in another program, "
            "such as Excel, close it there and run the same command again. Nothing was changed"
        ) from None


@dataclass(frozen=True)
class CsvStyle:
    """How numbers and columns are written in a CSV file.

    Parameters
    ----------
    separator : str
        Between columns.
    decimal : str
        Between a number's whole part and the rest.
    encoding : str
        Excel reads UTF-8 right only where a mark at the beginning says so (`utf-8-sig`).
    """

    separator: str = ","
    decimal: str = "."
    encoding: str = "utf-8"


PLAIN = CsvStyle()


def excel_style(decimal_point: str | None = None) -> CsvStyle:
    """How Excel expects CSV files on this machine.

    Parameters
    ----------
    decimal_point : str, optional
        Absent, what the machine's language settings say (`LC_NUMERIC`, or the region of
        Windows).

    Examples
    --------
    >>> excel_style(","), excel_style(".").separator
    (CsvStyle(separator=';', decimal=',', encoding='utf-8-sig'), ',')
    """
    point = _decimal_point() if decimal_point is None else decimal_point
    return CsvStyle(";" if point == "," else ",", point, "utf-8-sig")


def write_csv(table: "pd.DataFrame", path: Path, style: CsvStyle = PLAIN) -> None:
    """Write a table, a line for each row."""
    table.to_csv(
        path, index=False, lineterminator="\n", sep=style.separator, decimal=style.decimal,
        encoding=style.encoding,
    )  # fmt: skip


def _decimal_point() -> str:
    before = locale.setlocale(locale.LC_NUMERIC)
    try:
        locale.setlocale(locale.LC_NUMERIC, "")
        return str(locale.localeconv()["decimal_point"])
    except locale.Error:  # a language that isn't installed
        return "."
    finally:
        locale.setlocale(locale.LC_NUMERIC, before)


def write_card(path: Path, card: Card) -> None:
    """Write a card."""
    path.write_text(json.dumps(card, indent=2) + "\n", "utf-8", newline="\n")
