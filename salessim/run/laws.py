"""Invariants checked in every run: conservation of leads, Little's law, and people's hours."""

import numpy as np

from salessim.journal import NOBODY
from salessim.rules import Floats
from salessim.run.record import Record
from salessim.run.tally import NOWHERE
from salessim.terms import Result

TOLERANCE = 1e-9  # of the number compared: what rounding leaves


class LawError(AssertionError):
    """An invariant is violated: a fault of the program, not of the scenario.

    Parameters
    ----------
    record : Record
        The run.
    law : str
        What does not hold, with both numbers.
    day : float
        When, as far as it can be said.
    lead : int, optional
        Number of the lead concerned.
    """

    def __init__(self, record: Record, law: str, day: float, lead: int | None = None):
        name = "" if lead is None else f", lead {record.leads.names[lead]}"
        super().__init__(
            f"{law} (seed {record.seed}, replication {record.replication}, day {day:.6f}{name}); "
            "please report this with the scenario"
        )


def check_laws(record: Record) -> None:
    """Check every invariant.

    Raises
    ------
    LawError
        Naming seed, replication, time and lead.
    """
    _every_visit_has_its_place(record)
    _every_result_has_a_name(record)
    _leads_are_conserved(record)
    _littles_law_holds(record)
    _nobody_does_two_things_at_once(record)
    _nobody_works_without_being_there(record)
    _accounts_add_up(record)


def _every_visit_has_its_place(record: Record) -> None:
    place = record.tally.astray
    if place != NOWHERE:
        visit = record.journal.visits[place]
        law = f"a visit names a lead, stage, desk, person or kind that does not exist: {visit}"
        raise LawError(record, law, float(visit["ready"]))


def _every_result_has_a_name(record: Record) -> None:
    for entries in (record.journal.visits, record.journal.decisions):
        unknown = np.flatnonzero(entries["result"] > max(Result))
        if len(unknown):
            law = f"a result that does not exist: {entries[unknown[0]]}"
            raise LawError(record, law, 0.0, int(entries["lead"][unknown[0]]))


def _leads_are_conserved(record: Record) -> None:
    """Leads open at day 0 plus arrivals equal closed plus still open, as counted by the model."""
    journal = record.journal
    came = journal.open_at_start + int(record.arrived_in_window.sum())
    went = int(record.closed_in_window.sum()) + journal.open_at_end
    if came != went:
        raise LawError(record, f"{came} leads came and {went} went or stayed", record.days)
    closings = np.bincount(record.final_decisions["lead"], minlength=1)
    if closings.max() > 1:
        lead = int(closings.argmax())
        raise LawError(record, "a lead was closed twice", float(record.closed[lead]), lead)


def _littles_law_holds(record: Record) -> None:
    """At each desk, its own count of leads present, summed over time, equals all sojourn times."""
    moves, desks = record.journal.moves, record.journal.desks

    def inside(times: Floats) -> Floats:
        return np.clip(np.where(np.isnan(times), record.days, times), 0.0, record.days)

    before_move = inside(moves["at"]) - inside(moves["visit_ready"])
    sojourns = record.tally.sojourn + np.bincount(moves["from"], before_move, len(desks))
    sojourns -= np.bincount(moves["to"], before_move, len(desks))
    counted = desks["present_days"]
    off = np.abs(sojourns - counted) > TOLERANCE * (1.0 + counted)
    if off.any():
        desk = int(off.argmax())
        law = f"Little's law: desk {desk} counted {counted[desk]}, its visits say {sojourns[desk]}"
        raise LawError(record, law, record.days)


def _nobody_does_two_things_at_once(record: Record) -> None:
    _refuse_visit(record, record.tally.clash, "was at two visits at once")


def _nobody_works_without_being_there(record: Record) -> None:
    _refuse_visit(record, record.tally.absent, "worked before being hired or after leaving")


def _refuse_visit(record: Record, place: int, what: str) -> None:
    """Raise LawError for the first of some visits, if there is one."""
    if place != NOWHERE:
        visit = record.journal.visits[place]
        law = f"person {visit['person']} {what}"
        lead = None if visit["lead"] == NOBODY else int(visit["lead"])
        raise LawError(record, law, float(visit["started"]), lead)


def _accounts_add_up(record: Record) -> None:
    """Nobody works more hours than they were there for."""
    available, busy = record.available_hours, record.tally.busy
    over = busy > available + TOLERANCE * (1.0 + available)
    if over.any():
        person = int(over.argmax())
        law = f"person {person} worked {busy[person]} hours and had {available[person]}"
        raise LawError(record, law, record.days)
