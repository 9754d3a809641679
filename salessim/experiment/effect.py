"""What a change does: paired differences under the same luck, and a verdict in words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salessim.display import HEADLINE, count_of, is_kpi, label_of, percent
from salessim.display.kpis import LABELS, SYNONYMS
from salessim.experiment.explain.because import COLUMNS, Because
from salessim.experiment.explain.deals import deals_between
from salessim.experiment.explain.reasons import reasons_of
from salessim.experiment.replications import at_least, labels_of, study_of, warnings_of
from salessim.experiment.statistics import (
    LEVEL,
    holm,
    p_value,
    replications_needed,
    second_stage,
    student,
)
from salessim.experiment.study import Preview, Study
from salessim.experiment.wording import paragraph, sentence
from salessim.scenario import Problem, Scenario, ScenarioError, Source
from salessim.scenario.notes import notes_between, notes_on
from salessim.scenario.plain import is_number
from salessim.scenario.problems import perhaps, shown
from salessim.simulate import simulate

MARGIN = 0.02  # of the base: a smaller difference does not matter
HIGHER, LOWER = "higher", "lower"
NO_DIFFERENCE, UNCLEAR = "no difference that matters", "unclear"
MOST_OF_SECOND_STAGE = 1_000
ROUNDING = 1e-20  # of a variance: what rounding leaves of a difference that does not vary

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Effect:
    """One department compared with others, under the same luck.

    Parameters
    ----------
    base : Scenario
    what_ifs : tuple of Scenario
        What it was compared with.
    tables : tuple of DataFrame
        One for each what-if, a row for each KPI: `kpi, unit, base, what_if, difference,
        low, high, verdict, replications, variance_reduction, needed, agreeing`. `low` and
        `high` are the plain 95% interval; `needed` says how many replications would settle
        an unclear one; `agreeing` counts the pairs whose difference has the mean's sign.
    failures : DataFrame
        Runs that did not come out.
    flags : list of str
        What a reader should know of the runs.
    seed : int
        Whose luck.
    margin : float
        Share of the base below which a difference does not matter.
    because : tuple of DataFrame
        Why, one for each what-if: the parts of `won`, `revenue`, `cost` and `contribution`,
        a row for each stage and change (`kpi, stage, change, cause, deals, amount`). The
        amounts of a KPI add up to its difference.
    reasons : tuple of tuple of str
        The same in at most three sentences for each what-if, the largest part first.
    """

    base: Scenario
    what_ifs: tuple[Scenario, ...]
    tables: tuple[pd.DataFrame, ...]
    failures: pd.DataFrame
    flags: list[str]
    seed: int
    margin: float
    because: tuple[pd.DataFrame, ...] = field(default=(), repr=False)
    reasons: tuple[tuple[str, ...], ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """The table of the what-if; of several, one below the other, named by `scenario`."""
        if len(self.tables) == 1:
            return self.tables[0]
        names = labels_of(self.what_ifs, "what-if")
        parts = [
            table.assign(scenario=name) for name, table in zip(names, self.tables, strict=True)
        ]
        table = pd.concat(parts, ignore_index=True)
        return table[["scenario", *self.tables[0].columns]]

    def summary(self) -> str:
        """The answer in words: a paragraph, and a sentence for each headline KPI."""
        parts = []
        reasons = self.reasons or ((),) * len(self.what_ifs)
        for what_if, table, why in zip(self.what_ifs, self.tables, reasons, strict=True):
            rows = table.set_index("kpi")
            lines = [sentence(rows.loc[kpi]) for kpi in HEADLINE if rows.loc[kpi, "replications"]]
            parts.append("\n".join([paragraph(self.base, what_if, rows), "", *why, "", *lines]))
        count = int(max(table["replications"].max() for table in self.tables))
        read = (
            f"{count_of(count, 'pair')} of runs with the same random draws; ranges are 95% "
            f"intervals; a difference under {percent(self.margin, 0)} of the base counts as about "
            "the same; verdicts allow for looking at several figures (Holm)"
        )
        notes = [f"Note: {note}." for note in (read, *self.flags)]
        return "\n\n".join([*parts, "\n".join(notes)])

    def deals(self, replication: int = 0, what_if: int = 0) -> pd.DataFrame:
        """The deals that one department won in the window and the other did not.

        Parameters
        ----------
        replication : int
            In which year; it is run again for this.
        what_if : int
            Which of the what-ifs, from 0.

        Returns
        -------
        DataFrame
            A row for each lead: `lead, channel, segment, territory, value, base, what_if`
            (the outcomes under both, up to the end), `because` (`won` or `lost` by the
            change, or `moved`: won under both, on different sides of day 0), `stage` and
            `change` (where, and by what, its ways part; empty for a lead of one side only),
            `base_closed, what_if_closed` (working days since day 0).
        """
        base, other = (
            simulate(s, self.seed, replication).record for s in (self.base, self.what_ifs[what_if])
        )
        return deals_between(base, other)

    def _repr_html_(self) -> str:
        lines = self.summary().replace("&", "&amp;").replace("<", "&lt;").splitlines()
        return "<br>".join(lines)


def compare(
    base: Source,
    *what_ifs: Source,
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
    base : Scenario, str or Path
        Also a preset's name or a file.
    *what_ifs : Scenario, str or Path
        One or more, each different from the base.
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
        Runs at a time; absent, one a core.
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
    base, others = Scenario.of(base), tuple(map(Scenario.of, what_ifs))
    _check(base, others, replications, margin, settle)
    replications, margin = int(replications), float(margin)
    study = study_of(study, seed, workers)
    scenarios = (base, *others)
    study.begin(
        "compare", names=[s.name for s in scenarios], contents=[s.content_hash for s in scenarios],
        replications=replications, margin=margin, settle=settle,
    )  # fmt: skip
    count, first = replications, None
    study.run_pairs(scenarios, range(count), "runs", _preview(study, base, others[0], count))
    if settle is not None:
        first, count = count, _second_stage(study, scenarios, settle, count, margin)
        if count > first:
            study.run_pairs(scenarios, range(first, count), "second stage")
    values = [study.values(scenario, range(count)) for scenario in scenarios]
    tables = _with_verdicts(
        [_effects(values[0], other, margin, first) for other in values[1:]], margin
    )
    why = [
        _explained(study, base, what_if, table, count)
        for what_if, table in zip(others, tables, strict=True)
    ]
    labels = ["base", *(["what-if"] if len(others) == 1 else labels_of(others, "what-if"))]
    flags = warnings_of(study, dict(zip(labels, scenarios, strict=True)))
    flags += _notes(base, others)
    if settle is not None and count == MOST_OF_SECOND_STAGE > replications:
        flags.append(f"{settle} would take more than {count:,} replications to settle")
    return Effect(
        base,
        tuple(others),
        tuple(tables),
        study.failures_among(scenarios),
        flags,
        study.seed,
        margin,
        tuple(table for table, _ in why),
        tuple(reasons for _, reasons in why),
    )


def _notes(base: Scenario, what_ifs: Sequence[Scenario]) -> list[str]:
    """What a reader should know of the scenarios themselves, each said once."""
    of_each = [*map(notes_on, (base, *what_ifs)), *(notes_between(base, one) for one in what_ifs)]
    return list(dict.fromkeys(note for notes in of_each for note in notes))


def _explained(
    study: Study, base: Scenario, what_if: Scenario, effects: pd.DataFrame, count: int
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Why a what-if differs: the table of parts, and the reasons."""
    pairs = study.pairs_of(base, what_if, range(count))
    if not pairs:
        return pd.DataFrame(columns=COLUMNS), ()
    because = Because(base, what_if, pairs, effects)
    return because.table, reasons_of(because)


