"""A scenario's assumptions in words: its people, its leads, and what is switched off."""

from collections.abc import Iterator
from itertools import pairwise

from salessim.clock import date_of
from salessim.display import count_of, long_date, money, percent
from salessim.display.kpis import role_name
from salessim.expected import expected
from salessim.experiment.changes import change_texts
from salessim.reports.report import Fact
from salessim.rules import WORKING_DAYS_A_YEAR
from salessim.scenario import Scenario
from salessim.scenario.distributions import Distribution
from salessim.scenario.work import roles_at

ORDERS = {
    "fifo": "first come, first served", "freshest": "the newest lead first",
    "score": "the highest score first", "value": "the most valuable deal first",
}  # fmt: skip
DESKS = {
    "pool": "anyone in the role takes it", "owner": "each deal has one owner",
    "territory": "by territory",
}  # fmt: skip
PASS_AND_ADVANCE = (
    "Pass is the chance of a lead of fit 0 that replies; advance is the share expected of all "
    "leads that come to the stage, as a CRM shows it: some never reply, and leads of better fit "
    "get further"
)
# Blocks that a scenario may leave out, where their key alone doesn't say what they are.
MECHANISMS = {
    "no_decision": "customers who never decide", "promise_hours": "a target response time",
    "support": "support for paperwork", "economics": "margin and commission",
    "plan": "changes during the year", "segments": "customer segments",
}  # fmt: skip
OF_STAGES = {
    "patience": "leads going cold while they wait",
    "customer_delay": "time customers take to decide",
    "attempts": "repeated tries to reach a prospect", "admin_hours": "paperwork",
    "travel": "travel",
}  # fmt: skip


def assumptions_of(scenario: Scenario) -> list[Fact]:
    """What a scenario assumes, for a reader who has never seen it.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    list of Fact

    Examples
    --------
    >>> for fact in assumptions_of(Scenario.load("one-desk"))[1:3]:
    ...     print(f"{fact.about}: {fact.text}")
    Leads: About 1,040 a year: door 1,040
    Team: 5 SDRs
    """
    found = {
        "Period": _period(scenario),
        "Leads": _leads(scenario),
        "Team": _team(scenario),
        "Deal size": _deal_size(scenario),
        "Process": _process(scenario),
        "Who does the work": _work(scenario),
        "Support": _support(scenario),
        "Money": _money(scenario),
        "Changes during the period": "; ".join(change_texts(_bare(scenario), scenario)[1]),
        "Switched off": ", ".join(_switched_off(scenario)),
        "Anything else": "What the scenario doesn't name doesn't happen in the model.",
    }
    return [Fact(about, text) for about, text in found.items() if text]


def length_of(scenario: Scenario) -> str:
    """What the simulated period is called, so that an s makes several of it.

    Examples
    --------
    >>> length_of(Scenario.load("baseline")), length_of(Scenario.load("one-desk"))
    ('year', '5,000-day period')
    """
    days = scenario.calendar.days
    return "year" if days == WORKING_DAYS_A_YEAR else f"{days:,}-day period"


def _period(scenario: Scenario) -> str:
    calendar = scenario.calendar
    last = date_of(calendar.start, calendar.days - 1)
    inside = [day for day in calendar.holidays if calendar.start <= day <= last]
    holidays = f", {count_of(len(inside), 'holiday')} among them" if inside else ""
    before = (
        f", after {count_of(calendar.warm_up_days, 'day')} of warm-up that are not counted"
        if calendar.warm_up_days
        else ", starting with no open leads"
    )
    return (
        f"{long_date(calendar.start)} to {long_date(last)}: "
        f"{count_of(calendar.days, 'working day')} of "
        f"{calendar.hours_per_day:g} hours{holidays}{before}"
    )


