"""Several options of a comparison, side by side."""

from collections.abc import Sequence

import pandas as pd

from salessim.display import label_of
from salessim.reports.figures import kpi_columns, standing_of_row
from salessim.reports.report import Chart, Column, Table


def tables_of_several(rows: Sequence[pd.DataFrame], names: Sequence[str]) -> list[Table]:
    """Every figure of every option: values and verdicts, then the intervals."""
    kpis = list(
        dict.fromkeys(str(kpi) for row in rows for kpi in row.index[row["replications"] > 0])
    )
    rows = [row.reindex(kpis) for row in rows]
    units = [label_of(kpi).unit for kpi in kpis]
    titles, keys = kpi_columns(kpis)
    values = [titles, Column("Before", rows[0]["base"].tolist(), units)]
    ranges = [titles]
    for name, row in zip(names, rows, strict=True):
        verdicts = [str(standing_of_row(kpi, row.loc[kpi])) for kpi in kpis]
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
