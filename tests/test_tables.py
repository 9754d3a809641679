"""The tables, each made again from the others or from the scenario by other code."""

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

import salessim as ss
from salessim import Run, Scenario
from salessim.run.tables import as_written

DOCS = Path(__file__).parent.parent / "docs"
END = 60.0
STAGES = ["prospecting", "qualification", "demo", "negotiation", "closing"]
OUTCOMES = {"won", "lost", "no_decision", "disqualified", "went_cold", "open"}
ROUNDING = {"rtol": 1e-11, "atol": 1e-7}

Floats = NDArray[np.float64]


def shortened(warm_up_days: int, **changes: Any) -> Scenario:
    """Twelve weeks of the baseline without holidays, in which people come and go."""
    plan = [
        {"day": 15, "set": {"team.ae.count": 6, "team.support.count": 1}},
        {"day": 31.5, "set": {"team.ae.count": 9, "process.demo.admin_hours": 3}},
    ]
    return Scenario.load("baseline").replace(
        {
            "calendar.days": int(END),
            "calendar.warm_up_days": warm_up_days,
            "calendar.holidays": None,
            "process.demo.patience.mean_days": 3,
            "plan": plan,
            **changes,
        }
    )


@pytest.fixture(scope="module")
def warm() -> Run:
    return ss.simulate(shortened(60))


@pytest.fixture(scope="module")
def cold() -> Run:
    """All visits lie in the window: the tables say everything."""
    return ss.simulate(shortened(0))


@pytest.fixture(scope="module", params=["warm", "cold"])
def run(request: pytest.FixtureRequest) -> Run:
    found: Run = request.getfixturevalue(request.param)
    return found


def hours_a_day(scenario: Scenario, role: str) -> float:
    internal = scenario.team[role].internal_hours_per_week / 5
    return (8 - internal) * (1 - scenario.calendar.leave_days_per_year / 260)


# Leads


def test_a_lead_is_there_once_if_it_was_open_at_day_0_or_came_later(run: Run) -> None:
    leads = run.leads
    assert leads["lead"].is_unique
    assert leads["arrived"].is_monotonic_increasing
    assert leads["arrived"].max() < END
    assert not (leads["closed"] < 0).any()
    assert (leads["arrived"].min() < 0) == (run.scenario.calendar.warm_up_days > 0)


def test_all_leads_that_came_are_there(run: Run) -> None:
    drawn = run.record.leads
    came = drawn.arrived >= 0
    assert list(run.leads["lead"][run.leads["arrived"] >= 0]) == list(drawn.names[came])


def test_a_lead_says_where_it_came_from_and_what_it_is(run: Run) -> None:
    leads, scenario = run.leads, run.scenario
    assert (leads["lead"].str.partition(":")[0] == leads["channel"]).all()
    assert set(leads["channel"]) == set(scenario.channels)
    assert set(leads["segment"]) == set(scenario.segments)
    assert set(leads["territory"]) == set(scenario.territories)
    assert (leads["value"] > 0).all()
    assert set(leads["outcome"]) <= OUTCOMES
    assert set(leads["stage"]) == set(STAGES)


def test_a_lead_is_closed_if_and_only_if_it_is_not_open(run: Run) -> None:
    leads = run.leads
    assert (leads["closed"].isna() == (leads["outcome"] == "open")).all()
    closed = leads[leads["closed"].notna()]
    assert (closed["closed"] >= closed["arrived"]).all()
    assert closed["closed"].between(0, END, inclusive="left").all()


def test_a_won_lead_earns_its_value_and_no_other_earns_anything(run: Run) -> None:
    won = run.leads["outcome"] == "won"
    assert won.sum() > 0
    assert (run.leads["revenue"][won] == run.leads["value"][won]).all()
    assert run.leads["revenue"][~won].isna().all()
    assert set(run.leads["stage"][won]) == {"closing"}


def test_what_no_mechanism_makes_is_empty(run: Run) -> None:
    assert run.leads["score"].isna().all()
    assert run.leads["discount"].isna().all()


