"""The report and files of one simulated year."""

import shlex
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from salessim import plots
from salessim.display import count_of, figure, label_of
from salessim.display.kpis import role_name
from salessim.experiment.bottleneck import Bottleneck
from salessim.output import PLAIN, CsvStyle
from salessim.plots.funnel import fates_by_stage
from salessim.plots.waits import waits_by_stage
from salessim.reports.assumptions import assumptions_of, length_of
from salessim.reports.figures import kpi_columns, title_of
from salessim.reports.files import Say, write_report
from salessim.reports.pictures import picture
from salessim.reports.report import (
    Chart,
    Column,
    Fact,
    Group,
    Picture,
    Report,
    Table,
    Tile,
)
from salessim.run.files import run_files
from salessim.run.run import Run
from salessim.run.summary import still_waiting, told_kpis

HEADLINE = ("won", "revenue", "contribution", "win_rate", "sales_cycle_days")
FATES = {
    "passed": "Advanced", "open": "Still open", "no_answer": "Never replied",
    "disqualified": "Not qualified", "lost": "Lost", "no_decision": "No decision",
    "went_cold": "Went cold",
}  # fmt: skip
TIME = {
    "selling_hours": "Work with leads", "travel_hours": "Travel", "admin_hours": "Paperwork",
    "idle_hours": "Free",
}  # fmt: skip


def write_run_report(
    run: Run,
    folder: Path,
    command: Sequence[str],
    force: bool,
    say: Say,
    style: CsvStyle = PLAIN,
    limits: Sequence[str] = (),
) -> None:
    """Write a run's tables, a page and a workbook to pass on.

    Parameters
    ----------
    run : Run
    folder : Path
        Where; made if it is not there.
    command : sequence of str
        What to type to have it again.
    force : bool
        Whether results of another run may be replaced.
    say : function of str
        Told of each file before it is made.
    style : CsvStyle
        Of the CSV files.
    limits : sequence of str
        What limits the department, one sentence each, as `limits_in_words` says it.

    Raises
    ------
    OutputError
        Where the folder holds something else, or can't be written.
    """
    with run_files(run, folder, force, lambda file: say(f"writing {file}"), style) as made:
        write_report(run_report(run, command, limits), made, say)


def limits_in_words(run: Run, limits: Bottleneck) -> list[str]:
    """What limits the department over years, and what still waits when this run ends.

    Parameters
    ----------
    run : Run
    limits : Bottleneck
        Of the same scenario.

    Returns
    -------
    list of str
        One sentence each; the command prints them and the report repeats them.

    Examples
    --------
    >>> import salessim as ss
    >>> from salessim.experiment.bottleneck import bottleneck
    >>> desk = ss.Scenario.load("one-desk").replace({"calendar.days": 100, "team.sdr.count": 2})
    >>> print(limits_in_words(ss.simulate(desk), bottleneck(desk, 5, workers=1))[-1])
    What still waits when this run ends: 1,235 leads for SDRs.
    """
    return [*limits.summary().splitlines(), *_still_waiting(run)]


def _still_waiting(run: Run) -> list[str]:
    said = [f"{count_of(number, 'lead')} for {role_name(role, 2)}"
            for role, number in still_waiting(run).items()]  # fmt: skip
    return [f"What still waits when this run ends: {', '.join(said)}."] if said else []


def run_report(run: Run, command: Sequence[str], limits: Sequence[str] = ()) -> Report:
    """The report of a run."""
    scenario = run.scenario
    currency, what = scenario.currency, length_of(scenario)
    kpis = told_kpis(run)["value"]
    stages = [stage.name for stage in scenario.process]
    pictures = _pictures(run, stages)
    one = (
        f"This is one simulated {what}: another {what} of the same department would differ by luck "
        "alone. The outlook command gives the range; never judge a change by two single "
        f"{what}s: the compare command does that."
    )
    return Report(
        kind=f"One simulated {what}",
        question=f"How does a {what} of {scenario.name or 'the department'} go?",
        answer=_answer(kpis, currency, what),
        tiles=[Tile(title_of(kpi), label_of(kpi).unit, kpis[kpi])
               for kpi in HEADLINE if kpi in kpis],
        reasons=_reasons(pictures, limits, what),
        pictures=pictures,
        tables=[*_tables_of_stages(run, stages), _table_of_time(run), _table_of_kpis(kpis),
                _table_of_weeks(run)],
        assumptions=[*assumptions_of(scenario), _draws(run)],
        certainty=[Fact(f"A single {what}", one)],
        notes=[f"{flag.text}." for flag in run.flags],
        command=shlex.join(command),
        currency=currency,
        reasons_title="What stands out",
    )  # fmt: skip


