"""A study: the runs that are known, and how more are made."""

import math
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm.auto import tqdm

from salessim.experiment.explain.pair import Pair
from salessim.experiment.folder import card_of, open_study
from salessim.experiment.statistics import Floats
from salessim.experiment.store import Store
from salessim.experiment.task import (
    Failure,
    Name,
    Outcome,
    PairTask,
    RunName,
    Task,
    Together,
)
from salessim.experiment.workers import Workers
from salessim.scenario import Scenario
from salessim.simulate import check_luck

Preview = Callable[[], str]
ON_ALL_CORES = Workers()


def each(scenarios: Iterable[Scenario], replications: Iterable[int]) -> list[tuple[Scenario, int]]:
    """Every scenario under the luck of each replication, all of one luck together."""
    scenarios = list(scenarios)
    return [(scenario, k) for k in replications for scenario in scenarios]


@dataclass
class Study:
    """Runs of any scenarios under one seed's luck; each is made once.

    Parameters
    ----------
    seed : int
        Of the random draws.
    workers : Workers
        Who makes the runs.
    folder : Path, optional
        Where outcomes are kept, so that a study that was cut short goes on there.
    force : bool
        Whether results of another study in the folder may be replaced.
    say : function of str
        Told of what was found damaged.

    Raises
    ------
    ScenarioError
        For a seed or an engine that there is not.
    """

    seed: int = 1
    workers: Workers = ON_ALL_CORES
    folder: Path | None = None
    force: bool = False
    say: Callable[[str], None] = warnings.warn
    outcomes: dict[Name, Outcome] = field(default_factory=dict, repr=False)
    pairs: dict[Name, Pair] = field(default_factory=dict, repr=False)
    _failed: dict[str, dict[int, Failure]] = field(default_factory=dict, repr=False)
    _flags: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        check_luck(self.workers.engine, self.seed)
        self.seed = int(self.seed)  # numpy's integers are taken too

    def begin(self, kind: str, **what: object) -> None:
        """Make the folder this study's own, if there is one.

        Parameters
        ----------
        kind : str
            As the command is called.
        **what
            What identifies the study, as JSON can hold it.

        Raises
        ------
        OutputError
            Where the folder holds something else.
        """
        if self.folder is not None:
            open_study(self.folder, card_of(kind, seed=self.seed, **what), self.force)

    def run(
        self,
        wanted: Iterable[tuple[Scenario, int]],
        title: str = "runs",
        preview: Preview | None = None,
    ) -> None:
        """Make runs, each a scenario and a replication, unless they are known.

        Parameters
        ----------
        wanted : iterable of (Scenario, int)
        title : str
            Name of the progress bar.
        preview : function returning str, optional
            What to show beside the bar while runs come in; never a verdict.
        """
        tasks = {
            (scenario.content_hash, k): Task(scenario, self.seed, k, limits=self.workers.limits)
            for scenario, k in wanted
        }
        self._make_all([task for name, task in tasks.items() if not self._knows(name)],
                       title, preview)  # fmt: skip

    def run_pairs(
        self,
        scenarios: Sequence[Scenario],
        replications: Iterable[int],
        title: str = "pairs",
        preview: Preview | None = None,
    ) -> None:
        """Make runs of a base and its what-ifs, and compare them lead by lead.

        Parameters
        ----------
        scenarios : sequence of Scenario
            The base first.
        replications : iterable of int
        title, preview
            As of `run`.
        """
        wanted = list(replications)
        tasks = [
            PairTask(tuple(scenarios), self.seed, k, limits=self.workers.limits) for k in wanted
        ]
        unknown = [task for task in tasks if not all(map(self._knows, task.names))]
        self._make_all(unknown, title, preview)
        self.run(each(scenarios, wanted), title)  # those whose worker died over their pair

    def _knows(self, name: Name) -> bool:
        """Whether it is known what comes out, also that nothing does."""
        if len(name) == 2:
            return name in self.outcomes or name[1] in self._failed.get(name[0], {})
        base, what_if, k = name
        failed = any(k in self._failed.get(content, {}) for content in (base, what_if))
        return failed or name in self.pairs

    def _make_all(
        self, tasks: Sequence[Task | PairTask], title: str, preview: Preview | None
    ) -> None:
        if not tasks:
            return
        store = None if self.folder is None else Store(self.folder, self.say)
        try:
            self._make(tasks, store, title, preview)
        except KeyboardInterrupt:
            if store is not None:
                done = len(self.outcomes)
                self.say(f"{done:,} runs are kept in {self.folder}; the same command goes on there")
            raise
        finally:
            if store is not None:
                store.close()

    def _make(
        self,
        tasks: Sequence[Task | PairTask],
        store: Store | None,
        title: str,
        preview: Preview | None,
    ) -> None:
        kept = {} if store is None else store.get([k for task in tasks for k in task.keys if k])
        left = []
        for task in tasks:
            for name, key in zip(task.names, task.keys, strict=True):
                if key in kept:
                    self._know(name, kept[key])
            if not all(map(self._knows, task.names)):
                left.append(task)
        done = len(tasks) - len(left)
        with tqdm(total=len(tasks), initial=done, desc=title, unit="run",
                  leave=False, disable=None, delay=0.5) as bar:  # fmt: skip
            for number, found in self.workers.run(left):
                self._take(left[number], found, store)
                bar.update()
                if preview is not None and not bar.disable:
                    bar.set_postfix_str(preview(), refresh=False)

    def _take(
        self, task: Task | PairTask, found: Outcome | Failure | Together, store: Store | None
    ) -> None:
        """Know, and keep, what a task has brought; a pair that failed as a whole brings nothing."""
        pieces = found.pieces if isinstance(found, Together) else (found,)
        if len(pieces) < len(task.names):
            return
        for name, key, piece in zip(task.names, task.keys, pieces, strict=True):
            if piece is None or self._knows(name):
                continue
            self._know(name, piece)
            if store is not None and key and not isinstance(piece, Failure):
                store.put(key, piece)

    def _know(self, name: Name, found: Outcome | Failure | Pair) -> None:
        if isinstance(found, Pair):
            self.pairs[name] = found
        elif isinstance(found, Failure):
            self._failed.setdefault(name[0], {})[int(name[-1])] = found
        elif name not in self.outcomes:
            self.outcomes[name] = found
            self._flags.setdefault(name[0], []).extend(found.flags)

    def values(self, scenario: Scenario, replications: Iterable[int]) -> pd.DataFrame:
        """KPIs of a scenario: a row for each of the replications that came out, by number."""
        content = scenario.content_hash
        rows = {k: self.outcomes[content, k].values for k in replications
                if (content, k) in self.outcomes}  # fmt: skip
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("replication")

    def pairs_of(
        self, base: Scenario, what_if: Scenario, replications: Iterable[int]
    ) -> list[Pair]:
        """What is known of a base and a what-if, lead by lead, in the order of replications."""
        names = ((base.content_hash, what_if.content_hash, k) for k in replications)
        return [self.pairs[name] for name in names if name in self.pairs]

    def kpi(self, scenario: Scenario, name: str, count: int) -> Floats:
        """One KPI of a scenario's first replications; NaN where one did not come out."""
        content, never = scenario.content_hash, Outcome({})
        runs = (self.outcomes.get((content, k), never).values for k in range(count))
        return np.array([values.get(name, math.nan) for values in runs])

    def flags(self, scenario: Scenario) -> dict[str, int]:
        """In how many of a scenario's runs each flag was raised."""
        return dict(sorted(Counter(self._flags.get(scenario.content_hash, [])).items()))

    def failures_among(
        self, scenarios: Iterable[Scenario], names: Iterable[str] | None = None
    ) -> pd.DataFrame:
        """Runs of some scenarios that did not come out: `scenario, seed, replication, reason`.

        Parameters
        ----------
        scenarios : iterable of Scenario
        names : iterable of str, optional
            What to call them; absent, by their own names.
        """
        scenarios = list(scenarios)
        called = [scenario.name for scenario in scenarios] if names is None else names
        rows = dict[RunName, tuple[str, int, int, str]]()  # the same content is told once
        for scenario, name in zip(scenarios, called, strict=True):
            content = scenario.content_hash
            for k, failure in sorted(self._failed.get(content, {}).items()):
                rows.setdefault((content, k), (name, self.seed, k, failure.reason))
        return pd.DataFrame(rows.values(), columns=["scenario", "seed", "replication", "reason"])

    def months(self, scenario: Scenario, replications: Iterable[int]) -> dict[str, Floats]:
        """What each month brought, by KPI: a row for each replication that came out."""
        content = scenario.content_hash
        runs = [self.outcomes[content, k].months for k in replications
                if (content, k) in self.outcomes]  # fmt: skip
        return {name: np.array([run[name] for run in runs]) for name in (runs[0] if runs else ())}
