"""Sweeps: a curve with intervals, a map of two paths, and what matters most."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from salessim.display import change
from salessim.display import figure as written
from salessim.display.kpis import Better
from salessim.display.paths import apart_words, path_words, point_words
from salessim.display.theme import SMALL, TEXT
from salessim.plots.designs import BEST, TIED, UNCLEAR, WORSE
from salessim.plots.style import colors, new_figure, picture, plain, round_ticks, safe, text_on

MOST_TICKS = 12  # values of a path, beyond which the axis has round ones of its own


@picture
def curve(
    points: pd.DataFrame,
    path: str,
    what: str,
    unit: str = "",
    better: Better = "higher",
    currency: str = "",
) -> Figure:
    """A KPI along one path, with 95% intervals.

    Parameters
    ----------
    points : DataFrame
        A row for each point: the path, `mean, low, high` and, where the points were compared
        in pairs, `standing`.
    path : str
        What was varied.
    what : str
        What people call the KPI.
    unit : str
        As in `kpis.csv`.
    better : {"higher", "lower", "neither"}
        Which direction is better: the best point is marked.
    currency : str
        The scenario's.

    Returns
    -------
    Figure
    """
    rows = points[points["mean"].notna()].sort_values(path)
    best = rows.loc[_best(rows["mean"], better)]
    name = path_words(path)[0]
    message = _message(rows, [path], what, better, currency)
    words = "; ".join(
        f"{_plain(row[path])} {name}: {written(row['mean'], unit, currency)}, between "
        f"{written(row['low'], unit, currency)} and {written(row['high'], unit, currency)}"
        for _, row in rows.iterrows()
    )
    figure = new_figure(message, 5.2, words)
    axes, ink = plain(figure.add_subplot()), colors()
    axes.fill_between(
        rows[path], rows["low"], rows["high"], color=ink.main, alpha=0.15, linewidth=0
    )
    axes.vlines(rows[path], rows["low"], rows["high"], color=ink.main, linewidth=3)
    axes.plot(rows[path], rows["mean"], "o-", color=ink.main, markersize=9, linewidth=2)
    axes.plot(best[path], best["mean"], "D", color=ink.accent, markersize=13)
    axes.set_xlabel(f"{name} (95% interval of each point by itself)")
    axes.set_ylabel(what)
    if len(rows) <= MOST_TICKS:
        axes.set_xticks(rows[path], [_plain(value) for value in rows[path]])
    else:
        round_ticks(axes.xaxis)
    round_ticks(axes.yaxis, unit, currency)
    return figure


@picture
def heat_map(
    points: pd.DataFrame,
    across: str,
    up: str,
    what: str,
    unit: str = "",
    better: Better = "higher",
    currency: str = "",
) -> Figure:
    """A KPI over two paths; each field has its mean and its margin of error.

    Parameters
    ----------
    points : DataFrame
        As for `curve`, with both paths.
    across, up : str
        What was varied.
    what, unit, better, currency : str
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
    error = half.pivot(index=up, columns=across, values="half").reindex_like(table)
    names = [path_words(path)[0] for path in (across, up)]
    message = _message(points, [across, up], what, better, currency)
    words = "; ".join(
        f"{_plain(row[across])} {names[0]}, {_plain(row[up])} {names[1]}: "
        f"{written(row['mean'], unit, currency)}"
        for _, row in points.iterrows()
    )
    figure = new_figure(message, 0.75 * len(table) + 2.6, words)
    axes = plain(figure.add_subplot())
    image = axes.imshow(table.to_numpy(), cmap=_light_map(), aspect="auto")
    for row in range(len(table)):
        for column in range(len(table.columns)):
            mean, off = table.iloc[row, column], error.iloc[row, column]
            if not np.isnan(mean):
                note = f"{written(mean, unit, currency)}\n± {change(off, unit, currency)}"
                axes.text(column, row, safe(note), ha="center", va="center", fontsize=SMALL,
                          color=text_on(tuple(image.to_rgba(mean))))  # fmt: skip
    axes.set_xticks(range(len(table.columns)), [f"{value}" for value in table.columns])
    axes.set_yticks(range(len(table)), [f"{value}" for value in table.index])
    axes.set_xlabel(names[0])
    axes.set_ylabel(names[1])
    axes.spines[:].set_visible(False)
    bar = figure.colorbar(image, ax=axes)
    bar.set_label(f"{what} (± 95% margin of error)", fontsize=SMALL, color=colors().text)
    round_ticks(bar.ax.yaxis, unit, currency)
    bar.ax.tick_params(labelsize=SMALL, labelcolor=colors().text)
    return figure