def _reasons(pictures: Sequence[Picture], limits: Sequence[str], what: str) -> list[Group]:
    messages = [f"{drawn.message}." for drawn in pictures]
    if not limits:
        return [Group("", messages)]
    return [Group(f"In this one {what}", messages), Group("What limits the department", limits)]


def _answer(kpis: "pd.Series[float]", currency: str, what: str) -> str:
    text = f"{count_of(kpis['won'], 'deal')} won from {count_of(kpis['leads'], 'lead')}"
    if "revenue" in kpis:
        text += f", {figure(kpis['revenue'], 'currency', currency)} of revenue"
    if "contribution" in kpis:
        text += f" and {figure(kpis['contribution'], 'currency', currency)} of contribution"
    return f"{text}, in this one {what}."


def _draws(run: Run) -> Fact:
    return Fact("Random draws", f"Seed {run.record.seed}, replication {run.record.replication}")


def _pictures(run: Run, stages: list[str]) -> list[Picture]:
    return [
        picture(plots.funnel, run.activities, run.weeks, stages),
        picture(plots.waits, run.activities, stages, run.scenario.calendar.hours_per_day),
        picture(plots.time_use, run.reps),
    ]


def _tables_of_stages(run: Run, stages: list[str]) -> list[Table]:
    """What is lost, and what waits."""
    fates = fates_by_stage(run.activities, stages)
    came = fates.sum(axis=1)
    seen = [word for word in FATES if fates[word].any()]
    lost = [
        Column("Stage", stages),
        Column("Leads that reached it", came.tolist(), "count"),
        *(Column(FATES[word], fates[word].tolist(), "count") for word in seen),
    ]
    waits = waits_by_stage(run.activities, stages)
    waiting = [
        Column("Stage", stages),
        Column("Half wait less than (hours)", waits[0.5].tolist(), "working hours"),
        Column("Nine of ten wait less than (hours)", waits[0.9].tolist(), "working hours"),
        Column("Longest (hours)", waits["longest"].tolist(), "working hours"),
    ]
    chart = Chart("column", "Leads that reached each stage", "Stage", ["Leads that reached it"])
    return [
        Table("What is lost where", lost, chart=chart),
        Table("What waits where", waiting, "Working hours until someone begins."),
    ]


def _table_of_time(run: Run) -> Table:
    """Where people's time goes, role by role."""
    reps = run.reps
    hours = reps.groupby("role", sort=False)[[*TIME, "available_hours"]].sum()
    count = reps.groupby("role", sort=False).size()
    busy = 1.0 - hours["idle_hours"] / hours["available_hours"]
    columns = [
        Column("Role", [role_name(str(role), 2) for role in hours.index]),
        Column("People", count.tolist(), "count"),
        Column("Hours available", hours["available_hours"].tolist(), "count"),
        *(Column(title, (hours[key] / hours["available_hours"]).tolist(), "share")
          for key, title in TIME.items()),
        Column("Busy", busy.tolist(), "share"),
    ]  # fmt: skip
    return Table("Where the time goes", columns, "Shares of the hours available.")


def _table_of_kpis(kpis: "pd.Series[float]") -> Table:
    names, keys = kpi_columns(list(kpis.index))
    units = [label_of(kpi).unit for kpi in kpis.index]
    return Table("All figures", [names, Column("Value", kpis.tolist(), units), keys])


def _table_of_weeks(run: Run) -> Table:
    weeks = run.weeks
    columns = [
        Column("Week", weeks["week"].tolist(), "count"),
        Column("Monday", [str(day)[:10] for day in weeks["date"]]),
        Column("Leads", weeks["arrived"].tolist(), "count"),
        Column("Deals won", weeks["won"].tolist(), "count"),
        Column("Deals lost", weeks["lost"].tolist(), "count"),
        Column("Revenue", weeks["revenue"].tolist(), "currency"),
        Column("Open leads", weeks["open_leads"].tolist(), "count"),
        Column("Open pipeline", weeks["pipeline_value"].tolist(), "currency"),
    ]
    chart = Chart("line", "Revenue by week", "Monday", ["Revenue"])
    return Table("Weeks", columns, chart=chart, on_page=False)
