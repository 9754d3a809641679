"""A run's tables as files."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from salessim.output import (
    PLAIN,
    Card,
    CsvStyle,
    check_folder,
    put,
    workshop,
    write_card,
    write_csv,
)
from salessim.run.run import Run
from salessim.run.tables import as_written
from salessim.scenario import Scenario
from salessim.version import __version__

TABLES = ("leads", "activities", "reps", "weeks", "kpis", "events")
CARD = "run.json"  # which run it is; written last


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
    with run_files(run, folder, force, progress):
        pass


@contextmanager
def run_files(
    run: Run,
    folder: Path,
    force: bool = False,
    progress: Callable[[str], None] | None = None,
    style: CsvStyle = PLAIN,
) -> Iterator[Path]:
    """Write a run's files to a staging folder, where more can be added; then publish all of them.

    Parameters
    ----------
    run, folder, force, progress
        As for `write_run`.
    style : CsvStyle

    Yields
    ------
    Path
        Where the files are made.

    Raises
    ------
    OutputError
        Where the folder holds something else, or can't be written.
    """
    record = run.record
    card = card_of(run.scenario, record.seed, record.replication)
    check_folder(folder, CARD, card, force)
    with workshop(folder) as made:
        for table in TABLES:
            if progress:
                progress(f"{table}.csv")
            write_csv(as_written(getattr(run, table)), made / f"{table}.csv", style)
        (made / "scenario.yaml").write_text(run.scenario.to_yaml(), "utf-8", newline="\n")
        write_card(made / CARD, card)
        yield made
        put(made, folder, CARD)


def card_of(scenario: Scenario, seed: int, replication: int) -> Card:
    """What identifies a run, its name included: where this is the same, so is every file."""
    return {
        "salessim": __version__,
        "scenario": scenario.content_hash,
        "name": scenario.name,
        "seed": seed,
        "replication": replication,
    }
