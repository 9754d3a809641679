"""The range of a year: how much single years differ, and how often they reach a target."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salessim.display import HEADLINE, change, count_of, figure, label_of, percent, with_unit
from salessim.experiment.bounds import Bound, Chance, bounds_of, chance_of, far_off, kept
from salessim.experiment.replications import (
    OTHER_YEARS,
    at_least,
    no_result,
    over,
    refuse_unknown,
    study_of,
    warnings_of,
)
from salessim.experiment.statistics import FEW, Floats, range_of, student, sure_of_quantile
from salessim.experiment.study import Study
from salessim.experiment.told import Told
from salessim.run.kpis import existing
from salessim.run.months import MONTHS_A_QUARTER
from salessim.scenario import Scenario, Source

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = [
    "kpi", "period", "mean", "p10", "p50", "p90", "low", "high", "p10_low", "p10_high", "p90_low",
    "p90_high",
]  # fmt: skip
PROMISED = (0.8, 0.9)  # chances with which a year reaches the values that are named
CHANCES = ["target", "chance", "low", "high", "replications"]
ENOUGH = 9  # years, for P10 and P90 to lie within what was seen


@dataclass(frozen=True, repr=False)
class Outlook(Told):
    """What a year of a department may bring.

    Parameters
    ----------
    scenario : Scenario
    table : DataFrame
        A row for each KPI and period: `kpi, period, mean, p10, p50, p90, low, high,
        p10_low, p10_high, p90_low, p90_high`. P10, P50 and P90 are of single years; `low` and
        `high` are the ends of the 95% interval of the mean, and the last four those of P10
        and P90 (order statistics; empty for too few years). `period` is `year` (the whole
        window), `quarter 1`, `month 1` and so on.
    chances : DataFrame
        A row for each target: `target, chance, low, high, replications` (Wilson's 95%
        interval).
    values : DataFrame
        A row for each replication that came out, a column for each KPI of the year.
    flags : list of str
        What a reader should know of the runs.
    failures : DataFrame
        Runs that did not come out: `scenario, seed, replication, reason`.
    seed : int
        Of the random draws.
    replications : int
        Years that were asked for.
    no_result : str
        Why nothing can be said; empty where something can.
    """

    scenario: Scenario
    table: pd.DataFrame
    chances: pd.DataFrame
    values: pd.DataFrame
    flags: list[str]
    failures: pd.DataFrame
    seed: int
    replications: int
    no_result: str = ""

    def chance(self, target: str) -> Chance:
        """The chance that a single year reaches a target.

        Parameters
        ----------
        target : str
            KPI>=X or KPI<=X.

        Raises
        ------
        ScenarioError
            For what is not a target of this scenario.
        """
        (bound,) = bounds_of([target], [self.scenario], what="target")
        return chance_of(target, kept(self.values, [bound]))

    def plot(self, kpi: str = "revenue") -> "Figure":
        """A KPI's median and the range of 8 of 10 years, month by month.

        Raises
        ------
        ScenarioError
            For an unknown KPI.
        ValueError
            For one that is not told by month.
        """
        from salessim import plots  # matplotlib is slow to import

        refuse_unknown([kpi])
        return plots.fan(self.table, kpi, self.scenario.currency)

    def summary(self) -> str:
        """The answer in words: targets first, then a line for each KPI of the year."""
        name = self.scenario.name or "The scenario"
        if self.no_result:
            return f"{name}: no result, because {self.no_result}."
        years = over(len(self.values), self.scenario.calendar.days, self.seed)
        chances = [
            _chance_line(Chance(*row), self.scenario.currency)
            for row in self.chances.itertuples(index=False)
        ]
        rows = self.table[self.table["period"] == "year"]
        lines = [
            _range_line(row, self._is_small(row.kpi), self.scenario.currency)
            for row in rows.itertuples()
        ]
        notes = [f"Note: {note}." for note in (*self._read(), *self.flags)]
        parts = [f"{name}, {years}:", "\n".join(chances), "\n".join(lines),
                 "\n".join(self.promises), "\n".join(notes)]  # fmt: skip
        return "\n\n".join(filter(None, parts))

    @property
    def promises(self) -> list[str]:
        """What a year reaches with a high chance: of revenue, and of each target's KPI."""
        asked = [Bound.parse(target) for target in self.chances["target"]]
        signs = {"revenue": ">="} | {bound.kpi: bound.sign for bound in asked}
        currency, enough = self.scenario.currency, len(self.values) >= ENOUGH
        return [_promise(kpi, sign, self.values[kpi], currency)
                for kpi, sign in signs.items()
                if enough and kpi in self.values and self.values[kpi].notna().any()]  # fmt: skip

    def _is_small(self, kpi: str) -> bool:
        """Whether a KPI jumps by whole numbers that are small, so that its range holds more."""
        values = self.values[kpi].dropna()
        return bool((values % 1 == 0).all() and values.median() < FEW)

    def _read(self) -> Iterator[str]:
        yield (
            "the range from P10 to P90 is how much a single year varies, and more replications "
            'do not narrow it; "give or take" is how sure the average is (95%), and they do'
        )
        yield OTHER_YEARS
        if any(self._is_small(kpi) for kpi in self.table["kpi"].unique() if kpi in self.values):
            yield "small counts jump by whole numbers, so their range holds at least 80%"
        if len(self.values) < ENOUGH:
            yield f"fewer than {ENOUGH} replications are too few for P10 and P90"