def test_stage_and_owner_of_a_lead_are_those_of_the_last_work_on_it(cold: Run) -> None:
    work = cold.activities[cold.activities["kind"] == "work"]
    stage = work.groupby("lead")["stage"].last()
    leads = cold.leads.set_index("lead")
    assert (leads["stage"] == stage[leads.index]).all()
    owner = work[work["rep"].notna()].groupby("lead")["rep"].last()
    assert (leads["owner"].dropna() == owner[leads["owner"].dropna().index]).all()
    assert set(leads.index[leads["owner"].isna()]).isdisjoint(owner.index)


def test_a_lead_without_segments_and_territories_has_none() -> None:
    leads = ss.simulate(Scenario.load("one-desk").replace({"calendar.days": 20})).leads
    for column in ("segment", "territory"):
        assert leads[column].isna().all()


# Activities


def test_activities_come_in_the_order_of_becoming_ready(run: Run) -> None:
    table = run.activities
    assert table["ready"].is_monotonic_increasing
    assert table["ready"].between(0, END, inclusive="left").all()


def test_an_activity_is_ready_then_started_then_ended(run: Run) -> None:
    table = run.activities
    assert not (table["started"] < table["ready"]).any()
    assert not (table["ended"] < table["started"]).any()
    assert table["started"].max() < END
    assert table["ended"].max() < END
    waits = table["started"].isna()
    assert (table["rep"].isna() == waits).all()
    assert set(table["result"][waits]) == {"open", "went_cold"}


def test_what_was_never_begun_has_no_hours(run: Run) -> None:
    table = run.activities
    assert (table["hours"].isna() == table["started"].isna()).all()


def test_waiting_counts_working_hours_until_work_coldness_or_the_end() -> None:
    closed = {"calendar.holidays": ["2026-01-13", "2026-01-14"], "team.sdr.count": 2}
    table = ss.simulate(shortened(0, **closed)).activities
    until = table["started"].fillna(table["ended"]).fillna(END)
    days = until - table["ready"]
    for holiday in (6.0, 7.0):
        days -= until.clip(holiday, holiday + 1) - table["ready"].clip(holiday, holiday + 1)
    np.testing.assert_allclose(table["waited_hours"], days * 8, rtol=0, atol=1e-9)
    assert table["started"].isna().sum() > 20


def test_a_try_that_a_plan_ends_was_not_answered_and_a_meeting_passed() -> None:
    tries = {"most": 4, "answer_probability": 0.1, "gap_days": 1}
    base = shortened(0, **{"process.prospecting.attempts": None})
    plan = [
        {"day": 20, "set": {"process.prospecting.attempts": tries}},
        {"day": 40, "set": {"process.prospecting.attempts": None}},
    ]
    run = ss.simulate(base.replace({"plan": plan}))
    calls = run.activities.query("stage == 'prospecting' and ended == ended")
    again = calls[calls["lead"].duplicated(keep="last")]
    assert len(again) > 100
    assert set(again["result"]) == {"no_answer"}
    demos = run.activities.query("stage == 'demo' and kind == 'work' and ended == ended")
    assert set(demos[demos["lead"].duplicated(keep="last")]["result"]) == {"passed"}


def test_an_activity_takes_its_hours_of_the_available_time_of_a_day(run: Run) -> None:
    table = run.activities.dropna(subset=["ended", "started"])
    for role, mine in table.groupby("role"):
        took = (mine["ended"] - mine["started"]) * hours_a_day(run.scenario, role)
        np.testing.assert_allclose(took, mine["hours"], rtol=0, atol=1e-9)


def test_an_activity_is_done_by_someone_of_its_role(run: Run) -> None:
    table = run.activities.dropna(subset=["rep"])
    assert (table["rep"].str.rpartition("-")[0] == table["role"]).all()
    roles = {stage.name: stage.role for stage in run.scenario.process}
    work = table[table["kind"] == "work"]
    assert (work["role"] == work["stage"].map(roles)).all()


