"""The KPIs: for each a name, a definition that the docs show, and how it is made."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from salessim.display.kpis import LABELS
from salessim.rules import Floats
from salessim.run.costs import has_costs, is_priced, people_costs, total_lead_costs
from salessim.run.record import Flags, Record
from salessim.scenario import Scenario, timeline
from salessim.scenario.work import working_roles
from salessim.terms import Result

Values = dict[str, float]


@dataclass(frozen=True)
class Kpi:
    """A KPI: one number a run, or one for each role or stage where the name ends so.

    Parameters
    ----------
    name : str
        As in `kpis.csv`; `utilisation.ROLE` stands for one line a role.
    definition : str
        What it counts, over the reported window.
    make : function of Record to float or to dict
        The value, or values by role or stage; NaN where nothing was observed.
    exists : function of Scenario and str to bool
        Whether a scenario has what makes it; the text is the role or stage, where there is one.
    """

    name: str
    definition: str
    make: Callable[[Record], float | Values]
    exists: Callable[[Scenario, str], bool] = lambda _, __: True

    @property
    def unit(self) -> str:
        """Unit of the value."""
        return LABELS[self.name].unit


def make_kpis(record: Record) -> Iterator[tuple[str, float, str]]:
    """Name, value and unit of every KPI; NaN where it was never observed."""
    for kpi in KPIS:
        made = kpi.make(record)
        if isinstance(made, dict):
            stem = kpi.name.rsplit(".", 1)[0]
            yield from ((f"{stem}.{name}", value, kpi.unit) for name, value in made.items())
        else:
            yield kpi.name, made, kpi.unit


def existing(scenario: Scenario, names: Iterable[str]) -> list[str]:
    """Those of some KPIs that a scenario, or one of its plan's, has a mechanism for.

    What is not among them is empty in every run, whatever happens; what is among them
    may still never be observed, as the cycle of deals where none is won.

    Examples
    --------
    >>> existing(Scenario.load("one-desk"), ["won", "contribution", "utilisation.sdr"])
    ['won', 'utilisation.sdr']
    """
    steps = [step for _, step in timeline(scenario)]
    found = []
    for name in names:
        stem, _, part = name.partition(".")
        same = (name, f"{stem}.ROLE", f"{stem}.STAGE") if part else (name,)
        kpi = next(kpi for kpi in KPIS if kpi.name in same)
        if any(kpi.exists(step, part) for step in steps):
            found.append(name)
    return found


def _never(_: Record) -> float:
    """Nothing to observe: the mechanism that would make it is not in the scenario."""
    return float("nan")


def _nowhere(_: Scenario, __: str) -> bool:
    """No scenario can name the mechanism yet."""
    return False


def _works(scenario: Scenario, role: str) -> bool:
    """Whether anything gives work to a role."""
    return role in working_roles(scenario)


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")


def _mean(values: NDArray[np.floating]) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _revenue(record: Record) -> float:
    return float(record.leads.value[record.won].sum())


def _decided_opportunities(record: Record) -> Flags:
    return record.closed_in_window & record.is_opportunity


def _stage_conversion(record: Record) -> Values:
    decisions = record.decisions_in_window
    size = len(record.scenario.process)
    decided = np.bincount(decisions["stage"], minlength=size)
    passed = np.bincount(decisions["stage"][decisions["result"] == Result.PASSED], minlength=size)
    names = [stage.name for stage in record.scenario.process]
    return {name: _ratio(*pair) for name, *pair in zip(names, passed, decided, strict=True)}


def _wait_days(record: Record) -> Values:
    """Mean time from ready to started, of the stage's own work that was started in the window."""
    waited, begun = record.tally.waited, record.tally.begun
    names = [stage.name for stage in record.scenario.process]
    return {name: _ratio(*pair) for name, *pair in zip(names, waited, begun, strict=True)}


def _went_cold(record: Record) -> Values:
    decisions = record.decisions_in_window
    cold = decisions["stage"][decisions["result"] == Result.WENT_COLD]
    count = np.bincount(cold, minlength=len(record.scenario.process))
    return {
        stage.name: float(number) if _is_impatient(record, stage.name) else float("nan")
        for stage, number in zip(record.scenario.process, count, strict=True)
    }


