"""A study: the runs that are known, and how more are made."""

import math
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm.auto import tqdm

from salessim.experiment.folder import card_of, open_study
from salessim.experiment.store import Store
from salessim.experiment.task import Failure, Outcome, Task
from salessim.experiment.workers import Workers
from salessim.scenario import Scenario
from salessim.simulate import check_luck

Preview = Callable[[], str]
ON_ALL_CORES = Workers()
RunName = tuple[str, int]  # a scenario's content, and the replication


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
        Whose luck.
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
    outcomes: dict[RunName, Outcome] = field(default_factory=dict, repr=False)
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
        names: dict[RunName, Task] = {}
        for scenario, replication in wanted:
            name = (scenario.content_hash, replication)
            failed = replication in self._failed.get(name[0], {})
            if name not in self.outcomes and not failed:
                names[name] = Task(scenario, self.seed, replication, limits=self.workers.limits)
        if not names:
            return
        store = None if self.folder is None else Store(self.folder, self.say)
        try:
            self._make(names, store, title, preview)
        except KeyboardInterrupt:
            if store is not None:
                done = len(self.outcomes)
                self.say(f"{done:,} runs are kept in {self.folder}; the same command goes on there")
            raise
        finally:
            if store is not None:
                store.close()

    def _make(
        self, names: dict[RunName, Task], store: Store | None, title: str, preview: Preview | None
    ) -> None:
        kept = {} if store is None else store.get([task.key for task in names.values()])
        for name, task in list(names.items()):
            if task.key in kept:
                self._know(name, kept[task.key])
                del names[name]
        order, tasks = list(names), list(names.values())
        with tqdm(total=len(tasks) + len(kept), initial=len(kept), desc=title, unit="run",
                  leave=False, disable=None, delay=0.5) as bar:  # fmt: skip
            for number, found in self.workers.run(tasks):
                self._know(order[number], found)
                if store is not None and isinstance(found, Outcome):
                    store.put(tasks[number].key, found)
                bar.update()
                if preview is not None and not bar.disable:
                    bar.set_postfix_str(preview(), refresh=False)

    def _know(self, name: RunName, found: Outcome | Failure) -> None:
        content, replication = name
        if isinstance(found, Failure):
            self._failed.setdefault(content, {})[replication] = found
        else:
            self.outcomes[name] = found
            self._flags.setdefault(content, []).extend(found.flags)

    def values(self, scenario: Scenario, replications: Iterable[int]) -> pd.DataFrame:
        """KPIs of a scenario: a row for each of the replications that came out, by number."""
        content = scenario.content_hash
        rows = {k: self.outcomes[content, k].values for k in replications
                if (content, k) in self.outcomes}  # fmt: skip
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("replication")

    def kpi(self, scenario: Scenario, name: str, count: int) -> NDArray[np.float64]:
        """One KPI of a scenario's first replications; NaN where one did not come out."""
        content, never = scenario.content_hash, Outcome({})
        runs = (self.outcomes.get((content, k), never).values for k in range(count))
        return np.array([values.get(name, math.nan) for values in runs])

    def flags(self, scenario: Scenario) -> dict[str, int]:
        """In how many of a scenario's runs each flag was raised."""
        return dict(sorted(Counter(self._flags.get(scenario.content_hash, [])).items()))

    def failures_among(self, scenarios: Iterable[Scenario]) -> pd.DataFrame:
        """Runs of some scenarios that did not come out: `scenario, seed, replication, reason`."""
        rows = [
            (scenario.name, self.seed, replication, failure.reason)
            for scenario in {s.content_hash: s for s in scenarios}.values()
            for replication, failure in sorted(self._failed.get(scenario.content_hash, {}).items())
        ]
        return pd.DataFrame(rows, columns=["scenario", "seed", "replication", "reason"])
