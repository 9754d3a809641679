"""One year against its plan: why did we miss? Parts of the difference in revenue that add up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salessim.display import between, money, percent
from salessim.experiment.comparable import in_one_currency, same_window
from salessim.experiment.effect import MARGIN
from salessim.experiment.explain.because import EDGE, NOWHERE, Because, Part, is_certain
from salessim.experiment.explain.shapley import Flows, shapley
from salessim.experiment.explain.traced import Change
from salessim.experiment.replications import at_least, study_of
from salessim.experiment.statistics import student
from salessim.experiment.study import Study
from salessim.experiment.told import Told
from salessim.experiment.verdicts import effects, with_verdicts
from salessim.rules import Floats
from salessim.scenario import Problem, Scenario, ScenarioError, Source
from salessim.simulate import check_luck

LEADS, CONVERSION, SIZE, TIMING = "leads", "stage conversion", "deal size", "timing"
LUCK = "plain luck"
COLUMNS = ["part", "of", "stage", "amount", "cause"]
BY_CHANCE = "by chance"
TIMING_MEANS = (
    "Timing: deals that closed in this year instead of before or after it, or the other way round."
)
LARGEST = 2  # rows of a part that the summary names


@dataclass(frozen=True, repr=False)
class Year(Told):
    """One year's revenue against what the plan leads one to expect.

    Parameters
    ----------
    plan, actual : Scenario
        The department as planned, and as it was.
    table : DataFrame
        The parts of the difference, which add up to it: `part, of, stage, amount, cause`.
        `part` is `leads`, `stage conversion`, `deal size`, `timing` (what the department as it
        was brings on average, other than planned) or `plain luck` (this year against the
        average of such years), where `of` says what luck was in.
    years : array of float
        Revenue of the department as it was, in each of the simulated years.
    expected : float
        Mean revenue of the plan.
    bookings : float
        Revenue of the year.
    difference : str
        Range of the mean difference that is due to the department.
    """

    plan: Scenario
    actual: Scenario
    table: pd.DataFrame
    years: Floats
    expected: float
    bookings: float
    difference: str

    def summary(self) -> str:
        """The answer in words."""
        return "\n".join(
            [
                self.answer,
                "",
                *self.parts,
                "",
                f"{self.range} {self.difference}".strip(),
                TIMING_MEANS,
            ]
        )

    @property
    def answer(self) -> str:
        """How far revenue is from what the plan leads one to expect."""
        missed = self.bookings - self.expected
        side = "above" if missed > 0 else "below"
        currency = self.plan.currency
        plan = f"the {money(self.expected, currency)} that the plan leads one to expect"
        size = money(abs(missed), currency)
        answer = f"Revenue of {money(self.bookings, currency)} is {size} {side} {plan}"
        return f"{answer} (mean of {len(self.years):,} simulated years)."

    @property
    def parts(self) -> list[str]:
        """A line for each part, the largest first, and what is behind it."""
        total = self.table.groupby("part", sort=False)["amount"].sum()
        lines = []
        for part, amount in sorted(total.items(), key=lambda item: -abs(item[1])):
            rows = self.table[self.table["part"] == part]
            rows = rows.loc[rows["amount"].abs().sort_values(ascending=False).index]
            named = [_named(row, self.plan.currency) for _, row in rows.head(LARGEST).iterrows()]
            if len(rows) > LARGEST:
                rest = float(rows["amount"][LARGEST:].sum())
                named.append(f"everything else {_signed(rest, self.plan.currency)}")
            lines.append(f"{_signed(amount, self.plan.currency)} {part}: {'; '.join(named)}.")
        return lines

    @property
    def range(self) -> str:
        """How much years of such a department vary, and where this one lies."""
        currency = self.plan.currency
        low, high = np.quantile(self.years, [0.1, 0.9], method="weibull")
        worse = float((self.years < self.bookings).mean())
        return (
            f"In 8 of 10 years such a department has a revenue of {money(low, currency)} to "
            f"{money(high, currency)}; {percent(worse, 0)} of the years are worse than this one."
        )


def explain_year(
    plan: Source,
    actual: Source | None = None,
    replication: int = 0,
    seed: int = 1,
    replications: int = 100,
    *,
    workers: int | None = None,
    study: Study | None = None,
) -> Year:
    """Split the difference of a year's revenue to the plan's expectation.

    Parameters
    ----------
    plan : Scenario, str or Path
        What was planned, also a preset's name or a file; the mean of its years is what one expects.
    actual : Scenario, str or Path, optional
        The department as it was; absent, as planned, so that all is luck.
    replication : int
        Which year of the actual department.
    seed : int
        Whose draws.
    replications : int
        Years over which means are taken, at least 2.
    workers : int, optional
        Runs at a time; by default one per core.
    study : Study, optional
        Where the runs are made and kept, instead of `seed` and `workers`.

    Returns
    -------
    Year

    Raises
    ------
    ScenarioError
        For what can't be compared.

    Notes
    -----
    This year - plan = (mean of such years - plan) + (this year - mean of such years). The
    first is due to the department and comes from paired years, lead by lead, as in `explain`;
    the second is luck, split over leads, stage conversion, deal size and timing by Shapley
    values of the year's flows.

    Examples
    --------
    >>> import salessim as ss
    >>> plan = ss.Scenario.load("small-team").replace({"calendar.days": 65})
    >>> year = ss.explain_year(plan, replication=3, replications=5, workers=1)
    >>> bool(np.isclose(year.table["amount"].sum(), year.bookings - year.expected))
    True
    """
    at_least(replications, 2)
    check_luck("auto", seed, replication)
    plan = Scenario.of(plan)
    plan, actual = in_one_currency([plan, plan if actual is None else Scenario.of(actual)])
    same_window((plan, actual))
    study = study_of(study, seed, workers)
    study.begin("explain year", plan=plan.content_hash, actual=actual.content_hash,
                replications=replications, year=replication)  # fmt: skip
    study.run_pairs((plan, actual), sorted({*range(replications), replication}), "years")
    return _against_plan(study, plan, actual, replications, replication)


def _against_plan(study: Study, plan: Scenario, actual: Scenario, count: int, year: int) -> Year:
    """A year's parts, once all years are known."""
    known = [k for k in range(count) if study.pairs_of(plan, actual, [k])]
    if len(known) < 2 or not study.pairs_of(plan, actual, [year]):
        reason = study.failures_among((plan, actual))["reason"].iloc[0]
        what = f"{year} can't be explained: its run failed, or all but one of the others ({reason})"
        raise ScenarioError([Problem("year", what)])
    before, after = (study.values(scenario, known) for scenario in (plan, actual))
    [found] = with_verdicts([effects(before, after, MARGIN, None)], MARGIN)
    because = Because(plan, actual, study.pairs_of(plan, actual, known), found)
    others, one = _flows(study, plan, actual, known), _flows(study, plan, actual, [year])
    stages = [stage.name for stage in actual.process]
    rows = [*_of_department(because), *_of_luck(others, one, stages, plan.currency)]
    expected, years = (values["revenue"].to_numpy(float) for values in (before, after))
    return Year(
        plan,
        actual,
        pd.DataFrame(rows, columns=COLUMNS),
        years,
        float(expected.mean()),
        float(study.values(actual, [year])["revenue"].iloc[0]),
        _sure(years - expected, plan.currency),
    )


