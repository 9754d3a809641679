"""Engineers who join visits: what waiting for two people at once does to queues and deals."""

from typing import Any

import numpy as np
import pytest

import salessim as ss
from salessim.expected import expected
from salessim.experiment.bottleneck import bottleneck
from salessim.run.laws import check_laws
from salessim.scenario import ScenarioError
from tests.intervals import assert_agrees, interval

REPLICATIONS = 12
JOINT = {"stages": ["demo"], "segments": ["large"]}


def department(count: int = 2, **changes: Any) -> ss.Scenario:
    """Six owners of deals, busy 90% of their time; large customers need an engineer, too."""
    work = {"distribution": "exponential", "mean_hours": 4}
    raw: dict[str, Any] = {
        "calendar": {"days": 520, "warm_up_days": 65},
        "channels": {"website": {"leads_per_day": 10.8}},
        "segments": {"small": {"share": 0.65}, "large": {"share": 0.35}},
        "team": {"ae": {"count": 6}, "engineer": {"count": count}},
        "assignment": "owner",
        "engineers": JOINT,
        "process": [{"name": "demo", "role": "ae", "effort": work, "pass_probability": 0.5}],
    }
    return ss.Scenario.parse({**raw, **changes})


def busy_quarter(count: int, **changes: Any) -> ss.Scenario:
    """A short run of every kind of visit: tries, meetings, travel, paperwork with support."""
    base = ss.Scenario.load("baseline")
    return base.replace(
        {
            "calendar.days": 60,
            "engineers": {"stages": ["prospecting", "demo", "closing"], "segments": ["mid"]},
            "team.engineer.count": count,
            **changes,
        }
    )


def started(run: ss.Run) -> Any:
    """The seller's part of visits that were begun, with the segment of the lead."""
    visits = run.activities.merge(run.leads[["lead", "segment"]], on="lead")
    return visits[(visits.kind == "work") & visits.started.notna()]


# What follows from it


@pytest.mark.parametrize("priority", ["fifo", "value"])
def test_with_more_engineers_than_needed_every_lead_ends_as_without_them(priority: str) -> None:
    without = ss.simulate(busy_quarter(60, engineers=None, priority=priority), 1)
    plenty = ss.simulate(busy_quarter(60, priority=priority), 1)
    assert plenty.leads.equals(without.leads)
    sellers = plenty.activities[plenty.activities.kind != "joint"].reset_index(drop=True)
    assert sellers.equals(without.activities)
    assert (plenty.activities.kind == "joint").sum() > 100


def test_where_no_stage_is_joint_engineers_change_nothing() -> None:
    none = {"stages": []}
    runs = [ss.simulate(busy_quarter(count, engineers=none), 1) for count in (0, 1, 5)]
    without = ss.simulate(busy_quarter(1, engineers=None), 1)
    assert all(run.leads.equals(without.leads) for run in runs)
    assert all(run.activities.equals(without.activities) for run in runs)
    assert all(np.isnan(run.kpi["utilisation.engineer"]) for run in runs)


def waits(scenario: ss.Scenario) -> np.ndarray:
    """99th percentile of the days that solo and joint visits waited, a row a replication."""
    rows = []
    for replication in range(REPLICATIONS):
        visits = started(ss.simulate(scenario, 1, replication))
        days = (visits.started - visits.ready).groupby(visits.segment).quantile(0.99)
        rows.append([days["small"], days["large"]])
    return np.array(rows)


@pytest.mark.slow
def test_with_engineers_as_the_bottleneck_joint_visits_wait_and_nobody_starves() -> None:
    scarce, without = department(), department(engineers=None)
    run = ss.simulate(scarce, 1)
    assert 0.85 < run.kpi["utilisation.ae"] < 0.95
    assert run.kpi["utilisation.engineer"] > 0.85
    (solo, joint), free = waits(scarce).T, waits(without)
    assert interval(joint - solo).low > 0
    assert interval(solo - free[:, 0]).high < 0  # they pass joint visits that wait


@pytest.mark.slow
def test_one_more_engineer_wins_deals_where_they_are_the_bottleneck() -> None:
    patience = {"distribution": "exponential", "mean_days": 10}
    stage = {**department().plain()["process"][0], "patience": patience}

    def more_won(**changes: Any) -> Any:
        scarce, plenty = (department(count, process=[stage], **changes) for count in (1, 2))
        return interval(
            [
                ss.simulate(plenty, 1, k).kpi["won"] - ss.simulate(scarce, 1, k).kpi["won"]
                for k in range(REPLICATIONS)
            ]
        )

    assert more_won().low > 0
    nothing = more_won(engineers={"stages": []})
    assert nothing.low == nothing.high == 0.0


