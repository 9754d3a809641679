"""One lead's story: who worked on it, where it waited, and when the customer was deciding."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from salessim.display.theme import AMBER, BLUE, GRAY, ORANGE, PALE, SKY, SMALL, TEXT
from salessim.plots.style import colors, legend, new_figure, picture, plain, round_ticks

CUSTOMER, PAUSE, QUEUE = "customer decides", "next try or meeting", "waits for us"
LANES = (CUSTOMER, PAUSE, QUEUE)  # beside those of people
COLORS = {"work": BLUE, "admin": AMBER, QUEUE: ORANGE, PAUSE: SKY, CUSTOMER: PALE}
LEGEND = {
    "work": "work",
    "admin": "paperwork",
    QUEUE: "waiting for us",
    PAUSE: "until the next try or meeting",
    CUSTOMER: "the customer's time",
}


@dataclass(frozen=True)
class Span:
    """A piece of a lead's time.

    Parameters
    ----------
    lane : str
        Whose time it was: a person's, or one of LANES.
    what : str
        `work`, `admin`, or the lane's own name.
    stage : str
        At which stage.
    begin, end : float
        Working days since day 0.
    """

    lane: str
    what: str
    stage: str
    begin: float
    end: float


def spans_of(lead: str, leads: pd.DataFrame, activities: pd.DataFrame, days: float) -> list[Span]:
    """What a lead's time went to, from its arrival until it closed or the window ended.

    Parameters
    ----------
    lead : str
        Its name.
    leads, activities : DataFrame
        A run's tables.
    days : float
        Length of the window, to whose end the story of an open lead goes.

    Returns
    -------
    list of Span
        In order of their beginning.

    Raises
    ------
    ValueError
        Where there is no such lead, or nothing was done on it in the window.
    """
    card = leads[leads["lead"] == lead]
    visits = activities[activities["lead"] == lead].sort_values(["ready", "kind"], kind="stable")
    if card.empty or visits.empty:
        example = activities["lead"].iloc[0] if len(activities) else "none"
        raise ValueError(f"no activity of a lead {lead!r} in this run; try {example!r}")
    closed = card["closed"].iloc[0]
    until = days if pd.isna(closed) else float(closed)
    spans = []
    for visit in visits.itertuples():
        started = until if pd.isna(visit.started) else visit.started
        ended = until if pd.isna(visit.ended) else visit.ended
        is_joint = visit.kind == "joint"  # work in the engineer's lane; the wait is the seller's
        if started > visit.ready and not is_joint:
            spans.append(Span(QUEUE, QUEUE, visit.stage, visit.ready, min(started, ended)))
        if not pd.isna(visit.started):
            what = "work" if is_joint else visit.kind
            spans.append(Span(visit.rep, what, visit.stage, started, ended))
    spans += _gaps(visits[visits["kind"] != "joint"], until, is_open=pd.isna(closed))
    return sorted(spans, key=lambda span: (span.begin, span.end))


@picture
def story(lead: str, leads: pd.DataFrame, activities: pd.DataFrame, days: float) -> Figure:
    """One lead's story as a swim lane.

    Parameters
    ----------
    lead : str
        Its name.
    leads, activities : DataFrame
        A run's tables.
    days : float
        Length of the window, to whose end the story of an open lead goes.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        Where there is no such lead, or nothing was done on it in the window.
    """
    spans = spans_of(lead, leads, activities, days)
    card = leads[leads["lead"] == lead].iloc[0]
    outcome, arrived = str(card["outcome"]).replace("_", " "), float(card["arrived"])
    people = list(dict.fromkeys(s.lane for s in spans if s.lane not in LANES))
    lanes = [*(lane for lane in LANES if any(s.lane == lane for s in spans)), *people]
    words = _in_words(spans, arrived)
    figure = new_figure(_message(lead, outcome, spans), 0.62 * len(lanes) + 2.6, words)
    axes = plain(figure.add_subplot())
    begin, end = spans[0].begin - arrived, max(span.end for span in spans) - arrived
    least = (end - begin) / 250  # so that an hour can be seen in a quarter
    for span in spans:
        width = max(span.end - span.begin, least)
        axes.barh(lanes.index(span.lane), width, left=span.begin - arrived, height=0.6,
                  color=COLORS[span.what], edgecolor=GRAY, linewidth=0.4)  # fmt: skip
    _name_stages(axes, spans, arrived, end - begin)
    axes.set_yticks(range(len(lanes)), lanes)
    axes.set_ylim(len(lanes), -0.6)  # room under the last lane, for the outcome
    axes.set_xlim(begin - (end - begin) * 0.01, end + (end - begin) * 0.02)
    axes.annotate(
        f"{outcome} ", (1, 0), xycoords="axes fraction", xytext=(0, 6), ha="right",
        textcoords="offset points", fontsize=TEXT, fontweight="bold",
    )  # fmt: skip
    axes.set_xlabel("working days since the lead arrived")
    round_ticks(axes.xaxis)
    for what, label in LEGEND.items():
        if any(span.what == what for span in spans):
            axes.barh(0, 0, color=COLORS[what], label=label, edgecolor=GRAY, linewidth=0.4)
    legend(figure, 3)
    return figure


def days_by_use(spans: list[Span]) -> dict[str, float]:
    """Working days that a lead spent in work (or paperwork), waiting, pausing, with the customer.

    Where several go on at once, the first of these counts, so that they add up to the
    time from the first span's beginning to the last one's end.
    """
    order = {"work": "work", "admin": "work", QUEUE: QUEUE, PAUSE: PAUSE, CUSTOMER: CUSTOMER}
    uses = list(dict.fromkeys(order.values()))
    days = dict.fromkeys(uses, 0.0)
    edges = sorted({time for span in spans for time in (span.begin, span.end)})
    for begin, end in pairwise(edges):
        here = {order[s.what] for s in spans if s.begin <= begin and s.end >= end}
        days[next(use for use in uses if use in here)] += end - begin
    return days


def _gaps(visits: pd.DataFrame, until: float, is_open: bool) -> list[Span]:
    """The times in which nobody of the department had the lead, or was to have it."""
    gaps, rows = [], list(visits.itertuples())
    busy_until, before = rows[0].ready, rows[0]
    for visit in [*rows, None]:
        begin = until if visit is None else visit.ready
        if begin > busy_until + 1e-9:
            lane = PAUSE if _goes_on(before, visit, is_open) else CUSTOMER
            gaps.append(Span(lane, lane, before.stage, busy_until, begin))
        if visit is not None:
            busy_until = max(busy_until, until if pd.isna(visit.ended) else visit.ended)
            before = visit
    return gaps


def _goes_on(before: Any, after: Any, is_open: bool) -> bool:
    """Whether what follows a visit is another try or meeting of its stage."""
    if after is not None:
        return bool(after.kind == "work" and after.attempt > 1)
    return is_open and before.kind == "work" and before.result in ("no_answer", "passed")


def _name_stages(axes: Axes, spans: list[Span], arrived: float, width: float) -> None:
    """Names of the stages above the lanes, where each begins; close ones share a line each."""
    last_at, level = [float("-inf")] * 3, 0
    for stage in dict.fromkeys(span.stage for span in spans):
        at = min(span.begin for span in spans if span.stage == stage) - arrived
        axes.axvline(at, color=colors().muted, linewidth=1, linestyle=":")
        level = next((n for n in range(3) if at - last_at[n] > width * 0.13), (level + 1) % 3)
        last_at[level] = at
        axes.annotate(
            f" {stage}", (at, 1), xycoords=("data", "axes fraction"), xytext=(0, 4 + 14 * level),
            textcoords="offset points", fontsize=SMALL + 1, color=colors().muted,
        )  # fmt: skip


def _message(lead: str, outcome: str, spans: list[Span]) -> str:
    days = days_by_use(spans)
    pause = f"{days[PAUSE]:.1f} between tries or meetings, " if days[PAUSE] else ""
    return (
        f"{lead}, {outcome} after {sum(days.values()):.1f} working days: {days[CUSTOMER]:.1f} with "
        f"the customer, {pause}{days[QUEUE]:.1f} waiting for us, {days['work']:.1f} of work"
    )


def _in_words(spans: list[Span], arrived: float) -> str:
    return "; ".join(
        f"day {span.begin - arrived:.1f} to {span.end - arrived:.1f}: "
        f"{span.lane}, {span.stage}, {LEGEND[span.what]}"
        for span in spans
    )