def _returned(record: Record) -> float:
    if not any(scenario.nurture for _, scenario in record.timeline):
        return float("nan")
    works = record.works
    back = (works["passage"] > 1) & (works["attempt"] == 1)
    return float((back & (works["ready"] >= 0.0)).sum())


def _is_impatient(record: Record, name: str) -> bool:
    return any(_has_patience(scenario, name) for _, scenario in record.timeline)


def _has_patience(scenario: Scenario, name: str) -> bool:
    """Whether leads that wait at a stage may give up."""
    return any(stage.name == name and stage.patience for stage in scenario.process)


def _lead_to_opportunity(record: Record) -> float:
    """Of the leads whose fate before the opportunity's stage was known in the window."""
    decisions, opens_at = record.decisions_in_window, record.scenario.opportunity_stage
    if opens_at == 0:
        return 1.0 if record.arrived_in_window.any() else float("nan")
    passed = decisions["result"] == Result.PASSED
    became = int((passed & (decisions["stage"] == opens_at - 1)).sum())
    before = ~decisions["stays_open"] & (decisions["stage"] < opens_at)
    ended = int((~passed & before).sum())
    return _ratio(became, became + ended)


def _within_promise(record: Record) -> float:
    promised = record.scenario.promise_hours
    return (
        float("nan")
        if promised is None
        else _mean((record.response_hours <= promised).astype(float))
    )


def _cycle(record: Record) -> float:
    return _mean((record.closed - record.leads.arrived)[record.won])


def _pipeline_value(record: Record) -> float:
    return float(record.leads.value[record.is_opportunity & (record.result == Result.OPEN)].sum())


def _sum_by_role(record: Record, values: Floats) -> Floats:
    return np.bincount(record.journal.people["role"], values, len(record.roles())).astype(float)


def selling_hours(record: Record) -> Floats:
    """Hours in the window that each person gave to the stages' own work, travel left out."""
    return record.tally.work - record.tally.travel


def _utilisation(record: Record) -> Values:
    busy = _sum_by_role(record, record.tally.busy)
    available = _sum_by_role(record, record.available_hours)
    working = working_roles(record.scenario)
    return {
        role: _ratio(busy[position], available[position]) if role in working else float("nan")
        for position, role in enumerate(record.roles())
    }


def _sellers(record: Record) -> Flags:
    """People who work on a stage of the process."""
    roles = np.array([role in record.scenario.seller_roles for role in record.roles()])
    return np.asarray(roles[record.journal.people["role"]])


def _selling_time_share(record: Record) -> float:
    sellers = _sellers(record)
    paid = record.employed_days[sellers].sum() * record.scenario.calendar.hours_per_day
    return _ratio(selling_hours(record)[sellers].sum(), paid)


def _revenue_per_seller(record: Record) -> float:
    return _ratio(_revenue(record), record.employed_days[_sellers(record)].sum() / record.days)


def _productivity(record: Record) -> float:
    hours = record.available_hours[_sellers(record)].sum()
    return _ratio(record.won.sum(), hours / record.scenario.calendar.hours_per_day)


def _commission(record: Record) -> float:
    economics = record.scenario.economics
    return _revenue(record) * economics.commission_rate if economics else 0.0


def _has_costs(scenario: Scenario, _: str = "") -> bool:
    """Whether anything in a scenario has a price."""
    return scenario.economics is not None or is_priced(scenario)


def _cost(record: Record) -> float:
    if not has_costs(record):
        return float("nan")
    return people_costs(record) + total_lead_costs(record) + _commission(record)


def _contribution(record: Record) -> float:
    economics = record.scenario.economics
    if economics is None:
        return float("nan")
    return _revenue(record) * economics.gross_margin - _cost(record)


