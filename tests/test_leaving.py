"""People who leave: the work in hand, the position that is empty, and who succeeds them."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import salessim as ss
from salessim import ScenarioError
from salessim.expected import expected
from salessim.run.months import months_of
from salessim.scenario.notes import notes_on
from tests.intervals import interval

HIRING = {"lead_days": 30, "cost": 5000}
LEAVES = {"day": 40, "leave": "ae-2"}
NORTH_AND_SOUTH = {"north": {"share": 0.5}, "south": {"share": 0.5}}


def desk(leads: float = 4.0, **changes: Any) -> ss.Scenario:
    """Three AEs with as much to do as they can: a demo of half a day, and paperwork."""
    stage = {
        "name": "demo", "role": "ae", "pass_probability": 0.5, "admin_hours": 1,
        "effort": {"distribution": "exponential", "mean_hours": 5},
    }  # fmt: skip
    raw: dict[str, Any] = {
        "calendar": {"days": 120},
        "channels": {"website": {"leads_per_day": leads}},
        "segments": {"all": {"share": 1.0, "value": {"distribution": "constant", "mean": 1000}}},
        "team": {"ae": {"count": 3, "salary_per_year": 52_000}},
        "economics": {"gross_margin": 0.8},
        "process": [stage],
    }
    return ss.Scenario.parse({**raw, **changes})


def people(run: ss.Run) -> pd.DataFrame:
    """The table of people, by name."""
    return run.reps.set_index("rep")


def test_who_leaves_finishes_the_work_in_hand_with_its_paperwork_and_takes_nothing_new() -> None:
    run = ss.simulate(desk(plan=[LEAVES]), 1)
    own = run.activities.query("rep == 'ae-2'").sort_values("started")
    last = own.iloc[-1]
    assert last.kind == "admin"
    assert own[own.kind == "work"].started.max() < 40 < last.ended
    assert people(run).loc["ae-2", "left"] == last.ended
    assert run.activities.query("position == 'ae-2' and started > 41").empty  # empty for good


def test_a_new_person_starts_in_the_same_position_after_the_lead_time() -> None:
    run = ss.simulate(desk(plan=[LEAVES], hiring=HIRING), 1)
    reps = people(run)
    assert list(reps.index) == ["ae-1", "ae-2", "ae-3", "ae-2.2"]
    assert reps.loc["ae-2.2", "hired"] == 70
    assert list(reps.position) == ["ae-1", "ae-2", "ae-3", "ae-2"]
    new = run.activities.query("rep == 'ae-2.2'")
    assert new.started.min() >= 70
    assert set(new.position) == {"ae-2"}
    assert run.activities.query("position == 'ae-2' and started > 41 and started < 70").empty


def test_filling_costs_when_the_successor_starts() -> None:
    free = ss.simulate(desk(plan=[LEAVES], hiring={**HIRING, "cost": 0}), 1)
    paid = ss.simulate(desk(plan=[LEAVES], hiring=HIRING), 1)
    late = ss.simulate(desk(plan=[{**LEAVES, "day": 100}], hiring=HIRING), 1)
    assert paid.kpi["cost"] == pytest.approx(free.kpi["cost"] + 5000)
    assert late.kpi["cost"] == pytest.approx(
        sum((late.reps.left.fillna(120) - late.reps.hired) * 52_000 / 260)
    )
    months = months_of(paid.record)["cost"] - months_of(free.record)["cost"]
    np.testing.assert_allclose(months, [0, 0, 0, 5000, 0, 0], atol=1e-6)  # day 70: the fourth


def owned(run: ss.Run) -> pd.DataFrame:
    """Work at the second of two stages, with the position that did it."""
    return run.activities.query("stage == 'close' and kind == 'work'").set_index("lead")


def with_owners(**changes: Any) -> ss.Scenario:
    """Each AE has their own leads, for a demo and, ten days later, to close."""
    first = {**desk().plain()["process"][0], "pass_probability": 1.0,
             "effort": {"distribution": "exponential", "mean_hours": 2},
             "customer_delay": {"distribution": "constant", "mean_days": 10}}  # fmt: skip
    last = {**first, "name": "close"}
    return desk(3.0, assignment="owner", process=[first, last], **changes)


@pytest.mark.parametrize("rule", [None, "round_robin", "fewest_open", "random"])
def test_deals_of_an_empty_position_go_to_colleagues_and_stay_with_them(rule: str | None) -> None:
    extra = {"owner_rule": rule} if rule else {}
    stays = ss.simulate(with_owners(**extra), 1)
    leaves = ss.simulate(with_owners(plan=[LEAVES], hiring={"lead_days": 5}, **extra), 1)
    demos = leaves.activities.query("stage == 'demo' and kind == 'work'").set_index("lead")
    mine = demos[(demos.position == "ae-2") & (demos.ended.between(32, 40))].index
    assert len(mine) > 3
    closed = owned(leaves).loc[mine]  # ready after the successor started
    assert (closed.ready > 41).all()
    assert set(closed.position.dropna()) <= {"ae-1", "ae-3"}
    new = demos[(demos.ready > 50) & (demos.position == "ae-2")]
    assert len(new) > 10  # the successor gets new leads
    assert (
        owned(leaves).loc[owned(leaves).index.isin(new.index), "position"].dropna() == "ae-2"
    ).all()
    if rule is None:  # nobody else's leads change hands
        before = owned(stays)[owned(stays).position != "ae-2"]
        both = before.index.intersection(owned(leaves).index)
        same = before.loc[both, "position"] == owned(leaves).loc[both, "position"]
        assert same[before.loc[both, "position"].notna()].mean() == 1.0


def test_a_territory_without_people_is_served_by_another_until_it_has_some() -> None:
    changes = {"territories": NORTH_AND_SOUTH, "assignment": "territory",
               "team": {"ae": {"count": 2}}, "hiring": HIRING, "plan": [LEAVES]}  # fmt: skip
    run = ss.simulate(desk(1.5, **changes), 1)
    where = run.activities.merge(run.leads[["lead", "territory"]], on="lead")
    south = where.query("territory == 'south' and kind == 'work'").dropna(subset=["started"])
    assert people(run).loc["ae-2", "territory"] == "south"
    assert set(south[south.started < 40].position) == {"ae-2"}
    assert set(south[south.ready.between(41, 69)].position) == {"ae-1"}
    assert set(south[south.ready > 71].position) == {"ae-2"}


def test_work_for_an_empty_territory_goes_to_the_shortest_queue() -> None:
    three = {name: {"share": share} for name, share in (("a", 0.6), ("b", 0.2), ("c", 0.2))}
    team = {"ae": {"count": 3}}
    plan = [{"day": 40, "leave": "ae-3"}]
    run = ss.simulate(desk(3.0, territories=three, assignment="territory", team=team, plan=plan), 1)
    where = run.activities.merge(run.leads[["lead", "territory"]], on="lead")
    gone = people(run).loc["ae-3", "territory"]
    theirs = where[(where.territory == gone) & (where.ready > 42)].dropna(subset=["position"])
    busy, quiet = (theirs.position == "ae-1").sum(), (theirs.position == "ae-2").sum()
    assert quiet > 3 * busy  # one has three times as many leads of their own


@pytest.mark.parametrize(
    ("count", "names"),
    [
        (2, ["ae-1", "ae-2", "ae-3"]),  # cuts the third, at the end; the second stays empty
        (1, ["ae-1", "ae-2", "ae-3"]),  # cuts the empty one, too, and calls its hire off
        (4, ["ae-1", "ae-2", "ae-3", "ae-4", "ae-2.2"]),  # adds at the end and refills nothing
    ],
)
def test_a_count_adds_and_cuts_at_the_end_and_never_refills(count: int, names: list[str]) -> None:
    plan = [LEAVES, {"day": 50, "set": {"team.ae.count": count}}]
    reps = people(ss.simulate(desk(plan=plan, hiring=HIRING), 1))
    if count == 2:
        names = [*names, "ae-2.2"]
    assert list(reps.index) == names
    gone = set(reps.index[reps.left.notna()])
    assert gone == {"ae-2", *(["ae-3"] if count < 3 else [])}


def test_who_leaves_comes_first_in_a_step_with_both() -> None:
    both = {**LEAVES, "set": {"team.ae.count": 2}}
    reps = people(ss.simulate(desk(plan=[{**both, "leave": "ae-3"}], hiring=HIRING), 1))
    assert list(reps.index) == ["ae-1", "ae-2", "ae-3"]  # the position is cut, so no successor
    assert reps.left.notna().tolist() == [False, False, True]


def test_sellers_do_the_paperwork_once_support_has_left() -> None:
    alone = {"team": {**desk().plain()["team"], "support": {"count": 1}},
             "support": {"delegable": 1.0, "overflow_days": 100}}  # fmt: skip
    run = ss.simulate(desk(3.0, plan=[{"day": 40, "leave": "support-1"}], **alone), 1)
    paperwork = run.activities.query("kind == 'admin'")
    assert set(paperwork[paperwork.ready < 39].role) == {"support"}
    assert set(paperwork[paperwork.ready > 40].role) == {"ae"}


def test_a_team_of_one_that_leaves_is_waited_for() -> None:
    one = desk(1.0, team={"ae": {"count": 1}}, plan=[{"day": 40, "leave": "ae-1"}], hiring=HIRING)
    for assignment in ("pool", "owner"):
        run = ss.simulate(one.replace({"assignment": assignment}), 1)
        work = run.activities.query("kind == 'work'").dropna(subset=["started"])
        assert work.query("started > 42 and started < 70").empty
        assert (work.query("ready > 45 and ready < 60").rep == "ae-1.2").all()


def test_who_leaves_is_missing_in_the_capacity() -> None:
    stays, leaves = expected(desk()), expected(desk(plan=[LEAVES], hiring=HIRING))
    assert leaves.available["ae"] == pytest.approx(stays.available["ae"] * (360 - 30) / 360)


def test_an_unknown_position_is_refused_and_an_empty_one_is_said() -> None:
    with pytest.raises(ScenarioError, match=r"'ae-9' is never a position .* ae-1 to ae-3"):
        desk(plan=[{**LEAVES, "leave": "ae-9"}])
    with pytest.raises(ScenarioError, match="nobody fills the role 'sdr' of 'sdr-1'"):
        desk(plan=[{**LEAVES, "leave": "sdr-1"}])
    with pytest.raises(ScenarioError, match="must be a position, a role with a number such as"):
        desk(plan=[{**LEAVES, "leave": "Ann"}])
    again = desk(plan=[LEAVES, {**LEAVES, "day": 60}], hiring=HIRING)
    assert notes_on(again) == ["nobody leaves ae-2 on day 60 (2026-03-30): it is empty on that day"]
    assert len(ss.simulate(again, 1).reps) == 4


def test_a_comparison_says_who_leaves_and_its_parts_add_up() -> None:
    effect = ss.compare(
        desk(hiring=HIRING), desk(plan=[LEAVES], hiring=HIRING), replications=5, workers=1
    )
    assert effect.summary().startswith("With ae-2 leaving on March 2, 2026: ")
    because = effect.because[0]
    for kpi in ("cost", "contribution"):
        parts = because[because.kpi == kpi].amount.sum()
        assert parts == pytest.approx(effect.table.set_index("kpi").loc[kpi, "difference"])


def cost_of_an_empty_position(base: ss.Scenario, days: float, pairs: int) -> list[float]:
    """Contribution that an AE position of the baseline costs, empty for so many days."""
    empty = base.replace({"hiring": {"lead_days": days}, "plan": [{"day": 20, "leave": "ae-3"}]})
    return [
        ss.simulate(base, 1, k).kpi["contribution"] - ss.simulate(empty, 1, k).kpi["contribution"]
        for k in range(pairs)
    ]


@pytest.mark.slow
def test_an_empty_position_costs_more_than_its_salary_where_people_are_short() -> None:
    base = ss.Scenario.load("baseline")
    busy = base.replace({"channels.*.leads_per_day*=": 1.2})
    lost = interval(cost_of_an_empty_position(busy, 105, 100))
    usual = interval(cost_of_an_empty_position(base, 105, 100))
    assert lost.low > 0  # the salary saved is taken off
    assert usual.high < lost.low
    none = interval(cost_of_an_empty_position(busy, 0, 50))
    assert 0 in none
