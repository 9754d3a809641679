"""What a change does: paired differences under the same luck, and a verdict in words."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salessim.experiment.replications import at_least, study_of, warnings_of
from salessim.experiment.statistics import (
    LEVEL,
    holm,
    p_value,
    replications_needed,
    second_stage,
    student,
)
from salessim.experiment.study import Study
from salessim.experiment.wording import paragraph, sentence
from salessim.run.kpis import HEADLINE, UNITS, unit_of
from salessim.scenario import Problem, Scenario, ScenarioError
from salessim.scenario.problems import perhaps
from salessim.simulate import simulate

MARGIN = 0.02  # of the base: a smaller difference does not matter
HIGHER, LOWER = "higher", "lower"
NO_DIFFERENCE, UNCLEAR = "no difference that matters", "unclear"
MOST_OF_SECOND_STAGE = 1_000

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Effect:
    """One department compared with others, under the same luck.

    Parameters
    ----------
    base : Scenario
    what_ifs : tuple of Scenario
        What it was compared with.
    table : DataFrame
        A row for each KPI (and each what-if, named in the column `scenario` where there
        are several): `kpi, unit, base, what_if, difference, low, high, verdict,
        replications, variance_reduction, needed`. `low` and `high` are the plain 95 %
        interval; `needed` says how many replications would settle an unclear one.
    failures : DataFrame
        Runs that did not come out.
    flags : list of str
        What a reader should know of the runs.
    seed : int
        Whose luck.
    margin : float
        Share of the base below which a difference does not matter.
    """

    base: Scenario
    what_ifs: tuple[Scenario, ...]
    table: pd.DataFrame
    failures: pd.DataFrame
    flags: list[str]
    seed: int
    margin: float

    def summary(self) -> str:
        """The answer in words: a paragraph, and a sentence for each headline KPI."""
        parts = []
        for what_if, rows in zip(self.what_ifs, self._by_what_if(), strict=True):
            lines = [sentence(rows.loc[kpi], HEADLINE[kpi]) for kpi in HEADLINE
                     if rows.loc[kpi, "replications"]]  # fmt: skip
            parts.append("\n".join([paragraph(self.base, what_if, rows), "", *lines]))
        notes = [f"Note: {flag}." for flag in self.flags]
        return "\n\n".join(parts + (["\n".join(notes)] if notes else []))

    def deals(self, replication: int = 0, what_if: int = 0) -> pd.DataFrame:
        """The deals that are won only because of the change, or lost only because of it.

        Parameters
        ----------
        replication : int
            In which year; it is run again for this.
        what_if : int
            Which of the what-ifs, from 0.

        Returns
        -------
        DataFrame
            A row for each lead: `lead, channel, segment, territory, value, base, what_if,
            because`, the outcomes under both, and `won` or `lost` because of the change.
        """
        both = [
            simulate(s, self.seed, replication).leads for s in (self.base, self.what_ifs[what_if])
        ]
        columns = ["lead", "channel", "segment", "territory", "value", "outcome"]
        pairs = both[0][columns].merge(both[1][["lead", "outcome"]], on="lead", how="outer",
                                       suffixes=("", "_now"), sort=False)  # fmt: skip
        pairs = pairs.rename(columns={"outcome": "base", "outcome_now": "what_if"})
        was, now = pairs["base"] == "won", pairs["what_if"] == "won"
        because = np.where(now & ~was, "won", np.where(was & ~now, "lost", ""))
        return pairs.assign(because=because)[because != ""].reset_index(drop=True)

    def _by_what_if(self) -> list[pd.DataFrame]:
        size = len(self.table) // len(self.what_ifs)
        return [self.table.iloc[i * size : (i + 1) * size].set_index("kpi")
                for i in range(len(self.what_ifs))]  # fmt: skip

    def _repr_html_(self) -> str:
        lines = self.summary().replace("&", "&amp;").replace("<", "&lt;").splitlines()
        return "<br>".join(lines)


def compare(
    base: Scenario,
    *what_ifs: Scenario,
    replications: int = 30,
    seed: int = 1,
    margin: float = MARGIN,
    settle: str | None = None,
    workers: int | None = None,
    study: Study | None = None,
) -> Effect:
    """Compare departments under the same luck: each lead meets them all.

    Parameters
    ----------
    base : Scenario
    *what_ifs : Scenario
        One or more.
    replications : int
        Pairs of runs; with `settle`, those of the first stage.
    seed : int
        Whose luck.
    margin : float
        Share of the base below which a difference does not matter.
    settle : str, optional
        A KPI. After the first stage its spread says, once, how many replications make
        its interval as narrow as the margin (Stein 1945); all are made, and only then
        is there a verdict. At most a thousand.
    workers : int, optional
        Processes; absent, one a core.
    study : Study, optional
        Where the runs are made and kept, instead of `seed` and `workers`.

    Returns
    -------
    Effect

    Raises
    ------
    ScenarioError
        For what can't be compared.

    Examples
    --------
    >>> import salessim as ss
    >>> desk = ss.Scenario.load("one-desk").replace({"calendar": {"days": 50}})
    >>> more = desk.replace({"team.sdr.count": 6})
    >>> effect = ss.compare(desk, more, replications=10, workers=1)
    >>> effect.table.set_index("kpi").loc["response_hours", "verdict"]
    'lower'
    """
    _check(base, what_ifs, replications, margin, settle)
    study = study_of(study, seed, workers)
    scenarios = (base, *what_ifs)
    study.begin(
        "compare", names=[s.name for s in scenarios], contents=[s.content_hash for s in scenarios],
        replications=replications, margin=margin, settle=settle,
    )  # fmt: skip
    count, first = replications, None
    study.run(_in_pairs(scenarios, range(count)), "runs", _preview(study, base, what_ifs[0], count))
    if settle is not None:
        first, count = count, _second_stage(study, scenarios, settle, count, margin)
        if count > first:
            study.run(_in_pairs(scenarios, range(first, count)), "second stage")
    values = [study.values(scenario, range(count)) for scenario in scenarios]
    tables = [_effects(values[0], other, margin, first) for other in values[1:]]
    table = _with_verdicts(tables, margin)
    if len(what_ifs) > 1:
        names = [s.name or f"what-if {n}" for n, s in enumerate(what_ifs, 1)]
        table.insert(0, "scenario", np.repeat(names, len(table) // len(what_ifs)))
    return Effect(base, tuple(what_ifs), table, study.failures, warnings_of(study, scenarios),
                  study.seed, margin)  # fmt: skip


def _check(
    base: Scenario,
    what_ifs: Sequence[Scenario],
    replications: int,
    margin: float,
    settle: str | None,
) -> None:
    if not what_ifs:
        raise ScenarioError([Problem("compare", "needs a scenario to compare with")])
    at_least(replications, 1 if settle is None else 2)
    if not 0 <= margin < 1:
        raise ScenarioError([Problem("margin", f"{margin!r}; expected a share from 0 to 1")])
    windows = {(s.calendar.days, s.calendar.hours_per_day) for s in (base, *what_ifs)}
    if len(windows) > 1:
        days = ", ".join(f"{d} days of {h:g} hours" for d, h in sorted(windows))
        raise ScenarioError([Problem("calendar", f"windows that differ can't be compared: {days}")])
    if settle is not None and not unit_of(settle):
        raise ScenarioError(
            [Problem("settle", f"there is no KPI {settle!r}; {perhaps(settle, HEADLINE)}")]
        )


def _in_pairs(
    scenarios: Sequence[Scenario], replications: Iterable[int]
) -> list[tuple[Scenario, int]]:
    return [(scenario, k) for k in replications for scenario in scenarios]


def _preview(study: Study, base: Scenario, what_if: Scenario, count: int) -> Any:
    """The mean difference so far, without interval or verdict: looking often misleads nobody."""

    def show() -> str:
        pair = [study.values(s, range(count)) for s in (base, what_if)]
        if any("won" not in values for values in pair):
            return ""
        difference = (pair[1]["won"] - pair[0]["won"]).dropna()
        return f"preview: won {difference.mean():+.1f}" if len(difference) else ""

    return show


def _second_stage(
    study: Study, scenarios: Sequence[Scenario], settle: str, first: int, margin: float
) -> int:
    """Replications in all that make the intervals of a KPI as narrow as the margin."""
    values = [study.values(scenario, range(first)) for scenario in scenarios]
    if any(settle not in one for one in values):
        return first
    base = values[0][settle]
    wanted = [second_stage(other[settle] - base, margin * abs(float(base.mean())))
              for other in values[1:]]  # fmt: skip
    return min(
        MOST_OF_SECOND_STAGE,
        max(first, *(MOST_OF_SECOND_STAGE if w is None else w for w in wanted)),
    )


def _effects(
    base: pd.DataFrame, other: pd.DataFrame, margin: float, first: int | None
) -> pd.DataFrame:
    """Each KPI's difference, by pairs of the same luck."""
    seen = [*base.columns, *(name for name in other.columns if name not in base)]
    kpis = seen or [name for name in UNITS if "." not in name]  # all runs failed
    both = sorted(set(base.index) & set(other.index))
    base = base.reindex(index=both, columns=kpis)
    other = other.reindex(index=both, columns=kpis)
    stage = None if first is None else sum(k < first for k in both)
    rows = []
    for kpi in kpis:
        before, after = base[kpi].to_numpy(float), other[kpi].to_numpy(float)
        seen = ~np.isnan(before) & ~np.isnan(after)
        of_first = None if stage is None else int(seen[:stage].sum())
        rows.append(_row(kpi, before[seen], after[seen], margin, of_first))
    return pd.DataFrame(rows)


