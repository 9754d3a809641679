"""A run's tables as files: written whole or not at all, and never over another run's."""

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from salessim.run.run import Run
from salessim.scenario import Scenario
from salessim.version import __version__

TABLES = ("leads", "activities", "reps", "weeks", "kpis", "events")
CARD = "run.json"  # which run it is; written last
FILES = (*(f"{table}.csv" for table in TABLES), "scenario.yaml", CARD)


class OutputError(Exception):
    """A folder that can't take the results."""


class HalfwayError(Exception):
    """Cancelled while finished files were put in place."""


def write_run(
    run: Run, folder: Path, force: bool = False, progress: Callable[[str], None] | None = None
) -> None:
    """Write the tables and the scenario of a run.

    Parameters
    ----------
    run : Run
        What to write.
    folder : Path
        Where; made if it is not there.
    force : bool
        Whether results of another run may be replaced.
    progress : function of str, optional
        Called with the name of each file before it is made.

    Raises
    ------
    OutputError
        Where the folder holds something else, or can't be written.
    """
    record = run.record
    card = card_of(run.scenario, record.seed, record.replication)
    check_folder(folder, card, force)
    try:
        place = folder.absolute()  # on the same disk as what will stay
        workshop = next(near for near in (place, *place.parents) if near.is_dir())
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=workshop) as name:
            made = Path(name)
            for table in TABLES:
                if progress:
                    progress(f"{table}.csv")
                frame = getattr(run, table)
                frame.to_csv(made / f"{table}.csv", index=False, lineterminator="\n")
            (made / "scenario.yaml").write_text(run.scenario.to_yaml(), "utf-8", newline="\n")
            (made / CARD).write_text(json.dumps(card, indent=2) + "\n", "utf-8", newline="\n")
            _put(made, folder)
    except OSError as error:
        raise OutputError(f"{folder}: can't be written: {error.strerror}") from None


def card_of(scenario: Scenario, seed: int, replication: int) -> dict[str, Any]:
    """What identifies a run, its name included: where this is the same, so is every file."""
    return {
        "salessim": __version__,
        "scenario": scenario.content_hash,
        "name": scenario.name,
        "seed": seed,
        "replication": replication,
    }


def check_folder(folder: Path, card: dict[str, Any], force: bool) -> None:
    """Refuse a folder that holds something else than this very run.

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
    try:
        found = json.loads((folder / CARD).read_text("utf-8"))
    except (OSError, ValueError):
        raise OutputError(
            f"{folder}: holds files that are no run of salessim; choose another folder, or "
            "give --force to write beside them"
        ) from None
    if found != card:
        raise OutputError(
            f"{folder}: holds results of another run; choose another folder, or give --force "
            "to replace them"
        )


def _put(made: Path, folder: Path) -> None:
    """Move finished files to where they belong; the card goes first and comes last."""
    folder.mkdir(parents=True, exist_ok=True)
    blocked = [name for name in FILES if (folder / name).is_dir()]
    if blocked:
        raise OutputError(f"{folder / blocked[0]}: is a folder; the results want a file there")
    (folder / CARD).unlink(missing_ok=True)
    names = sorted(path.name for path in made.iterdir() if path.name != CARD)
    try:
        for name in [*names, CARD]:
            os.replace(made / name, folder / name)
    except KeyboardInterrupt:
        raise HalfwayError(f"cancelled while files were put into {folder}; run it again") from None
