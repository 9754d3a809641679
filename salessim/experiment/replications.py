"""One scenario in many replications."""

import html
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from salessim.display import HEADLINE, count_of, figure, is_kpi, label_of
from salessim.display.kpis import LABELS, role_name
from salessim.experiment.statistics import student
from salessim.experiment.study import Study
from salessim.experiment.workers import Workers
from salessim.run.flags import MEANINGS
from salessim.scenario import Problem, Scenario, ScenarioError
from salessim.scenario.problems import perhaps

MOST_REPLICATIONS = 1_000_000


@dataclass(frozen=True)
class Replications:
    """What many replications of one scenario say.

    Parameters
    ----------
    values : DataFrame
        A row for each replication that came out, a column for each KPI.
    failures : DataFrame
        A row for each that did not: `scenario, seed, replication, reason`.
    flags : list of str
        What a reader should know of the runs.
    currency : str
        The scenario's.
    """

    values: pd.DataFrame
    failures: pd.DataFrame
    flags: list[str]
    currency: str = ""

    def __repr__(self) -> str:
        rows = self.table[self.table["replications"] > 0].set_index("kpi")
        lines = [f"{count_of(len(self.values), 'replication')}: mean and its 95% interval"]
        for kpi in (name for name in ("leads", *HEADLINE) if name in rows.index):
            label, row = label_of(kpi), rows.loc[kpi]
            low, mean, high = (figure(row[c], label.unit, self.currency)
                               for c in ("low", "mean", "high"))  # fmt: skip
            lines.append(f"{label.title}: {mean} ({low} to {high})")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return "<br>".join(html.escape(repr(self), quote=False).splitlines())

    @property
    def table(self) -> pd.DataFrame:
        """A row for each KPI: `kpi, unit, mean, low, high, replications` (95 %)."""
        return means(self.values)


def replicate(
    scenario: Scenario,
    replications: int = 30,
    seed: int = 1,
    *,
    workers: int | None = None,
    study: Study | None = None,
) -> Replications:
    """Run a scenario many times, each time with other luck.

    Parameters
    ----------
    scenario : Scenario
    replications : int
        Numbered from 0.
    seed : int
        Whose luck.
    workers : int, optional
        Runs at a time; absent, one a core.
    study : Study, optional
        Where the runs are made and kept, instead of `seed` and `workers`.

    Returns
    -------
    Replications

    Examples
    --------
    >>> import salessim as ss
    >>> desk = ss.Scenario.load("one-desk").replace({"calendar": {"days": 50}})
    >>> ss.replicate(desk, 3, workers=1).values["won"].tolist()
    [192.0, 212.0, 167.0]
    """
    at_least(replications, 1)
    study = study_of(study, seed, workers)
    study.begin("replicate", name=scenario.name, content=scenario.content_hash,
                replications=replications)  # fmt: skip
    study.run([(scenario, k) for k in range(replications)], scenario.name or "runs")
    return Replications(
        study.values(scenario, range(replications)),
        study.failures_among([scenario]),
        warnings_of(study, {"": scenario}),
        scenario.currency,
    )


def means(values: pd.DataFrame) -> pd.DataFrame:
    """A row for each KPI: `kpi, unit, mean, low, high, replications`, from a row a replication."""
    found = [(name, label_of(name).unit, student(values[name])) for name in values.columns]
    return pd.DataFrame(
        [(name, unit, i.mean, i.low, i.high, i.count) for name, unit, i in found],
        columns=["kpi", "unit", "mean", "low", "high", "replications"],
    )


def study_of(study: Study | None, seed: int, workers: int | None) -> Study:
    """The study that was given, or a new one that keeps nothing on disk."""
    return study if study is not None else Study(seed, Workers(workers))


def at_least(replications: int, least: int, what: str = "replications") -> None:
    """Refuse a number of runs that says nothing."""
    whole = isinstance(replications, int) and not isinstance(replications, bool)
    if not whole or not least <= replications <= MOST_REPLICATIONS:
        raise ScenarioError(
            [Problem(what, f"{replications!r}; expected a whole number from {least} "
                     f"to {MOST_REPLICATIONS:,}")]
        )  # fmt: skip


def refuse_unknown(kpis: Iterable[str], found: Iterable[Problem] = ()) -> None:
    """Refuse KPIs that there are not, with what was found before, ere anything is run.

    Raises
    ------
    ScenarioError
    """
    unknown = [
        Problem(kpi, f"is no KPI; {perhaps(kpi, LABELS)}") for kpi in kpis if not is_kpi(kpi)
    ]
    problems = [*found, *unknown]
    if problems:
        raise ScenarioError(problems)


def labels_of(scenarios: Sequence[Scenario], word: str) -> list[str]:
    """Names to tell scenarios apart: their own where each has one, else a word and a number."""
    names = [scenario.name for scenario in scenarios]
    if all(names) and len(set(names)) == len(names):
        return names
    return [f"{word} {number}" for number in range(1, len(names) + 1)]


def warnings_of(study: Study, scenarios: Mapping[str, Scenario]) -> list[str]:
    """What a reader should know of the runs of some scenarios, by what they are called."""
    lines = []
    for label, scenario in scenarios.items():
        for flag, count in study.flags(scenario).items():
            lines.append(f"{label}: {_told(flag, count)}" if label else _told(flag, count))
    return lines + failures_told(study, list(scenarios.values()))


def warnings_over(study: Study, scenarios: Sequence[Scenario]) -> list[str]:
    """What a reader should know of the runs of many scenarios together."""
    raised = Counter[str]()
    for scenario in scenarios:
        raised.update(study.flags(scenario))
    told = [_told(flag, count) for flag, count in raised.items()]
    return told + failures_told(study, scenarios)


def _told(flag: str, count: int) -> str:
    kind, _, who = flag.partition(".")
    whose = f"{role_name(who, 2)}: " if who else ""
    return f"{whose}{MEANINGS[kind]} (in {count_of(count, 'run')})"


def failures_told(study: Study, scenarios: Sequence[Scenario]) -> list[str]:
    """That runs failed, and why the first of them did."""
    failures = study.failures_among(scenarios)
    if failures.empty:
        return []
    failed = f"{count_of(len(failures), 'run')} failed and {'is' if len(failures) == 1 else 'are'}"
    return [f"{failed} left out; the first: {failures['reason'].iloc[0]}"]
