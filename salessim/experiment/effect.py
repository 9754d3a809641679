"""What a change does: paired differences under the same random draws, and a verdict in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salessim.display import HEADLINE, percent
from salessim.experiment.comparable import check_comparison, in_one_currency
from salessim.experiment.explain.because import COLUMNS as PARTS
from salessim.experiment.explain.because import Because
from salessim.experiment.explain.deals import deals_between
from salessim.experiment.explain.drivers import drivers_of
from salessim.experiment.explain.reasons import reasons_of
from salessim.experiment.replications import (
    OTHER_YEARS,
    no_result,
    options_of,
    over,
    study_of,
    warnings_of,
)
from salessim.experiment.statistics import difference, second_stage
from salessim.experiment.study import Preview, Study
from salessim.experiment.tied import COLUMNS, NOTHING_RANKED, Ranking, ranking
from salessim.experiment.told import Told
from salessim.experiment.verdicts import effects, with_verdicts
from salessim.experiment.wording import GOALS, described, paragraph, sentence
from salessim.run.kpis import existing
from salessim.scenario import Problem, Scenario, ScenarioError, Source
from salessim.scenario.idle import not_judged
from salessim.scenario.notes import notes_between, notes_on
from salessim.scenario.own_rules import OwnRules
from salessim.scenario.plain import is_whole
from salessim.simulate import simulate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARGIN = 0.02  # of the base: a smaller difference does not matter
MOST_OF_SECOND_STAGE = 1_000


@dataclass(frozen=True, repr=False)
class Effect(Told):
    """One department compared with others, under the same random draws.

    Parameters
    ----------
    base : Scenario
    what_ifs : tuple of Scenario
        What it was compared with.
    tables : tuple of DataFrame
        One for each what-if, a row for each KPI: `kpi, unit, base, what_if, difference,
        low, high, verdict, replications, variance_reduction, needed, agreeing, differs,
        judged`. `low` and `high` are the plain 95% interval; `needed` says how many replications
        would settle an unclear one; `agreeing` counts the pairs whose difference has the mean's
        sign;
        `differs` says that zero is ruled out, even if the difference is too small to matter;
        `judged` is false for money that people without work in the scenario change.
    failures : DataFrame
        Runs that did not come out.
    flags : list of str
        What a reader should know of the runs.
    seed : int
        Of the random draws.
    margin : float
        Share of the base below which a difference does not matter.
    because : tuple of DataFrame
        Why, one for each what-if: the parts of `won`, `revenue`, `cost` and `contribution`,
        a row for each stage and change (`kpi, stage, change, cause, deals, amount`). The
        amounts of a KPI add up to its difference.
    reasons : tuple of tuple of str
        The same in at most three sentences for each what-if, the largest part first.
    no_result : tuple of str
        Why nothing can be said, one for each what-if; empty where something can.
    ranking : Ranking
        All options beside each other, the base included.
    drivers : tuple of DataFrame
        What drives rates and times, which have no parts: `kpi, cause`, one for each what-if.
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
    no_result: tuple[str, ...] = ()
    ranking: Ranking = NOTHING_RANKED
    drivers: tuple[pd.DataFrame, ...] = field(default=(), repr=False)

    @property
    def table(self) -> pd.DataFrame:
        """The table of the what-if; of several, one below the other, named by `scenario`."""
        if len(self.tables) == 1:
            return self.tables[0]
        parts = [
            table.assign(scenario=name)
            for name, table in zip(self.names[1:], self.tables, strict=True)
        ]
        table = pd.concat(parts, ignore_index=True)
        return table[["scenario", *self.tables[0].columns]]

    @property
    def names(self) -> list[str]:
        """What the options are called, the base first."""
        return options_of(self.base, self.what_ifs)

    @property
    def tied(self) -> tuple[str, ...]:
        """The best option by contribution (else deals won), and those tied with it.

        The base is one of the options; the best one is first. Empty where nothing decides.
        """
        return self.ranking.tied

    @property
    def pairs(self) -> pd.DataFrame:
        """Every two options: `option, other, kpi, difference, low, high, verdict, replications`."""
        return pd.DataFrame(columns=COLUMNS) if self.ranking.pairs is None else self.ranking.pairs

    def summary(self) -> str:
        """The answer in words: a paragraph, and a sentence for each headline KPI."""
        several = len(self.what_ifs) > 1
        parts = [self.ranking.sentence()] if several else []
        for place in range(len(self.what_ifs)):
            title = f"{self.names[place + 1]}: " if several else ""
            parts.append(f"{title}{self._answer(place)}")
        notes = [f"Note: {note}." for note in (self._read(), *self.flags)]
        return "\n\n".join([*filter(None, parts), "\n".join(notes)])

    def _answer(self, place: int) -> str:
        """What is to be said of one what-if."""
        what_if, reason = self.what_ifs[place], (self.no_result or ("",) * len(self.tables))[place]
        if reason:
            return f"{described(self.base, what_if)}: no result, because {reason}."
        rows = self.tables[place].set_index("kpi")
        rows = rows.reindex(rows.index.union([*HEADLINE, "cost"], sort=False))
        rows["replications"] = rows["replications"].fillna(0)
        lines = [sentence(rows.loc[kpi], self.base.currency) for kpi in HEADLINE
                 if rows.loc[kpi, "replications"]]  # fmt: skip
        why = self.reasons[place] if self.reasons else ()
        return "\n".join([paragraph(self.base, what_if, rows), "", *why, "", *lines])

    def _read(self) -> str:
        """How the figures are to be read."""
        count = int(max(table["replications"].max() for table in self.tables))
        return (
            f"{over(count, self.base.calendar.days, self.seed)} of each, compared under the same "
            f"random draws; ranges are 95% intervals of the average; a difference under "
            f"{percent(self.margin, 0)} of the base counts as about the same; verdicts allow for "
            f"looking at several figures (Holm); {OTHER_YEARS}"
        )

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

    def plot(self, what_if: int = 0) -> "Figure":
        """Changes of the headline figures with their intervals, of one what-if (from 0)."""
        if not is_whole(what_if, 0, len(self.tables) - 1):
            wanted = f"must be the number of a what-if, 0 to {len(self.tables) - 1}"
            shows = "the picture shows every headline figure, and effect.tables every KPI"
            raise ValueError(f"what_if: {wanted}, not {what_if!r}; {shows}")
        from salessim import plots  # matplotlib is slow to import

        return plots.effects(self.tables[what_if], None, self.margin, self.base.currency,
                             described(self.base, self.what_ifs[what_if]))  # fmt: skip


