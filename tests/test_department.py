"""What people, leads and desks do, each on a department small enough to follow."""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

import salessim as ss
from salessim import Run, Scenario
from salessim.market.luck import Purpose
from salessim.rules import owner_chairs

Raw = dict[str, Any]
simulate = partial(ss.simulate, engine="simpy")  # the model that people read
DAY = 8.0  # hours
EXACT = 1e-9  # days: what rounding leaves of times up to some hundred days


def hours(mean: float) -> Raw:
    return {"distribution": "constant", "mean_hours": mean}


def days(mean: float) -> Raw:
    return {"distribution": "constant", "mean_days": mean}


def stage(name: str = "call", role: str = "sdr", **keys: Any) -> Raw:
    return {"name": name, "role": role, "effort": hours(4), "pass_probability": 0.5, **keys}


def department(*process: Raw, rate: float = 3.0, people: int = 2, **blocks: Any) -> Scenario:
    """Sellers with a stage or more; the window is 60 days without a warm-up."""
    raw: Raw = {
        "calendar": {"days": 60},
        "channels": {"door": {"leads_per_day": rate}},
        "team": {"sdr": {"count": people}},
        "process": list(process) or [stage()],
    }
    return Scenario.parse({**raw, **blocks})


def visits(run: Run, **only: str) -> pd.DataFrame:
    """Activities of a kind, at a stage, of a role; times after the window too."""
    table = run.activities.copy()
    journal = run.record.journal.visits
    journal = journal[journal["ready"] >= 0]
    journal = journal[np.argsort(journal["ready"], kind="stable")]
    assert (journal["ready"] == table["ready"]).all()
    table["started"], table["ended"] = journal["started"], journal["ended"]
    for column, value in only.items():
        table = table[table[column] == value]
    return table.reset_index(drop=True)


def begun(run: Run, **only: str) -> pd.DataFrame:
    """Visits that someone began, in the order of beginning."""
    table = visits(run, **only)
    table = table[table["started"].notna()]
    return table.sort_values("started", kind="stable").reset_index(drop=True)


def by_person(run: Run) -> Iterator[pd.DataFrame]:
    for _, mine in begun(run).groupby("rep"):
        yield mine


def near(one: Any, other: Any) -> None:
    np.testing.assert_allclose(one, other, rtol=0, atol=EXACT)


# Who works on what, and when


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whoever_has_been_idle_longest_takes_the_next_lead(seed: int) -> None:
    run = simulate(department(rate=4, people=4), seed=seed)
    work = begun(run)
    idle_since = {f"sdr-{chair}": (0.0, chair) for chair in range(1, 5)}
    taken_while_others_were_idle = 0
    for visit in work.itertuples():
        free = {rep: since for rep, since in idle_since.items() if since[0] <= visit.started}
        assert visit.rep == min(free, key=lambda rep: free[rep])
        taken_while_others_were_idle += len(free) > 1
        idle_since[visit.rep] = (visit.ended, 0)
    assert taken_while_others_were_idle > 20


def test_work_begins_as_soon_as_there_is_a_lead_and_someone_idle() -> None:
    run = simulate(department(rate=3.5))
    work = begun(run)
    for visit in work.itertuples():
        ends = work["ended"][(work["started"] < visit.started)].nlargest(2)
        freed = ends.iloc[-1] if len(ends) == 2 else 0.0
        assert visit.started == max(visit.ready, freed)


@pytest.mark.parametrize("priority", ["fifo", "freshest", "value"])
def test_who_becomes_free_takes_the_first_in_order_of_what_waits(priority: str) -> None:
    value = {"distribution": "exponential", "mean": 1000}
    segments = {"all": {"share": 1, "value": value}}
    run = simulate(department(rate=4.5, priority=priority, segments=segments))
    work = visits(run)
    leads = run.leads.set_index("lead").loc[work["lead"]].reset_index()
    ranks = {"fifo": work["ready"], "freshest": -leads["arrived"], "value": -leads["value"]}
    rank = ranks[priority]
    waited = work["started"] > work["ready"]
    choices = 0
    for position in np.flatnonzero(waited):
        moment = work["started"][position]
        waiting = (work["ready"] < moment) & ~(work["started"] < moment)
        assert rank[position] == rank[waiting].min()
        choices += waiting.sum() > 1
    assert choices > 30