KPIS: tuple[Kpi, ...] = (
    Kpi("leads", "Leads that arrived.", lambda r: float(r.arrived_in_window.sum())),
    Kpi("won", "Deals won: closed in the window, whenever the lead arrived.",
        lambda r: float(r.won.sum())),
    Kpi("revenue", "Value of the deals won.", _revenue),
    Kpi("conversion_rate", "Deals won, of all leads that were closed in the window.",
        lambda r: _ratio(r.won.sum(), r.closed_in_window.sum())),
    Kpi("conversion_rate.STAGE",
        "Leads that passed the stage, of those whose result at it became known in the window; a "
        "lead that comes back counts at each passage.",
        _stage_conversion),
    Kpi("wait_days.STAGE",
        "Mean time that work of the stage waited until someone started it (a seller and an "
        "engineer, where a visit is joint), of the work started in the window; holidays count.",
        _wait_days),
    Kpi("went_cold.STAGE", "Leads that gave up waiting at the stage in the window; empty where the "
        "stage has no `patience`.", _went_cold, _has_patience),
    Kpi("returned", "Returns of leads to a stage in the window; empty without `nurture`.",
        _returned, lambda scenario, _: scenario.nurture is not None),
    Kpi("average_deal_size", "Revenue for each deal won.",
        lambda r: _ratio(_revenue(r), r.won.sum())),
    Kpi("win_rate", "Deals won, of the opportunities that were closed in the window; a "
        "lead is an opportunity once it has reached the stage named by `opportunity_at`.",
        lambda r: _ratio(r.won.sum(), _decided_opportunities(r).sum())),
    Kpi("lead_to_opportunity", "Leads that became opportunities in the window, of these "
        "and those closed in it before they were.", _lead_to_opportunity),
    Kpi("pipeline_coverage", "Open pipeline for each unit of target that is left; "
        "empty without targets.", _never, _nowhere),
    Kpi("response_hours", "Mean working time from a lead's arrival to the first "
        "work on it, of leads first worked on in the window; holidays left out. Of inbound leads "
        "only, where channels are marked so.",
        lambda r: _mean(r.response_hours)),
    Kpi("within_promise", "Leads first worked on within `promise_hours`, of all first "
        "worked on in the window (inbound ones only, where channels are marked so); empty "
        "without a promise.", _within_promise,
        lambda scenario, _: scenario.promise_hours is not None),
    Kpi("sales_cycle_days", "Mean time from arrival to signature of the deals "
        "won; holidays count.", _cycle),
    Kpi("pipeline_value", "Value of the opportunities open at the window's end.",
        _pipeline_value),
    Kpi("utilisation.ROLE", "Hours of work, travel, paperwork and training, of the hours "
        "available: paid hours without holidays, leave and internal meetings. Empty for roles to "
        "which nothing gives work.", _utilisation, _works),
    Kpi("selling_time_share", "Hours that sellers give to the stages' own work, without "
        "travel and paperwork, of all hours they are paid for. Sellers are all who work a stage.",
        _selling_time_share),
    Kpi("revenue_per_seller", "Revenue for each seller, by the mean number employed.",
        _revenue_per_seller),
    Kpi("productivity", "Deals won for each available seller day "
        "(`hours_per_day` hours available; days of training count).",
        _productivity),
    Kpi("people", "Mean number of people employed in the window, of all roles.",
        lambda r: float(r.employed_days.sum() / r.days)),
    Kpi("cost", "Loaded cost of all people, of filling positions (when the successor starts), of "
        "the leads that arrived, and commission; empty where the scenario has no price for any of "
        "them.", _cost, _has_costs),
    Kpi("cost_per_win", "Cost for each deal won.",
        lambda r: _ratio(_cost(r), r.won.sum()), _has_costs),
    Kpi("contribution", "Revenue times gross margin, less cost; empty without "
        "`economics`.", _contribution, lambda scenario, _: scenario.economics is not None),
    Kpi("quota_attainment", "Revenue for each unit of target; empty without targets.",
        _never, _nowhere),
    Kpi("customer_satisfaction", "Empty without after-sales.", _never, _nowhere),
    Kpi("renewal_rate", "Empty without after-sales.", _never, _nowhere),
)  # fmt: skip


def definitions_page() -> str:
    """The page of definitions, in Markdown."""
    lines = [
        "# KPIs",
        "",
        "What each line of `kpis.csv` counts. The window is the reported time, from day 0 on;",
        "a number that was never observed is empty, never 0. Written by `make docs`.",
        "",
        "| KPI | what people call it | unit | better | definition |",
        "| --- | --- | --- | --- | --- |",
    ]
    for kpi in KPIS:
        label, meaning = LABELS[kpi.name], kpi.definition
        if kpi.exists is _nowhere:
            meaning = "Not in the model yet: always empty."
        lines.append(f"| `{kpi.name}` | {label.text} | {label.unit} | {label.better} | {meaning} |")
    return "\n".join(lines) + "\n"
