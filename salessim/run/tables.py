"""The six result tables as data frames, made from a record."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from salessim.clock import date_of, moments_of
from salessim.journal import NOBODY
from salessim.rules import WORKING_DAYS_A_WEEK, Floats
from salessim.run.kpis import make_kpis, selling_hours
from salessim.run.record import Record
from salessim.terms import Kind, Result

Words = NDArray[np.object_]
# What events.csv adds to the stage's name for each kind of visit.
PARTS = {Kind.WORK: "", Kind.ADMIN: " paperwork", Kind.JOINT: " with engineer"}


def leads_table(record: Record) -> pd.DataFrame:
    """One row for each lead that was open at day 0 or arrived later."""
    return leads_of(record, np.flatnonzero(record.reported))


def leads_of(record: Record, chosen: NDArray[np.int64]) -> pd.DataFrame:
    """One row for each of the given leads, including those of the warm-up."""
    leads = record.leads
    won = record.result == Result.WON
    scenario = record.scenario
    frame = pd.DataFrame(
        {
            "lead": leads.names,
            "channel": _named(leads.channel, leads.channels),
            "segment": _named(leads.segment, list(scenario.segments)),
            "territory": _named(leads.territory, list(scenario.territories)),
            "arrived": leads.arrived,
            "value": leads.value,
            "fit": leads.fit,
            "score": np.nan,
            "stage": _named(record.tally.stage, [stage.name for stage in scenario.process]),
            "outcome": _named(_outcome(record.result), [result.word for result in Result]),
            "closed": record.closed,
            "owner": _named(record.tally.owner, record.person_names()),
            "discount": np.nan,
            "revenue": np.where(won, leads.value, np.nan),
        }
    )
    return frame.iloc[chosen].reset_index(drop=True)


def activities_table(record: Record) -> pd.DataFrame:
    """One row for each visit that became ready in the window, in order of becoming ready."""
    visits = record.journal.visits
    results = _visit_results(record)
    order = np.lexsort((np.arange(len(visits)), visits["ready"]))
    order = order[visits["ready"][order] >= 0.0]
    visits, results = visits[order], results[order]
    roles = record.journal.desks["role"][visits["desk"]]
    begun, seen = visits["started"] < record.days, visits["ended"] < record.days
    return pd.DataFrame(
        {
            "lead": record.leads.names[visits["lead"]],
            "stage": _named(visits["stage"], [stage.name for stage in record.scenario.process]),
            "kind": _named(visits["kind"], [kind.word for kind in Kind]),
            "passage": visits["passage"].astype(np.int64),
            "attempt": visits["attempt"].astype(np.int64),
            "role": _named(roles, record.roles()),
            "rep": _named(visits["person"], record.person_names()),
            "ready": visits["ready"],
            "started": np.where(begun, visits["started"], np.nan),
            "ended": np.where(seen, visits["ended"], np.nan),
            "hours": np.where(begun, visits["hours"], np.nan),
            "waited_hours": _waited_hours(record, visits),
            "result": _named(results, [result.word for result in Result]),
        }
    )


def reps_table(record: Record) -> pd.DataFrame:
    """One row for each person."""
    people, names = record.journal.people, record.person_names()
    work, travel, admin = selling_hours(record), record.tally.travel, record.tally.admin
    available = record.available_hours
    busy = record.tally.busy
    left = np.where(people["left"] < record.days, people["left"], np.nan)
    owned = record.tally.owner[record.won]
    return pd.DataFrame(
        {
            "rep": np.array(names, dtype=object),
            "role": _named(people["role"], record.roles()),
            "territory": _named(people["territory"], list(record.scenario.territories)),
            "hired": people["hired"],
            "left": left,
            "available_hours": available,
            "selling_hours": work,
            "travel_hours": travel,
            "admin_hours": admin,
            "idle_hours": np.maximum(available - busy, 0.0),
            "utilisation": np.divide(
                busy, available, out=np.full(len(busy), np.nan), where=available > 0
            ),
            "won": np.bincount(owned[owned >= 0], minlength=len(people)),
            "revenue": np.bincount(
                owned[owned >= 0],
                record.leads.value[record.won][owned >= 0],
                minlength=len(people),
            ),
        }
    )


def weeks_table(record: Record) -> pd.DataFrame:
    """One row for each week of the window, counted from 1."""
    count = int(np.ceil(record.days / WORKING_DAYS_A_WEEK))
    ends = np.minimum(np.arange(1, count + 1) * float(WORKING_DAYS_A_WEEK), record.days)

    def per_week(times: Floats, weights: Floats | None = None) -> Floats:
        inside = (times >= 0.0) & (times < record.days)
        weeks = (times[inside] // WORKING_DAYS_A_WEEK).astype(np.int64)
        counts = np.bincount(weeks, None if weights is None else weights[inside], count)
        return np.asarray(counts)

    def open_at_ends(begun: Floats, weights: Floats) -> Floats:
        came = np.isfinite(begun)
        closed = np.where(np.isnan(record.closed), np.inf, record.closed)
        return _sum_until(begun[came], weights[came], ends) - _sum_until(
            closed[came], weights[came], ends
        )

    closed_as = {
        result.word: per_week(record.closed[_outcome(record.result) == result])
        for result in (
            Result.WON, Result.LOST, Result.NO_DECISION, Result.DISQUALIFIED, Result.WENT_COLD
        )
    }  # fmt: skip
    start = record.scenario.calendar.start
    dates = [date_of(start, week * WORKING_DAYS_A_WEEK) for week in range(count)]
    return pd.DataFrame(
        {
            "week": np.arange(1, count + 1),
            "date": np.array(dates, dtype="datetime64[s]"),
            "arrived": per_week(record.leads.arrived),
            **closed_as,
            "revenue": per_week(record.closed[record.won], record.leads.value[record.won]),
            "open_leads": open_at_ends(record.leads.arrived, np.ones(len(record.leads)))
            .round()
            .astype(np.int64),
            "pipeline_value": _without_dust(
                open_at_ends(_opportunity_since(record), record.leads.value)
            ),
        }
    )


def kpis_table(record: Record) -> pd.DataFrame:
    """One row for each KPI; its value is empty where nothing was observed."""
    names, values, units = zip(*make_kpis(record), strict=True)
    return pd.DataFrame(
        {
            "kpi": np.array(names, dtype=object),
            "value": np.array(values),
            "unit": np.array(units, dtype=object),
        }
    )


def events_table(record: Record) -> pd.DataFrame:
    """One row for each event in the window, in order of time, for process-mining tools."""
    visits = record.journal.visits
    stages = np.array([stage.name for stage in record.scenario.process], dtype=object)
    parts_of_stage = np.array([PARTS[kind] for kind in Kind], dtype=object)
    activity = stages[visits["stage"]] + parts_of_stage[visits["kind"]]
    resource = _named(visits["person"], record.person_names())
    cold = (visits["person"] == NOBODY) & ~np.isnan(visits["ended"])
    unknown = np.full(len(visits), None, dtype=object)  # who will do it, when it is only ready
    ending = np.where(cold, "ate_abort", "complete")
    parts = [  # of the same time, what ends comes before what follows
        _events(record, visits["lead"], activity, ending, visits["ended"], resource),
        _outcome_events(record),
        _events(record, visits["lead"], activity, "schedule", visits["ready"], unknown),
        _events(record, visits["lead"], activity, "start", visits["started"], resource),
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[(frame["when"] >= 0.0) & (frame["when"] < record.days)]
    frame = frame.sort_values("when", kind="stable").reset_index(drop=True)
    calendar = record.scenario.calendar
    moments = moments_of(calendar.start, frame.pop("when"), calendar.hours_per_day)
    frame.insert(3, "timestamp", moments)
    return frame


def as_written(frame: pd.DataFrame) -> pd.DataFrame:
    """A table as it is written to CSV: times of day in ISO 8601, to the millisecond.

    Examples
    --------
    >>> moments = np.array(["2026-01-05T09:30"], dtype="datetime64[ms]")
    >>> as_written(pd.DataFrame({"timestamp": moments}))["timestamp"].iloc[0]
    '2026-01-05T09:30:00.000'
    """
    if "timestamp" not in frame:
        return frame
    moments = frame["timestamp"].to_numpy("datetime64[ms]")
    return frame.assign(timestamp=np.datetime_as_string(moments).astype(object))


def _events(
    record: Record,
    leads: NDArray[np.int32],
    activity: Words,
    lifecycle: str | NDArray[np.str_],
    when: Floats,
    resource: Words,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "case_id": record.leads.names[leads],
            "activity": activity,
            "lifecycle": lifecycle,
            "when": when,
            "resource": resource,
        }
    )


def _outcome_events(record: Record) -> pd.DataFrame:
    final = record.final_decisions
    words = _named(_outcome(record.result[final["lead"]]), [result.word for result in Result])
    owners = _named(record.tally.owner[final["lead"]], record.person_names())
    return _events(record, final["lead"], words, "complete", final["at"], owners)


def _waited_hours(record: Record, visits: NDArray[np.void]) -> Floats:
    """Working hours until each visit was begun, its lead went cold, or the window ended."""
    over = np.where(np.isnan(visits["started"]), visits["ended"], visits["started"])
    until = np.minimum(np.where(np.isnan(over), record.days, over), record.days)
    waited = record.clock.worked(until) - record.clock.worked(visits["ready"])
    return np.maximum(waited, 0.0) * record.scenario.calendar.hours_per_day


def _visit_results(record: Record) -> NDArray[np.uint8]:
    """`Result` of each visit: its own, or the result of the stage if the visit decided it."""
    visits, decisions = record.journal.visits, record.journal.decisions
    passages = int(visits["passage"].max(initial=1))
    of_stage = np.full(
        (len(record.leads), len(record.scenario.process), passages), Result.OPEN, np.uint8
    )
    at = decisions["lead"], decisions["stage"], decisions["passage"] - 1
    of_stage[at] = decisions["result"]
    place = visits["lead"], visits["stage"], visits["passage"] - 1
    own = visits["result"].copy()
    joint = np.flatnonzero(visits["kind"] == Kind.JOINT)
    own[joint] = own[joint - 1]  # the seller's part of the same visit
    results = np.where(own == Result.OPEN, of_stage[place], own)
    done = (visits["person"] != NOBODY) & (visits["ended"] < record.days)
    cold = (visits["person"] == NOBODY) & ~np.isnan(visits["ended"])
    results = np.where(done, results, np.where(cold, Result.WENT_COLD, Result.OPEN))
    return results.astype(np.uint8)


def _opportunity_since(record: Record) -> Floats:
    """When each lead became an opportunity; NaN where it never did."""
    since = np.full(len(record.leads), np.nan)
    works = record.works
    first = works[
        (works["stage"] == record.scenario.opportunity_stage)
        & (works["passage"] == 1)
        & (works["attempt"] == 1)
    ]
    since[first["lead"]] = first["ready"]
    return since


def _sum_until(times: Floats, weights: Floats, ends: Floats) -> Floats:
    """Sum of the weights whose time lies before each end."""
    order = np.argsort(times, kind="stable")
    sums = np.concatenate([[0.0], np.cumsum(weights[order])])
    return np.asarray(sums[np.searchsorted(times[order], ends, side="left")])


def _without_dust(values: Floats) -> Floats:
    """Amounts without the rounding errors of subtracting large sums."""
    return np.maximum(np.round(values, 6), 0.0)


def _outcome(result: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A lead's outcome: a prospect that never answered is disqualified."""
    return np.where(result == Result.NO_ANSWER, Result.DISQUALIFIED, result)


def _named(positions: NDArray[np.integer], names: list[str]) -> Words:
    """Names for positions; None for positions out of range, where there is nobody."""
    table = np.array([*names, None], dtype=object)
    known = (positions >= 0) & (positions < len(names))
    return np.asarray(table[np.where(known, positions, len(names))])