def _check(
    base: Scenario,
    what_ifs: Sequence[Scenario],
    replications: int,
    margin: float,
    settle: str | None,
) -> None:
    if not what_ifs:
        way = "needs a second scenario; for changes write base.replace({...})"
        raise ScenarioError([Problem("compare", way)])
    at_least(replications, 1 if settle is None else 2)
    if not is_number(margin) or not 0 <= margin < 1:
        wanted = "must be a share from 0 to 1, as 0.02 for 2%"
        raise ScenarioError([Problem("margin", f"{wanted}, not {shown(margin)}")])
    same_window((base, *what_ifs))
    if settle is not None and not is_kpi(settle):
        hint = perhaps(settle, LABELS, SYNONYMS)
        raise ScenarioError([Problem("settle", f"unknown KPI {settle!r}; {hint}")])
    if settle is not None and not margin:
        raise ScenarioError([Problem("settle", "needs a margin above 0 to settle to")])
    for what_if in what_ifs:
        if what_if.content_hash == base.content_hash:
            same = (
                f"{what_if.name or 'the what-if'} is the same as the base; change something in it"
            )
            raise ScenarioError([Problem("compare", same)])


def same_window(scenarios: Sequence[Scenario]) -> None:
    """Refuse scenarios whose windows differ: their totals can't be compared.

    Raises
    ------
    ScenarioError
    """
    windows = {(s.calendar.days, s.calendar.hours_per_day) for s in scenarios}
    if len(windows) > 1:
        days = ", ".join(f"{d} days of {h:g} hours" for d, h in sorted(windows))
        raise ScenarioError([Problem("calendar", f"windows that differ can't be compared: {days}")])


