"""The files of an explanation: tables and reasons in words."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from salessim.experiment import Explanation, Year
from salessim.output import put, workshop


def write_explanation(found: Explanation, folder: Path) -> None:
    """Write `because.csv`, `drivers.csv`, `effects.csv` and the reasons in words.

    Parameters
    ----------
    found : Explanation
    folder : Path
        The study's.

    Raises
    ------
    OutputError
        Where nothing can be written.
    """
    effect = found.effect
    tables = {"because": found.table, "drivers": found.drivers, "effects": effect.table,
              "failures": effect.failures}  # fmt: skip
    _write(folder, tables, found.summary())


def write_year(found: Year, folder: Path) -> None:
    """Write `year.csv` and the answer in words.

    Parameters
    ----------
    found : Year
    folder : Path
        The study's.

    Raises
    ------
    OutputError
        Where nothing can be written.
    """
    _write(folder, {"year": found.table}, found.summary())


def _write(folder: Path, tables: Mapping[str, pd.DataFrame], answer: str) -> None:
    with workshop(folder) as made:
        for name, table in tables.items():
            table.to_csv(made / f"{name}.csv", index=False, lineterminator="\n")
        (made / "why.txt").write_text(answer + "\n", "utf-8", newline="\n")
        put(made, folder)
