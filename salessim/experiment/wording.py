"""Verdicts in plain English: what a change does, which way is better, and how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from salessim.display import change, count_of, figure, label_of
from salessim.experiment.changes import change_texts
from salessim.rules import WORKING_DAYS_A_YEAR
from salessim.scenario import Scenario

MOST_CHANGES = 3
GOALS = ("contribution", "won")  # what decides whether to act: the first that was observed
TOO_SMALL = "real, but too small to matter here"
COUNTED = ("deals", "leads", "people")
WHOLE = 10  # of what is counted, from which on no decimals are written
# What follows a number, and the words for more and less of it, by unit.
NOUNS = {"working hours": "hours", "working days": "days"}
MORE_OR_LESS = {
    "deals": ("more", "fewer"), "leads": ("more", "fewer"), "people": ("more", "fewer"),
    "share": ("higher", "lower"), "ratio": ("higher", "lower"), "deals a day": ("higher", "lower"),
}  # fmt: skip


def sentence(row: pd.Series, currency: str = "") -> str:
    """A KPI's effect in a sentence.

    Parameters
    ----------
    row : Series
        A row of an effect's table, named by its KPI.
    currency : str
        The scenario's.

    Examples
    --------
    >>> won = {"unit": "deals", "base": 169.2, "what_if": 183.4, "difference": 14.2, "low": 9.4,
    ...        "high": 19.1, "verdict": "higher", "needed": float("nan")}
    >>> print(sentence(pd.Series(won, name="won")))
    Deals won: 14 more than 169 (between 9 and 19 more): better.
    """
    words = Words(row, currency)
    name = label_of(str(row.name)).title
    match row["verdict"]:
        case "higher" | "lower":
            return f"{name}: {words.size} than {words.base}{words.range}{words.judged}."
        case "no difference that matters" if words.is_real:
            return f"{name}: {words.size} than {words.base}{words.range}: {TOO_SMALL}."
        case "no difference that matters":
            return f"{name}: about the same: {words.both}{words.range}."
    alone = "" if words.range else " from one year"
    return f"{name}: can't tell yet{alone}: {words.both}{words.range}.{_needed(row)}"


def paragraph(base: Scenario, what_if: Scenario, rows: pd.DataFrame) -> str:
    """The whole in a paragraph: what was changed, what it brings and costs, how sure that is.

    Parameters
    ----------
    base, what_if : Scenario
    rows : DataFrame
        An effect's table by KPI.
    """
    changed, currency = described(base, what_if), base.currency
    if not rows.loc["won", "replications"]:
        return f"{changed}: every run failed, so there is no result."
    text = f"{changed}: {_deals(rows.loc['won'], base)}"
    if rows.loc["cost", "replications"]:
        text += f"; cost: {_amount(rows.loc['cost'], currency)}"
    if rows.loc["contribution", "replications"]:
        text += f"; contribution: {_amount(rows.loc['contribution'], currency)}"
    return f"{text}. {_certainty(rows, goal_of(rows), base)}"


def goal_of(*options: pd.DataFrame) -> str | None:
    """The KPI that decides whether to act: the first of GOALS that was observed and is judged.

    Parameters
    ----------
    *options : DataFrame
        The tables of one or more effects by KPI.
    """
    return next((goal for goal in GOALS if _can_decide(goal, options)), None)


def _can_decide(goal: str, options: Sequence[pd.DataFrame]) -> bool:
    seen = [rows.loc[goal] for rows in options if rows.loc[goal, "replications"]]
    return bool(seen) and all(row.get("judged", True) for row in seen)


def described(base: Scenario, what_if: Scenario) -> str:
    """What was changed, in a few words, to begin a sentence with.

    Examples
    --------
    >>> desk = Scenario.load("one-desk")
    >>> described(desk, desk.replace({"assignment": "owner"}))
    'Changing assignment from pool to owner'
    """
    at_once, dated = change_texts(base, what_if)
    if not at_once and not dated:
        same = [stage.name for stage in base.process] == [stage.name for stage in what_if.process]
        return "With nothing changed" if same else "With the stages in another order"
    text = _joined([*at_once, *dated])
    if len(at_once) + len(dated) > MOST_CHANGES and what_if.name != base.name:
        text = f'with "{what_if.name}" instead of "{base.name}" ({text})'
    return text[:1].upper() + text[1:]


def _joined(changes: list[str]) -> str:
    """The first changes in a row, with one verb for those that share it."""
    told = changes[:MOST_CHANGES]
    verbs = [text.split()[0] for text in told]
    told = [
        text.removeprefix(f"{verb} ") if verb == before else text
        for text, verb, before in zip(told, verbs, ["", *verbs], strict=False)
    ]
    if len(changes) > MOST_CHANGES:
        told.append(count_of(len(changes) - MOST_CHANGES, "more change"))
    return " and ".join(filter(None, [", ".join(told[:-1]), told[-1]]))


@dataclass(frozen=True)
class Words:
    """The pieces of a sentence about one KPI's difference."""

    row: pd.Series
    currency: str = ""

    @property
    def unit(self) -> str:
        """The KPI's."""
        return str(self.row["unit"])

    @property
    def base(self) -> str:
        """The value before."""
        return self._with_noun(figure(self.row["base"], self.unit, self.currency))

    @property
    def both(self) -> str:
        """The values before and after."""
        after = self._with_noun(figure(self.row["what_if"], self.unit, self.currency))
        return f"{self.base} before, {after} after"

    @property
    def size(self) -> str:
        """How much more or less."""
        return f"{self._amount(self.row['difference'])} {self._way(self.row['difference'])}"

    @property
    def range(self) -> str:
        """The 95% interval in parentheses, after a space; empty where there is none."""
        low, high = float(self.row["low"]), float(self.row["high"])
        if math.isnan(low):
            return ""
        if low == high:
            is_said = not low or self.row["verdict"] in ("higher", "lower")
            return f" ({'the same' if is_said else self.size} in every pair of runs)"
        if low < 0 < high:
            less, more = (f"{self._amount(end)} {self._way(end)}" for end in (low, high))
            return f" (between {less} and {more})"
        near, far = sorted((abs(low), abs(high)))
        return f" (between {self._bare(near)} and {self._amount(far)} {self._way(low + high)})"

    @property
    def is_real(self) -> bool:
        """Whether there surely is a difference, be it too small to matter."""
        return bool(self.row.get("differs", False))

    @property
    def judged(self) -> str:
        """Whether the difference is for the better, where one can say so."""
        label, judged = label_of(str(self.row.name)), self.row.get("judged", True)
        better = label.is_better(self.row["difference"], judged)
        return "" if better is None else f": {'better' if better else 'worse'}"

    def _with_noun(self, text: str) -> str:
        noun = NOUNS.get(self.unit)
        return f"{text} {noun}" if noun else text

    def _amount(self, value: float) -> str:
        return self._with_noun(self._figure(value))

    def _bare(self, value: float) -> str:
        return self._figure(value).removesuffix(" points")

    def _figure(self, value: float) -> str:
        """A size, to the digits that its interval gives a meaning."""
        ends = [abs(self.row[end]) for end in ("difference", "low", "high")]
        like = max(end for end in ends if not math.isnan(end))
        if self.unit in COUNTED and like >= WHOLE:
            return f"{abs(value):,.0f}"
        return change(value, self.unit, self.currency, like)

    def _way(self, value: float) -> str:
        more, less = MORE_OR_LESS.get(self.unit, ("more", "less"))
        return more if value >= 0 else less