def test_results_of_activities_are_those_of_the_vocabulary(run: Run) -> None:
    table = run.activities
    work, admin = (table[table["kind"] == kind] for kind in ("work", "admin"))
    assert set(table["kind"]) == {"work", "admin"}
    assert set(work["result"]) <= (OUTCOMES - {"won"}) | {"passed", "no_answer"}
    assert set(admin["result"]) == {"passed", "open"}
    assert (admin["ended"].isna() == (admin["result"] == "open")).all()
    assert (table["result"][table["ended"].isna() & table["rep"].notna()] == "open").all()


def test_the_last_activity_of_a_closed_lead_has_its_outcome(cold: Run) -> None:
    work = cold.activities[cold.activities["kind"] == "work"]
    result = work.groupby("lead")["result"].last()
    leads = cold.leads.set_index("lead")
    expected = leads["outcome"].replace({"won": "passed"})
    found = result[leads.index].replace({"no_answer": "disqualified"})
    closed = leads["closed"].notna()
    assert (found[closed] == expected[closed]).all()


def test_a_lead_whose_work_passed_comes_to_the_next_stage_or_is_won(cold: Run) -> None:
    work = cold.activities[cold.activities["kind"] == "work"]
    last = work.groupby(["lead", "stage"])["result"].last()
    large = set(cold.leads["lead"][cold.leads["segment"] == "large"])  # they take more meetings
    passed = [at for at in last[last == "passed"].index if at[0] not in large]
    came = set(last.index)
    won = set(cold.leads["lead"][cold.leads["outcome"] == "won"])
    assert len(passed) > 100
    for lead, stage in passed:
        after = STAGES.index(stage) + 1
        assert lead in won if after == len(STAGES) else (lead, STAGES[after]) in came


def test_visits_of_a_lead_at_a_stage_are_counted_from_1(cold: Run) -> None:
    work = cold.activities[cold.activities["kind"] == "work"]
    for _, attempts in work.groupby(["lead", "stage"])["attempt"]:
        assert attempts.tolist() == list(range(1, len(attempts) + 1))


# People


def in_window(table: pd.DataFrame, scenario: Scenario) -> pd.Series:
    """Hours of each activity that lie in the window, by the clock on the wall."""
    a_day = table["role"].map(lambda role: hours_a_day(scenario, role))
    return (table["ended"].fillna(END) - table["started"]) * a_day


def test_hours_of_people_are_those_of_their_activities(cold: Run) -> None:
    table = cold.activities.merge(cold.leads[["lead", "territory"]], on="lead")
    table = table[table["rep"].notna()]
    hours = in_window(table, cold.scenario)
    away = table["territory"].map(lambda name: cold.scenario.territories[name].travel_hours)
    travels = table["stage"].isin(["demo", "negotiation"]) & (table["kind"] == "work")
    travel = hours * (away / table["hours"]).where(travels, 0.0)
    reps = cold.reps.set_index("rep")
    expected = {
        "travel_hours": travel,
        "selling_hours": (hours - travel)[table["kind"] == "work"],
        "admin_hours": hours[table["kind"] == "admin"],
    }
    for column, values in expected.items():
        sums = values.groupby(table["rep"]).sum().reindex(reps.index, fill_value=0.0)
        np.testing.assert_allclose(reps[column], sums, **ROUNDING)
        assert reps[column].sum() > 0


def test_available_hours_are_those_of_the_days_of_employment(run: Run) -> None:
    reps = run.reps
    until, since = reps["left"].fillna(END), reps["hired"].clip(lower=0)
    a_day = reps["role"].map(lambda role: hours_a_day(run.scenario, role))
    np.testing.assert_allclose(reps["available_hours"], (until - since) * a_day, **ROUNDING)