def test_nobody_drops_work_for_something_more_worthy() -> None:
    value = {"distribution": "exponential", "mean": 1000}
    segments = {"all": {"share": 1, "value": value}}
    run = simulate(department(rate=4.5, priority="value", segments=segments))
    worth = run.leads.set_index("lead")["value"]
    work = begun(run)
    near(work["ended"] - work["started"], 4 / DAY)
    tempted = 0
    for visit in work.itertuples():
        came = work[(work["ready"] > visit.started) & (work["ready"] < visit.ended)]
        tempted += (worth[came["lead"]] > worth[visit.lead]).any()
    assert tempted > 30


def test_nobody_does_two_things_at_once() -> None:
    process = (stage(admin_hours=1), stage("demo", customer_delay=days(2)))
    for mine in by_person(simulate(department(*process, rate=1.5))):
        assert (mine["started"].to_numpy()[1:] >= mine["ended"].to_numpy()[:-1]).all()


def test_stages_follow_one_another_and_only_for_leads_that_passed() -> None:
    run = simulate(department(stage(), stage("demo"), stage("close"), rate=1))
    for _, lead in begun(run).groupby("lead"):
        assert list(lead["stage"]) == ["call", "demo", "close"][: len(lead)]
        near(lead["ready"].to_numpy()[1:], lead["ended"].to_numpy()[:-1])
        assert set(lead["result"][:-1]) <= {"passed"}
    assert set(run.leads["outcome"]) >= {"won", "lost"}


# Owners and territories


def test_an_owner_works_on_his_leads_from_the_first_stage_to_the_last() -> None:
    process = (stage(), stage("demo", customer_delay=days(3)), stage("close"))
    run = simulate(department(*process, assignment="owner", people=3))
    assert (begun(run).groupby("lead")["rep"].nunique() == 1).all()
    assert begun(run)["rep"].nunique() == 3


def test_an_owner_is_idle_while_a_lead_waits_for_another() -> None:
    run = simulate(department(assignment="owner", people=2, rate=3))
    work = begun(run)
    kept_waiting = 0
    for visit in work[work["started"] > work["ready"]].itertuples():
        other = work[(work["rep"] != visit.rep) & (work["started"] <= visit.ready)].tail(1)
        kept_waiting += bool((other["ended"] < visit.ready).all())
    assert kept_waiting > 10


def test_a_territory_is_served_by_its_own_people() -> None:
    parts = {"north": {"share": 0.5}, "south": {"share": 0.25}, "east": {"share": 0.25}}
    run = simulate(department(assignment="territory", territories=parts, people=4))
    assert list(run.reps["territory"]) == ["north", "south", "east", "north"]
    where = run.reps.set_index("rep")["territory"]
    work = begun(run)
    markets = run.leads.set_index("lead")["territory"]
    assert (where[work["rep"]].to_numpy() == markets[work["lead"]].to_numpy()).all()
    assert work["rep"].nunique() == 4


def test_people_are_dealt_to_territories_by_their_cover_where_it_is_given() -> None:
    parts = {
        "north": {"share": 0.5, "cover": {"sdr": 1}},
        "south": {"share": 0.5, "cover": {"sdr": 3}},
    }
    run = simulate(department(assignment="territory", territories=parts, people=4))
    assert list(run.reps["territory"]).count("south") == 3


# Patience


def test_a_lead_that_waits_longer_than_its_patience_goes_cold_exactly_then() -> None:
    run = simulate(department(stage(patience=days(0.4)), rate=5))
    work = visits(run)
    cold, seen = work[work["result"] == "went_cold"], work[work["started"].notna()]
    assert len(cold) > 30
    near(cold["ended"], cold["ready"] + 0.4)
    assert cold["rep"].isna().all()
    assert cold["started"].isna().all()
    assert (seen["started"] - seen["ready"]).max() <= 0.4
    closed = run.leads.set_index("lead").loc[cold["lead"]]
    assert set(closed["outcome"]) == {"went_cold"}
    near(closed["closed"], cold["ended"])


def test_a_lead_that_is_worked_on_does_not_go_cold() -> None:
    run = simulate(department(stage(effort=hours(40), patience=days(1)), rate=0.3, people=3))
    work = begun(run)
    assert len(work) > 5
    assert "went_cold" not in set(work["result"])


def test_a_cold_lead_takes_nobodys_time() -> None:
    base = department(stage(patience=days(0.4)), rate=5)
    run = simulate(base)
    busy = run.reps["selling_hours"].sum()
    work = begun(run)
    inside = np.minimum(work["ended"], 60) - work["started"]
    assert busy == pytest.approx(inside.sum() * DAY, rel=1e-12)


