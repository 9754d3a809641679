"""One lead's story: who worked on it, where it waited, when the customer thought."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from salessim.plots.style import AMBER, BLUE, DARK, LIGHT, ORANGE, SMALL, TEXT, new_figure, plain

CUSTOMER, QUEUE = "customer thinks", "waits for someone"
COLOURS = {"work": BLUE, "admin": AMBER, QUEUE: ORANGE, CUSTOMER: LIGHT}
LEGEND = {"work": "work", "admin": "paperwork", QUEUE: "waiting", CUSTOMER: "the customer's time"}


@dataclass(frozen=True)
class Span:
    """A piece of a lead's time.

    Parameters
    ----------
    lane : str
        Whose time it was: a person, the queue or the customer.
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


def spans_of(lead: str, leads: pd.DataFrame, activities: pd.DataFrame) -> list[Span]:
    """What a lead's time went to, from its arrival to where it ended or is now.

    Parameters
    ----------
    lead : str
        Its name.
    leads, activities : DataFrame
        A run's tables.

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
        raise ValueError(f"nothing is told of a lead {lead!r} here; one that is: {example!r}")
    closed = card["closed"].iloc[0]
    last_seen = float(visits[["ready", "started", "ended"]].max().max())
    end_of_story = last_seen if pd.isna(closed) else float(closed)
    spans = []
    for visit in visits.itertuples():
        started = end_of_story if pd.isna(visit.started) else visit.started
        ended = end_of_story if pd.isna(visit.ended) else visit.ended
        if started > visit.ready:
            spans.append(Span(QUEUE, QUEUE, visit.stage, visit.ready, min(started, ended)))
        if not pd.isna(visit.started):
            spans.append(Span(visit.rep, visit.kind, visit.stage, started, ended))
    spans += _thinking(spans, visits, end_of_story)
    return sorted(spans, key=lambda span: (span.begin, span.end))


def story(lead: str, leads: pd.DataFrame, activities: pd.DataFrame) -> Figure:
    """One lead's story as a swim lane.

    Parameters
    ----------
    lead : str
        Its name.
    leads, activities : DataFrame
        A run's tables.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        Where there is no such lead, or nothing was done on it in the window.
    """
    spans = spans_of(lead, leads, activities)
    outcome = str(leads.loc[leads["lead"] == lead, "outcome"].iloc[0]).replace("_", " ")
    people = list(dict.fromkeys(s.lane for s in spans if s.lane not in (CUSTOMER, QUEUE)))
    lanes = [CUSTOMER, QUEUE, *people]
    figure = new_figure(_message(lead, outcome, spans), 0.62 * len(lanes) + 2.6, _in_words(spans))
    axes = plain(figure.add_subplot())
    begin, end = spans[0].begin, max(span.end for span in spans)
    least = (end - begin) / 250  # so that an hour can be seen in a quarter
    for span in spans:
        width = max(span.end - span.begin, least)
        axes.barh(lanes.index(span.lane), width, left=span.begin, height=0.6,
                  color=COLOURS[span.what], edgecolor=DARK, linewidth=0.4)  # fmt: skip
    _name_stages(axes, spans, begin, end)
    axes.set_yticks(range(len(lanes)), lanes)
    axes.set_ylim(len(lanes) - 0.4, -0.6)
    axes.set_xlim(begin - (end - begin) * 0.01, end + (end - begin) * 0.02)
    axes.annotate(
        f"{outcome} ", (1, 0), xycoords="axes fraction", xytext=(0, 6), ha="right",
        textcoords="offset points", fontsize=TEXT, fontweight="bold",
    )  # fmt: skip
    axes.set_xlabel("working days since the year began")
    for what, label in LEGEND.items():
        if any(span.what == what for span in spans):
            axes.barh(0, 0, color=COLOURS[what], label=label, edgecolor=DARK, linewidth=0.4)
    figure.legend(loc="outside lower center", ncols=4, fontsize=TEXT, frameon=False)
    return figure


def _thinking(spans: list[Span], visits: pd.DataFrame, end_of_story: float) -> list[Span]:
    """The times between visits in which nobody of the department had the lead."""
    gaps = []
    busy_until = float(visits["ready"].iloc[0])
    stage = str(visits["stage"].iloc[0])
    for span in sorted(spans, key=lambda s: s.begin):
        if span.begin > busy_until + 1e-9:
            gaps.append(Span(CUSTOMER, CUSTOMER, stage, busy_until, span.begin))
        busy_until, stage = max(busy_until, span.end), span.stage
    if end_of_story > busy_until + 1e-9:
        gaps.append(Span(CUSTOMER, CUSTOMER, stage, busy_until, end_of_story))
    return gaps


def _name_stages(axes: Axes, spans: list[Span], begin: float, end: float) -> None:
    """Names of the stages above the lanes, where each begins; close ones share a line each."""
    last_at, level = [float("-inf")] * 3, 0
    for stage in dict.fromkeys(span.stage for span in spans):
        at = min(span.begin for span in spans if span.stage == stage)
        axes.axvline(at, color=DARK, linewidth=1, linestyle=":")
        room = (end - begin) * 0.13
        level = next((n for n in range(3) if at - last_at[n] > room), (level + 1) % 3)
        last_at[level] = at
        axes.annotate(
            f" {stage}", (at, 1), xycoords=("data", "axes fraction"), xytext=(0, 4 + 14 * level),
            textcoords="offset points", fontsize=SMALL + 1, color=DARK,
        )  # fmt: skip


def _days(spans: list[Span], *whats: str) -> float:
    return sum(span.end - span.begin for span in spans if span.what in whats)


def _message(lead: str, outcome: str, spans: list[Span]) -> str:
    total = max(span.end for span in spans) - spans[0].begin
    thought, waited = _days(spans, CUSTOMER), _days(spans, QUEUE)
    return (
        f"{lead} ({outcome}): in {total:.0f} working days it was with the customer for "
        f"{thought:.0f}, waiting for {waited:.1f}, in work for {_days(spans, 'work', 'admin'):.1f}"
    )


def _in_words(spans: list[Span]) -> str:
    return "; ".join(
        f"day {span.begin:.1f} to {span.end:.1f}: {span.lane}, {span.stage}, {LEGEND[span.what]}"
        for span in spans
    )