def test_the_accounts_of_people_add_up(run: Run) -> None:
    reps = run.reps
    busy = reps["selling_hours"] + reps["travel_hours"] + reps["admin_hours"]
    np.testing.assert_allclose(reps["available_hours"] - busy, reps["idle_hours"], **ROUNDING)
    np.testing.assert_allclose(reps["utilisation"], busy / reps["available_hours"], **ROUNDING)
    assert reps["utilisation"].between(0, 1 + 1e-9).all()


def test_deals_are_counted_for_who_worked_on_them_last(run: Run) -> None:
    won = run.leads[run.leads["outcome"] == "won"].groupby("owner")["revenue"]
    reps = run.reps.set_index("rep")
    assert (reps["won"] == won.count().reindex(reps.index, fill_value=0)).all()
    np.testing.assert_allclose(
        reps["revenue"], won.sum().reindex(reps.index, fill_value=0.0), **ROUNDING
    )
    assert reps["won"].sum() == (run.leads["outcome"] == "won").sum()


def test_people_come_and_go_with_the_plan(run: Run) -> None:
    reps = run.reps.set_index("rep")
    assert reps["hired"][["ae-7.2", "ae-8.2", "ae-9"]].tolist() == [31.5] * 3
    assert reps["left"][["ae-7", "ae-8", "support-2"]].between(15, 25).all()
    assert reps["left"].notna().sum() == 3
    assert reps["hired"]["sdr-1"] == -run.scenario.calendar.warm_up_days


def test_who_had_left_before_day_0_is_in_no_table() -> None:
    base = shortened(20, plan=[{"day": 0, "set": {"team.ae.count": 3}}])
    assert ss.simulate(base).reps["left"].min() >= 0


def test_everyone_of_the_team_is_in_the_table_whether_there_is_work_or_not(run: Run) -> None:
    first = run.reps[run.reps["hired"] <= 0].groupby("role").size()
    assert dict(first) == {role: block.count for role, block in run.scenario.team.items()}


def test_holidays_are_not_available() -> None:
    base = shortened(0, plan=None)
    free = ["2026-01-19", "2026-02-16", "2026-02-21"]  # the last is a Saturday
    with_holidays = base.replace({"calendar.holidays": free})
    whole, less = (ss.simulate(one).reps["available_hours"] for one in (base, with_holidays))
    np.testing.assert_allclose(less, whole * 58 / 60, rtol=1e-12)


def test_people_have_a_territory_where_desks_are_cut_by_it() -> None:
    territorial = {"team.ae.assignment": "territory", "team.ae.count": 7}
    base = shortened(0, plan=None, **territorial)
    reps = ss.simulate(base).reps
    served = reps[reps["role"] == "ae"]["territory"].value_counts()
    assert dict(served) == {"north": 2, "south": 2, "east": 2, "west": 1}
    assert reps[reps["role"] == "sdr"]["territory"].isna().all()


# Weeks


