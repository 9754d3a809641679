"""The report and files of a comparison."""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from salessim import plots
from salessim.display import HEADLINE, count_of, label_of
from salessim.experiment import Effect
from salessim.experiment.wording import GOALS, described, goal_of, paragraph
from salessim.output import PLAIN, CsvStyle
from salessim.reports import certainty
from salessim.reports.assumptions import assumptions_of, length_of
from salessim.reports.figures import (
    change_tile,
    headline_of,
    kpi_columns,
    share_of,
    standing_of_row,
)
from salessim.reports.files import Say, write_study
from salessim.reports.pictures import picture
from salessim.reports.report import (
    Chart,
    Column,
    Fact,
    Group,
    Picture,
    Report,
    Table,
)
from salessim.reports.side_by_side import tables_of_several
from salessim.scenario import Scenario
from salessim.simulate import simulate

DEALS = (
    "lead", "channel", "segment", "territory", "value", "base", "what_if", "because", "stage",
    "change",
)  # fmt: skip


def write_effect(
    effect: Effect, folder: Path, command: Sequence[str], say: Say, style: CsvStyle = PLAIN
) -> None:
    """Write a comparison's tables, a page and a workbook to pass on.

    Parameters
    ----------
    effect : Effect
    folder : Path
        The study's.
    command : sequence of str
        What to type to have it again.
    say : function of str
        Told of each file before it is made.
    style : CsvStyle
        Of the CSV files.

    Raises
    ------
    OutputError
        Where nothing can be written.
    """
    say("writing what changed")
    deals = deals_of(effect)
    tables, scenarios = files_of(effect, deals)
    write_study(effect_report(effect, deals, command), tables, scenarios, folder, say, style)


def files_of(
    effect: Effect, deals: Sequence[pd.DataFrame]
) -> tuple[dict[str, pd.DataFrame], dict[str, Scenario]]:
    """A comparison's tables and scenarios, by file name."""
    names = effect.names[1:]
    several = len(names) > 1
    tables = {
        "effects.csv": effect.table,
        "because.csv": _together(effect.because, names) if several else effect.because[0],
        "deals.csv": _together(deals, names) if several else deals[0],
        "failures.csv": effect.failures,
    } | ({"pairs.csv": effect.pairs} if several else {})
    scenarios = {"base.yaml": effect.base} | {
        f"what-if-{number}.yaml" if several else "what-if.yaml": what_if
        for number, what_if in enumerate(effect.what_ifs, 1)
    }
    return tables, scenarios


def deals_of(effect: Effect) -> list[pd.DataFrame]:
    """For each what-if the deals that changed sides in the first year; none where all failed."""
    return [
        effect.deals(what_if=number)
        if table["replications"].max() > 0
        else pd.DataFrame(columns=list(DEALS))
        for number, table in enumerate(effect.tables)
    ]


def effect_report(effect: Effect, deals: Sequence[pd.DataFrame], command: Sequence[str]) -> Report:
    """The report of a comparison.

    Parameters
    ----------
    effect : Effect
    deals : sequence of DataFrame
        For each what-if, the deals that changed sides in the first year.
    command : sequence of str
    """
    base, one = effect.base, len(effect.what_ifs) == 1
    rows = [_rows(table) for table in effect.tables]
    currency, what = base.currency, length_of(base)
    goal = goal_of(*rows) or GOALS[-1]
    names = effect.names[1:]
    name = base.name or "the department"
    if one:
        changed = described(base, effect.what_ifs[0])
        question = f"{changed}: what does it do for {name}?"
        answer = paragraph(base, effect.what_ifs[0], rows[0]).removeprefix(f"{changed}: ")
        if effect.no_result and effect.no_result[0]:
            answer = f"No result, because {effect.no_result[0]}."
        tiles = [change_tile(kpi, rows[0].loc[kpi]) for kpi in headline_of(rows[0])]
        tables = [_table_of_one(rows[0]), *_table_of_deals(deals[0], what)]
    else:
        question = f"Which of {count_of(len(names), 'option')} is best for {name}?"
        answer = effect.ranking.sentence() or "No option gave a result."
        tiles = [change_tile(goal, row.loc[goal], option)
                 for option, row in zip(names, rows, strict=True)]  # fmt: skip
        tables = tables_of_several(rows, names)
    changes = [Fact("What changes" if one else option, described(base, what_if))
               for option, what_if in zip(names, effect.what_ifs, strict=True)]  # fmt: skip
    return Report(
        kind="Comparison",
        question=question,
        answer=answer[:1].upper() + answer[1:],
        tiles=tiles,
        reasons=_reasons(effect, names),
        pictures=_pictures(effect, deals, rows, names, goal),
        tables=tables,
        assumptions=[*changes, *assumptions_of(base), _seed(effect)],
        certainty=certainty.of_pairs(rows[0].loc[goal], goal, effect.margin, what, currency),
        notes=[f"{flag}." for flag in effect.flags],
        command=shlex.join(command),
        currency=currency,
    )


