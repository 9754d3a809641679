"""What can be compared: scenarios of the same window and currency, that differ."""

from collections.abc import Sequence

from salessim.display import is_kpi
from salessim.display.kpis import LABELS, SYNONYMS
from salessim.experiment.replications import at_least
from salessim.scenario import Problem, Scenario, ScenarioError
from salessim.scenario.plain import is_number
from salessim.scenario.problems import perhaps, shown


def check_comparison(
    base: Scenario,
    what_ifs: Sequence[Scenario],
    replications: int,
    margin: float,
    settle: str | None,
) -> None:
    """Refuse what `compare` can't compare.

    Raises
    ------
    ScenarioError
    """
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


def in_one_currency(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """The scenarios, those that name no currency with the one that another names.

    Raises
    ------
    ScenarioError
        For different currencies: amounts are not converted.

    Examples
    --------
    >>> desk = Scenario.load("one-desk")
    >>> [one.currency for one in in_one_currency([desk, desk.replace({"currency": "USD"})])]
    ['USD', 'USD']
    """
    named = sorted({scenario.currency for scenario in scenarios} - {""})
    if len(named) > 1:
        what = f"amounts in {' and '.join(named)} can't be compared; name one currency in both"
        raise ScenarioError([Problem("currency", what)])
    return [
        scenario.replace({"currency": currency}) if scenario.currency != currency else scenario
        for scenario in scenarios
        for currency in named or [""]
    ]


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
