"""The event log, as typed arrays: the source of every table, KPI, plot, and check.

An engine writes it; `run` reads it. This module doesn't know which engine writes, or what the
entries are used for.
"""

from dataclasses import dataclass, field
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salessim.terms import OPEN, Kind, Result

NOBODY = NO_TERRITORY = -1
NEVER = float("nan")

# One entry per visit. `result` is written when the visit ends: OPEN until then, and where the
# stage's decision determines it. `ended` may be after the end of the window. A visit that nobody
# started has NOBODY as its person and NaN as `started`; its `ended` is NaN if it still waits,
# otherwise the time at which the lead went cold. `passage` is which time the lead goes through the
# stage, from 1. An engineer who joins has an entry right behind the seller's, with the same times
# and without a result of its own.
VISIT = np.dtype(
    [("lead", "<i4"), ("stage", "u1"), ("kind", "u1"), ("attempt", "u1"), ("result", "u1"),
     ("desk", "<i4"), ("person", "<i4"), ("passage", "<i4"),
     ("ready", "<f8"), ("started", "<f8"), ("ended", "<f8"), ("hours", "<f8"), ("travel", "<f8")],
    align=True,
)  # fmt: skip
# One entry for each passage of a lead through a stage whose result is known. A lead that did not
# pass and will be back `stays_open`.
DECISION = np.dtype(
    [("lead", "<i4"), ("stage", "u1"), ("result", "u1"), ("passage", "u1"), ("stays_open", "?"),
     ("at", "<f8")],
    align=True,
)  # fmt: skip
# A waiting visit that was moved from one desk to another.
MOVE = np.dtype(
    [("visit_ready", "<f8"), ("lead", "<i4"), ("from", "<i4"), ("to", "<i4"), ("at", "<f8")],
    align=True,
)
# `territory` is NO_TERRITORY if the desk doesn't serve one; `left` is NaN until the person leaves.
PERSON = np.dtype(
    [("role", "<i4"), ("chair", "<i4"), ("territory", "<i4"), ("hired", "<f8"), ("left", "<f8")],
    align=True,
)
# What each desk counted by itself: the number of visits present, integrated over the window.
DESK = np.dtype([("role", "<i4"), ("present_days", "<f8")], align=True)

_VISIT = Struct("<iBBBBiiixxxxddddd")
RESULT_AT = 7  # bytes from the start of an entry
_DECISION = Struct("<iBBB?d")
_MOVE = Struct("<diiixxxxd")


@dataclass(frozen=True)
class Journal:
    """The event log of a run; the arrays have the types above.

    Parameters
    ----------
    visits, decisions, moves : structured arrays
        In the order in which the engine wrote them.
    people : structured array
        In order of hiring; `visits["person"]` is an index into it.
    desks : structured array
        `visits["desk"]` is an index into it.
    open_at_start, open_at_end : int
        Leads in progress on day 0 and at the end, counted separately from the events.
    """

    visits: NDArray[np.void]
    decisions: NDArray[np.void]
    moves: NDArray[np.void]
    people: NDArray[np.void]
    desks: NDArray[np.void]
    open_at_start: int
    open_at_end: int


@dataclass
class JournalWriter:
    """Writes events as they come, packed into bytes that the garbage collector can ignore."""

    visits: bytearray = field(default_factory=bytearray)
    decisions: bytearray = field(default_factory=bytearray)
    moves: bytearray = field(default_factory=bytearray)

    def visit(
        self,
        lead: int,
        stage: int,
        kind: Kind,
        attempt: int,
        desk: int,
        person: int,
        passage: int,
        ready: float,
        started: float,
        ended: float,
        hours: float,
        travel: float,
    ) -> int:
        """Log a visit when it is started, given up, or still waiting; returns its place."""
        place = len(self.visits)
        self.visits += _VISIT.pack(
            lead,
            stage,
            kind,
            attempt,
            OPEN,
            desk,
            person,
            passage,
            ready,
            started,
            ended,
            hours,
            travel,
        )
        return place

    def result_of(self, place: int, result: Result) -> None:
        """Log how a visit ended, when it has."""
        self.visits[place + RESULT_AT] = result

    def decision(
        self, lead: int, stage: int, result: Result, passage: int, stays_open: bool, at: float
    ) -> None:
        """Log a lead's result at a stage, when it becomes known."""
        self.decisions += _DECISION.pack(lead, stage, result, passage, stays_open, at)

    def move(self, lead: int, ready: float, from_desk: int, to_desk: int, at: float) -> None:
        """Log that a waiting visit changed desks."""
        self.moves += _MOVE.pack(ready, lead, from_desk, to_desk, at)

    def finished(
        self,
        people: list[tuple[Any, ...]],
        desks: list[tuple[Any, ...]],
        open_at_start: int,
        open_at_end: int,
    ) -> Journal:
        """The complete event log, once the run is over."""
        return Journal(
            visits=np.frombuffer(self.visits, VISIT),
            decisions=np.frombuffer(self.decisions, DECISION),
            moves=np.frombuffer(self.moves, MOVE),
            people=np.array(people, PERSON),
            desks=np.array(desks, DESK),
            open_at_start=open_at_start,
            open_at_end=open_at_end,
        )