def _rows(table: pd.DataFrame) -> pd.DataFrame:
    """A what-if's table by KPI, with empty rows for headline figures that it doesn't have."""
    rows = table.set_index("kpi")
    rows = rows.reindex(rows.index.union([*HEADLINE, "cost"], sort=False))
    return rows.assign(replications=rows["replications"].fillna(0))


def _together(frames: Sequence[pd.DataFrame], names: Sequence[str]) -> pd.DataFrame:
    parts = [frame.assign(scenario=name) for frame, name in zip(frames, names, strict=True)]
    table = pd.concat(parts, ignore_index=True)
    return table[["scenario", *frames[0].columns]]


def _reasons(effect: Effect, names: Sequence[str]) -> list[Group]:
    return [
        Group(name if len(names) > 1 else "", sentences)
        for name, sentences in zip(names, effect.reasons, strict=True)
        if sentences
    ]


def _seed(effect: Effect) -> Fact:
    return Fact("Random draws", f"Seed {effect.seed}: the same for every scenario")


def _table_of_one(rows: pd.DataFrame) -> Table:
    seen = rows[rows["replications"] > 0]
    units, kpis = seen["unit"].tolist(), [str(kpi) for kpi in seen.index]
    names, keys = kpi_columns(kpis)
    verdicts = [str(standing_of_row(kpi, seen.loc[kpi])) for kpi in kpis]
    parts = [share_of(d, b) for d, b in zip(seen["difference"], seen["base"], strict=True)]
    columns = [
        names,
        Column("Before", seen["base"].tolist(), units),
        Column("After", seen["what_if"].tolist(), units),
        Column("Change", seen["difference"].tolist(), units, is_change=True),
        Column("Change at least", seen["low"].tolist(), units, is_change=True),
        Column("Change at most", seen["high"].tolist(), units, is_change=True),
        Column("Verdict", verdicts),
        Column("Change in %", parts, "share", is_change=True, on_page=False),
        Column("Pairs of runs", seen["replications"].tolist(), "count", on_page=False),
        keys,
    ]
    chart = Chart("bar", "Change in % of the value before", "Figure", ["Change in %"])
    note = "At least and at most: the ends of the 95% interval of the average change."
    return Table("All figures", columns, note, chart)


def _table_of_deals(deals: pd.DataFrame, what: str) -> list[Table]:
    if deals.empty:
        return []
    ordered = deals.sort_values("value", ascending=False)
    words = {name: [_word(value) for value in ordered[name]] for name in DEALS if name != "value"}
    columns = [
        Column("Deal", words["lead"]),
        Column("Value", ordered["value"].tolist(), "currency"),
        Column("Without the change", words["base"]),
        Column("With it", words["what_if"]),
        Column("They part at", words["stage"]),
        Column("What differs there", words["change"]),
        Column("Channel", words["channel"]),
        Column("Segment", words["segment"]),
        Column("Territory", words["territory"]),
        Column("Because of the change", words["because"]),
    ]
    won, lost = (words["because"].count(word) for word in ("won", "lost"))
    note = (
        f"In the first simulated {what} the change alone won {count_of(won, 'deal')} and lost "
        f"{count_of(lost, 'deal')}; the largest come first."
    )
    shown = [column for column in columns if any(value != "" for value in column.values)]
    return [Table("Deals that changed sides", shown, note)]


def _word(value: object) -> str:
    return "" if value is None or value != value else str(value).replace("_", " ")


def _pictures(
    effect: Effect,
    deals: Sequence[pd.DataFrame],
    rows: Sequence[pd.DataFrame],
    names: Sequence[str],
    goal: str,
) -> list[Picture]:
    currency = effect.base.currency
    if len(names) == 1:
        first = picture(plots.effects, effect.table, None, effect.margin, currency)
        return [first, *_story(effect, deals[0], rows[0].loc["won", "difference"])]
    options = pd.DataFrame([row.loc[goal] for row in rows]).assign(kpi=list(names), goal=goal)
    labels = dict(zip(names, names, strict=True))
    drawn = picture(plots.effects, options, labels, effect.margin, currency)
    whom = effect.base.name or "the base"
    return [replace(drawn, message=f"{label_of(goal).title} of each option, against {whom}")]


def _story(effect: Effect, deals: pd.DataFrame, difference: float) -> list[Picture]:
    """The largest deal that the change won, or lost, whichever it does more."""
    wanted = ["won", "lost"] if difference >= 0 else ["lost", "won"]
    other = deals["base"].where(deals["because"] == "won", deals["what_if"])
    known = deals[other != "open"]  # one that is still open may yet be won there too
    because = next((word for word in wanted if (known["because"] == word).any()), None)
    if because is None:
        return []
    told = known[known["because"] == because].sort_values("value", ascending=False)
    for scenario in (effect.what_ifs[0], effect.base):  # a lead may be in one of both only
        run = simulate(scenario, effect.seed, 0)
        leads = told["lead"][told["lead"].isin(run.activities["lead"])]
        if len(leads):
            lead = str(leads.iloc[0])
            drawn = picture(plots.story, lead, run.leads, run.activities, run.record.days)
            which = f"The largest deal {because} because of the change"
            return [replace(drawn, message=f"{which}: {drawn.message}")]
    return []