def _needed(row: pd.Series) -> str:
    if pd.isna(row["needed"]):
        return ""
    return f" About {_roughly(row['needed'])} replications might settle it."


def _roughly(count: float) -> str:
    """A number of replications as it is known: to one digit or two."""
    step = 10 if count < 100 else 10 ** (len(str(int(count))) - 2)
    return f"{math.ceil(count / step) * step:,}"


def _deals(row: pd.Series, base: Scenario) -> str:
    days = base.calendar.days
    when = "a year" if days == WORKING_DAYS_A_YEAR else f"in {count_of(days, 'working day')}"
    words = Words(row)
    match row["verdict"]:
        case "higher" | "lower":
            return f"{words.size} deals won {when} than {words.base}{words.range}"
        case "no difference that matters" if words.is_real:
            return f"{words.size} deals won {when} than {words.base}{words.range}, {TOO_SMALL}"
        case "no difference that matters":
            return f"about the same number of deals won {when}: {words.both}{words.range}"
    return f"can't tell yet whether more deals are won {when}: {words.both}{words.range}"


def _amount(row: pd.Series, currency: str) -> str:
    words = Words(row, currency)
    match row["verdict"]:
        case "higher" | "lower":
            return f"{words.size}{words.range}"
        case "no difference that matters" if words.is_real:
            return f"{words.size}{words.range}, {TOO_SMALL}"
        case "no difference that matters":
            return f"about the same{words.range}"
    return f"can't tell yet{words.range}"


def _certainty(rows: pd.DataFrame, goal: str | None, base: Scenario) -> str:
    if goal is None:
        return "No goal was observed that could decide."
    row, label = rows.loc[goal], label_of(goal)
    match row["verdict"]:
        case "higher" | "lower":
            return (
                f"On average clearly {_judgment(goal, row)} by {label.text}"
                f"{Words(row, base.currency).range}. {_agreeing(goal, row, base)} "
                "Whether the model fits your department is yours to judge."
            )
        case "no difference that matters":
            return f"By {label.text} it makes no difference that matters."
    return f"By {label.text} one can't tell yet.{_needed(row)}"


def _judgment(goal: str, row: pd.Series) -> str:
    return "better" if label_of(goal).is_better(row["difference"]) else "worse"


def _agreeing(goal: str, row: pd.Series, base: Scenario) -> str:
    """In how many of the pairs the difference had the sign of its mean."""
    what = "years" if base.calendar.days == WORKING_DAYS_A_YEAR else "runs"
    count = f"{row['agreeing']:.0f} of {row['replications']:.0f}"
    return f"In single {what} it was {_judgment(goal, row)} in {count}."
