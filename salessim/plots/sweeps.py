"""Sweeps: a curve with intervals, a map of two paths, and what matters most."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from salessim.display import figure as written
from salessim.display.theme import BLUE, GRAY, ORANGE, PINK, SMALL, TEXT
from salessim.plots.style import new_figure, plain


def curve(points: pd.DataFrame, path: str, what: str, unit: str = "") -> Figure:
    """A KPI along one path, with 95 % intervals.

    Parameters
    ----------
    points : DataFrame
        A row for each point: the path, `mean, low, high`.
    path : str
        What was varied.
    what : str
        What people call the KPI.
    unit : str
        As in `kpis.csv`.

    Returns
    -------
    Figure
    """
    rows = points[points["mean"].notna()].sort_values(path)
    best = rows.loc[rows["mean"].idxmax()]
    message = f"Most {what} at {path} = {best[path]:g}: {written(best['mean'], unit)}"
    words = "; ".join(
        f"{path} {row[path]:g}: {written(row['mean'], unit)}, between {written(row['low'], unit)} "
        f"and {written(row['high'], unit)}"
        for _, row in rows.iterrows()
    )
    figure = new_figure(message, 5.2, words)
    axes = plain(figure.add_subplot())
    axes.fill_between(rows[path], rows["low"], rows["high"], color=BLUE, alpha=0.15, linewidth=0)
    axes.vlines(rows[path], rows["low"], rows["high"], color=BLUE, linewidth=3)
    axes.plot(rows[path], rows["mean"], "o-", color=BLUE, markersize=9, linewidth=2)
    axes.plot(best[path], best["mean"], "o", color=ORANGE, markersize=13)
    axes.set_xlabel(f"{path} (95 % interval of each point by itself)")
    axes.set_ylabel(what)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: written(value, unit)))
    return figure


def heat_map(points: pd.DataFrame, across: str, up: str, what: str, unit: str = "") -> Figure:
    """A KPI over two paths; each field has its mean and how far it may be off.

    Parameters
    ----------
    points : DataFrame
        A row for each point: the paths, `mean, low, high`.
    across, up : str
        What was varied.
    what, unit : str
        As for `curve`.

    Returns
    -------
    Figure
    """
    table = points.pivot(index=up, columns=across, values="mean")
    table = table.reindex(
        index=[*dict.fromkeys(points[up])][::-1], columns=[*dict.fromkeys(points[across])]
    )
    half = points.assign(half=(points["high"] - points["low"]) / 2)
    doubt = half.pivot(index=up, columns=across, values="half").reindex_like(table)
    best = points.loc[points["mean"].idxmax()]
    message = (
        f"Most {what} at {across} = {_plain(best[across])}, {up} = {_plain(best[up])}: "
        f"{written(best['mean'], unit)}"
    )
    words = "; ".join(
        f"{across} {_plain(row[across])}, {up} {_plain(row[up])}: {written(row['mean'], unit)}"
        for _, row in points.iterrows()
    )
    figure = new_figure(message, 0.75 * len(table) + 2.6, words)
    axes = plain(figure.add_subplot())
    image = axes.imshow(table.to_numpy(), cmap="cividis", aspect="auto")
    middle = np.nanmean([np.nanmin(table.to_numpy()), np.nanmax(table.to_numpy())])
    for row in range(len(table)):
        for column in range(len(table.columns)):
            mean, off = table.iloc[row, column], doubt.iloc[row, column]
            if not np.isnan(mean):
                note = f"{written(mean, unit)}\n± {written(off, unit)}"
                axes.text(column, row, note, ha="center", va="center", fontsize=SMALL,
                          color="black" if mean > middle else "white")  # fmt: skip
    axes.set_xticks(range(len(table.columns)), [f"{value}" for value in table.columns])
    axes.set_yticks(range(len(table)), [f"{value}" for value in table.index])
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.spines[:].set_visible(False)
    bar = figure.colorbar(image, ax=axes)
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: written(value, unit)))
    bar.ax.tick_params(labelsize=SMALL)
    return figure


def tornado(table: pd.DataFrame, what: str, unit: str = "") -> Figure:
    """What each number does to a KPI when it goes to either end of its range.

    Parameters
    ----------
    table : DataFrame
        As `salessim.tornado` gives it.
    what, unit : str
        As for `curve`.

    Returns
    -------
    Figure
    """
    paths = list(dict.fromkeys(table["path"]))
    widest = table[table["path"] == paths[0]]["difference"].abs().max()
    sure = table[(table["low"] > 0) | (table["high"] < 0)]
    message = (
        f"{sure['path'].iloc[0]} moves {what} most: by up to {written(widest, unit)}"
        if len(sure) and sure["path"].iloc[0] == paths[0]
        else f"Nothing moves {what} for certain here: all the widest intervals contain 0"
        if sure.empty
        else f"{sure['path'].iloc[0]} moves {what} for certain"
    )
    words = "; ".join(
        f"{row.path} at {row.value:g}: {written(row.difference, unit)}, between "
        f"{written(row.low, unit)} and {written(row.high, unit)}"
        for row in table.itertuples()
    )
    figure = new_figure(message, 0.85 * len(paths) + 2.0, words)
    axes = plain(figure.add_subplot())
    edge = 1.3 * float(
        np.nanmax(table[["difference", "low", "high"]].abs().to_numpy(), initial=1e-12)
    )
    for row in table.itertuples():
        ends = [
            value
            for path, value in zip(table["path"], table["value"], strict=True)
            if path == row.path
        ]
        first = row.value == ends[0]
        place = paths.index(row.path) + (-0.2 if first else 0.2)
        axes.barh(place, row.difference, height=0.36, color=BLUE if first else ORANGE)
        axes.hlines(place, row.low, row.high, color=GRAY, linewidth=2)
        out = max(row.difference, row.high) if row.difference >= 0 else min(row.difference, row.low)
        axes.text(out, place, f" {row.value:g} ", fontsize=SMALL, va="center",
                  ha="left" if row.difference >= 0 else "right")  # fmt: skip
    axes.axvline(0, color=GRAY, linewidth=1)
    axes.set_xlim(-edge, edge)
    axes.set_yticks(range(len(paths)), paths)
    axes.set_ylim(len(paths) - 0.4, -0.6)
    axes.set_xlabel(f"difference in {what}; thin lines: 95 % intervals")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: written(value, unit)))
    axes.tick_params(labelsize=TEXT)
    return figure


def standings(table: pd.DataFrame, names: list[str], what: str, unit: str = "") -> Figure:
    """Designs by their difference to the best one, under the same luck.

    Parameters
    ----------
    table : DataFrame
        A row for each design: `difference, difference_low, difference_high, standing`.
    names : list of str
        Of the designs.
    what, unit : str
        As for `curve`.

    Returns
    -------
    Figure
    """
    colours = {"best": ORANGE, "statistically tied": BLUE, "outside": PINK}
    counts = table["standing"].value_counts()
    level = counts.get("statistically tied", 0)
    message = (
        f"{level} of {len(table)} designs are statistically tied with the best"
        if counts.get("best", 0)
        else "No design keeps the bounds"
    )
    words = "; ".join(
        f"{name}: {written(row['difference'], unit)}, between "
        f"{written(row['difference_low'], unit)} and {written(row['difference_high'], unit)}, "
        f"{row['standing']}"
        for name, (_, row) in zip(names, table.iterrows(), strict=True)
    )
    figure = new_figure(message, 0.45 * len(table) + 2.2, words)
    axes = plain(figure.add_subplot())
    for place, (_, row) in enumerate(table.iterrows()):
        colour = colours.get(row["standing"], GRAY)
        axes.hlines(place, row["difference_low"], row["difference_high"], color=colour, linewidth=5)
        axes.plot(row["difference"], place, "o", color=colour, markersize=10)
    axes.axvline(0, color=GRAY, linewidth=1)
    for standing in dict.fromkeys(table["standing"]):
        axes.plot([], [], "o-", color=colours.get(standing, GRAY), label=standing)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.6)
    axes.tick_params(axis="y", labelsize=SMALL)
    axes.set_xlabel(f"difference in {what} to the best (same luck; 95 % intervals)")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: written(value, unit)))
    figure.legend(loc="outside lower center", ncols=4, fontsize=SMALL, frameon=False)
    return figure


def pareto(cost: pd.Series, revenue: pd.Series, names: list[str], chosen: list[str]) -> Figure:
    """Designs by what they cost and what they bring; those that nothing beats are joined.

    Parameters
    ----------
    cost, revenue : Series of float
        Means, one a design.
    names : list of str
        Of the designs.
    chosen : list of str
        Which of them to mark.

    Returns
    -------
    Figure
    """
    table = pd.DataFrame({"cost": cost.to_numpy(), "revenue": revenue.to_numpy()}, index=names)
    table = table.dropna().sort_values(["cost", "revenue"], ascending=[True, False])
    front = table[table["revenue"] > table["revenue"].cummax().shift(fill_value=-np.inf)]
    message = (
        f"By their means, {len(front)} of {len(table)} designs are beaten by none that brings "
        "more for less (which does not say that they pay)"
    )
    words = "; ".join(
        f"{name}: costs {written(row['cost'], 'currency')}, brings "
        f"{written(row['revenue'], 'currency')}" for name, row in front.iterrows()
    )  # fmt: skip
    figure = new_figure(message, 5.6, words)
    axes = plain(figure.add_subplot())
    axes.plot(table["cost"], table["revenue"], "o", color=GRAY, markersize=7, alpha=0.6)
    axes.plot(front["cost"], front["revenue"], "o-", color=BLUE, markersize=9, linewidth=2,
              label="nothing else brings more for less")  # fmt: skip
    marked = table.loc[[name for name in chosen if name in table.index]]
    axes.plot(marked["cost"], marked["revenue"], "o", color=ORANGE, markersize=13, label="best")
    for name, row in marked.iterrows():
        axes.annotate(str(name).replace(", ", "\n"), (row["cost"], row["revenue"]), xytext=(10, -8),
                      textcoords="offset points", fontsize=SMALL, va="top")  # fmt: skip
    axes.margins(0.12, 0.15)
    axes.set_xlabel("cost")
    axes.set_ylabel("revenue")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5))
        axis.set_major_formatter(FuncFormatter(lambda value, _: written(value, "currency")))
    figure.legend(loc="outside lower center", ncols=2, fontsize=TEXT, frameon=False)
    return figure


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)
