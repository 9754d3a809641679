"""Warnings about numbers that are valid but probably not meant: one table of plausible ranges.

Nothing is refused here. A number outside its range gets a sentence with the reason and, where
that can be guessed, the number that was meant.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from salessim.display import count_of
from salessim.rules import WORKING_DAYS_A_YEAR
from salessim.scenario.model import Scenario
from salessim.scenario.plan import timeline
from salessim.scenario.problems import listed
from salessim.terms import ENGINEER

SEASON_OFF = 1.0  # points of a hundred, which rounding to whole percent explains
A_THOUSAND = 1_000.0  # what a point or comma among the thousands divides a number by


@dataclass(frozen=True)
class Range:
    """What a number usually is.

    Parameters
    ----------
    path : str
        Dotted path in the scenario; `*` means every item there.
    low, high : float
        Ends of what is plausible.
    what : str
        What the number is, to follow the value in a sentence.
    reason : str
        Why it would surprise.
    zero : bool
        Whether 0 means "not used", as where nothing is priced.
    """

    path: str
    low: float
    high: float
    what: str
    reason: str
    zero: bool = True


RANGES = (
    Range("team.*.salary_per_year", 5_000, 1_000_000, "a year for one person",
          "full-time people cost from some thousands to several hundred thousand a year"),
    Range("team.*.internal_hours_per_week", 0, 25, "hours a week of internal meetings",
          "more than half of the week would leave little time to sell"),
    Range("team.*.count", 0, 500, "people in one role",
          "the model is meant for one department", zero=False),
    Range("calendar.hours_per_day", 4, 12, "working hours a day",
          "working days have 6 to 10 hours in most countries", zero=False),
    Range("calendar.leave_days_per_year", 0, 60, "days of leave and sickness a year",
          "surveys report 15 to 45"),
    Range("channels.*.leads_per_day", 0.005, 500, "leads a working day",
          "a year has 260 working days: is this the number for a month or a year?"),
    Range("channels.*.cost_per_lead", 0.5, 5_000, "for one lead",
          "surveys report about 40 to 400 for B2B leads"),
    Range("channels.*.growth_per_year", -0.5, 1, "as growth a year",
          "1 means twice the leads a year later; write 0.1 for 10%"),
    Range("channels.*.fit.mean", -3, 3, "log odds of fit",
          "3 multiplies the odds by 20; fit is given in log odds, not in percent"),
    Range("segments.*.value.mean", 100, 50_000_000, "for an average deal",
          "deals that people sell in several stages are worth more than the work on them"),
    Range("segments.*.odds", 0.1, 10, "as a factor on the odds",
          "10 turns a chance of 50% into 91% at every stage", zero=False),
    Range("segments.*.effort", 0.1, 10, "as a factor on the effort",
          "large customers take two to three times the effort", zero=False),
    Range("territories.*.travel_hours", 0, 16, "hours of travel for one visit",
          "two working days for each visit"),
    Range("territories.*.demand", 0.1, 10, "as a factor on the territory's leads",
          "2 means twice the leads", zero=False),
    Range("process.*.pass_probability", 0.005, 1, "as the chance to pass",
          "fewer than 1 lead in 200 would pass; write 0.3 for 30%", zero=False),
    Range("process.*.attempts.answer_probability", 0.005, 0.9, "as the chance that a try is "
          "answered", "surveys report 2% to 30% for one call or email", zero=False),
    Range("process.*.attempts.most", 1, 30, "tries", "cadences have 4 to 15", zero=False),
    Range("process.*.effort.mean", 0.01, 80, "hours of work for one visit",
          "a visit takes minutes to some days; is it given in hours?"),
    Range("process.*.admin_hours", 0, 40, "hours of paperwork for one lead",
          "more than a week of paperwork; is it given in hours?"),
    Range("process.*.customer_delay.mean", 0, 260, "working days until the customer decides",
          "more than a year for one stage"),
    Range("process.*.patience.mean", 0.05, 260, "working days of patience",
          "leads would give up within minutes or hold on for years"),
    Range("interest.half_life_hours", 0.1, 400, "working hours as the half-life of interest",
          "audits of response times speak of hours to days", zero=False),
    Range("nurture.after_days", 5, 520, "working days until leads come back",
          "leads that say 'not now' are asked again after months", zero=False),
    Range("nurture.odds", 0.2, 10, "as a factor on the odds of those who come back",
          "10 turns a chance of 50% into 91%", zero=False),
    Range("promise_hours", 0.05, 400, "working hours as the target response time",
          "targets are minutes to a few days"),
    Range("economics.gross_margin", 0.05, 0.99, "as the gross margin",
          "software companies report 0.7 to 0.85, resellers 0.1 to 0.3", zero=False),
    Range("economics.commission_rate", 0.001, 0.4, "as the commission rate",
          "usual rates are 0.05 to 0.15 of revenue"),
    Range("no_decision.share", 0.02, 0.95, "as the share of losses to no decision",
          "studies report 0.4 to 0.6"),
    Range("support.overflow_days", 0, 60, "working days that sellers wait for support",
          "paperwork of a deal can hardly wait for months"),
)  # fmt: skip


def warnings_on(scenario: Scenario) -> list[str]:
    """What looks implausible in a scenario, its plan included.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    list of str
        One sentence each, without a full stop: the path, the number, why it surprises.

    Examples
    --------
    >>> odd = Scenario.load("baseline").replace({"team.ae.salary_per_year": 95.0})
    >>> print(*warnings_on(odd))
    team.ae.salary_per_year: 95 a year for one person is implausibly low (full-time people cost \
from some thousands to several hundred thousand a year); did you mean 95000?
    """
    steps = [now for _, now in timeline(scenario)]
    first, *later = ([line for check in CHECKS for line in check(now)] for now in steps)
    planned = dict.fromkeys(line for lines in later for line in lines if line not in first)
    return [*first, *(f"plan: {line}" for line in planned)]


def _of_ranges(scenario: Scenario) -> Iterator[str]:
    for usual in RANGES:
        for path, value in numbers_at(scenario, usual.path):
            if _is_odd(value, usual):
                yield _warning(path, value, usual)


def numbers_at(scenario: Scenario, path: str) -> Iterator[tuple[str, float]]:
    """The numbers that a path with `*` leads to, each with its own path.

    Examples
    --------
    >>> list(numbers_at(Scenario.load("one-desk"), "team.*.count"))
    [('team.sdr.count', 5.0)]
    """
    yield from _numbers(scenario, path.split("."), "")


def _numbers(place: Any, words: list[str], above: str) -> Iterator[tuple[str, float]]:
    """The numbers at a path, each with its own path; what is absent has none."""
    if place is None:
        return
    if not words:
        yield above, float(place)
        return
    word, *rest = words
    for name, below in _items(place, word):
        yield from _numbers(below, rest, f"{above}.{name}".lstrip("."))


def _items(place: Any, word: str) -> list[tuple[str, Any]]:
    if word != "*":
        alias = type(place).model_fields[word].alias or word
        return [(alias, getattr(place, word))]
    if isinstance(place, dict):
        return list(place.items())
    return [(item.name, item) for item in place]


def _is_odd(value: float, usual: Range) -> bool:
    return not usual.low <= value <= usual.high and not (usual.zero and value == 0)


def _warning(path: str, value: float, usual: Range) -> str:
    low = value < usual.low
    text = f"{path}: {value:,.6g} {usual.what} is implausibly {'low' if low else 'high'}"
    meant = value * A_THOUSAND
    hint = ""
    if low and usual.low >= A_THOUSAND and not _is_odd(meant, usual):  # 95.000 for 95,000
        hint = f"; did you mean {meant:.0f}?"
    return f"{text} ({usual.reason}){hint}"


def _rates(scenario: Scenario) -> Iterator[str]:
    """Leads in all, which no single channel shows."""
    a_day = sum(channel.leads_per_day for channel in scenario.channels.values())
    people = sum(role.count for role in scenario.team.values())
    if people and a_day > 50 * people:
        yield (
            f"channels: {a_day * WORKING_DAYS_A_YEAR:,.0f} leads a year for "
            f"{count_of(people, 'person', 'people')} is implausibly many "
            "(rates are leads a working day)"
        )


def _seasons(scenario: Scenario) -> Iterator[str]:
    """A season whose parts don't average 100%, so that leads_per_day isn't the mean rate."""
    for name, channel in scenario.channels.items():
        mean = fmean(channel.season or (100.0,))
        if abs(mean - 100.0) > SEASON_OFF:
            yield (
                f"channels.{name}.season: the numbers average {mean:.4g}%, so a year has "
                f"{mean:.4g}% of the leads that leads_per_day says (a season usually averages 100%)"
            )


def _idle_interest(scenario: Scenario) -> Iterator[str]:
    """Interest that can't act: no lead is inbound, or a chance of 1 stays 1 at any odds."""
    if scenario.interest is None:
        return
    if not any(scenario.inbound):
        yield (
            "interest: acts on inbound leads only, and no channel is marked so "
            "(channels.NAME.inbound: true)"
        )
    stage = scenario.process[0]
    cadence = stage.attempts
    chance = cadence.answer_probability if cadence else stage.pass_probability
    key = "attempts.answer_probability" if cadence else "pass_probability"
    if chance == 1.0:
        yield (
            f"interest: has no effect, because process.{stage.name}.{key} is 1, "
            "and a certain result stays certain at any odds"
        )


def _no_engineers(scenario: Scenario) -> Iterator[str]:
    """Engineers who join nothing, or joint visits that nobody can join."""
    if scenario.engineers is not None and not scenario.joint_stages:
        yield "engineers: has no effect, because it names no stages (engineers.stages)"
    if scenario.joint_stages and not scenario.team[ENGINEER].count:
        yield (
            f"team.{ENGINEER}.count: 0, so joint visits at {listed(scenario.joint_stages)} wait "
            "for an engineer until their leads give up, if they ever do"
        )


def _costs(scenario: Scenario) -> Iterator[str]:
    """A lead that costs more than a deal is worth."""
    values = [segment.value.average for segment in scenario.segments.values()] or [1.0]
    for name, channel in scenario.channels.items():
        if max(values) > 1 and channel.cost_per_lead > max(values):
            yield (
                f"channels.{name}.cost_per_lead: {channel.cost_per_lead:,.6g} is more than an "
                f"average deal is worth ({max(values):,.6g} in the largest segment)"
            )


CHECKS = (_of_ranges, _rates, _seasons, _costs, _idle_interest, _no_engineers)