def test_a_lead_goes_cold_over_holidays_as_it_does_at_any_other_time() -> None:
    calendar = {"days": 20, "holidays": ["2026-01-12", "2026-01-13", "2026-01-14"]}
    run = simulate(department(stage(patience=days(0.5)), people=20, calendar=calendar))
    work = visits(run)
    on_holiday = work[(work["ready"] >= 5) & (work["ready"] < 7.5)]
    assert len(on_holiday) > 3
    assert set(on_holiday["result"]) == {"went_cold"}
    near(on_holiday["ended"], on_holiday["ready"] + 0.5)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_came_over_holidays_is_begun_in_the_order_of_priority(seed: int) -> None:
    calendar = {"days": 20, "holidays": ["2026-01-12", "2026-01-13", "2026-01-14"]}
    quick = stage(effort=hours(1))
    base = department(quick, people=1, rate=2, priority="freshest", calendar=calendar)
    work = begun(simulate(base, seed=seed))
    first = work[work["started"] >= 8.0].iloc[0]
    waiting = work["ready"][(work["started"] >= 8.0) & (work["ready"] <= first["started"])]
    assert len(waiting) > 3
    assert first["ready"] == waiting.max()


# Tries and meetings


def test_tries_end_with_the_answer_or_are_given_up() -> None:
    cadence = {"most": 3, "answer_probability": 0.4, "gap_days": 2}
    run = simulate(department(stage(effort=hours(0.5), attempts=cadence), rate=4))
    given_up = 0
    outcomes = run.leads.set_index("lead")
    for lead, tries in begun(run).groupby("lead"):
        assert list(tries["attempt"]) == list(range(1, len(tries) + 1))
        near(tries["ready"].to_numpy()[1:], tries["ended"].to_numpy()[:-1] + 2)
        if tries["ended"].iloc[-1] > 50:  # the rest may lie after the window
            continue
        assert set(tries["result"].iloc[:-1]) <= {"no_answer"}
        if tries["result"].iloc[-1] == "no_answer":
            assert len(tries) == 3
            assert outcomes.loc[lead, "outcome"] == "disqualified"
            assert outcomes.loc[lead, "closed"] == tries["ended"].iloc[-1]
            given_up += 1
        else:
            assert outcomes.loc[lead, "outcome"] in ("won", "lost")
    assert given_up > 20


def test_a_try_that_nobody_answered_is_no_open_one_when_the_window_ends_before_the_next() -> None:
    cadence = {"most": 2, "answer_probability": 0, "gap_days": 50}
    run = simulate(department(stage(effort=hours(0.5), attempts=cadence)))
    first = run.activities[(run.activities["attempt"] == 1) & run.activities["ended"].notna()]
    assert set(first["result"]) == {"no_answer"}


def test_a_customer_who_never_answered_has_no_paperwork_and_nothing_to_decide() -> None:
    cadence = {"most": 2, "answer_probability": 0, "gap_days": 1}
    run = simulate(
        department(stage(attempts=cadence, admin_hours=2, customer_delay=days(5)), rate=1)
    )
    assert set(run.activities["kind"]) == {"work"}
    last = run.activities[run.activities["attempt"] == 2].set_index("lead")["ended"].dropna()
    closed = run.leads.set_index("lead")["closed"].dropna()
    assert (closed == last[closed.index]).all()


def test_a_large_customer_takes_its_meetings_with_gaps_where_the_stage_has_them() -> None:
    segments = {"small": {"share": 0.5}, "large": {"share": 0.5, "meetings": 3}}
    process = (stage(pass_probability=1.0), stage("demo", meeting_gap_days=4))
    run = simulate(department(*process, segments=segments, rate=1))
    segment = run.leads.set_index("lead")["segment"]
    whole = 0
    for lead, demos in begun(run, stage="demo").groupby("lead"):
        near(demos["ready"].to_numpy()[1:], demos["ended"].to_numpy()[:-1] + 4)
        if demos["ended"].iloc[0] < 30:
            assert len(demos) == (3 if segment[lead] == "large" else 1)
            whole += 1
    assert whole > 15
    assert set(begun(run, stage="call")["attempt"]) == {1}


def test_only_the_last_of_several_meetings_is_followed_by_paperwork_and_a_decision() -> None:
    segments = {"large": {"share": 1, "meetings": 2}}
    process = (stage(meeting_gap_days=3, admin_hours=1, customer_delay=days(2)), stage("demo"))
    run = simulate(department(*process, segments=segments, rate=0.7))
    paperwork = visits(run, kind="admin")
    assert set(paperwork["attempt"]) == {2}
    ended = paperwork.set_index("lead")["ended"]
    demos = visits(run, stage="demo")
    near(demos["ready"], ended[demos["lead"]].to_numpy() + 2)


