"""The laws that are checked in every run would notice: each is broken here on purpose."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

import salessim as ss
from salessim.journal import NOBODY
from salessim.resources import presets
from salessim.run.laws import LawError, check_laws
from salessim.run.record import Record
from salessim.terms import Result

SEED, REPLICATION = 3, 2
CLOSED = ("won", "lost", "no_decision", "disqualified", "went_cold")


@pytest.fixture(scope="module")
def record() -> Record:
    """An untouched run in which people come and go."""
    short = ss.Scenario.load("baseline").replace(
        {
            "calendar.days": 60,
            "calendar.warm_up_days": 30,
            "plan": [
                {"day": 20, "set": {"team.ae.count": 5}},
                {"day": 40, "set": {"team.sdr.count": 4}},
            ],
        }
    )
    return ss.simulate(short, seed=SEED, replication=REPLICATION).record


def broken(record: Record, **arrays: Any) -> Record:
    """The record with parts of its journal put in place of its own."""
    return replace(record, journal=replace(record.journal, **arrays))


@contextmanager
def law_breaks(record: Record, law: str, day: float, lead: int | None = None) -> Iterator[None]:
    """What is checked inside must complain of the law, and say of whom and when."""
    with pytest.raises(LawError, match=law) as caught:
        yield
    message = str(caught.value)
    who = "" if lead is None else f", lead {record.leads.names[lead]}"
    place = f"(seed {SEED}, replication {REPLICATION}, day {day:.6f}{who})"
    assert place in message


def begun(record: Record) -> NDArray[np.int64]:
    """Numbers of the visits that someone worked on wholly inside the window."""
    visits = record.journal.visits
    inside = (visits["started"] >= 0.0) & (visits["ended"] < record.days)
    return np.flatnonzero((visits["person"] != NOBODY) & inside)


# Untouched


@pytest.mark.slow
@pytest.mark.parametrize("preset", presets())
def test_every_preset_keeps_the_laws(preset: str) -> None:
    check_laws(ss.simulate(ss.Scenario.load(preset), seed=SEED).record)


def test_an_untouched_run_keeps_the_laws(record: Record) -> None:
    check_laws(record)


# Broken


def test_being_at_two_visits_at_once_is_noticed(record: Record) -> None:
    visits = record.journal.visits.copy()
    by_person = begun(record)[np.argsort(visits["person"][begun(record)], kind="stable")]
    same = visits["person"][by_person[1:]] == visits["person"][by_person[:-1]]
    worked = visits["ended"] > visits["started"]
    first, second = next(
        pair
        for pair in zip(by_person[:-1][same], by_person[1:][same], strict=True)
        if worked[pair[0]]
    )
    visits["started"][second] = (visits["started"][first] + visits["ended"][first]) / 2
    day, lead = visits["started"][second], visits["lead"][second]
    with law_breaks(record, "at two visits at once", day, lead):
        check_laws(broken(record, visits=visits))


def test_work_after_leaving_is_noticed(record: Record) -> None:
    people = record.journal.people.copy()
    last = record.journal.visits[begun(record)[-1]]
    people["left"][last["person"]] = (last["started"] + last["ended"]) / 2
    with law_breaks(record, "after leaving", last["started"], last["lead"]):
        check_laws(broken(record, people=people))


def test_work_before_being_hired_is_noticed(record: Record) -> None:
    people = record.journal.people.copy()
    first = record.journal.visits[begun(record)[0]]
    people["hired"][first["person"]] = (first["started"] + first["ended"]) / 2
    earlier = record.journal.visits["person"] == first["person"]
    visit = record.journal.visits[earlier][0]
    with law_breaks(record, "before being hired", visit["started"], visit["lead"]):
        check_laws(broken(record, people=people))


def test_a_lead_that_is_lost_sight_of_is_noticed(record: Record) -> None:
    decisions = record.journal.decisions
    closing = (decisions["result"] != Result.PASSED) & (decisions["at"] >= 0.0)
    kept = np.delete(decisions, np.flatnonzero(closing)[-1])
    with law_breaks(record, "leads came and", record.days):
        check_laws(broken(record, decisions=kept))


def test_a_lead_that_is_closed_twice_is_noticed(record: Record) -> None:
    decisions = record.journal.decisions
    closing = (decisions["result"] == Result.LOST) & (decisions["at"] >= 0.0)
    again = decisions[closing][-1:]
    with law_breaks(record, "closed twice", again["at"][0], again["lead"][0]):
        check_laws(broken(record, decisions=np.concatenate([decisions, again])))


@pytest.mark.parametrize("days", [0.001, -0.001])
def test_a_desk_that_miscounts_its_queue_is_noticed(record: Record, days: float) -> None:
    desks = record.journal.desks.copy()
    desks["present_days"][1] += days
    with law_breaks(record, "Little's law: desk 1", record.days):
        check_laws(broken(record, desks=desks))


def test_a_visit_that_is_lost_sight_of_is_noticed(record: Record) -> None:
    visits = record.journal.visits
    lost = begun(record)[-1]
    with law_breaks(record, f"Little's law: desk {visits['desk'][lost]}", record.days):
        check_laws(broken(record, visits=np.delete(visits, lost)))


@pytest.mark.parametrize(
    ("column", "value"),
    [("desk", 10**8), ("desk", -1), ("person", 5 * 10**6), ("lead", 10**8), ("lead", -5),
     ("stage", 40), ("kind", 200)],
)  # fmt: skip
def test_a_visit_that_points_nowhere_is_noticed(record: Record, column: str, value: int) -> None:
    visits = record.journal.visits.copy()
    visits[column][100] = value
    with law_breaks(
        record, "names a lead, stage, desk, person or kind", float(visits["ready"][100])
    ):
        check_laws(broken(record, visits=visits))


@pytest.mark.parametrize("entries", ["visits", "decisions"])
def test_a_result_that_there_is_not_is_noticed(record: Record, entries: str) -> None:
    changed = getattr(record.journal, entries).copy()
    changed["result"][7] = 77
    with law_breaks(record, "a result that does not exist", 0.0, changed["lead"][7]):
        check_laws(broken(record, **{entries: changed}))


def test_more_hours_than_a_person_has_are_noticed(record: Record) -> None:
    visits = record.journal.visits.copy()
    longest = begun(record)[-1]
    person = visits["person"][longest]
    visits["hours"][longest] += record.available_hours[person]
    with law_breaks(record, rf"person {person} worked [\d.]+ hours and had", record.days):
        check_laws(broken(record, visits=visits))


# Stated from what the user sees


@pytest.mark.parametrize("preset", presets())
def test_open_at_day_0_and_arrived_is_closed_and_still_open(preset: str) -> None:
    short = {"calendar.days": 60, "calendar.warm_up_days": 30}
    run = ss.simulate(ss.Scenario.load(preset).replace(short), seed=SEED)
    leads = run.leads
    open_at_0, arrived = (leads.arrived < 0).sum(), (leads.arrived >= 0).sum()
    closed = {outcome: (leads.outcome == outcome).sum() for outcome in CLOSED}
    still_open = (leads.outcome == "open").sum()
    assert open_at_0 + arrived == sum(closed.values()) + still_open
    assert leads.lead.is_unique
    assert leads.closed.isna().sum() == still_open
    assert ((leads.closed >= 0) | leads.closed.isna()).all()
    assert run.record.journal.open_at_start == open_at_0
    assert run.kpi["leads"] == arrived
    assert run.kpi["won"] == closed["won"] == run.weeks.won.sum()
    assert run.weeks.open_leads.iloc[-1] == still_open


def test_leads_at_a_desk_are_their_sojourns_counted_from_the_activities() -> None:
    desk = ss.Scenario.load("one-desk").replace(
        {
            "calendar.days": 200,
            "calendar.warm_up_days": 0,
            "process.prospecting.patience": {"distribution": "exponential", "mean_days": 2},
        }
    )
    run = ss.simulate(desk, seed=SEED)
    assert {"went_cold", "open", "passed"} == set(run.activities.result)
    counted = run.record.journal.desks["present_days"][0]
    assert area_under_the_queue(run.activities, 200.0) == pytest.approx(counted, rel=1e-9)


def area_under_the_queue(activities: pd.DataFrame, days: float) -> float:
    """Integral of the number present, step by step over the moments at which it changes."""
    came, went = activities.ready.to_numpy(), went_from(activities)
    moments = np.concatenate([came, went[went < days]])
    changes = np.concatenate([np.ones(len(came)), -np.ones((went < days).sum())])
    order = np.argsort(moments, kind="stable")
    present = np.cumsum(changes[order])
    return float((present * np.diff(moments[order], append=days)).sum())


def went_from(activities: pd.DataFrame) -> NDArray[np.float64]:
    """When each visit was over; infinite where it was not."""
    return activities.ended.fillna(np.inf).to_numpy()