def compare(
    base: Source,
    *what_ifs: Source,
    replications: int = 30,
    seed: int = 1,
    margin: float = MARGIN,
    settle: str | None = None,
    workers: int | None = None,
    study: Study | None = None,
    priority: Callable[..., float] | None = None,
    assign: Callable[..., Any] | None = None,
    help: Callable[..., float] | None = None,  # noqa: A002  (the word that the contract has)
) -> Effect:
    """Compare departments under the same random draws: each lead meets them all.

    Parameters
    ----------
    base : Scenario, str or Path
        Also a preset's name or a file.
    *what_ifs : Scenario, str or Path
        One or more, each different from the base.
    replications : int
        Pairs of runs; with `settle`, those of the first stage.
    seed : int
        Of the random draws.
    margin : float
        Share of the base below which a difference does not matter.
    settle : str, optional
        A KPI. After the first stage its spread says, once, how many replications make
        its interval as narrow as the margin (Stein 1945); all are made, and only then
        is there a verdict. At most a thousand.
    workers : int, optional
        Runs at a time; by default one per core.
    study : Study, optional
        Where the runs are made and kept, instead of `seed` and `workers`.
    priority, assign, help : functions, optional
        Own rules of the what-ifs, as of `simulate`; without a what-if, the base follows
        them. Their runs are made on SimPy and never stored.

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
    >>> short = {"calendar.days": 50, "calendar.warm_up_days": 0}
    >>> desk = ss.Scenario.load("one-desk").replace(short)
    >>> more = desk.replace({"team.sdr.count": 6})
    >>> effect = ss.compare(desk, more, replications=10, workers=1)
    >>> effect.table.set_index("kpi").loc["response_hours", "verdict"]
    'lower'
    """
    own = OwnRules(priority, assign, help)
    changed = [Scenario.of(one) for one in what_ifs or ((base,) if own else ())]
    base, *others = in_one_currency([Scenario.of(base), *(one.with_rules(own) for one in changed)])
    check_comparison(base, others, replications, margin, settle)
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
    tables = with_verdicts(
        [effects(values[0], other, margin, first) for other in values[1:]], margin
    )
    why = [
        _explained(study, base, what_if, table, count)
        for what_if, table in zip(others, tables, strict=True)
    ]
    names = options_of(base, others)
    flags = warnings_of(study, dict(zip(names, scenarios, strict=True)))
    flags += _notes(base, others)
    if settle is not None and count == MOST_OF_SECOND_STAGE > replications:
        flags.append(f"{settle} would take more than {count:,} replications to settle")
    return Effect(
        base,
        tuple(others),
        tuple(_shown(table, base, other)
              for table, other in zip(tables, others, strict=True)),
        study.failures_among(scenarios, names),
        flags,
        study.seed,
        margin,
        tuple(table for table, _, _ in why),
        tuple(reasons for _, reasons, _ in why),
        tuple(_no_result(study, base, other, count) for other in others),
        ranking(names, values, _goals(base, others), margin),
        tuple(drivers for _, _, drivers in why),
    )  # fmt: skip


