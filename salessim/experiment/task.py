"""One run of a study: what identifies it, and what comes back from it."""

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from salessim.scenario import Problem, Scenario, ScenarioError
from salessim.simulate import Engine, simulate
from salessim.source import code_digest

MEGABYTE = 1_000_000


class LimitError(Exception):
    """A run that took more time or memory than it was given."""


@dataclass(frozen=True)
class Limits:
    """What one run may take; None sets no limit.

    Parameters
    ----------
    seconds : float, optional
    megabytes : float, optional
        Memory of the whole process in which it runs.
    """

    seconds: float | None = None
    megabytes: float | None = None

    def __post_init__(self) -> None:
        for name in ("seconds", "megabytes"):
            value = getattr(self, name)
            a_number = isinstance(value, int | float) and not isinstance(value, bool)
            if value is not None and not (a_number and 0 <= value < math.inf):
                raise ScenarioError([Problem(f"limit in {name}", f"{value!r}; expected a number")])

    def watch(self) -> Callable[[float], None] | None:
        """A function to call while a run goes on; raises LimitError."""
        if self.seconds is None and self.megabytes is None:
            return None
        begun, process = time.monotonic(), psutil.Process()

        def look(_: float) -> None:
            if self.seconds is not None and time.monotonic() - begun > self.seconds:
                raise LimitError(f"took longer than {self.seconds:g} seconds")
            if self.megabytes is not None and process.memory_info().rss > self.megabytes * MEGABYTE:
                raise LimitError(f"took more than {self.megabytes:g} MB of memory")

        return look


NO_LIMITS = Limits()


@dataclass(frozen=True)
class Task:
    """A scenario under one replication's luck.

    Parameters
    ----------
    scenario : Scenario
    seed, replication : int
    engine : str
        What simulates, as whoever makes the run decides; the outcome is the same.
    limits : Limits
    """

    scenario: Scenario
    seed: int
    replication: int
    engine: Engine = "auto"
    limits: Limits = NO_LIMITS

    @property
    def key(self) -> str:
        """What the outcome depends on, the code that makes it included, as a hash."""
        parts = (code_digest(), self.scenario.content_hash, str(self.seed), str(self.replication))
        return hashlib.sha256("/".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Outcome:
    """What a study keeps of a run.

    Parameters
    ----------
    values : dict of str to float
        Value of each KPI; NaN where it was never observed.
    flags : tuple of str
        Names of what its reader should know, as in `Run.flags`.
    """

    values: dict[str, float]
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failure:
    """Why there is no outcome."""

    reason: str


def run_task(task: Task) -> Outcome | Failure:
    """Run a task; whatever goes wrong comes back as data and stops nobody else."""
    try:
        run = simulate(task.scenario, task.seed, task.replication, task.engine, task.limits.watch())
        values = {name: float(value) for name, value in run.kpi.items()}
        return Outcome(values, tuple(flag.name for flag in run.flags))
    except Exception as error:  # noqa: BLE001  (a study of ten thousand runs goes on)
        return Failure(f"{type(error).__name__}: {' '.join(str(error).split())}")
