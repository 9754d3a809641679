"""Training: days on which a role learns, work of a person's own without a lead."""

from typing import Any

import numpy as np
import pytest

import salessim as ss
from salessim import ScenarioError
from salessim.expected import expected
from salessim.scenario.notes import notes_on
from tests.intervals import interval

WEEK = [{"role": "ae", "day": day, "hours": 8} for day in (20, 60)]
YEAR = [{"role": "ae", "day": day, "hours": 16} for day in range(20, 220, 20)]  # a tenth of it


def desk(leads: float = 3.0, **changes: Any) -> ss.Scenario:
    """AEs who demonstrate and close; a demo takes a day on average."""
    work = {"distribution": "exponential", "mean_hours": 8}
    raw: dict[str, Any] = {
        "calendar": {"days": 200},
        "channels": {"website": {"leads_per_day": leads}},
        "team": {"ae": {"count": 3}},
        "process": [{"name": "demo", "role": "ae", "effort": work, "pass_probability": 0.5}],
    }
    return ss.Scenario.parse({**raw, **changes})


def of_training(run: ss.Run) -> Any:
    """The activities without a lead."""
    return run.activities.query("kind == 'training'")


def cost(scenario: ss.Scenario, training: list[dict[str, Any]], pairs: int) -> list[float]:
    """Share of the deals won that training costs, pair by pair."""
    shares = []
    for k in range(pairs):
        won, with_it = (
            ss.simulate(one, 1, k).kpi["won"]
            for one in (scenario, scenario.replace({"training": training}))
        )
        shares.append(1.0 - with_it / won)
    return shares


@pytest.mark.slow
def test_training_costs_its_share_of_the_capacity_of_a_role_that_is_the_limit() -> None:
    lost = interval(cost(desk(leads=6.0), YEAR, 30))
    assert lost.low <= 0.1 <= lost.high  # 10 times 2 of 200 days
    assert lost.low > 0.07


@pytest.mark.slow
def test_training_costs_next_to_nothing_where_the_role_has_time_to_spare() -> None:
    lost = interval(cost(desk(leads=0.6), YEAR, 30))
    assert lost.high < 0.02


@pytest.mark.slow
def test_training_of_a_role_without_work_costs_nothing() -> None:
    idle = desk(team={"ae": {"count": 3}, "manager": {"count": 2}})
    learns = idle.replace({"training": [{**WEEK[0], "role": "manager"}]})
    before, after = ss.simulate(idle, 1), ss.simulate(learns, 1)
    assert before.leads.equals(after.leads)
    assert len(of_training(after)) == 2


def test_training_of_no_hours_changes_nothing() -> None:
    none = ss.simulate(desk(training=[{**WEEK[0], "hours": 0}]), 1)
    off = ss.simulate(desk(), 1)
    assert none.activities.equals(off.activities)
    assert none.reps.equals(off.reps)


def test_everyone_of_the_role_learns_after_the_work_in_hand_and_before_what_waits() -> None:
    run = ss.simulate(desk(leads=6.0, training=WEEK), 1)
    learning, worked = of_training(run), run.activities.query("kind == 'work'")
    assert sorted(learning.rep) == sorted(2 * ["ae-1", "ae-2", "ae-3"])
    assert learning.lead.isna().all()
    assert learning.stage.isna().all()
    assert set(learning.result) == {"passed"}
    np.testing.assert_allclose(learning.ended - learning.started, 1.0)
    for one in learning.itertuples():
        own = worked[worked.rep == one.rep]
        in_hand = own[(own.started < one.ready) & (own.ended > one.ready)]
        assert one.started == in_hand.ended.iloc[0]  # everyone is busy all the time
        assert own[own.started >= one.ready].started.min() == one.ended


def test_who_is_idle_begins_at_once_and_a_holiday_puts_it_off() -> None:
    calendar = {"days": 60, "holidays": ["2026-02-02"]}  # day 20
    days = [{**WEEK[0], "day": 20}, {"role": "ae", "date": "2026-02-09", "hours": 4}]
    learning = of_training(ss.simulate(desk(0.0, calendar=calendar, training=days), 1))
    assert learning.started.tolist() == [21.0] * 3 + [25.0] * 3
    assert learning.ended.tolist() == [22.0] * 3 + [25.5] * 3


def test_hours_are_counted_as_used_and_stay_available() -> None:
    plain, trained = (ss.simulate(desk(6.0, training=days), 1) for days in ((), WEEK))
    rep = trained.reps.iloc[0]
    assert rep.training_hours == 16.0
    used = rep.selling_hours + rep.admin_hours + rep.travel_hours + rep.training_hours
    assert rep.available_hours == pytest.approx(used + rep.idle_hours)
    assert rep.utilisation == pytest.approx(used / rep.available_hours)
    assert rep.available_hours == plain.reps.iloc[0].available_hours
    assert trained.kpi["productivity"] < plain.kpi["productivity"]
    assert trained.kpi["selling_time_share"] < plain.kpi["selling_time_share"]


def test_who_leaves_first_does_not_learn() -> None:
    """Two days of training wait for people who are at work; one of them is to go on that day."""
    plan = [{"day": 20, "set": {"team.ae.count": 2}}]
    run = ss.simulate(desk(6.0, training=[WEEK[0]] * 2, plan=plan), 1)
    assert set(of_training(run).rep) == {"ae-1", "ae-2"}
    later = ss.simulate(desk(6.0, training=[WEEK[0]] * 2, plan=[{**plan[0], "day": 20.001}]), 1)
    gone = of_training(later).query("role == 'ae' and rep.isna()")
    left = later.reps.set_index("rep").loc["ae-3", "left"]
    assert gone.ended.tolist() == [left, left]
    assert set(gone.result) == {"open"}


def test_training_is_no_case_of_the_events() -> None:
    run = ss.simulate(desk(training=WEEK), 1)
    assert run.events.case_id.notna().all()
    assert not run.events.activity.str.contains("training").any()


def test_it_is_in_the_load_that_is_asked_for() -> None:
    without, with_it = expected(desk()), expected(desk(training=WEEK))
    assert with_it.hours["ae", "training"] == pytest.approx(3 * 16 * 260 / 200)
    assert with_it.load["ae"] > without.load["ae"]


def test_the_explanation_names_training() -> None:
    patience = {"distribution": "exponential", "mean_days": 5}
    base = desk(leads=2.9, process=[{**desk().plain()["process"][0], "patience": patience}])
    effect = ss.compare(base, base.replace({"training": YEAR}), replications=10, workers=1)
    causes = " ".join(effect.because[0]["cause"].dropna())
    assert "of their time instead of 0% in training" in causes


def test_a_role_that_is_not_there_and_a_day_too_late_are_said() -> None:
    with pytest.raises(ScenarioError, match=r"training\.0\.role: nobody fills the role 'sdr'"):
        desk(training=[{**WEEK[0], "role": "sdr"}])
    with pytest.raises(ScenarioError, match=r"training\.0: needs a day or a date"):
        desk(training=[{"role": "ae", "hours": 8}])
    with pytest.raises(ScenarioError, match=r"training\.0\.date: 2025-12-01 is before day 0"):
        desk(training=[{"role": "ae", "date": "2025-12-01", "hours": 8}])
    late = desk(training=[{**WEEK[0], "day": 300}])
    assert [note.partition(":")[0] for note in notes_on(late)] == [
        "the training of day 300 (2027-03-01) has no effect"
    ]