# Paperwork and support


def admin_after(run: Run, position: str = "call") -> pd.DataFrame:
    """Work of a stage beside the paperwork that followed it."""
    work = begun(run, kind="work", stage=position)
    admin = visits(run, kind="admin", stage=position)
    return work.merge(admin, on="lead", suffixes=("", "_admin"))


def supported(people: int = 1, *, delegable: float = 1.0, **keys: Any) -> Scenario:
    """Sellers with 2 hours of paperwork after 4 hours of work, and support for it."""
    team = {"sdr": {"count": 2}, "support": {"count": people}}
    agreed = {"delegable": delegable, "overflow_days": keys.pop("overflow_days", 100)}
    process = keys.pop("process", (stage(admin_hours=2, customer_delay=days(3)), stage("demo")))
    return department(*process, team=team, support=agreed, **keys)


def test_without_support_the_seller_does_the_paperwork_at_once() -> None:
    process = (stage(admin_hours=2, customer_delay=days(3)), stage("demo"))
    run = simulate(department(*process, rate=2))
    pairs = admin_after(run)
    assert len(pairs) > 50
    assert (pairs["rep"] == pairs["rep_admin"]).all()
    assert (pairs["started_admin"] == pairs["ended"]).all()
    assert (pairs["hours_admin"] == 2).all()
    near(pairs["ended_admin"] - pairs["started_admin"], 2 / DAY)
    ended = pairs.set_index("lead")["ended_admin"]
    demos = visits(run, stage="demo")
    near(demos["ready"], ended[demos["lead"]].to_numpy() + 3)


def test_people_called_support_do_nothing_unless_something_is_handed_to_them() -> None:
    run = simulate(supported().replace({"support": None}))
    assert set(visits(run, kind="admin")["role"]) == {"sdr"}


def test_with_everything_delegable_the_seller_is_free_at_once() -> None:
    run = simulate(supported(3, rate=5))
    pairs = admin_after(run)
    assert set(pairs["role_admin"]) == {"support"}
    assert (pairs["ready_admin"] == pairs["ended"]).all()
    assert (pairs["hours_admin"] == 2).all()
    went_on = 0
    for _, mine in begun(run, role="sdr").groupby("rep"):
        for one, other in pairwise(mine.itertuples()):
            assert other.started == max(one.ended, other.ready)
            went_on += other.started == one.ended
    assert went_on > 50


def test_the_customers_time_begins_only_when_support_is_done() -> None:
    run = simulate(supported(1, rate=4.2))
    pairs = admin_after(run)
    assert (pairs["started_admin"] > pairs["ready_admin"]).any()
    done = pairs.set_index("lead")["ended_admin"]
    demos = visits(run, stage="demo")
    near(demos["ready"], done[demos["lead"]].to_numpy() + 3)
    lost = run.leads[(run.leads["outcome"] == "lost") & (run.leads["stage"] == "call")]
    assert len(lost) > 20
    near(lost["closed"], done[lost["lead"]].to_numpy() + 3)


def test_shared_paperwork_is_done_when_both_are_done() -> None:
    run = simulate(supported(1, delegable=0.75, rate=3))
    work = begun(run, kind="work", stage="call").set_index("lead")
    own = begun(run, kind="admin", role="sdr").set_index("lead")
    theirs = begun(run, kind="admin", role="support").set_index("lead")
    assert set(own["hours"]) == {0.5}
    assert set(theirs["hours"]) == {1.5}
    assert (own["rep"] == work["rep"][own.index]).all()
    assert (own["started"] == work["ended"][own.index]).all()
    assert (theirs["ready"] == work["ended"][theirs.index]).all()
    demos = visits(run, stage="demo").set_index("lead")
    both = np.maximum(own["ended"][demos.index], theirs["ended"][demos.index])
    near(demos["ready"], both + 3)


@pytest.mark.parametrize("overflow_days", [0.0, 0.3, 1.0])
def test_where_supports_queue_is_too_long_the_seller_does_all_of_it(overflow_days: float) -> None:
    uneven = {"distribution": "exponential", "mean_hours": 2}
    process = (stage(effort=uneven, admin_hours=4), stage("demo", effort=hours(0)))
    run = simulate(
        supported(1, delegable=0.75, rate=4, process=process, overflow_days=overflow_days)
    )
    theirs = visits(run, kind="admin", role="support")
    swamped = handed = 0
    for work in begun(run, kind="work", stage="call").itertuples():
        if work.ended >= 60:
            continue
        waits = (theirs["ready"] < work.ended) & ~(theirs["started"] <= work.ended)
        queued = 3.0 * waits.sum()
        parts = visits_of(run, work.lead)
        if queued > overflow_days * DAY:
            assert parts == {"sdr": 4.0}
            swamped += 1
        else:
            assert parts["sdr"] == 1.0
            assert parts["support"] == 3.0 or np.isnan(parts["support"])  # nobody began yet
            handed += 1
    assert min(swamped, handed) > 20