def _row(
    kpi: str, before: Floats, after: Floats, margin: float, first: int | None
) -> Mapping[str, Any]:
    difference = after - before
    found = student(difference, LEVEL, first)
    mean = float(before.mean()) if len(before) else math.nan
    return {
        "kpi": kpi,
        "unit": unit_of(kpi),
        "base": mean,
        "what_if": float(after.mean()) if len(after) else math.nan,
        "difference": found.mean,
        "low": found.low,
        "high": found.high,
        "verdict": UNCLEAR,
        "replications": found.count,
        "variance_reduction": _variance_reduction(before, after),
        "needed": _needed(difference, margin * abs(mean)),
        "p": p_value(difference, first),
    }


def _variance_reduction(before: Floats, after: Floats) -> float:
    """How many times fewer replications the shared luck needs."""
    if len(before) < 2:
        return math.nan
    alone = float(before.var(ddof=1) + after.var(ddof=1))
    paired = float((after - before).var(ddof=1))
    return alone / paired if paired > 0 else math.nan


def _needed(difference: Floats, margin: float) -> float:
    """Replications that would show a difference of this size, or that it is within the margin."""
    if len(difference) < 2:
        return math.nan
    mean = abs(float(difference.mean()))
    counts = [
        replications_needed(difference, mean, 1 - (1 - LEVEL) / len(HEADLINE)),  # as Holm asks
        replications_needed(difference, margin - mean),
    ]
    known = [count for count in counts if count is not None]
    return max(min(known), len(difference) + 1) if known else math.nan


def _with_verdicts(tables: Sequence[pd.DataFrame], margin: float) -> pd.DataFrame:
    """Verdicts, with Holm's correction over the headline KPIs of all what-ifs."""
    table = pd.concat(tables, ignore_index=True)
    headline = table["kpi"].isin(HEADLINE)
    table.loc[headline, "p"] = holm(table.loc[headline, "p"].tolist())
    within = (table["low"] >= -margin * table["base"].abs()) & (
        table["high"] <= margin * table["base"].abs()
    )
    rejected = table["p"] < 1 - LEVEL
    up = table["difference"] > 0
    verdict = np.select(
        [within, rejected & up, rejected & ~up], [NO_DIFFERENCE, HIGHER, LOWER], UNCLEAR
    )
    needed = table["needed"].where(verdict == UNCLEAR)
    return table.assign(verdict=verdict, needed=needed).drop(columns="p")
