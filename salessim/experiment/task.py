"""One run of a study, or a pair: what identifies it, and what comes back from it."""

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil

from salessim.experiment.explain.pair import Pair
from salessim.run.kpis import make_kpis
from salessim.run.months import months_of
from salessim.run.record import Record
from salessim.scenario import Problem, Scenario, ScenarioError
from salessim.scenario.plain import is_number
from salessim.scenario.problems import shown
from salessim.simulate import Engine, simulate
from salessim.source import code_digest

MEGABYTE = 1_000_000
RunName = tuple[str, int]  # a scenario's content, and the replication
PairName = tuple[str, str, int]  # the base's content, the what-if's, and the replication
Name = RunName | PairName


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
            if value is not None and not (is_number(value) and 0 <= value < math.inf):
                wanted = f"must be a number of at least 0, not {shown(value)}"
                raise ScenarioError([Problem(f"limit in {name}", wanted)])

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
        """What the outcome depends on, as a hash."""
        return _hash(self.scenario.content_hash, self.seed, self.replication)

    @property
    def names(self) -> tuple[Name, ...]:
        """What comes out, as a study calls it."""
        return ((self.scenario.content_hash, self.replication),)

    @property
    def keys(self) -> tuple[str | None, ...]:
        """What comes out, as a store calls it; None for what no store may keep."""
        return (None if self.scenario.own_rules else self.key,)


@dataclass(frozen=True)
class PairTask:
    """A base and its what-ifs under one replication's luck, compared lead by lead.

    They are run together: logs of events are too large to be kept.

    Parameters
    ----------
    scenarios : tuple of Scenario
        The base first.
    seed, replication, engine, limits
        As of a `Task`; limits are those of one run.
    """

    scenarios: tuple[Scenario, ...]
    seed: int
    replication: int
    engine: Engine = "auto"
    limits: Limits = NO_LIMITS

    @property
    def key(self) -> str:
        """What all that comes out depends on, as a hash."""
        return _hash(*(task.key for task in self.runs))

    @property
    def runs(self) -> tuple[Task, ...]:
        """Its runs, one by one."""
        rest = (self.seed, self.replication, self.engine, self.limits)
        return tuple(Task(scenario, *rest) for scenario in self.scenarios)

    @property
    def names(self) -> tuple[Name, ...]:
        """What comes out, as a study calls it: runs, then pairs."""
        runs = [task.names[0] for task in self.runs]
        pairs = [(runs[0][0], *run) for run in runs[1:]]
        return (*runs, *pairs)

    @property
    def keys(self) -> tuple[str | None, ...]:
        """What comes out, as a store calls it; None for what no store may keep."""
        base, *others = (task.keys[0] for task in self.runs)
        pairs = (None if None in (base, key) else _hash("pair", base, key) for key in others)
        return (base, *others, *pairs)


@dataclass(frozen=True)
class Outcome:
    """What a study keeps of a run.

    Parameters
    ----------
    values : dict of str to float
        Value of each KPI; NaN where it was never observed.
    flags : tuple of str
        Names of what its reader should know, as in `Run.flags`.
    months : dict of str to list of float
        What each month brings, of the KPIs that add up over months.
    """

    values: dict[str, float]
    flags: tuple[str, ...] = ()
    months: dict[str, list[float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """Why there is no outcome."""

    reason: str


@dataclass(frozen=True)
class Together:
    """What comes out of a `PairTask`.

    Parameters
    ----------
    pieces : tuple of Outcome, Failure, Pair or None
        In the order of the task's names; None for a pair of which a run failed.
    """

    pieces: tuple[Outcome | Failure | Pair | None, ...]


def run_task(task: Task | PairTask) -> Outcome | Failure | Together:
    """Run a task; whatever goes wrong comes back as data and stops nobody else."""
    if isinstance(task, PairTask):
        return _run_pair(task)
    return _outcome(_simulated(task))


def _run_pair(task: PairTask) -> Together:
    made = {key: _simulated(one) for key, one in {one.key: one for one in task.runs}.items()}
    runs = [made[one.key] for one in task.runs]
    base, *what_ifs = runs
    pairs = [
        Pair.of(base.record, other.record)
        if isinstance(base, Simulated) and isinstance(other, Simulated)
        else None
        for other in what_ifs
    ]
    return Together((*map(_outcome, runs), *pairs))


@dataclass(frozen=True)
class Simulated:
    """A run that came out, with its event log."""

    record: Record
    outcome: Outcome


def _simulated(task: Task) -> Simulated | Failure:
    try:
        engine: Engine = "simpy" if task.scenario.own_rules else task.engine
        run = simulate(task.scenario, task.seed, task.replication, engine, task.limits.watch())
        values = {name: float(value) for name, value, _ in make_kpis(run.record)}
        months = {name: each.tolist() for name, each in months_of(run.record).items()}
        flags = tuple(flag.name for flag in run.flags)
        return Simulated(run.record, Outcome(values, flags, months))
    except Exception as error:  # noqa: BLE001  (a study of ten thousand runs goes on)
        return Failure(f"{type(error).__name__}: {' '.join(str(error).split())}")


def _outcome(found: Simulated | Failure) -> Outcome | Failure:
    return found if isinstance(found, Failure) else found.outcome


def _hash(*parts: object) -> str:
    """A hash of what an outcome depends on, the code that makes it included."""
    return hashlib.sha256("/".join(map(str, (code_digest(), *parts))).encode()).hexdigest()
