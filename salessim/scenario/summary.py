"""A scenario in a few lines: its question, team, leads, stages and window."""

import html
from typing import TYPE_CHECKING

from salessim.display import count_of, long_date, percent
from salessim.display.kpis import role_name

if TYPE_CHECKING:
    from salessim.scenario.model import Scenario


def summary_text(scenario: "Scenario") -> str:
    """The summary, aligned.

    Examples
    --------
    >>> from salessim import Scenario
    >>> print(summary_text(Scenario.load("one-desk")))
    Scenario: one desk
    Question  How long do leads wait at a desk with five people? The textbook has an exact answer.
    Team      5 SDRs
    Leads     4 a working day: door 100%
    Stages    prospecting (SDR)
    Window    5,000 working days from January 5, 2026, after a warm-up of 500
    """
    rows = summary_rows(scenario)
    left = max(len(title) for title, _ in rows)
    lines = [f"{title:{left}}  {value}" for title, value in rows]
    return "\n".join([f"Scenario: {scenario.name or 'without a name'}", *lines])


def summary_html(scenario: "Scenario") -> str:
    """The same as a small table for notebooks."""
    rows = "".join(
        f"<tr><th style='text-align:left'>{title}</th>"
        f"<td style='text-align:left'>{html.escape(value)}</td></tr>"
        for title, value in summary_rows(scenario)
    )
    name = html.escape(scenario.name or "Scenario without a name")
    return f"<p><b>{name}</b></p><table>{rows}</table>"


def summary_rows(scenario: "Scenario") -> list[tuple[str, str]]:
    """Title and text of each line."""
    rates = {name: channel.leads_per_day for name, channel in scenario.channels.items()}
    whole, calendar = sum(rates.values()), scenario.calendar
    shares = ", ".join(f"{name} {percent(rate / whole, 0)}" for name, rate in rates.items() if rate)
    team = [f"{role.count:,} {role_name(name, role.count)}" for name, role in scenario.team.items()]
    warm_up = f", after a warm-up of {calendar.warm_up_days:,}" if calendar.warm_up_days else ""
    window = count_of(calendar.days, "working day")
    rows = [
        ("Question", scenario.description),
        ("Team", ", ".join(team)),
        ("Leads", f"{whole:.3g} a working day{f': {shares}' if shares else ''}"),
        ("Stages", ", ".join(f"{s.name} ({role_name(s.role)})" for s in scenario.process)),
        ("Window", f"{window} from {long_date(calendar.start)}{warm_up}"),
        ("Currency", scenario.currency),
        ("Plan", count_of(len(scenario.plan), "dated change") if scenario.plan else ""),
    ]
    return [(title, text) for title, text in rows if text]