def outlook(
    base: Source,
    replications: int = 200,
    seed: int = 1,
    targets: str | Sequence[str] = (),
    *,
    workers: int | None = None,
    study: Study | None = None,
) -> Outlook:
    """Simulate a year many times: its range, and the chance of reaching targets.

    Parameters
    ----------
    base : Scenario, str or Path
        Also a preset's name or a file.
    replications : int
        Years, each with random draws of its own.
    seed : int
        Of the random draws.
    targets : str or sequence of str
        As "revenue>=5000000" or "response_hours<=4".
    workers : int, optional
        Runs at a time; by default one per core.
    study : Study, optional
        Where the runs are made and kept, instead of `seed` and `workers`.

    Returns
    -------
    Outlook

    Raises
    ------
    ScenarioError
        With every problem in the targets.

    Examples
    --------
    >>> import salessim as ss
    >>> desk = ss.Scenario.load("one-desk").replace({"calendar.days": 65})
    >>> year = ss.outlook(desk, 20, targets=["won>=250"], workers=1)
    >>> year.table.query("kpi == 'won'")["period"].tolist()
    ['year', 'quarter 1', 'month 1', 'month 2', 'month 3']
    >>> year.chance("won>=1").chance
    1.0
    """
    base, replications = Scenario.of(base), at_least(replications, 1)
    targets = [targets] if isinstance(targets, str) else targets
    bounds = bounds_of(targets, [base], what="target")
    study = study_of(study, seed, workers)
    study.begin("outlook", name=base.name, content=base.content_hash, replications=replications,
                targets=list(targets))  # fmt: skip
    years = range(replications)
    study.run([(base, k) for k in years], "years")
    values = study.values(base, years)
    return Outlook(
        base,
        pd.DataFrame(_rows(base, values, study.months(base, years)), columns=COLUMNS),
        _chances(targets, bounds, values),
        values,
        [*_far_off(bounds, values, base.currency), *warnings_of(study, {"": base})],
        study.failures_among([base]),
        study.seed,
        replications,
        no_result(study, base, replications),
    )


def _chances(targets: Sequence[str], bounds: Sequence[Bound], values: pd.DataFrame) -> pd.DataFrame:
    found = [
        chance_of(target, kept(values, [bound]))
        for target, bound in zip(targets, bounds, strict=True)
    ]
    return pd.DataFrame([astuple(one) for one in found], columns=CHANCES)


def _far_off(bounds: Sequence[Bound], values: pd.DataFrame, currency: str) -> Iterator[str]:
    told = (far_off(one, values[one.kpi].dropna(), currency) for one in bounds if one.kpi in values)
    return filter(None, told)


def _rows(
    scenario: Scenario, values: pd.DataFrame, months: dict[str, Floats]
) -> Iterator[tuple[str | float, ...]]:
    """The year's headline KPIs, and after each what its quarters and months bring."""
    for kpi in existing(scenario, dict.fromkeys((*HEADLINE, *months))):
        if kpi not in values or values[kpi].isna().all():
            continue
        yield _row(kpi, "year", values[kpi].to_numpy(float))
        if kpi in months:
            begins = np.arange(0, months[kpi].shape[1], MONTHS_A_QUARTER)
            quarters = np.add.reduceat(months[kpi], begins, axis=1)
            for period, parts in (("quarter", quarters), ("month", months[kpi])):
                for number, part in enumerate(parts.T, 1):
                    yield _row(kpi, f"{period} {number}", part)


def _row(kpi: str, period: str, years: Floats) -> tuple[str | float, ...]:
    mean = student(years)
    ends = (*sure_of_quantile(years, 0.1), *sure_of_quantile(years, 0.9))
    return (kpi, period, mean.mean, *range_of(years), mean.low, mean.high, *ends)


def _chance_line(found: Chance, currency: str) -> str:
    told = Bound.parse(found.target).told(currency)
    return (
        f"{told[:1].upper()}{told[1:]}: reached in {percent(found.chance, 1)} of "
        f"{count_of(found.replications, 'year')} (95% interval {percent(found.low, 1)} to "
        f"{percent(found.high, 1)})."
    )


def _promise(kpi: str, sign: str, years: pd.Series, currency: str) -> str:
    """What a year reaches with each of the chances, and how sure that is."""
    label, seen = label_of(kpi), years.dropna().to_numpy(float)
    end = "least" if sign == ">=" else "most"
    said = []
    for chance in PROMISED:
        p = 1 - chance if sign == ">=" else chance
        value = float(np.quantile(seen, p, method="weibull"))
        if (seen % 1 == 0).all():  # what jumps by whole numbers is rounded to the safe side
            value = float(np.floor(value) if sign == ">=" else np.ceil(value))
        ends = sure_of_quantile(seen, p)
        low, high = (figure(one, label.unit, currency) for one in ends)
        sure = "" if np.isnan(ends).any() else f" (95% interval {low} to {high})"
        reached = figure(value, label.unit, currency)
        said.append(f"with {percent(chance)} chance at {end} {reached}{sure}")
    return f"{label.title}: {'; '.join(said)}."


def _range_line(row: pd.Series, small: bool, currency: str) -> str:
    """A KPI of the year: how much a year varies, and how sure the average is."""
    label = label_of(str(row.kpi))
    low, middle, mean = (figure(v, label.unit, currency) for v in (row.p10, row.p50, row.mean))
    high = with_unit(row.p90, label.unit, currency)
    share = "at least 80%" if small else "80%"
    sure = change((row.high - row.low) / 2, label.unit, currency)
    margin = "" if np.isnan(row.high) else f", give or take {sure}"
    return (
        f"{label.title}: {low} to {high} in {share} of years, median {middle}; "
        f"average {mean}{margin}."
    )
