"""What happened, as typed arrays: the one source of every table, KPI, picture and check.

An engine writes; `run` reads. Neither the engine's kind nor the use of what is
written is known here.
"""

from dataclasses import dataclass, field
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salessim.terms import Kind, Result

NOBODY = NO_TERRITORY = -1
NEVER = float("nan")

# One entry a visit. `result` is what it ends with when it is done; OPEN where that is what
# the stage decides. `ended` may lie beyond the window's end. A visit that was never begun has
# nobody's number, and NaN for `started`, and for `ended` too where it still waits (else the
# lead went cold then).
VISIT = np.dtype(
    [("lead", "<i4"), ("stage", "u1"), ("kind", "u1"), ("attempt", "u1"), ("result", "u1"),
     ("desk", "<i4"),
     ("person", "<i4"), ("ready", "<f8"), ("started", "<f8"), ("ended", "<f8"),
     ("hours", "<f8"), ("travel", "<f8")]
)  # fmt: skip
# One entry for each stage of a lead whose result became known.
DECISION = np.dtype([("lead", "<i4"), ("stage", "u1"), ("result", "u1"), ("at", "<f8")], align=True)
# A waiting visit that was handed from one desk to another.
MOVE = np.dtype(
    [("visit_ready", "<f8"), ("lead", "<i4"), ("from", "<i4"), ("to", "<i4"), ("at", "<f8")],
    align=True,
)
# `territory` is NO_TERRITORY where the desk is not one of a territory; `left` NaN while there.
PERSON = np.dtype(
    [("role", "<i4"), ("chair", "<i4"), ("territory", "<i4"), ("hired", "<f8"), ("left", "<f8")],
    align=True,
)
# What each desk counted for itself: the integral of the visits present over the window.
DESK = np.dtype([("role", "<i4"), ("present_days", "<f8")], align=True)

_VISIT = Struct("<iBBBBiiddddd")
_DECISION = Struct("<iBBxxd")
_MOVE = Struct("<diiixxxxd")


@dataclass(frozen=True)
class Journal:
    """A run's events; the arrays have the types above.

    Parameters
    ----------
    visits, decisions, moves : structured arrays
        In the order in which they were written.
    people : structured array
        In order of hiring; `visits["person"]` counts in it.
    desks : structured array
        `visits["desk"]` counts in it.
    open_at_start, open_at_end : int
        Leads under way at day 0 and at the end, counted apart from the events.
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
    """Events as they come, packed into bytes: nothing for the garbage collector to walk."""

    visits: bytearray = field(default_factory=bytearray)
    decisions: bytearray = field(default_factory=bytearray)
    moves: bytearray = field(default_factory=bytearray)

    def visit(
        self,
        lead: int,
        stage: int,
        kind: Kind,
        attempt: int,
        result: Result,
        desk: int,
        person: int,
        ready: float,
        started: float,
        ended: float,
        hours: float,
        travel: float,
    ) -> None:
        """Write down a visit when it is begun, given up, or still waiting at the end."""
        self.visits += _VISIT.pack(
            lead, stage, kind, attempt, result, desk, person, ready, started, ended, hours, travel
        )

    def decision(self, lead: int, stage: int, result: Result | int, at: float) -> None:
        """Write down what became of a lead at a stage, when it became known."""
        self.decisions += _DECISION.pack(lead, stage, result, at)

    def move(self, lead: int, ready: float, from_desk: int, to_desk: int, at: float) -> None:
        """Write down that a waiting visit changed desks."""
        self.moves += _MOVE.pack(ready, lead, from_desk, to_desk, at)

    def finished(
        self,
        people: list[tuple[Any, ...]],
        desks: list[tuple[Any, ...]],
        open_at_start: int,
        open_at_end: int,
    ) -> Journal:
        """The whole journal, once the run is over."""
        return Journal(
            visits=np.frombuffer(self.visits, VISIT),
            decisions=np.frombuffer(self.decisions, DECISION),
            moves=np.frombuffer(self.moves, MOVE),
            people=np.array(people, PERSON),
            desks=np.array(desks, DESK),
            open_at_start=open_at_start,
            open_at_end=open_at_end,
        )
