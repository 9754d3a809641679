"""What a change does to the headline figures, with its margin of error."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from salessim.display import HEADLINE, figure, is_kpi, label_of, percent, with_unit
from salessim.display.theme import SMALL
from salessim.plots.style import colors, new_figure, picture, plain, round_ticks, safe, wrapped

DECIDED = ("higher", "lower")
SAME = "no difference that matters"
# Better and worse are told by word, by the shape of the mark, and by color.
MARKS = {"better": "^", "worse": "v", "higher": "o", "lower": "o"}
FAR = 4.0  # times the middle figure's reach, beyond which a figure is cut at the edge
TIMES = 10_000  # percent more, from which on a change is told as a multiple
BESIDE = 0.04  # of the axis, from the mark of a figure that is cut to its text


@picture
def effects(
    table: pd.DataFrame,
    labels: dict[str, str] | None = None,
    margin: float = 0.02,
    currency: str = "",
    changed: str = "",
) -> Figure:
    """Differences in % of the base, with their intervals, beside what does not matter.

    Parameters
    ----------
    table : DataFrame
        An effect's table; or several options by one KPI: the option's name as `kpi`, and
        the KPI as `goal`.
    labels : dict of str to str, optional
        KPIs to show, and what people call them; absent, the headline figures.
    margin : float
        Share of the base below which a difference does not matter.
    currency : str
        The scenario's.
    changed : str
        What was changed, to begin the title with.

    Returns
    -------
    Figure
    """
    labels = {kpi: label_of(kpi).title for kpi in HEADLINE} if labels is None else labels
    told = table.set_index("kpi").reindex(list(labels))
    told = told[told["replications"] > 0]
    rows = told[told["low"].notna() & (told["base"] != 0)]
    parts = 100 * rows[["difference", "low", "high"]].div(rows["base"].abs(), axis=0)
    words = pd.Series([_judged(str(kpi), row) for kpi, row in rows.iterrows()], rows.index, object)
    drawn = new_figure(
        ": ".join(filter(None, [changed, _message(told, labels)])),
        0.66 * len(rows) + 2.4,
        _in_words(rows, parts, labels, words),
    )
    axes, ink = plain(drawn.add_subplot()), colors()
    edge = _edge(parts, margin)
    axes.axvspan(-100 * margin, 100 * margin, color=ink.pale, alpha=0.5, linewidth=0)
    axes.axvline(0, color=ink.muted, linewidth=1)
    axes.set_xlim(-edge, edge)
    for place, (kpi, row) in enumerate(rows.iterrows()):
        _draw(axes, place, parts.loc[kpi], str(words[kpi]), edge)
        after = f"{figure(row['base'], row['unit'], currency)} → "
        after += f"{with_unit(row['what_if'], row['unit'], currency)}: {words[kpi]}"
        axes.annotate(safe(after), (1.01, place), xycoords=("axes fraction", "data"),
                      fontsize=SMALL, va="center")  # fmt: skip
    axes.set_yticks(range(len(rows)), [wrapped(labels[str(kpi)]) for kpi in rows.index])
    axes.set_ylim(max(len(rows), 1) - 0.4, -0.6)
    round_ticks(axes.xaxis, most=4)
    axes.set_xlabel(f"change in % of the base, with 95% intervals\n(shaded: within "
                    f"{percent(margin, 0)}, too small to matter)")  # fmt: skip
    return drawn


def _edge(parts: pd.DataFrame, margin: float) -> float:
    """Where the axis ends: one figure that changes many times more doesn't squeeze the others."""
    reach = parts.abs().max(axis=1).to_numpy()
    reach = reach[np.isfinite(reach)]
    if not len(reach):
        return 100 * margin * 2.2 or 1.0
    near = reach[reach <= FAR * max(float(np.median(reach)), 100 * margin)]
    return max(2.2 * 100 * margin, 1.2 * float(near.max(initial=0.0))) or 1.0


def _draw(axes: Axes, place: int, part: pd.Series, word: str, edge: float) -> None:
    """One figure: its interval and mark, or an arrow at the edge with what lies beyond it."""
    ink = colors()
    color = {"better": ink.better, "worse": ink.worse}.get(word, ink.muted)
    if abs(part["difference"]) > edge:
        sign = float(np.sign(part["difference"]))
        axes.annotate("", (sign * edge, place), (sign * edge * 0.72, place),
                      arrowprops={"arrowstyle": "-|>", "color": color, "linewidth": 4})  # fmt: skip
        axes.text(sign * edge * (0.72 - BESIDE), place, _far(part["difference"]), fontsize=SMALL,
                  va="center", ha="right" if sign > 0 else "left")  # fmt: skip
        return
    ends = np.clip(part[["low", "high"]].to_numpy(dtype=float), -edge, edge)
    axes.hlines(place, *ends, color=color, linewidth=4)
    axes.plot(ends, [place, place], "|", color=color, markersize=18, markeredgewidth=2)
    hollow = word not in MARKS
    axes.plot(part["difference"], place, MARKS.get(word, "o"), color=color, markersize=9,
              markerfacecolor=ink.background if hollow else color, markeredgewidth=2)  # fmt: skip


def _far(percents: float) -> str:
    """A change that is cut at the edge, short enough to stay on its side of the zero line."""
    if percents < TIMES:
        return f"{percents:+,.0f}%"
    return f"{figure(1 + percents / 100, 'times')} times"


def _judged(kpi: str, row: pd.Series) -> str:
    """A verdict in a word or two."""
    if row["verdict"] == SAME:
        return "about the same"
    if row["verdict"] not in DECIDED:
        return "can't tell yet"
    name = str(row.get("goal", kpi))  # options, which have names of their own, share a goal
    better = (
        label_of(name).is_better(row["difference"], row.get("judged", True))
        if is_kpi(name)
        else None
    )
    return str(row["verdict"]) if better is None else "better" if better else "worse"


def _message(rows: pd.DataFrame, labels: dict[str, str]) -> str:
    if rows.empty:
        return "Nothing was observed that could be compared"
    if rows["low"].isna().all():
        return "One run each can't tell: there is no interval"
    words = {kpi: _judged(str(kpi), row) for kpi, row in rows.iterrows()}
    said = []
    for word in ("better", "worse", "higher", "lower"):
        names = [label_of(str(kpi)).text if is_kpi(str(kpi)) else labels[str(kpi)]
                 for kpi, verdict in words.items() if verdict == word]  # fmt: skip
        said += [f"{word.capitalize()}: {', '.join(names)}"] if names else []
    if said:
        return ". ".join(said)
    unclear = sum(word == "can't tell yet" for word in words.values())
    return (
        f"Can't tell yet: {unclear} of {len(words)} figures are unclear"
        if unclear
        else "No difference that matters"
    )


def _in_words(
    rows: pd.DataFrame, parts: pd.DataFrame, labels: dict[str, str], words: pd.Series
) -> str:
    return "; ".join(
        f"{labels[str(kpi)]}: {part['difference']:+.1f}% of the base, between {part['low']:+.1f}% "
        f"and {part['high']:+.1f}%, {words[kpi]}"
        for kpi, part in parts.loc[rows.index].iterrows()
    )
