"""Outcomes on disk: written whole or not at all, and noticed when damaged."""

import hashlib
import json
import math
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from salessim.experiment.explain.pair import Pair
from salessim.experiment.task import Outcome

FILE = "runs.sqlite"
PATIENCE = 60.0  # seconds to wait for another process that writes
AT_ONCE = 500  # keys in one question
INSERT = "INSERT OR REPLACE INTO runs VALUES (?, ?, ?)"

Kept = Outcome | Pair


class StoreError(Exception):
    """A store that can't be read or written now: locked, or on a full disk."""


class Store:
    """The outcomes in a folder; several processes may share it.

    Parameters
    ----------
    folder : Path
        There already.
    say : function of str
        Told of what was found damaged.
    """

    def __init__(self, folder: Path, say: Callable[[str], None]):
        self._file, self._say = folder / FILE, say
        try:
            self._open()
        except sqlite3.OperationalError as error:
            raise StoreError(f"{self._file}: {error}") from None
        except sqlite3.DatabaseError as error:
            self._begin_anew(error)

    def _begin_anew(self, error: sqlite3.DatabaseError) -> None:
        """Lay a damaged file aside; what it had is made again when it is asked for."""
        self.close()
        damaged = self._file.with_suffix(".damaged")
        for beside in ("-wal", "-shm"):
            self._file.with_name(self._file.name + beside).unlink(missing_ok=True)
        self._file.replace(damaged)
        self._say(
            f"{self._file}: damaged ({error}); kept as {damaged.name}, its runs are made again"
        )
        self._open()

    def _open(self) -> None:
        self._base = sqlite3.connect(self._file, timeout=PATIENCE, isolation_level=None)
        self._base.execute("PRAGMA journal_mode=WAL")  # readers don't wait for who writes
        self._base.execute("PRAGMA synchronous=NORMAL")
        self._base.execute(
            "CREATE TABLE IF NOT EXISTS runs (key TEXT PRIMARY KEY, outcome TEXT, seal TEXT)"
        )
        columns = [row[1] for row in self._base.execute("PRAGMA table_info(runs)")]
        if columns != ["key", "outcome", "seal"]:
            raise sqlite3.DatabaseError(f"its table has the columns {columns}")

    def get(self, keys: Sequence[str]) -> dict[str, Kept]:
        """The outcomes that are there for some keys; what is damaged is named, and left out."""
        found: dict[str, Kept] = {}
        for begin in range(0, len(keys), AT_ONCE):
            part = keys[begin : begin + AT_ONCE]
            marks = ",".join("?" * len(part))
            question = f"SELECT key, outcome, seal FROM runs WHERE key IN ({marks})"
            try:
                rows = self._base.execute(question, part).fetchall()
            except sqlite3.OperationalError as error:
                raise StoreError(f"{self._file}: {error}") from None
            except sqlite3.DatabaseError as error:
                self._begin_anew(error)
                continue
            for key, text, seal in rows:
                if seal == _seal(key, text):
                    found[key] = _read(text)
                else:
                    self._say(f"{self._file}: the run {key[:12]} is damaged; it is made again")
        return found

    def put(self, key: str, outcome: Kept) -> None:
        """Keep an outcome."""
        text = _written(outcome)
        row = (key, text, _seal(key, text))
        try:
            self._base.execute(INSERT, row)
        except sqlite3.OperationalError as error:
            raise StoreError(f"{self._file}: {error}") from None
        except sqlite3.DatabaseError as error:
            self._begin_anew(error)
            self._base.execute(INSERT, row)

    def close(self) -> None:
        """Put everything into the one file."""
        self._base.close()


def _seal(key: str, text: str) -> str:
    return hashlib.sha256(f"{key}{text}".encode()).hexdigest()


def _written(outcome: Kept) -> str:
    if isinstance(outcome, Pair):
        return json.dumps(outcome.plain())
    values = {name: None if math.isnan(v) else v for name, v in outcome.values.items()}
    return json.dumps([values, list(outcome.flags), outcome.months])


def _read(text: str) -> Kept:
    plain = json.loads(text)
    if isinstance(plain, dict):
        return Pair.read(plain)
    values, flags, months = plain
    known = {k: float("nan") if v is None else v for k, v in values.items()}
    return Outcome(known, tuple(flags), months)
