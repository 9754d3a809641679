"""What a scenario asks for before anything is simulated: flows, loads, conversion rates."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import salessim as ss
from benchmarks.expected import load_and_use
from salessim import cli
from salessim.expected import expected, load_of
from salessim.experiment.statistics import student
from salessim.resources import presets
from salessim.scenario import Scenario, ScenarioError, mix
from salessim.scenario.notes import notes_on_changes
from salessim.terms import Result

Raw = dict[str, Any]


def stage(name: str = "call", **keys: Any) -> Raw:
    effort = {"distribution": "exponential", "mean_hours": 2}
    return {"name": name, "role": "sdr", "effort": effort, "pass_probability": 0.5, **keys}


def observed(rate: float, name: str = "call", **keys: Any) -> Raw:
    """A stage given by what a CRM shows."""
    return {**stage(name, **keys), "pass_probability": None, "observed_pass": rate}


def desk(*process: Raw, **blocks: Any) -> Scenario:
    return Scenario.parse(raw_desk(*process, **blocks))


def raw_desk(*process: Raw, **blocks: Any) -> Raw:
    raw: Raw = {
        "calendar": {"days": 260},
        "channels": {"door": {"leads_per_day": 4}},
        "team": {"sdr": {"count": 2}},
        "process": list(process or [stage()]),
    }
    return {**raw, **blocks}


# Conversion rates as a CRM shows them


def conversions(scenario: Scenario, years: int) -> list[list[float]]:
    """Passed of those decided at each stage, a row a year; cold and silent leads apart."""
    rows = []
    for year in range(years):
        decisions = ss.simulate(scenario, replication=year).record.decisions_in_window
        decided = ~np.isin(decisions["result"], (Result.WENT_COLD, Result.NO_ANSWER))
        passed = decisions["result"] == Result.PASSED
        at = decisions["stage"]
        with np.errstate(invalid="ignore"):
            rows.append(
                np.bincount(at[passed], minlength=9) / np.bincount(at[decided], minlength=9)
            )
    return np.array(rows)[:, : len(scenario.process)].tolist()


def test_where_nothing_moves_the_odds_the_rate_observed_is_the_chance() -> None:
    found = desk(observed(0.3), observed(0.6, "demo"))
    assert [one.pass_probability for one in found.process] == pytest.approx([0.3, 0.6], abs=1e-9)


def test_after_a_stage_leads_fit_better_so_the_same_rate_takes_a_lower_chance() -> None:
    channels = {"door": {"leads_per_day": 4, "fit": {"spread": 1.0}}}
    first, second = desk(observed(0.3), observed(0.3, "demo"), channels=channels).process
    assert second.pass_probability < first.pass_probability < 0.3


def test_the_chance_found_gives_the_rate_observed_over_channels_segments_and_fit() -> None:
    channels = {
        "ads": {"leads_per_day": 5, "fit": {"mean": -0.7, "spread": 0.8}},
        "word": {"leads_per_day": 1, "fit": {"mean": 1.2, "spread": 0.3}},
    }
    segments = {"small": {"share": 0.7}, "large": {"share": 0.3, "odds": 0.5}}
    tries = {"most": 4, "answer_probability": 0.2}
    found = desk(observed(0.4, attempts=tries), channels=channels, segments=segments)
    (one,) = found.process
    odds = mix.odds_of(found)
    leads = np.array([5.0, 1.0])[:, None, None] * mix.parts_of(found)
    decided = (leads * mix.answered(one, odds)).sum()
    assert (leads * mix.passed(one, odds)).sum() / decided == pytest.approx(0.4, abs=1e-9)


@pytest.mark.parametrize("name", ["door", "ads"])
def test_a_channel_that_grows_counts_with_the_leads_of_the_whole_window(name: str) -> None:
    channels = {
        "door": {"leads_per_day": 4, "fit": {"mean": 1.0}},
        "ads": {"leads_per_day": 4, "fit": {"mean": -1.0}},
    }
    even = desk(observed(0.5), channels=channels).process[0].pass_probability
    channels[name] |= {"growth_per_year": 2.0}
    grown = desk(observed(0.5), channels=channels).process[0].pass_probability
    assert (grown < even) == (name == "door")  # more of the leads that fit: a lower chance will do


def test_what_was_observed_is_kept_as_a_chance_on_which_what_ifs_act() -> None:
    found = desk(observed(0.3))
    assert found.process[0].observed_pass is None
    assert "observed_pass" not in found.to_yaml()
    assert Scenario.parse(found.plain()) == found
    plan = [{"day": 20, "set": {"process.call.pass_probability": 0.9}}]
    changed = found.replace({"plan": plan})
    assert changed.process[0].pass_probability == found.process[0].pass_probability


def test_a_rate_observed_takes_the_place_of_a_chance_that_is_set_to_null() -> None:
    changes = {"process.demo.observed_pass": 0.7, "process.demo.pass_probability": None}
    baseline = Scenario.load("baseline")
    assert baseline.replace(changes).process[2].pass_probability > 0.52


def test_a_rate_observed_is_not_said_to_change_nothing() -> None:
    changes = {"process.demo.observed_pass": 0.7, "process.demo.pass_probability": None}
    assert notes_on_changes(Scenario.load("baseline"), changes) == []


def test_check_says_where_people_cannot_keep_up_and_a_rate_observed_will_not_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, count in (("overload", 2), ("enough", 9)):
        file = tmp_path / f"{name}.yaml"
        rate = "process.prospecting.observed_pass: 0.9, process.prospecting.pass_probability: null"
        file.write_text(
            f"based_on: overload\nchanges: {{{rate}, team.sdr.count: {count}}}", "utf-8"
        )
        monkeypatch.setattr(sys, "argv", ["salessim", "check", str(file)])
        with pytest.raises(SystemExit):
            cli.main()
        said = capsys.readouterr().err
        doubt = "process.prospecting.observed_pass: the simulated rate may differ, since SDRs are"
        assert (doubt in said) == (name == "overload")


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_nobody_and_everybody_can_be_observed_to_pass(rate: float) -> None:
    channels = {"door": {"leads_per_day": 4, "fit": {"mean": -2, "spread": 1.0}}}
    assert desk(observed(rate), channels=channels).process[0].pass_probability == rate


def refusal(raw: Raw) -> str:
    with pytest.raises(ScenarioError) as refused:
        Scenario.parse(raw)
    (problem,) = refused.value.problems
    return str(problem)


def test_a_chance_and_a_rate_observed_together_are_refused() -> None:
    both = {**stage(), "observed_pass": 0.3}
    assert refusal(raw_desk(both)).startswith(
        "process.call.observed_pass: goes without pass_probability (here 0.5)"
    )


def test_a_rate_out_of_reach_is_refused_with_what_can_be_reached() -> None:
    segments = {"buyers": {"share": 0.8}, "lookers": {"share": 0.2, "odds": 0}}
    said = refusal(raw_desk(observed(0.9), segments=segments))
    assert "0.9 can't be reached: it can be from 0 to 0.8" in said
    reached = desk(observed(0.8), segments=segments).process[0]
    assert reached.pass_probability == pytest.approx(1.0)


def test_a_rate_of_a_stage_to_which_nobody_comes_is_refused() -> None:
    said = refusal(raw_desk(stage(pass_probability=0.0), observed(0.5, "demo")))
    assert said.startswith("process.demo.observed_pass: no lead is ever decided at this stage")


@pytest.mark.parametrize("rate", [1.2, -0.1, "0.5", True])
def test_a_rate_that_is_no_share_is_refused_once(rate: Any) -> None:
    assert refusal(raw_desk(observed(rate))).startswith("process.call.observed_pass: ")


def test_a_plan_can_not_set_what_is_observed() -> None:
    plan = [{"day": 20, "set": {"process.call.observed_pass": 0.9}}]
    assert "goes without pass_probability" in refusal(raw_desk(observed(0.3), plan=plan))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in presets() if name != "one-desk"])
def test_a_preset_given_by_its_rates_shows_them(name: str) -> None:
    rates = (0.95, 0.4, 0.6, 0.55, 0.7)
    raw = {**Scenario.load(name).plain(), "plan": []}
    for one, rate in zip(raw["process"], rates, strict=True):
        del one["pass_probability"]
        one["observed_pass"] = rate
    found = np.array(conversions(Scenario.parse(raw), 30))
    for rate, years in zip(rates, found.T, strict=True):
        assert rate in student(years, level=0.9995)  # 5 stages of 6 presets


# Loads and flows


def test_the_load_of_a_desk_is_arrivals_times_work_over_hours() -> None:
    assert load_of(desk()) == {"sdr": pytest.approx(4 * 2 / 16)}


def test_more_work_than_hours_is_a_load_above_100_percent() -> None:
    assert load_of(desk(channels={"door": {"leads_per_day": 40}}))["sdr"] == pytest.approx(5.0)


def test_work_and_nobody_for_it_is_a_load_without_end() -> None:
    assert load_of(desk(team={"sdr": {"count": 0}})) == {"sdr": float("inf")}


def test_hours_available_leave_out_meetings_leave_and_holidays() -> None:
    team = {"sdr": {"count": 2, "internal_hours_per_week": 10}}
    calendar = {"days": 260, "leave_days_per_year": 26, "holidays": ["2026-01-06"]}
    found = load_of(desk(team=team, calendar=calendar))["sdr"]
    assert found == pytest.approx(4 * 2 * 260 / (259 * 2 * 6 * 0.9))


def test_each_meeting_takes_its_work_and_its_way() -> None:
    segments = {"small": {"share": 0.5}, "large": {"share": 0.5, "effort": 1.5, "meetings": 3}}
    territories = {
        "near": {"share": 0.5, "travel_hours": 0},
        "far": {"share": 0.5, "travel_hours": 1, "demand": 3},
    }
    visit = stage(meeting_gap_days=0, travel=True, customer_delay=None)
    found = expected(desk(visit, segments=segments, territories=territories))
    leads = 4 * 2 * 260  # the far half counts three times
    assert found.leads == pytest.approx(leads)
    assert found.hours["sdr", "call"] == pytest.approx(leads * 2 * (0.5 * 1 + 0.5 * 3 * 1.5))
    assert found.hours["sdr", "travel"] == pytest.approx(leads * 2 * 0.75)


def test_a_cadence_takes_the_tries_until_the_answer_and_paperwork_only_after_one() -> None:
    tries = {"most": 3, "answer_probability": 0.5}
    found = expected(desk(stage(attempts=tries, admin_hours=1.0)))
    leads = 4 * 260
    assert found.hours["sdr", "call"] == pytest.approx(leads * 2 * (1 + 0.5 + 0.25))
    assert found.hours["sdr", "paperwork"] == pytest.approx(leads * (1 - 0.5**3))
    assert found.won == pytest.approx(leads * (1 - 0.5**3) * 0.5, rel=0.01)


def test_support_takes_its_share_of_the_paperwork_while_there_is_somebody() -> None:
    blocks: Raw = {"support": {"delegable": 0.75, "overflow_days": 1}}
    shared = desk(
        stage(admin_hours=2.0),
        team={"sdr": {"count": 2}, "support": {"count": 1}},
        plan=[{"day": 130, "set": {"team.support.count": 0}}],
        **blocks,
    )
    hours = expected(shared).hours
    assert hours["support", "paperwork"] == pytest.approx(4 * 130 * 2 * 0.75, rel=0.01)
    assert hours["sdr", "paperwork"] == pytest.approx(4 * 260 * 2 * (1 - 0.75 / 2), rel=0.01)


def test_a_plan_counts_from_its_date_on() -> None:
    plan = [{"day": 65, "set": {"team.sdr.count": 4, "channels.door.leads_per_day": 8}}]
    found = load_of(desk(plan=plan))["sdr"]
    assert found == pytest.approx((4 * 65 + 8 * 195) * 2 / (8 * (2 * 65 + 4 * 195)))


def test_leads_of_before_the_window_reach_its_later_stages() -> None:
    wait = {"distribution": "constant", "mean_days": 50}
    process = (stage(customer_delay=wait, pass_probability=1.0), stage("demo"))
    cold = expected(desk(*process)).reaching[1]
    warm = expected(desk(*process, calendar={"days": 260, "warm_up_days": 130})).reaching[1]
    assert warm == pytest.approx(4 * 260)
    assert cold == pytest.approx(4 * (260 - 50), rel=0.01)


def test_leads_a_year_follow_season_growth_and_demand() -> None:
    channels = {
        "door": {"leads_per_day": 4, "season": [50, 100, 100, 150]},
        "web": {"leads_per_day": 2, "growth_per_year": 1.0},
    }
    territories = {"north": {"share": 0.25, "demand": 2}, "south": {"share": 0.75}}
    calendar = {"days": 130}  # the weak half of the year
    found = expected(desk(channels=channels, territories=territories, calendar=calendar))
    web = 2 * 260 * (2**0.5 - 1) / np.log(2) * 2
    assert found.arriving == pytest.approx(np.outer([4 * 260 * 0.75, web], [0.5, 0.75]))


@pytest.mark.slow
@pytest.mark.parametrize("number", [3, 30])
def test_the_load_asked_for_is_how_busy_people_are_where_nobody_gives_up(number: int) -> None:
    for _, role, load, use, half in load_and_use(number, years=40):
        assert abs(load - use) < 0.01 + half, role


@pytest.mark.parametrize("name", presets())
def test_simulated_leads_and_deals_are_those_expected_where_nobody_gives_up(name: str) -> None:
    preset = Scenario.load(name).replace({"calendar.days": 260})
    changes = {f"process.{one.name}.patience": None for one in preset.process}
    changes |= {f"team.{role}.count": 60 for role in preset.seller_roles}
    found = preset.replace(changes)
    years = [ss.simulate(found, replication=year).kpi for year in range(8)]
    assert expected(found).leads in student([year["leads"] for year in years], level=0.999)
    assert expected(found).won in student([year["won"] for year in years], level=0.999)