def _leads(scenario: Scenario) -> str:
    year = {name: c.leads_per_day * WORKING_DAYS_A_YEAR for name, c in scenario.channels.items()}
    parts = ", ".join(f"{name} {count:,.0f}" for name, count in year.items())
    return f"About {sum(year.values()):,.0f} a year: {parts}"


def _team(scenario: Scenario) -> str:
    currency = scenario.currency
    parts = []
    for name, role in scenario.team.items():
        paid = f" ({money(role.salary_per_year, currency)} a year each)" * bool(
            role.salary_per_year
        )
        parts.append(f"{role.count:,} {role_name(name, role.count)}{paid}")
    return ", ".join(parts)


def _deal_size(scenario: Scenario) -> str:
    currency, segments = scenario.currency, scenario.segments
    if not segments:
        return "Every deal counts 1: the scenario names no value"
    means = {name: _mean(segment.value) for name, segment in segments.items()}
    average = sum(segments[name].share * mean for name, mean in means.items())
    parts = ", ".join(
        f"{name} {money(means[name], currency)} ({percent(segment.share, 0)} of leads)"
        for name, segment in segments.items()
    )
    return f"On average {money(average, currency)} a lead: {parts}"


def _mean(amount: Distribution) -> float:
    if amount.mean is not None:
        return amount.mean
    corners = (amount.low or 0.0, amount.mode or 0.0, amount.high or 0.0)
    return sum(corners) / len(corners)


def _process(scenario: Scenario) -> str:
    """The stages, each with its chance and, where it differs, the share that a CRM shows."""
    found, process = expected(scenario), scenario.process
    flows = pairwise([*found.reaching.tolist(), found.won])
    advance = [percent(after / here, 0) if here else "" for here, after in flows]
    chances = [percent(stage.pass_probability, 0) for stage in process]
    alike = advance == chances
    stages = ", then ".join(
        f"{stage.name} ({' and '.join(map(role_name, roles_at(scenario, stage)))}, {chance} pass"
        f"{'' if alike or not share else f', {share} advance'})"
        for stage, chance, share in zip(process, chances, advance, strict=True)
    )
    return stages if alike else f"{stages}. {PASS_AND_ADVANCE}"


def _work(scenario: Scenario) -> str:
    roles = "; ".join(
        f"{role_name(role, 2)}: {DESKS[scenario.assignment_of(role)]}"
        for role in scenario.seller_roles
    )
    return f"Waiting work: {ORDERS[scenario.priority]}. {roles}"


def _support(scenario: Scenario) -> str:
    if scenario.support is None:
        return ""
    support = scenario.support
    return (
        f"Takes over {percent(support.delegable, 0)} of the paperwork; where that would wait "
        f"longer than {support.overflow_days:g} working days, sellers do it themselves"
    )


def _money(scenario: Scenario) -> str:
    currency = scenario.currency
    said = f"All amounts in {currency}" if currency else "The scenario names no currency"
    economics = scenario.economics
    if economics is None:
        return said
    return (
        f"{said}; gross margin {percent(economics.gross_margin, 0)}, commission "
        f"{percent(economics.commission_rate, 0)} of revenue"
    )


def _bare(scenario: Scenario) -> Scenario:
    """The scenario without what its plan changes."""
    return scenario.replace({"plan": None}) if scenario.plan else scenario


def _switched_off(scenario: Scenario) -> Iterator[str]:
    """What a scenario may name and this one doesn't."""
    for key, field in Scenario.model_fields.items():
        value = getattr(scenario, key)
        is_block = field.default is None or key in (*MECHANISMS, "territories")
        if is_block and (value is None or not value) and key != "opportunity_at":
            yield MECHANISMS.get(key, key.replace("_", " "))
    for key, what in OF_STAGES.items():
        if not any(getattr(stage, key) for stage in scenario.process):
            yield what
    if not any(role.salary_per_year for role in scenario.team.values()):
        yield "salaries"
    if not any(channel.cost_per_lead for channel in scenario.channels.values()):
        yield "costs of leads"