def _shown(table: pd.DataFrame, base: Scenario, what_if: Scenario) -> pd.DataFrame:
    """The KPIs that one of the two has a mechanism for (others would only look unclear).

    And whether more or less of each is to be called better or worse.
    """
    known = {kpi for scenario in (base, what_if) for kpi in existing(scenario, table["kpi"])}
    table = table[table["kpi"].isin(known)].drop(columns="p").reset_index(drop=True)
    return table.assign(judged=~table["kpi"].isin(not_judged(base, what_if)))


def _no_result(study: Study, base: Scenario, what_if: Scenario, count: int) -> str:
    """Why two scenarios can't be compared; empty where they can."""
    for whose, scenario in (("of the base", base), ("of the what-if", what_if)):
        reason = no_result(study, scenario, count, whose=whose)
        if reason:
            return reason
    pairs = study.values(base, range(count)).index.intersection(
        study.values(what_if, range(count)).index
    )
    return "" if len(pairs) else "no pair of runs came out"


def _goals(base: Scenario, what_ifs: Sequence[Scenario]) -> list[str]:
    """What may decide between options: nothing that people without work change."""
    left_out = {kpi for one in what_ifs for kpi in not_judged(base, one)}
    return [goal for goal in GOALS if goal not in left_out]


def _notes(base: Scenario, what_ifs: Sequence[Scenario]) -> list[str]:
    """What a reader should know of the scenarios themselves, each said once."""
    of_each = [*map(notes_on, (base, *what_ifs)), *(notes_between(base, one) for one in what_ifs)]
    return list(dict.fromkeys(note for notes in of_each for note in notes))


def _explained(
    study: Study, base: Scenario, what_if: Scenario, effects: pd.DataFrame, count: int
) -> tuple[pd.DataFrame, tuple[str, ...], pd.DataFrame]:
    """Why a what-if differs: the table of parts, the reasons, and what drives rates."""
    pairs = study.pairs_of(base, what_if, range(count))
    if not pairs:
        return pd.DataFrame(columns=PARTS), (), pd.DataFrame(columns=["kpi", "cause"])
    because = Because(base, what_if, pairs, effects)
    return because.table, reasons_of(because), drivers_of(because)


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
    wanted = [second_stage(difference(other, before), narrow) for other in others]
    most = MOST_OF_SECOND_STAGE
    return max(first, min(most, max(most if count is None else count for count in wanted)))
