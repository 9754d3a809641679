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
from salessim.scenario.messages import number_meant

PARTS = re.compile(r"\s*(?P<kpi>[^<>=]+?)\s*(?P<sign>>=|<=)\s*(?P<value>\S.*?)\s*")
SWAPPED = re.compile(r"=\s*[<>]")
FAR = 100  # times: a target so far from every year is a slip of thousands or millions
SLIPS = (1e3, 1e6, 1e-3, 1e-6)


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
            turned = SWAPPED.sub(lambda sign: f"{sign[0][-1]}=", text, count=1)
            instead = turned if PARTS.fullmatch(turned) else "win_rate>=0.25"
            way_out = f"write {instead}" if instead == turned else f"as {instead}"
            raise _refused(place, f"expected KPI>=X or KPI<=X, {way_out}")
        try:
            value = float(found["value"])
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise _refused(
                place, f"expected KPI>=X or KPI<=X, {_meant(found['kpi'], found['value'])}"
            )
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
    texts: str | Sequence[str],
    scenarios: Iterable[Scenario],
    goal: str = "",
    what: str = "subject to",
) -> tuple[Bound, ...]:
    """Read bounds; refuse unknown KPIs, and those that no scenario has.

    Parameters
    ----------
    texts : str or sequence of str
        One bound, or several.
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
    for text in [texts] if isinstance(texts, str) else texts:
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


def far_off(bound: Bound, years: pd.Series, currency: str = "") -> str:
    """That a bound is far from every year, with what was probably meant; empty where it isn't.

    Examples
    --------
    >>> far_off(Bound.parse("revenue>=5.5"), pd.Series([4.1e6, 6.2e6]), "EUR")
    '5.5 is far below every year (lowest revenue €4.10 million): did you mean 5500000?'
    >>> far_off(Bound.parse("revenue>=5500000"), pd.Series([4.1e6, 6.2e6]))
    ''
    """
    low, high, value = years.min(), years.max(), bound.value
    if not (value > 0 and low > 0) or low / FAR <= value <= high * FAR:
        return ""
    where, which, end = ("below", "lowest", low) if value < low else ("above", "highest", high)
    label = label_of(bound.kpi)
    nearest = figure(end, label.unit, currency)
    meant = next((value * by for by in SLIPS if low / 10 <= value * by <= high * 10), None)
    hint = "" if meant is None else f": did you mean {meant:.12g}?"
    return f"{value:.12g} is far {where} every year ({which} {label.text} {nearest}){hint}"


def is_share(kpi: str) -> bool:
    """Whether a KPI is a share, 0 to 1."""
    return is_kpi(kpi) and label_of(kpi).unit == "share"


def _meant(kpi: str, text: str) -> str:
    """A number as it was probably meant."""
    number, is_percent = number_meant(text), text.endswith("%")
    if is_percent and is_kpi(kpi) and not is_share(kpi):
        return f"and {kpi} is not a share: write the number itself"
    if not number:
        return f"and X is a number, not {text!r}"
    return f"write {number} for {text}"


def _refused(place: str, message: str) -> ScenarioError:
    return ScenarioError([Problem(place, message)])