def _preview(study: Study, base: Scenario, what_if: Scenario, count: int) -> Preview:
    """The mean difference so far, without interval or verdict: looking often misleads nobody."""

    def show() -> str:
        before, after = (study.kpi(scenario, "won", count) for scenario in (base, what_if))
        difference = (after - before)[~np.isnan(after - before)]
        return f"preview: won {difference.mean():+.1f}" if len(difference) else ""

    return show


def _second_stage(
    study: Study, scenarios: Sequence[Scenario], settle: str, first: int, margin: float
) -> int:
    """Replications in all that make the intervals of a KPI as narrow as the margin."""
    before, *others = (study.kpi(scenario, settle, first) for scenario in scenarios)
    if np.isnan(before).all() or any(np.isnan(other).all() for other in others):
        raise ScenarioError(
            [Problem("settle", f"{settle} is not observed here: nothing to settle")]
        )
    narrow = margin * abs(float(np.nanmean(before)))
    wanted = [second_stage(other - before, narrow) for other in others]
    most = MOST_OF_SECOND_STAGE
    return max(first, min(most, max(most if count is None else count for count in wanted)))


def _effects(
    base: pd.DataFrame, other: pd.DataFrame, margin: float, first: int | None
) -> pd.DataFrame:
    """Each KPI's difference, by pairs of the same luck."""
    seen = [*base.columns, *(name for name in other.columns if name not in base)]
    kpis = seen or [name for name in LABELS if "." not in name]  # all runs failed
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
        "unit": label_of(kpi).unit,
        "base": mean,
        "what_if": float(after.mean()) if len(after) else math.nan,
        "difference": found.mean,
        "low": found.low,
        "high": found.high,
        "verdict": UNCLEAR,
        "replications": found.count,
        "variance_reduction": _variance_reduction(before, after),
        "needed": _needed(difference, margin * abs(mean)),
        "agreeing": int(np.count_nonzero(difference * found.mean > 0)),
        "p": p_value(difference, first),
    }


def _variance_reduction(before: Floats, after: Floats) -> float:
    """How many times fewer replications the shared luck needs."""
    if len(before) < 2:
        return math.nan
    alone = float(before.var(ddof=1) + after.var(ddof=1))
    paired = float((after - before).var(ddof=1))
    return alone / paired if paired > ROUNDING * alone else math.nan


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


def _with_verdicts(tables: Sequence[pd.DataFrame], margin: float) -> list[pd.DataFrame]:
    """Verdicts, with Holm's correction over the headline KPIs of all what-ifs."""
    together = pd.concat(tables, ignore_index=True)
    headline = together["kpi"].isin(HEADLINE)
    together.loc[headline, "p"] = holm(together.loc[headline, "p"].tolist())
    reach = margin * together["base"].abs()
    within = (together["low"] >= -reach) & (together["high"] <= reach)
    rejected, up = together["p"] < 1 - LEVEL, together["difference"] > 0
    verdict = np.select(
        [within, rejected & up, rejected & ~up], [NO_DIFFERENCE, HIGHER, LOWER], UNCLEAR
    )
    needed = together["needed"].where(verdict == UNCLEAR)
    together = together.assign(verdict=verdict, needed=needed).drop(columns="p")
    ends = np.cumsum([len(table) for table in tables])
    return [
        together.iloc[end - len(table) : end].reset_index(drop=True)
        for table, end in zip(tables, ends, strict=True)
    ]
