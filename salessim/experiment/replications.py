"""One scenario in many replications."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from salessim.display import HEADLINE, count_of, figure, is_kpi, label_of
from salessim.display.kpis import LABELS, SYNONYMS, role_name
from salessim.experiment.statistics import student
from salessim.experiment.study import Study
from salessim.experiment.told import Told
from salessim.experiment.workers import Workers
from salessim.resources import presets
from salessim.rules import WORKING_DAYS_A_YEAR
from salessim.run.flags import MEANINGS
from salessim.scenario import Problem, Scenario, ScenarioError, Source
from salessim.scenario.plain import is_whole
from salessim.scenario.problems import perhaps, shown

MOST_REPLICATIONS = 1_000_000
OTHER_YEARS = "averages of other years, or of another number of them, differ a little by chance"


@dataclass(frozen=True, repr=False)
class Replications(Told):
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

    def summary(self) -> str:
        """Means of the headline figures with their intervals."""
        rows = self.table[self.table["replications"] > 0].set_index("kpi")
        lines = [f"{count_of(len(self.values), 'replication')}: mean and its 95% interval"]
        for kpi in (name for name in ("leads", *HEADLINE) if name in rows.index):
            label, row = label_of(kpi), rows.loc[kpi]
            low, mean, high = (figure(row[c], label.unit, self.currency)
                               for c in ("low", "mean", "high"))  # fmt: skip
            lines.append(f"{label.title}: {mean} ({low} to {high})")
        return "\n".join(lines)

    @property
    def table(self) -> pd.DataFrame:
        """A row for each KPI: `kpi, unit, mean, low, high, replications` (95%)."""
        return means(self.values)


def replicate(
    scenario: Source,
    replications: int = 30,
    seed: int = 1,
    *,
    workers: int | None = None,
    study: Study | None = None,
) -> Replications:
    """Run a scenario many times, each time with other luck.

    Parameters
    ----------
    scenario : Scenario, str or Path
        Also a preset's name or a file.
    replications : int
        Numbered from 0.
    seed : int
        Of the random draws.
    workers : int, optional
        Runs at a time; by default one per core.
    study : Study, optional
        Where the runs are made and kept, instead of `seed` and `workers`.

    Returns
    -------
    Replications

    Examples
    --------
    >>> import salessim as ss
    >>> short = {"calendar.days": 50, "calendar.warm_up_days": 0}
    >>> desk = ss.Scenario.load("one-desk").replace(short)
    >>> ss.replicate(desk, 3, workers=1).values["won"].tolist()
    [192.0, 212.0, 167.0]
    """
    replications = at_least(replications, 1)
    scenario = Scenario.of(scenario)
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


def at_least(replications: int, least: int, what: str = "replications") -> int:
    """A number of runs as an int; one that says nothing is refused."""
    if not is_whole(replications, least, MOST_REPLICATIONS):
        wanted = f"must be a whole number from {least:,} to {MOST_REPLICATIONS:,}"
        raise ScenarioError([Problem(what, f"{wanted}, not {shown(replications)}")])
    return int(replications)


def refuse_unknown(kpis: Iterable[str], found: Iterable[Problem] = ()) -> None:
    """Refuse unknown KPIs, with what was found before, ahead of any run.

    Raises
    ------
    ScenarioError
    """
    unknown = [
        Problem(kpi, f"unknown KPI; {perhaps(kpi, LABELS, SYNONYMS)}")
        for kpi in kpis
        if not is_kpi(kpi)
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


def options_of(base: Scenario, what_ifs: Sequence[Scenario]) -> list[str]:
    """Names to tell a base and its what-ifs apart, the base first."""
    every = [scenario.name for scenario in (base, *what_ifs)]
    if all(every) and len(set(every)) == len(every):
        return every
    return ["base", *(["what-if"] if len(what_ifs) == 1 else labels_of(what_ifs, "what-if"))]


def source_of(scenario: Scenario | None) -> str:
    """What to call a scenario in a command that is suggested: a preset's name, where it is one.

    Examples
    --------
    >>> base = Scenario.load("baseline")
    >>> source_of(base), source_of(base.replace({"team.ae.count": 9}))
    ('baseline', 'SCENARIO')
    """
    name = scenario.name if scenario else ""
    is_preset = name in presets() and Scenario.load(name) == scenario
    return name if is_preset else "SCENARIO"


def over(count: int, days: float, seed: int) -> str:
    """Over how much an answer is, and by which draws.

    Examples
    --------
    >>> over(30, 260, 1), over(30, 50, 2)
    ('30 simulated years (seed 1)', '30 simulated runs of 50 working days (seed 2)')
    """
    year = days == WORKING_DAYS_A_YEAR
    unit = count_of(count, f"simulated {'year' if year else 'run'}")
    return f"{unit}{'' if year else f' of {days:,g} working days'} (seed {seed})"


def no_result(
    study: Study,
    scenario: Scenario,
    replications: int,
    kpis: Iterable[str] = (),
    whose: str = "",
) -> str:
    """Why nothing can be said of a scenario; empty where something can.

    Parameters
    ----------
    study : Study
        Where its runs were made.
    scenario : Scenario
    replications : int
        How many were wanted.
    kpis : iterable of str
        What must have been observed, in two runs at least.
    whose : str
        What to call the scenario, as "of the base"; needed where there are several.
    """
    values = study.values(scenario, range(replications))
    if values.empty:
        reason = study.failures_among([scenario])["reason"].iloc[0]
        every = "the run" if replications == 1 else f"all {replications:,} runs"
        return f"{' '.join(filter(None, (every, whose)))} failed ({reason})"
    for kpi in kpis:
        seen = int(values[kpi].notna().sum()) if kpi in values else 0
        if seen < 2:
            often = "never observed" if not seen else "observed in one run only"
            return f"{label_of(kpi).text} was {often}"
    return ""


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