@pytest.mark.slow
def test_the_bottleneck_is_found_among_engineers() -> None:
    base = ss.Scenario.load("baseline").replace({"engineers": {"stages": ["demo"]}})
    found = bottleneck(base, replications=10, workers=1)
    assert found.role == "engineer"
    more = ss.compare(base, base.replace({"team.engineer.count": 3}), replications=10, workers=1)
    assert "engineers instead of 2" in more.reasons[0][0]


# The rules


def test_both_are_there_from_begin_to_end_and_paperwork_is_the_sellers_alone() -> None:
    run = ss.simulate(busy_quarter(2), 1)
    check_laws(run.record)
    joint = run.activities[run.activities.kind == "joint"]
    keys = ["lead", "stage", "passage", "attempt"]
    both = joint.merge(run.activities[run.activities.kind == "work"], on=keys)
    assert len(both) == len(joint) > 100
    for column in ("ready", "started", "ended", "result", "waited_hours"):
        assert both[f"{column}_x"].equals(both[f"{column}_y"])
    a_day = {role: run.scenario.available_hours(role) for role in ("sdr", "ae", "engineer")}
    as_long = both.hours_y / both.role_y.map(a_day) * a_day["engineer"]
    np.testing.assert_allclose(both.hours_x, as_long)
    assert set(joint.role) == {"engineer"}
    assert set(run.activities[run.activities.kind == "admin"].role) == {"sdr", "ae", "support"}
    engineers = run.reps[run.reps.role == "engineer"]
    assert (engineers.selling_hours > 0).all()
    assert (engineers.admin_hours == 0).all()
    assert (engineers.won == 0).all()  # deals are the sellers'


def test_who_waits_for_two_people_holds_neither() -> None:
    """An owner goes on with others while a lead waits for an engineer who is busy elsewhere."""
    run = ss.simulate(department(1), 1)
    visits = started(run)
    large, small = (visits[visits.segment == name] for name in ("large", "small"))
    waiting = large[large.started - large.ready > 5].iloc[0]
    mine = small[(small.rep == waiting.rep) & small.started.between(waiting.ready, waiting.started)]
    assert len(mine) > 3
    assert (mine.ready > waiting.ready).any()  # they came later and were begun first


def test_joint_visits_of_a_desk_begin_in_their_order() -> None:
    visits = started(ss.simulate(department(1), 1))
    for _, of_kind in visits.groupby([visits.rep, visits.segment]):
        assert of_kind.sort_values("ready").started.is_monotonic_increasing


def test_without_any_engineer_joint_visits_wait_until_their_leads_give_up() -> None:
    patience = {"distribution": "constant", "mean_days": 3}
    stage = {**department().plain()["process"][0], "patience": patience}
    leads = ss.simulate(department(0, process=[stage], calendar={"days": 100}), 1).leads
    large = leads[leads.segment == "large"]
    assert set(large.outcome) == {"went_cold", "open"}
    np.testing.assert_allclose((large.closed - large.arrived).dropna(), 3.0)
    hired = [{"day": 50, "set": {"team.engineer.count": 3}}]
    later = ss.simulate(department(0, calendar={"days": 100}, plan=hired), 1)
    first = started(later).query("segment == 'large'").started.min()
    assert first == 50.0  # those who have waited begin when engineers come


def test_what_is_expected_counts_the_hours_of_engineers() -> None:
    scenario = department(3)
    found = expected(scenario)
    assert found.working == ("ae", "engineer")
    runs = [ss.simulate(scenario, 1, k).kpi["utilisation.engineer"] for k in range(REPLICATIONS)]
    assert_agrees(np.array(runs), found.load["engineer"])


def test_hours_of_engineers_are_as_long_as_the_sellers_work() -> None:
    base = ss.Scenario.load("baseline").replace({"engineers": {"stages": ["demo"]}})
    same, less = (
        expected(base.replace({"team.engineer.internal_hours_per_week": hours}))
        for hours in (10, 25)
    )
    assert same.hours["engineer", "demo"] == pytest.approx(same.hours["ae", "demo"])
    assert less.load["engineer"] == pytest.approx(same.load["engineer"])  # a part of each day


# What is refused


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"engineers": {"stages": ["dmo"]}}, "engineers.stages: there is no stage 'dmo'; did you"),
        ({"engineers": {"stages": ["demo"], "segments": ["larg"]}}, "did you mean 'large'"),
        ({"engineers": JOINT, "team.engineer": None}, "engineers: needs people: add team.engineer"),
        ({"engineers": JOINT, "process.demo.role": "engineer"}, "can't work a stage of their own"),
        ({"engineers": {"stages": "demo"}}, "engineers.stages"),
    ],
)
def test_what_can_not_be_joint_is_refused(change: dict[str, Any], line: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        ss.Scenario.load("baseline").replace(change)
    (problem,) = refused.value.problems
    assert line in str(problem)