def visits_of(run: Run, lead: Any) -> dict[str, float]:
    """Hours of paperwork of a lead, by role."""
    table = run.activities
    mine = table[(table["lead"] == lead) & (table["kind"] == "admin")]
    return dict(zip(mine["role"], mine["hours"], strict=True))


def test_support_of_nobody_leaves_the_paperwork_to_the_sellers() -> None:
    run = simulate(supported(0))
    assert set(visits(run, kind="admin")["role"]) == {"sdr"}


def test_support_does_what_came_first_first() -> None:
    work = begun(simulate(supported(1, rate=5)), role="support")
    assert work["ready"].is_monotonic_increasing
    assert (work["started"] > work["ready"]).sum() > 20


# Travel


def test_travel_is_added_to_the_work_of_stages_that_travel() -> None:
    parts = {"near": {"share": 0.5, "travel_hours": 0.5}, "far": {"share": 0.5, "travel_hours": 3}}
    process = (stage(), stage("demo", travel=True))
    run = simulate(department(*process, territories=parts, rate=1.2))
    away = {"near": 0.5, "far": 3.0}
    where = run.leads.set_index("lead")["territory"]
    assert set(begun(run, stage="call")["hours"]) == {4.0}
    demos = begun(run, stage="demo")
    near(demos["hours"], 4 + where[demos["lead"]].map(away).to_numpy())
    near(demos["ended"] - demos["started"], demos["hours"] / DAY)
    whole = demos["ended"] <= 60
    travelled = (demos["hours"] - 4)[whole].sum()
    cut = demos[~whole]
    travelled += ((60 - cut["started"]) * DAY * (1 - 4 / cut["hours"])).sum()
    assert run.reps["travel_hours"].sum() == pytest.approx(travelled, rel=1e-9)


# Holidays

HOLIDAYS = {"days": 30, "warm_up_days": 10, "holidays": ["2025-12-25", "2026-01-01", "2026-01-08"]}
HOLIDAYS["holidays"] += ["2026-01-09", "2026-01-12", "2026-01-31"]  # 3 and 4, 5; a Saturday
CLOSED = [-7, -2, 3, 4, 5]


@pytest.fixture(scope="module")
def with_holidays() -> Run:
    process = (stage(effort=hours(11), admin_hours=3), stage("demo", effort=hours(20)))
    return simulate(department(*process, people=5, rate=2, calendar=HOLIDAYS))


def test_nobody_begins_or_ends_on_a_holiday(with_holidays: Run) -> None:
    table = with_holidays.record.journal.visits
    table = table[table["person"] >= 0]
    assert len(table) > 60
    for closed in CLOSED:
        assert not ((table["started"] >= closed) & (table["started"] < closed + 1)).any()
        assert not ((table["ended"] > closed) & (table["ended"] <= closed + 1)).any()


def test_work_begun_before_holidays_ends_later_by_as_many_days(with_holidays: Run) -> None:
    table = with_holidays.record.journal.visits
    table = table[table["person"] >= 0]
    between = sum(
        ((table["started"] < closed) & (table["ended"] > closed)).astype(int) for closed in CLOSED
    )
    near(table["ended"] - table["started"], table["hours"] / DAY + between)
    assert set(between) >= {0, 1, 3}


