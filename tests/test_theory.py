"""The department against queueing theory: where a textbook has the answer, it is ours too.

Work takes a mean of eight hours, a day, unless said otherwise; so people in a pool serve
one lead a day each, and waits are in working days. A lead's wait ends when work begins
or when it goes cold; waits count for the run in whose window they end.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import salessim as ss
from salessim.journal import NOBODY
from salessim.run.record import Record
from salessim.scenario import Scenario
from salessim.terms import Kind
from tests.intervals import assert_agrees, interval

Raw = dict[str, Any]
Floats = NDArray[np.float64]

SEED = 1


# A desk of several people: Erlang's C


@pytest.mark.slow
@pytest.mark.parametrize(
    ("people", "load", "days"),
    [(1, 0.5, 4_000), (1, 0.8, 12_000), (2, 0.7, 4_000), (5, 0.85, 4_000), (20, 0.9, 2_000)],
)
def test_leads_wait_at_a_desk_as_erlang_says(people: int, load: float, days: int) -> None:
    desk = department(rate=load * people, people=people, days=days)
    found = replications(desk, lambda record: [waits(record).mean(), (waits(record) > 0).mean()])
    assert_agrees(found[0], erlang_c(people, load * people) / (people * (1 - load)))
    assert_agrees(found[1], erlang_c(people, load * people))


@pytest.mark.slow
def test_the_textbook_preset_waits_as_its_comment_says() -> None:
    (found,) = replications(ss.Scenario.load("one-desk"), lambda record: [waits(record).mean()])
    assert_agrees(found, erlang_c(5, 4.0) / (5 - 4.0))
    assert 0.55 in interval(found)


@pytest.mark.slow
def test_leads_present_at_a_desk_are_their_rate_times_their_sojourn() -> None:
    desk = department(rate=2.4, people=3, days=4_000)
    (found,) = replications(
        desk, lambda record: [record.journal.desks["present_days"][0] / record.days]
    )
    sojourn = erlang_c(3, 2.4) / (3 - 2.4) + 1.0
    assert_agrees(found, 2.4 * sojourn)


@pytest.mark.slow
def test_hours_for_meetings_and_leave_make_a_slower_desk() -> None:
    week = {"leave_days_per_year": 26}  # a tenth of the year; and two hours of eight, daily
    team = {"sdr": {"count": 3, "internal_hours_per_week": 10}}
    desk = department(rate=1.6, people=3, days=6_000, calendar=week, team=team)
    served = 5.4 / 8  # leads a day and person
    (found,) = replications(desk, lambda record: [waits(record).mean()])
    assert_agrees(found, erlang_c(3, 1.6 / served) / (3 * served - 1.6))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("effort", "cv_squared"),
    [
        ({"distribution": "constant", "mean_hours": 8}, 0.0),
        ({"distribution": "gamma", "mean_hours": 8, "cv": 1.5}, 2.25),
        ({"distribution": "lognormal", "mean_hours": 8, "cv": 0.7}, 0.49),
        ({"distribution": "triangular", "low_hours": 2, "mode_hours": 4, "high_hours": 18},
         (2**2 + 4**2 + 18**2 - 2 * 4 - 2 * 18 - 4 * 18) / 18 / 8**2),
    ],
    ids=["constant", "gamma", "lognormal", "triangular"],
)  # fmt: skip
def test_uneven_work_lengthens_the_wait_as_pollaczek_and_khinchine_say(
    effort: Raw, cv_squared: float
) -> None:
    desk = department(rate=0.7, people=1, days=10_000, process=[stage(effort=effort)])
    (found,) = replications(desk, lambda record: [waits(record).mean()])
    assert_agrees(found, 0.7 * (1 + cv_squared) / 2 / (1 - 0.7))


# Leads that lose patience: Erlang's A


@pytest.mark.slow
@pytest.mark.parametrize(
    ("people", "load", "patience"), [(3, 0.9, 2.0), (5, 1.2, 1.0), (2, 0.6, 0.5)]
)
def test_impatient_leads_go_cold_as_palm_says(people: int, load: float, patience: float) -> None:
    rate = people * load
    patient = {"distribution": "exponential", "mean_days": patience}
    desk = department(rate, people, days=4_000, process=[stage(patience=patient)])
    found = replications(desk, lambda record: [cold(record).mean(), waits(record).mean()])
    abandoned = erlang_a(people, rate, patience)
    assert_agrees(found[0], abandoned)
    assert_agrees(found[1], abandoned * patience)


# Desks in a row: Burke, Jackson


@pytest.mark.slow
def test_desks_in_a_row_wait_as_if_each_stood_alone() -> None:
    desks = {"sdr": (5, 4.0, 8), "ae": (3, 4.0 * 0.6, 8), "engineer": (2, 4.0 * 0.6 * 0.5, 10)}
    odds = [0.6, 0.5, 0.3]
    row = department(
        rate=4.0,
        people=0,
        days=6_000,
        team={role: {"count": people} for role, (people, _, _) in desks.items()},
        process=[
            stage(name=role, role=role, effort=exponential(hours), pass_probability=chance)
            for (role, (_, _, hours)), chance in zip(desks.items(), odds, strict=True)
        ],
    )
    found = replications(row, lambda record: [waits(record, i).mean() for i in range(3)])
    for stage_waits, (people, rate, hours) in zip(found, desks.values(), strict=True):
        served = 8 / hours
        assert_agrees(stage_waits, erlang_c(people, rate / served) / (people * served - rate))


@pytest.mark.slow
def test_leads_that_are_tried_again_crowd_a_desk_as_jackson_says() -> None:
    """Gaps are a place without a queue: the desk is as full as if all tries were new leads."""
    tries = {"most": 100, "answer_probability": 0.5, "gap_days": 3}  # two tries a lead
    desk = department(rate=0.4, people=1, days=10_000, process=[stage(attempts=tries)])
    (found,) = replications(
        desk, lambda record: [record.journal.desks["present_days"][0] / record.days]
    )
    assert_agrees(found, 0.8 / (1 - 0.8))


@pytest.mark.slow
def test_paperwork_waits_at_the_support_desk_as_constant_work_does() -> None:
    """Work leaves a Markovian desk as it came to it (Burke), and all paperwork is alike."""
    desk = department(
        rate=1.6,
        people=0,
        days=4_000,
        team={"sdr": {"count": 2}, "support": {"count": 1}},
        process=[stage(admin_hours=4)],
        support={"delegable": 1.0, "overflow_days": 10_000},
    )
    (found,) = replications(desk, lambda record: [paperwork_waits(record).mean()])
    busy = 1.6 * 4 / 8
    assert_agrees(found, busy * (4 / 8) / 2 / (1 - busy))


# Order of work


@pytest.mark.slow
def test_worthy_leads_are_served_first_as_cobham_says() -> None:
    segments = {
        "large": {"share": 0.3, "value": constant(100), "effort": 1.5},
        "small": {"share": 0.7, "value": constant(1), "effort": 0.8},
    }
    desk = department(0.8, 1, days=14_000, segments=segments, priority="value")
    found = replications(
        desk,
        lambda record: [
            waits(record, leads=record.leads.segment == 0).mean(),
            waits(record, leads=record.leads.segment == 1).mean(),
        ],
    )
    large, small = 0.8 * 0.3 * 1.5, 0.8 * 0.7 * 0.8  # what each keeps of the person
    in_work = large * 1.5 + small * 0.8  # mean rest of the work at hand
    assert_agrees(found[0], in_work / (1 - large))
    assert_agrees(found[1], in_work / (1 - large) / (1 - large - small))


@pytest.mark.slow
def test_the_freshest_first_changes_no_mean_wait_and_spreads_the_waits() -> None:
    in_order, freshest = (
        replications(
            department(0.7, 1, days=8_000, priority=priority),
            lambda record: [waits(record).mean(), waits(record).var()],
        )
        for priority in ("fifo", "freshest")
    )
    assert_agrees(in_order[0], 0.7 / (1 - 0.7))
    assert_agrees(freshest[0], 0.7 / (1 - 0.7))
    assert interval(freshest[1] - in_order[1]).low > 0


# One desk, or one each


@pytest.mark.slow
def test_owners_wait_as_single_desks_and_a_pool_beats_them_most_when_busy() -> None:
    gains = []
    for load in (0.6, 0.85):
        alone, together = (
            replications(
                department(3 * load, 3, days=8_000, assignment=assignment),
                lambda record: [waits(record).mean()],
            )[0]
            for assignment in ("owner", "pool")
        )
        assert_agrees(alone, load / (1 - load))
        gains.append(alone - together)
    quiet, busy = gains
    assert interval(quiet).low > 0
    assert interval(busy - quiet).low > 0


@pytest.mark.slow
def test_each_territory_is_a_desk_of_its_own() -> None:
    shares, people = [0.5, 0.3, 0.2], [3, 2, 1]
    territories = {
        name: {"share": share, "cover": {"sdr": count}}
        for name, share, count in zip("nsw", shares, people, strict=True)
    }
    desk = department(4.0, 6, days=10_000, territories=territories, assignment="territory")
    found = replications(
        desk,
        lambda record: [
            waits(record, leads=record.leads.territory == place).mean() for place in range(3)
        ],
    )
    for place_waits, share, count in zip(found, shares, people, strict=True):
        assert_agrees(place_waits, erlang_c(count, 4.0 * share) / (count - 4.0 * share))


@pytest.mark.slow
def test_from_80_to_95_percent_busy_the_wait_more_than_triples() -> None:
    calm, busy = (
        replications(department(5 * load, 5, days=6_000), lambda record: [waits(record).mean()])[0]
        for load in (0.80, 0.95)
    )
    assert interval(busy - 3 * calm).low > 0


# The formulas are the textbooks'


def test_one_person_keeps_a_lead_waiting_as_often_as_he_is_busy() -> None:
    assert erlang_c(1, 0.7) == pytest.approx(0.7, rel=1e-12)


def test_a_trunk_group_blocks_as_erlangs_table_says() -> None:
    assert erlang_b(10, 5.0) == pytest.approx(0.018385, rel=1e-4)


def test_patience_as_long_as_work_makes_every_lead_leave_at_the_same_rate() -> None:
    """With patience as long as work, the number present is Poisson, whoever serves."""
    here = np.cumprod([1.0, *(3.0 / n for n in range(1, 60))]) * np.exp(-3.0)
    queue = float((np.maximum(np.arange(60) - 2, 0) * here).sum())
    assert erlang_a(2, 3.0, 1.0) == pytest.approx(queue / 3.0, rel=1e-12)


def erlang_b(people: int, load: float) -> float:
    """Chance that all are busy when nobody may wait (Erlang 1917), by its recursion.

    `load` is the rate of arrival times the mean work, in people kept busy.
    """
    blocked = 1.0
    for n in range(1, people + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(people: int, load: float) -> float:
    """Chance of having to wait (Erlang 1917), from the chance of being blocked."""
    blocked, busy = erlang_b(people, load), load / people
    return blocked / (1 - busy * (1 - blocked))


def erlang_a(people: int, rate: float, patience: float) -> float:
    """Share that goes cold where work takes a day and patience is exponential.

    Palm 1957, in the form of Garnett, Mandelbaum & Reiman 2002 ("Designing a call
    center with impatient customers"). The mean wait is this share times the patience.
    """
    term = total = 1.0
    k = 0
    while term > 1e-17 * total:
        k += 1
        term *= rate * patience / (people * patience + k)
        total += term
    blocked, busy = erlang_b(people, rate), rate / people
    waits_at_all = total * blocked / (1 + (total - 1) * blocked)
    return waits_at_all * (1 / (busy * total) + 1 - 1 / busy)


# Departments, and what is seen in them


def exponential(hours: float) -> Raw:
    return {"distribution": "exponential", "mean_hours": hours}


def constant(amount: float) -> Raw:
    return {"distribution": "constant", "mean": amount}


def stage(**keys: Any) -> Raw:
    plain = {"name": "call", "role": "sdr", "effort": exponential(8), "pass_probability": 1.0}
    return {**plain, **keys}


def department(rate: float, people: int, days: int, **blocks: Any) -> Scenario:
    """One desk whose people work a day on each lead; a fifth of the window goes before it."""
    window = {"days": days, "warm_up_days": days // 5, **blocks.pop("calendar", {})}
    return ss.Scenario.parse(
        {
            "calendar": window,
            "channels": {"door": {"leads_per_day": rate}},
            "team": {"sdr": {"count": people}},
            "process": [stage()],
            **blocks,
        }
    )


def replications(
    scenario: Scenario, see: Callable[[Record], Sequence[float]], count: int = 20
) -> Floats:
    """What is seen in each of some replications: a row for each thing seen."""
    runs = (ss.simulate(scenario, SEED, k, engine="simpy") for k in range(count))
    return np.array([see(run.record) for run in runs]).T


def waits(record: Record, position: int = 0, leads: NDArray[np.bool_] | None = None) -> Floats:
    """Days that leads waited at a stage, of the waits that ended in the window."""
    return _ended_waits(record, position, leads)[0]


def paperwork_waits(record: Record) -> Floats:
    """Days that paperwork waited, of the waits that ended in the window."""
    visits = record.journal.visits[record.journal.visits["kind"] == Kind.ADMIN]
    inside = (visits["started"] >= 0.0) & (visits["started"] < record.days)
    return (visits["started"] - visits["ready"])[inside]


def cold(record: Record) -> NDArray[np.bool_]:
    """Whether each wait that ended in the window did so by going cold."""
    return _ended_waits(record, 0, None)[1]


def _ended_waits(
    record: Record, position: int, leads: NDArray[np.bool_] | None
) -> tuple[Floats, NDArray[np.bool_]]:
    visits = record.journal.visits
    works = visits[(visits["kind"] == Kind.WORK) & (visits["stage"] == position)]
    if leads is not None:
        works = works[leads[works["lead"]]]
    gone_cold = works["person"] == NOBODY
    until = np.where(gone_cold, works["ended"], works["started"])  # neither: still waiting
    inside = (until >= 0.0) & (until < record.days)
    return (until - works["ready"])[inside], gone_cold[inside]
