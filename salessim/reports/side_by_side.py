"""Several options of a comparison, side by side."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from salessim.display import between, figure, label_of
from salessim.experiment import Effect
from salessim.reports.figures import kpi_columns, standing_of
from salessim.reports.report import Chart, Column, Table


def answer_of_several(
    effect: Effect, rows: Sequence[pd.DataFrame], names: Sequence[str], goal: str, currency: str
) -> str:
    """Which option is best for the goal, and which are statistically tied with it."""
    label = label_of(goal)
    means = np.array([row.loc[goal, "what_if"] for row in rows], dtype=float)
    if np.isnan(means).all():
        return "Every run failed, so there is no result."
    lead = int(np.nanargmin(means) if label.better == "lower" else np.nanargmax(means))
    row = rows[lead].loc[goal]
    base = figure(row["base"], label.unit, currency)
    most = "least" if label.better == "lower" else "most"
    if row["difference"] and not label.is_better(row["difference"]):
        before = f"No option has {'less' if most == 'least' else 'more'} {label.text} than {base}"
        answer = f"{before}, the value without a change; the nearest is {names[lead]}"
    else:
        answer = f"{names[lead]} has the {most} {label.text}"
    answer += f": {figure(row['what_if'], label.unit, currency)}"
    spread = between(row["low"], row["high"], label.unit, currency)
    answer += f", {spread} against {base} without a change." if spread else "."
    tied = [name for name in getattr(effect, "tied", ()) if name != names[lead]]
    return f"{answer} Statistically tied with it: {', '.join(tied)}." if tied else answer


def tables_of_several(rows: Sequence[pd.DataFrame], names: Sequence[str]) -> list[Table]:
    """Every figure of every option: values and verdicts, then the intervals."""
    seen = np.any([row["replications"] > 0 for row in rows], axis=0)
    kpis = [str(kpi) for kpi, is_seen in zip(rows[0].index, seen, strict=True) if is_seen]
    rows = [row.loc[kpis] for row in rows]
    units = rows[0]["unit"].tolist()
    titles, keys = kpi_columns(kpis)
    values = [titles, Column("Before", rows[0]["base"].tolist(), units)]
    ranges = [titles]
    for name, row in zip(names, rows, strict=True):
        verdicts = [str(standing_of(kpi, row.loc[kpi, "verdict"], row.loc[kpi, "difference"]))
                    for kpi in kpis]  # fmt: skip
        values += [
            Column(name, row["what_if"].tolist(), units),
            Column(f"{name}: verdict", verdicts),
        ]
        for title, column in (("change", "difference"), ("at least", "low"), ("at most", "high")):
            ranges.append(Column(f"{name}: {title}", row[column].tolist(), units, is_change=True))
    parts = [
        Column(name, (row["difference"] / row["base"].abs().where(row["base"] != 0)).tolist(),
               "share", is_change=True)
        for name, row in zip(names, rows, strict=True)
    ]  # fmt: skip
    chart = Chart("bar", "Change in % of the value before", "Figure", names)
    note = "Each option against the department without a change; ends of 95% intervals."
    return [
        Table("Side by side", [*values, keys]),
        Table("Changes and their ranges", [*ranges, keys], note),
        Table("Changes in %", [titles, *parts, keys], chart=chart, on_page=False),
    ]
