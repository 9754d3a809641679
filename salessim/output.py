"""Result folders: files are written completely or not at all, and never over other results."""

import errno
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

Card = Mapping[str, Any]  # identifies results: equal cards mean equal results


class OutputError(Exception):
    """The results can't be written to the folder; the message says why."""


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


def put(made: Path, folder: Path, name: str | None = None, outdated: Iterable[str] = ()) -> None:
    """Move finished files to the results folder: all of them, or none.

    Parameters
    ----------
    made : Path
        Where the files are.
    folder : Path
        Where they go; created if it doesn't exist.
    name : str, optional
        The file that identifies the results. It is removed first and written last, so that
        incomplete results are never mistaken for complete ones, even if the machine stops.
    outdated : iterable of str
        Files of earlier results to remove, if they exist.

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
        raise OutputError(
            f"{folder / blocked[0]}: is a folder; the results need a file with that name"
        )
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
    """Write the file that identifies results."""
    path.write_text(json.dumps(card, indent=2) + "\n", "utf-8", newline="\n")