def _flows(study: Study, plan: Scenario, actual: Scenario, years: Sequence[int]) -> Flows:
    """Flows of some years of the actual department."""
    pairs, values = study.pairs_of(plan, actual, years), study.values(actual, years)
    own = [pairs[0].stages.index(stage.name) for stage in actual.process]
    seen = [pair.what_if.stages[own] for pair in pairs]
    known, passed = (np.array([one[name] for one in seen]) for name in ("known", "passed"))
    leads, revenue = (values[kpi].to_numpy(float) for kpi in ("leads", "revenue"))
    return Flows.of(leads, known, passed, revenue)


def _of_department(because: Because) -> Iterator[tuple[str, str, str, float, str]]:
    """What the department brings on average, other than planned; parts of one kind together."""
    groups: dict[tuple[str, str], list[Part]] = {}
    for part in because.parts("revenue"):
        stage = "" if part.change in NOWHERE else because.seen.stages[part.stage]
        groups.setdefault((_kind(part.change), stage), []).append(part)
    for (kind, stage), parts in groups.items():
        amounts = np.sum([part.amounts for part in parts], axis=0)
        cause = because.clause(parts[0]) if is_certain(amounts) else BY_CHANCE
        yield kind, "", stage, float(amounts.mean()), cause


def _kind(change: Change) -> str:
    if change == Change.LEADS:
        return LEADS
    if change in EDGE:
        return TIMING
    return SIZE if change == Change.VALUE else CONVERSION


def _of_luck(
    years: Flows, year: Flows, stages: Sequence[str], currency: str
) -> Iterator[tuple[str, str, str, float, str]]:
    """What this year has other than the average of such years."""
    leads, *rates, size, timing = shapley(year, years).tolist()
    yield LUCK, LEADS, "", leads, _instead(f"{year.leads[0]:,.0f}", f"{years.leads.mean():,.0f}")
    means = years.rates.mean(axis=0)
    for stage, amount, rate, mean in zip(stages, rates, year.rates[0], means, strict=True):
        yield LUCK, CONVERSION, stage, amount, _instead(percent(rate, 1), percent(mean, 1))
    sizes = money(year.size[0], currency), money(float(years.size.mean()), currency)
    yield LUCK, SIZE, "", size, _instead(*sizes)
    yield LUCK, TIMING, "", timing, "deals open at the start less those open at the end"


def _instead(one: str, other: str) -> str:
    return f"{one} instead of {other} on average"


def _named(row: pd.Series, currency: str) -> str:
    """A row of the table in words."""
    cause = row["cause"].removeprefix("because ")
    about = f"{row['of']} " if row["of"] else ""
    about += f"at the {row['stage']} stage " if row["stage"] else ""
    return f"{about}{_signed(row['amount'], currency)} ({cause})" if about else cause


def _signed(amount: float, currency: str) -> str:
    return f"{'-' if amount < 0 else '+'}{money(abs(amount), currency)}"


def _sure(differences: Floats, currency: str) -> str:
    if not differences.any():
        return ""
    found = student(differences)
    return (
        f"The department itself brings {_signed(found.mean, currency)} against the plan on average "
        f"({between(found.low, found.high, 'currency', currency)})."
    )