@picture
def tornado(table: pd.DataFrame, what: str, unit: str = "", currency: str = "") -> Figure:
    """What each number does to a KPI when it goes to either end of its range.

    Parameters
    ----------
    table : DataFrame
        As `salessim.tornado` gives it; of three or more values of a path, its two ends are drawn.
    what, unit, currency : str
        As for `curve`.

    Returns
    -------
    Figure
    """
    table = _two_ends(table)
    paths = list(dict.fromkeys(table["path"]))
    widest = table[table["path"] == paths[0]]["difference"].abs().max()
    sure = table[(table["low"] > 0) | (table["high"] < 0)]
    names = {path: path_words(path)[0] for path in paths}
    message = f"Can't tell yet what moves {what}: every interval contains 0"
    if len(sure):
        first = str(sure["path"].iloc[0])
        most, size = " most", f": by up to {change(widest, unit, currency)}"
        if first != paths[0]:
            most = size = ""
        message = f"{what[:1].upper()}{what[1:]} depends{most} on {names[first]}{size}"
    words = "; ".join(
        f"{names[row.path]} at {row.value:g}: {written(row.difference, unit, currency)}, between "
        f"{written(row.low, unit, currency)} and {written(row.high, unit, currency)}"
        for row in table.itertuples()
    )
    figure = new_figure(message, 0.85 * len(paths) + 2.0, words)
    axes, ink = plain(figure.add_subplot()), colors()
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
        axes.barh(place, row.difference, height=0.36, color=ink.main if first else ink.accent)
        axes.hlines(place, row.low, row.high, color=ink.text, linewidth=2)
        out = max(row.difference, row.high) if row.difference >= 0 else min(row.difference, row.low)
        axes.text(out, place, f" {row.value:g} ", fontsize=SMALL, va="center",
                  ha="left" if row.difference >= 0 else "right")  # fmt: skip
    axes.axvline(0, color=ink.muted, linewidth=1)
    axes.set_xlim(-edge, edge)
    axes.set_yticks(range(len(paths)), [names[path] for path in paths])
    axes.set_ylim(len(paths) - 0.4, -0.6)
    axes.set_xlabel(f"difference in {what}; thin lines: 95% intervals")
    round_ticks(axes.xaxis, unit, currency, most=5)
    axes.tick_params(labelsize=TEXT)
    return figure


def _light_map() -> ListedColormap:
    """The lighter third of cividis, on which black figures are easy to read."""
    return ListedColormap(mpl.colormaps["cividis"](np.linspace(0.65, 1.0, 256)))


def _two_ends(table: pd.DataFrame) -> pd.DataFrame:
    """The lowest and the highest value of each path; what lies between would hide in the bars."""
    values = table.groupby("path", sort=False)["value"]
    low, high = values.transform("min"), values.transform("max")
    return table[(table["value"] == low) | (table["value"] == high)]


def _best(means: pd.Series, better: Better) -> object:
    """Where a KPI is best."""
    return means.idxmin() if better == "lower" else means.idxmax()


def _message(
    points: pd.DataFrame, paths: list[str], what: str, better: Better, currency: str
) -> str:
    """Which point stands out; where pairs weren't compared, only where the mean is best."""
    words = [point_words(dict(zip(paths, row, strict=True)), currency)
             for row in zip(*(points[path].tolist() for path in paths), strict=True)]  # fmt: skip
    best = points.index.get_loc(_best(points["mean"], better))
    standing = points["standing"].tolist() if "standing" in points else []
    if BEST not in standing:
        return f"{'Lowest' if better == 'lower' else 'Highest'} average {what} with {words[best]}"
    near = [word for word, at in zip(words, standing, strict=True) if at in (TIED, UNCLEAR)]
    ranked = sum(at in (BEST, TIED, UNCLEAR, WORSE) for at in standing)
    first = words[standing.index(BEST)]
    if 1 < len(near) < ranked - 1:  # their names would fill the title
        return f"By {what} {first} comes first; {len(near)} others can't be told apart from it"
    return apart_words(what, first, near, ranked)


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)