def week_of(times: pd.Series) -> pd.Series:
    return (times // 5 + 1).astype(int)


def per_week(run: Run, values: pd.Series, times: pd.Series) -> Floats:
    inside = times.between(0, END, inclusive="left")
    sums = values[inside].groupby(week_of(times[inside])).sum()
    return sums.reindex(run.weeks["week"], fill_value=0).to_numpy(dtype=float)


def test_weeks_are_numbered_from_1_and_dated_by_their_monday(run: Run) -> None:
    assert run.weeks["week"].tolist() == list(range(1, 13))
    mondays = pd.date_range("2026-01-05", periods=12, freq="7D")
    assert run.weeks["date"].tolist() == mondays.tolist()


def test_a_broken_week_at_the_end_is_a_week() -> None:
    weeks = ss.simulate(shortened(0, **{"calendar.days": 13, "plan": None})).weeks
    assert len(weeks) == 3


@pytest.mark.parametrize("outcome", sorted(OUTCOMES - {"open"}))
def test_leads_are_closed_in_the_week_of_their_closing(run: Run, outcome: str) -> None:
    leads = run.leads
    ones = (leads["outcome"] == outcome).astype(float)
    np.testing.assert_array_equal(run.weeks[outcome], per_week(run, ones, leads["closed"]))


def test_leads_arrive_and_revenue_is_earned_in_their_week(run: Run) -> None:
    leads = run.leads
    ones = pd.Series(1.0, leads.index)
    np.testing.assert_array_equal(run.weeks["arrived"], per_week(run, ones, leads["arrived"]))
    earned = per_week(run, leads["revenue"].fillna(0.0), leads["closed"])
    np.testing.assert_allclose(run.weeks["revenue"], earned, **ROUNDING)


def test_open_leads_and_pipeline_are_what_stands_at_the_end_of_the_week(run: Run) -> None:
    leads = run.leads.set_index("lead")
    demos = run.activities[
        (run.activities["stage"] == "demo")
        & (run.activities["kind"] == "work")
        & (run.activities["attempt"] == 1)
    ]
    since = demos.set_index("lead")["ready"].reindex(leads.index)
    before = leads["stage"].isin(STAGES[2:]) & since.isna()  # they were opportunities at day 0
    since = since.mask(before, -1.0)
    assert before.any() == (run.scenario.calendar.warm_up_days > 0)
    for week in run.weeks.itertuples():
        end = week.week * 5.0
        there = ~(leads["closed"] < end)
        assert week.open_leads == (there & (leads["arrived"] < end)).sum()
        value = leads["value"][there & (since < end)].sum()
        assert week.pipeline_value == pytest.approx(value, rel=1e-11, abs=1e-6)


def test_what_comes_and_does_not_go_stays_open(run: Run) -> None:
    weeks = run.weeks
    gone = weeks[sorted(OUTCOMES - {"open"})].sum(axis=1)
    stays = weeks["arrived"] - gone
    assert (weeks["open_leads"].diff()[1:] == stays[1:]).all()
    assert weeks["open_leads"].iloc[-1] == (run.leads["outcome"] == "open").sum()


# Events


def test_every_step_of_an_activity_is_an_event(cold: Run) -> None:
    table, events = cold.activities, cold.events
    steps = events[~events["activity"].isin(OUTCOMES)]
    counts = steps["lifecycle"].value_counts()
    went_cold = table["result"] == "went_cold"
    assert counts["schedule"] == len(table)
    assert counts["start"] == table["started"].notna().sum()
    assert counts["complete"] == (table["ended"].notna() & ~went_cold).sum()
    assert counts["ate_abort"] == went_cold.sum()
    assert set(counts.index) == {"schedule", "start", "complete", "ate_abort"}


def test_the_outcome_of_a_lead_is_an_event_at_its_closing(run: Run) -> None:
    ends = run.events[run.events["activity"].isin(OUTCOMES)].set_index("case_id")
    closed = run.leads[run.leads["closed"].notna()].set_index("lead")
    assert sorted(ends.index) == sorted(closed.index)
    assert (ends["activity"] == closed["outcome"][ends.index]).all()
    assert set(ends["lifecycle"]) == {"complete"}
    assert (ends["timestamp"] == stamps(closed["closed"][ends.index])).all()


def stamps(times: pd.Series) -> NDArray[np.datetime64]:
    """Dates and times of day by numpy's business days; a day begins at nine and has 8 hours."""
    days = np.floor(times.to_numpy())
    dates = np.busday_offset("2026-01-05", days.astype(int))
    inside = np.round((9 + (times.to_numpy() - days) * 8) * 3_600_000)
    return np.asarray(dates.astype("datetime64[ms]") + inside.astype("m8[ms]"))


def test_events_come_in_the_order_of_time_with_dates_and_hours(run: Run) -> None:
    events = run.events
    assert events["timestamp"].is_monotonic_increasing
    moments = events["timestamp"]
    assert (moments.dt.day_of_week < 5).all()
    assert (
        (moments.dt.hour >= 9) & (moments <= moments.dt.normalize() + pd.Timedelta("17h"))
    ).all()


def test_events_of_activities_are_dated_by_their_times(cold: Run) -> None:
    table = cold.activities[cold.activities["kind"] == "work"]
    events = cold.events
    for lifecycle, column in (("schedule", "ready"), ("start", "started")):
        times = table[column].dropna().sort_values()
        chosen = events[(events["lifecycle"] == lifecycle) & events["activity"].isin(STAGES)]
        assert sorted(chosen["timestamp"].to_numpy()) == sorted(stamps(times))


def test_paperwork_is_an_activity_of_its_own_in_the_events(cold: Run) -> None:
    admin = cold.activities[cold.activities["kind"] == "admin"]
    named = cold.events["activity"].str.endswith(" paperwork")
    scheduled = cold.events[named & (cold.events["lifecycle"] == "schedule")]
    assert len(scheduled) == len(admin)
    assert sorted(scheduled["activity"]) == sorted(admin["stage"] + " paperwork")


# Files


@pytest.mark.parametrize("name", ["leads", "activities", "reps", "weeks", "kpis", "events"])
def test_a_table_read_from_its_file_is_the_table(warm: Run, name: str) -> None:
    table = getattr(warm, name)
    text = as_written(table).to_csv(index=False, lineterminator="\n")
    dates = table.select_dtypes("datetime").columns.tolist()
    again = pd.read_csv(io.StringIO(text), parse_dates=dates)
    pd.testing.assert_frame_equal(again, table, check_dtype=False, check_exact=True)


def test_dates_are_dates_in_python_and_iso_text_in_files(warm: Run) -> None:
    """So a quarter is one line, `weeks.set_index("date").resample("QS")`, and files stay as is."""
    assert pd.api.types.is_datetime64_dtype(warm.weeks["date"])
    assert pd.api.types.is_datetime64_dtype(warm.events["timestamp"])
    assert as_written(warm.weeks).to_csv(index=False).splitlines()[1].startswith("1,2026-01-05,")
    stamp = as_written(warm.events)["timestamp"].iloc[0]
    assert re.fullmatch(r"2026-01-\d\dT\d\d:\d\d:\d\d\.\d{3}", stamp)


def test_the_docs_explain_every_column(run: Run) -> None:
    page = (Path(__file__).parent.parent / "docs" / "tables.md").read_text("utf-8")
    of_a_run = page.split("# The tables of a study")[0]
    parts = {part.split(".csv")[0]: part for part in of_a_run.split("\n## ")[1:]}
    for table, text in parts.items():
        missing = [name for name in getattr(run, table).columns if f"`{name}`" not in text]
        assert not missing, f"docs/tables.md does not explain {missing} of {table}.csv"
    assert set(parts) == {"leads", "activities", "reps", "weeks", "kpis", "events"}


def test_what_the_model_does_not_have_yet_is_said_to_be_empty() -> None:
    """No page names a mechanism that no scenario can switch on."""
    tables, kpis = ((DOCS / f"{name}.md").read_text("utf-8") for name in ("tables", "kpis"))
    lines = [
        line for line in (tables + kpis).splitlines() if "not in the model yet" in line.lower()
    ]
    named = {line.split("`")[1] for line in lines}
    assert named == {"score", "discount", "pipeline_coverage", "quota_attainment",
                     "customer_satisfaction", "renewal_rate"}  # fmt: skip


def test_paid_time_is_longer_than_the_hours_of_work_in_it() -> None:
    """8 hours a day hold 5.56 for leads, as docs/tables.md says."""
    base = ss.Scenario.load("baseline")
    assert round(base.available_hours("ae"), 2) == 5.56
    assert "8/5.56 = 1.44" in (DOCS / "tables.md").read_text("utf-8")
    open_days = base.replace({"calendar.days": 60, "calendar.holidays": None})
    done = ss.simulate(open_days).activities
    work = done[(done["role"] == "ae") & done["started"].notna() & (done["ended"] < 60)]
    ratio = (work["ended"] - work["started"]) * 8 / work["hours"]
    assert np.allclose(ratio, 8 / base.available_hours("ae"))