def test_leads_arrive_and_customers_decide_on_holidays_too() -> None:
    process = (stage(effort=hours(1), customer_delay=days(1)), stage("demo"))
    run = simulate(department(*process, people=5, rate=9, calendar=HOLIDAYS))
    for times in (run.leads["arrived"], run.leads["closed"]):
        assert ((times >= 3) & (times < 4)).any()
    assert ((visits(run, stage="demo")["ready"] // 1) == 3).any()


# The customer decides


def test_a_result_is_known_only_after_the_customers_time_won_or_lost() -> None:
    run = simulate(department(stage(customer_delay=days(7)), rate=2))
    ended = begun(run).set_index("lead")["ended"]
    closed = run.leads[run.leads["closed"].notna()]
    assert set(closed["outcome"]) == {"won", "lost"}
    near(closed["closed"], ended[closed["lead"]].to_numpy() + 7)
    undecided = ended[(ended > 53) & (ended < 60)].index
    assert len(undecided) > 5
    assert set(run.leads.set_index("lead")["outcome"][undecided]) == {"open"}
    assert set(run.activities.set_index("lead")["result"][undecided]) == {"open"}


def test_who_never_decides_takes_longest() -> None:
    never = {"share": 0.5, "delay": 2.5}
    run = simulate(department(stage(customer_delay=days(4)), rate=2, no_decision=never))
    ended = begun(run).set_index("lead")["ended"]
    closed = run.leads[run.leads["closed"].notna()].set_index("lead")
    took = closed["closed"] - ended[closed.index]
    assert set(closed["outcome"]) == {"won", "lost", "no_decision"}
    near(took, closed["outcome"].map({"won": 4.0, "lost": 4.0, "no_decision": 10.0}))


def test_before_it_is_an_opportunity_a_lead_is_disqualified_and_not_lost() -> None:
    process = (stage(effort=hours(1)), stage("demo", effort=hours(1)))
    never = {"share": 1.0, "delay": 1}
    run = simulate(department(*process, opportunity_at="demo", no_decision=never))
    closed = run.leads[run.leads["closed"].notna()]
    outcomes = closed.groupby("stage")["outcome"].agg(set)
    assert outcomes["call"] == {"disqualified"}
    assert outcomes["demo"] == {"won", "no_decision"}


def test_a_slow_segment_takes_longer_to_decide_and_to_work_on() -> None:
    segments = {"quick": {"share": 0.5}, "slow": {"share": 0.5, "effort": 1.5, "delay": 2}}
    run = simulate(department(stage(customer_delay=days(3)), segments=segments, rate=1))
    segment = run.leads.set_index("lead")["segment"]
    work = begun(run)
    near(work["hours"], segment[work["lead"]].map({"quick": 4.0, "slow": 6.0}))
    closed = run.leads[run.leads["closed"].notna()].set_index("lead")
    took = closed["closed"] - work.set_index("lead")["ended"][closed.index]
    near(took, closed["segment"].map({"quick": 3.0, "slow": 6.0}))


# Hiring and cutting


def planned(base: Scenario, *steps: tuple[float, Raw]) -> Run:
    plan = [{"day": day, "set": changes} for day, changes in steps]
    return simulate(base.replace({"plan": plan}))


def test_who_is_hired_begins_on_the_day_with_what_waits() -> None:
    run = planned(department(rate=3, people=1), (20, {"team.sdr.count": 3}))
    new = run.reps[run.reps["rep"].isin(["sdr-2", "sdr-3"])]
    assert set(new["hired"]) == {20.0}
    firsts = begun(run).groupby("rep")["started"].min()
    assert set(firsts[["sdr-2", "sdr-3"]]) == {20.0}
    assert new["available_hours"].tolist() == [40 * DAY] * 2


def test_who_is_cut_finishes_the_work_at_hand_and_has_then_left() -> None:
    run = planned(department(rate=12, people=4), (20, {"team.sdr.count": 2}))
    left = run.reps.set_index("rep")["left"]
    assert left[["sdr-1", "sdr-2"]].isna().all()
    for rep in ("sdr-3", "sdr-4"):
        last = begun(run)[begun(run)["rep"] == rep].iloc[-1]
        assert last["started"] < 20 < last["ended"]
        assert left[rep] == last["ended"]


def test_who_is_idle_when_cut_has_left_at_once() -> None:
    run = planned(department(rate=0.1, people=3), (20.5, {"team.sdr.count": 1}))
    assert run.reps["left"].tolist()[1:] == [20.5, 20.5]


def test_who_leaves_finishes_the_paperwork_of_the_work_at_hand_too() -> None:
    base = department(stage(admin_hours=4), rate=4, people=3)
    run = planned(base, (20, {"team.sdr.count": 1}))
    left = run.reps.set_index("rep")["left"]
    at_work = 0
    for rep in ("sdr-2", "sdr-3"):
        last = begun(run)[begun(run)["rep"] == rep].iloc[-1]
        assert last["kind"] == "admin"
        assert left[rep] == last["ended"]
        at_work += begun(run)[begun(run)["rep"] == rep].iloc[-2]["ended"] > 20
    assert at_work


def test_a_chair_that_is_filled_again_has_another_person() -> None:
    run = planned(
        department(rate=3, people=2), (20, {"team.sdr.count": 1}), (30, {"team.sdr.count": 2})
    )
    assert run.reps["rep"].tolist() == ["sdr-1", "sdr-2", "sdr-2.2"]
    assert run.reps["hired"].tolist() == [0, 0, 30]
    work = begun(run)
    assert work[work["rep"] == "sdr-2.2"]["started"].min() >= 30


OWNED = (stage(effort=hours(5), customer_delay=days(6)), stage("demo", effort=hours(5)))


def test_owners_who_stay_keep_their_leads_and_take_over_those_of_who_left() -> None:
    base = department(*OWNED, rate=3, people=3, assignment="owner")
    before, after = simulate(base), planned(base, (20, {"team.sdr.count": 2}))
    leads = before.record.leads
    chairs = owner_chairs(leads.luck.words(Purpose.OWNER, "sdr"), 3).tolist()
    owner = dict(zip(leads.names, chairs, strict=True))
    work = begun(after)
    stay = work[work["lead"].map(owner) < 2]
    assert (stay["rep"] == stay["lead"].map(lambda lead: f"sdr-{owner[lead] + 1}")).all()
    handed = work[(work["lead"].map(owner) == 2) & (work["started"] > 20)]
    assert set(handed["rep"]) == {"sdr-1", "sdr-2"}
    waited = visits(after)[(visits(after)["ready"] < 20) & (visits(after)["started"] > 20)]
    assert (waited["lead"].map(owner) == 2).any()
    assert set(waited["rep"]) <= {"sdr-1", "sdr-2"}


def test_the_owner_in_one_role_says_nothing_about_the_owner_in_another() -> None:
    two = (stage(effort=hours(2)), stage("demo", role="ae", effort=hours(2)))
    team = {"sdr": {"count": 4}, "ae": {"count": 4}}
    base = department(*two, rate=5, team=team, assignment="owner")
    rows = begun(simulate(base)).drop_duplicates(["lead", "role"])
    pairs = rows.pivot(index="lead", columns="role", values="rep").dropna()
    assert len(pairs.drop_duplicates()) > 4


def test_open_deals_of_who_left_are_closed_by_those_who_stay() -> None:
    base = department(*OWNED, rate=2, people=3, assignment="owner")
    run = planned(base, (20, {"team.sdr.count": 2}))
    rep = begun(run, stage="call").set_index("lead")["rep"]
    demos = begun(run, stage="demo")
    late = demos[(demos["ready"] > 20) & (rep[demos["lead"]] == "sdr-3").to_numpy()]
    assert len(late) > 0
    assert set(late["rep"]) <= {"sdr-1", "sdr-2"}


def test_a_lead_keeps_its_new_owner_even_when_the_chair_is_filled_again() -> None:
    base = department(*OWNED, rate=2, people=3, assignment="owner")
    run = planned(base, (20, {"team.sdr.count": 2}), (22, {"team.sdr.count": 3}))
    owners = begun(run)[begun(run)["ready"] > 20].groupby("lead")["rep"].nunique()
    assert (owners == 1).all()


def test_a_pools_work_waits_for_whoever_stays() -> None:
    run = planned(department(rate=5, people=3), (20, {"team.sdr.count": 1}))
    work = begun(run)
    assert set(work[work["started"] > 20]["rep"]) == {"sdr-1"}
    near(np.diff(work[work["rep"] == "sdr-1"]["started"][-30:]), 0.5)


def test_with_nobody_left_leads_wait_until_someone_is_hired() -> None:
    for assignment in ("pool", "owner"):
        run = planned(
            department(rate=3, people=2, assignment=assignment),
            (20, {"team.sdr.count": 0}),
            (30, {"team.sdr.count": 2}),
        )
        started = begun(run)["started"]
        assert not ((started > 20) & (started < 30)).any()
        assert (started == 30).any()
        assert (run.activities["ready"] < 60).all()


def test_support_that_is_cut_to_nobody_hands_its_paperwork_back() -> None:
    process = (stage(admin_hours=4), stage("demo"))
    run = planned(supported(1, rate=4, process=process), (20, {"team.support.count": 0}))
    admin = visits(run, kind="admin")
    waited = admin[(admin["ready"] < 20) & ~(admin["started"] < 20)]
    assert len(waited) > 5
    assert set(waited["role"]) == {"sdr"}
    assert (waited["started"].dropna() > 20).all()
    assert set(admin[admin["ready"] > 20]["role"]) == {"sdr"}
    assert run.reps.set_index("rep").loc["support-1", "left"] >= 20
    assert waited["ended"].notna().sum() > 5


# Other changes on a date


def test_a_lead_goes_through_a_stage_as_it_was_when_it_came_to_it() -> None:
    base = department(stage(admin_hours=2), stage("demo"), rate=3)
    run = planned(base, (20, {"process.call.admin_hours": 0, "process.call.effort": hours(1)}))
    work = begun(run, stage="call", kind="work")
    before = work["ready"] < 20
    assert set(work["hours"][before]) == {4.0}
    assert set(work["hours"][~before]) == {1.0}
    done = work["ended"] < 60
    papers = set(visits(run, kind="admin")["lead"])
    assert work["lead"].isin(papers)[done].eq(before[done]).all()


def test_a_mechanism_may_be_switched_on_and_off_on_a_date() -> None:
    base = department(stage(patience=None), rate=5)
    run = planned(
        base, (20, {"process.call.patience": days(0.4)}), (40, {"process.call.patience": None})
    )
    cold = visits(run)
    cold = cold[cold["result"] == "went_cold"]
    assert len(cold) > 5
    assert ((cold["ready"] >= 20) & (cold["ready"] < 40)).all()


def test_a_change_on_day_0_holds_from_the_first_day_of_the_window_on() -> None:
    base = department(calendar={"days": 20, "warm_up_days": 20})
    run = planned(base, (0, {"process.call.effort": hours(1)}))
    table = run.record.journal.visits
    assert set(table["hours"][table["ready"] < 0]) == {4.0}
    assert set(table["hours"][table["ready"] >= 0]) == {1.0}


# The same luck under any staffing


def test_a_lead_is_the_same_under_any_staffing() -> None:
    base = Scenario.load("baseline").replace({"calendar.days": 60, "calendar.warm_up_days": 60})
    more = base.replace({"team.ae.count": 12, "support": None, "assignment": "owner"})
    one, other = simulate(base), simulate(more)
    columns = ["channel", "segment", "territory", "arrived", "value", "fit"]
    both = one.leads.merge(other.leads, on="lead")
    assert len(both) > 1_000
    for column in columns:
        assert (both[f"{column}_x"] == both[f"{column}_y"]).all()
    keys = ["lead", "stage", "attempt"]
    works = [run.activities.query("kind == 'work'") for run in (one, other)]
    met = works[0].merge(works[1], on=keys)
    begun_in_both = met["hours_x"].notna() & met["hours_y"].notna()
    assert (met["hours_x"] == met["hours_y"])[begun_in_both].all()
    known = met[~met["result_x"].isin(["open", "went_cold"])]
    known = known[~known["result_y"].isin(["open", "went_cold"])]
    assert len(known) > 1_000
    assert (known["result_x"] == known["result_y"]).all()


def test_watching_the_progress_changes_no_byte() -> None:
    base = department(*OWNED)
    seen: list[float] = []
    quiet, watched = simulate(base), simulate(base, progress=seen.append)
    assert quiet.record.journal.visits.tobytes() == watched.record.journal.visits.tobytes()
    assert quiet.record.journal.decisions.tobytes() == watched.record.journal.decisions.tobytes()
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_the_same_seed_is_the_same_run() -> None:
    base = department(*OWNED)
    one, other = simulate(base, seed=7), simulate(base, seed=7)
    pd.testing.assert_frame_equal(one.leads, other.leads, check_exact=True)
    pd.testing.assert_frame_equal(one.activities, other.activities, check_exact=True)


# Odd departments


def test_a_department_without_leads_or_without_people_is_one_too() -> None:
    nothing = simulate(department(rate=0))
    assert len(nothing.leads) == 0
    assert len(nothing.activities) == 0
    nobody = simulate(department(people=0))
    assert set(nobody.leads["outcome"]) == {"open"}
    assert len(nobody.reps) == 0


def test_customers_with_odds_of_nothing_never_answer_and_never_buy() -> None:
    sure = {"most": 2, "answer_probability": 1.0}
    for process in (stage(pass_probability=0.9), stage(attempts=sure)):
        run = simulate(department(process, segments={"all": {"share": 1, "odds": 0}}))
        assert "won" not in set(run.leads["outcome"])


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "1", True])
def test_what_is_no_seed_is_refused(seed: Any) -> None:
    with pytest.raises(ss.ScenarioError, match="must be a whole number from 0 to"):
        simulate(department(), seed=seed)
    with pytest.raises(ss.ScenarioError, match="replication"):
        simulate(department(), replication=seed)


def test_an_engine_that_there_is_not_is_refused() -> None:
    with pytest.raises(ss.ScenarioError, match="engine: must be auto, simpy or compiled"):
        simulate(department(), engine="warp")  # type: ignore[arg-type]
