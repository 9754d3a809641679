"""Bounds on KPIs: what is asked of them, and in how many single years it is met."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salessim.display import figure, is_kpi, label_of
from salessim.experiment.replications import refuse_unknown
from salessim.experiment.statistics import Floats, difference, wilson
from salessim.run.kpis import existing
from salessim.scenario import Problem, Scenario, ScenarioError

PARTS = re.compile(r"\s*(?P<kpi>[^<>=]+?)\s*(?P<sign>>=|<=)\s*(?P<value>\S.*?)\s*")
GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
DECIMAL_COMMA = re.compile(r"\d+,\d+")


@dataclass(frozen=True)
class Bound:
    """A KPI that must be at least, or at most, a value."""

    kpi: str
    sign: str
    value: float

    @classmethod
    def parse(cls, text: str, what: str = "subject to") -> "Bound":
        """Read `KPI>=X` or `KPI<=X`.

        Parameters
        ----------
        text : str
        what : str
            What messages call it.

        Examples
        --------
        >>> Bound.parse("win_rate>=0.25")
        Bound(kpi='win_rate', sign='>=', value=0.25)
        """
        place, found = f"{what} {text}", PARTS.fullmatch(text)
        if found is None:
            raise _refused(place, "expected KPI>=X or KPI<=X, as win_rate>=0.25")
        try:
            value = float(found["value"])
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise _refused(place, f"expected KPI>=X or KPI<=X, {_meant(found['value'])}")
        if value > 1 and is_share(found["kpi"]):
            wanted = f"{found['kpi']} is a share, 0 to 1: write {value / 100:g} for {value:g}%"
            raise _refused(place, wanted)
        return cls(found["kpi"], found["sign"], value)

    def slack(self, values: Floats) -> Floats:
        """How far values are inside the bound; negative outside, 0 where it is met exactly."""
        bound = np.full(np.shape(values), self.value)
        return difference(values, bound) if self.sign == ">=" else difference(bound, values)

    def told(self, currency: str = "") -> str:
        """The bound in words.

        Examples
        --------
        >>> Bound.parse("revenue>=5000000").told("EUR")
        'revenue of at least €5.00 million'
        """
        label = label_of(self.kpi)
        end = "at least" if self.sign == ">=" else "at most"
        return f"{label.text} of {end} {figure(self.value, label.unit, currency)}"

    def __str__(self) -> str:
        return f"{self.kpi} {self.sign} {self.value:g}"


@dataclass(frozen=True)
class Chance:
    """How often single years keep bounds.

    Parameters
    ----------
    target : str
        As it was asked.
    chance : float
        Share of the years; NaN where no year came out.
    low, high : float
        Ends of Wilson's 95% interval for the chance.
    replications : int
        Years that came out. One in which a KPI was not observed counts as not kept.
    """

    target: str
    chance: float
    low: float
    high: float
    replications: int


def bounds_of(
    texts: Sequence[str], scenarios: Iterable[Scenario], goal: str = "", what: str = "subject to"
) -> tuple[Bound, ...]:
    """Read bounds; refuse unknown KPIs, and those that no scenario has.

    Parameters
    ----------
    texts : sequence of str
    scenarios : iterable of Scenario
        One of them at least must have a mechanism for each KPI.
    goal : str, optional
        A KPI to check with them.
    what : str
        What messages call a bound.

    Raises
    ------
    ScenarioError
        With every problem.
    """
    problems: list[Problem] = []
    bounds: list[Bound] = []
    for text in texts:
        try:
            bounds.append(Bound.parse(text, what))
        except ScenarioError as error:
            problems.extend(error.problems)
    kpis = [*filter(None, [goal]), *(bound.kpi for bound in bounds)]
    refuse_unknown(kpis, problems)
    known = {kpi for scenario in scenarios for kpi in existing(scenario, kpis)}
    absent = [Problem(kpi, "the scenario has nothing that makes it") for kpi in kpis
              if kpi not in known]  # fmt: skip
    if absent:
        raise ScenarioError(absent)
    return tuple(bounds)


def kept(values: pd.DataFrame, bounds: Sequence[Bound]) -> NDArray[np.bool_]:
    """Whether each year keeps all bounds; one in which a KPI was not observed does not."""
    kept_by_all = np.ones(len(values), dtype=bool)
    for bound in bounds:
        observed = values[bound.kpi].to_numpy(float) if bound.kpi in values else math.nan
        kept_by_all &= bound.slack(np.broadcast_to(observed, len(values))) >= 0
    return kept_by_all


def chance_of(target: str, years: NDArray[np.bool_]) -> Chance:
    """The chance of a year, from whether each of some kept its bounds.

    Examples
    --------
    >>> found = chance_of("won>=100", np.array([True] * 8 + [False] * 2))
    >>> found.chance, round(found.low, 2), round(found.high, 2)
    (0.8, 0.49, 0.94)
    """
    share = float(years.mean()) if len(years) else math.nan
    return Chance(target, share, *wilson(int(years.sum()), len(years)), len(years))


def is_share(kpi: str) -> bool:
    """Whether a KPI is a share, 0 to 1."""
    return is_kpi(kpi) and label_of(kpi).unit == "share"


def _meant(text: str) -> str:
    """A number as it was probably meant."""
    if text.endswith("%"):
        try:
            return f"a share 0 to 1: write {float(text[:-1]) / 100:g} for {text}"
        except ValueError:
            return "a number"
    if GROUPED.fullmatch(text):
        return f"without commas: write {text.replace(',', '')}"
    if DECIMAL_COMMA.fullmatch(text):
        return f"with a decimal point: write {text.replace(',', '.')}"
    return f"and X is a number, not {text!r}"


def _refused(place: str, message: str) -> ScenarioError:
    return ScenarioError([Problem(place, message)])
