"""What a change does to the headline figures, with its doubt."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from salessim.display.theme import BLUE, GRAY, GREEN, ORANGE, PALE, SMALL
from salessim.plots.style import new_figure, plain

COLOURS = {"higher": GREEN, "lower": ORANGE, "unclear": GRAY}


def effects(table: pd.DataFrame, labels: dict[str, str], margin: float) -> Figure:
    """Differences in % of the base, with their intervals, beside what does not matter.

    Parameters
    ----------
    table : DataFrame
        An effect's table.
    labels : dict of str to str
        KPIs to show, and what people call them.
    margin : float
        Share of the base below which a difference does not matter.

    Returns
    -------
    Figure
    """
    told = table.set_index("kpi").reindex(list(labels))
    told = told[told["replications"] > 0]
    rows = told[told["low"].notna() & (told["base"] != 0)]
    parts = 100 * rows[["difference", "low", "high"]].div(rows["base"].abs(), axis=0)
    figure = new_figure(
        _message(told, labels), 0.62 * len(rows) + 2.4, _in_words(rows, parts, labels)
    )
    axes = plain(figure.add_subplot())
    places = range(len(rows))
    axes.axvspan(-100 * margin, 100 * margin, color=PALE, alpha=0.6, linewidth=0)
    axes.axvline(0, color=GRAY, linewidth=1)
    colours = [COLOURS.get(verdict, BLUE) for verdict in rows["verdict"]]
    axes.hlines(places, parts["low"], parts["high"], color=colours, linewidth=5)
    axes.scatter(parts["difference"], places, s=110, color=colours, zorder=3)
    edge = max(2.2 * 100 * margin, float(np.nanmax(parts.abs().to_numpy(), initial=0.0)) * 1.25)
    edge = edge or 1.0
    axes.set_xlim(-edge, edge)
    for place, (kpi, row) in zip(places, rows.iterrows(), strict=True):
        right = parts.loc[kpi, "high"]
        axes.annotate(f" {row['verdict']}", (min(right, edge), place), xytext=(4, 9),
                      textcoords="offset points", fontsize=SMALL, color=GRAY,
                      ha="left" if right < 0.45 * edge else "right")  # fmt: skip
    axes.set_yticks(places, [labels[kpi] for kpi in rows.index])
    axes.set_ylim(len(rows) - 0.4, -0.7)
    axes.set_xlabel(f"difference in % of the base (95 % intervals; grey: within {margin:.0%};\n"
                    "verdicts allow for there being several figures)")  # fmt: skip
    return figure


def _message(rows: pd.DataFrame, labels: dict[str, str]) -> str:
    sure = rows[rows["verdict"].isin(["higher", "lower"])]
    if rows.empty:
        return "Nothing was observed that could be compared"
    if rows["low"].isna().all():
        return "One run each tells nothing: there is no interval"
    if sure.empty:
        unclear = int((rows["verdict"] == "unclear").sum())
        return (
            "No difference that matters" if not unclear
            else f"Can't tell yet: {unclear} of {len(rows)} figures are unclear"
        )  # fmt: skip
    words = [f"{labels[str(kpi)]} {row['verdict']}" for kpi, row in sure.iterrows()]
    return f"Certain: {', '.join(words)}"


def _in_words(rows: pd.DataFrame, parts: pd.DataFrame, labels: dict[str, str]) -> str:
    return "; ".join(
        f"{labels[str(kpi)]}: {part['difference']:+.1f} % of the base, between {part['low']:+.1f} "
        f"and {part['high']:+.1f} %, {rows.loc[kpi, 'verdict']}"
        for kpi, part in parts.iterrows()
    )
