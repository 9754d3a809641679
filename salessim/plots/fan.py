"""The range of a year, month by month."""

import pandas as pd
from matplotlib.figure import Figure

from salessim.display import figure as written
from salessim.display import label_of
from salessim.plots.style import colors, legend, new_figure, picture, plain, round_ticks


@picture
def fan(table: pd.DataFrame, kpi: str = "revenue", currency: str = "") -> Figure:
    """A KPI's median and the range of 8 of 10 years, month by month.

    Parameters
    ----------
    table : DataFrame
        As `Outlook.table`: a row for each KPI and period, `kpi, period, p10, p50, p90`.
    kpi : str
        Which KPI.
    currency : str
        The scenario's.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        Where the table has no months of the KPI.
    """
    label = label_of(kpi)
    rows = table[table["kpi"] == kpi].set_index("period")[["p10", "p50", "p90"]].dropna()
    months = rows[rows.index.str.startswith("month ")]
    if months.empty:
        known = ", ".join(table.loc[table["period"].str.startswith("month "), "kpi"].unique())
        raise ValueError(f"{kpi} has no months here; known are {known}")
    number = months.index.str.removeprefix("month ").astype(int)
    drawn = new_figure(_message(months, kpi, currency), 5.0, _in_words(months, kpi, currency))
    axes, ink = plain(drawn.add_subplot()), colors()
    axes.fill_between(number, months["p10"], months["p90"], color=ink.main, alpha=0.25,
                      linewidth=0, label="8 of 10 years (P10 to P90)")  # fmt: skip
    axes.plot(number, months["p50"], "o-", color=ink.main, linewidth=3, markersize=8,
              label="median (P50)")  # fmt: skip
    axes.set_ylim(bottom=min(0.0, float(months["p10"].min())))
    axes.set_xlabel("month")
    axes.set_ylabel(f"{label.text} of the month")
    axes.set_xticks(number)
    round_ticks(axes.yaxis, label.unit, currency)
    legend(drawn, 2)
    return drawn


def _message(months: pd.DataFrame, kpi: str, currency: str) -> str:
    label = label_of(kpi)
    low, high = (written(float(months[end].median()), label.unit, currency)
                 for end in ("p10", "p90"))  # fmt: skip
    return f"In a typical month, {label.text} is between {low} and {high} in 8 of 10 years"


def _in_words(months: pd.DataFrame, kpi: str, currency: str) -> str:
    unit = label_of(kpi).unit
    return "; ".join(
        f"{period}: {written(row['p50'], unit, currency)} (8 of 10 between "
        f"{written(row['p10'], unit, currency)} and {written(row['p90'], unit, currency)})"
        for period, row in months.iterrows()
    )
