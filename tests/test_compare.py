"""Comparisons: the same luck on both sides, verdicts that say how sure they are."""

import math
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

import salessim as ss
from salessim import Scenario, ScenarioError
from salessim.display import HEADLINE
from salessim.experiment import Limits, Study, Workers
from salessim.experiment.verdicts import effects, with_verdicts
from salessim.reports.effect import effect_report
from salessim.reports.page import page_of

ALONE = Workers(1)


@pytest.fixture(scope="module")
def base() -> Scenario:
    return Scenario.load("baseline").replace({"calendar.days": 30, "calendar.warm_up_days": 10})


@pytest.fixture(scope="module")
def desk() -> Scenario:
    return Scenario.load("one-desk").replace({"calendar.days": 40, "calendar.warm_up_days": 0})


def unchanged(scenario: Scenario, name: str = "the same") -> Scenario:
    """A scenario of other content, in which the same things happen."""
    return scenario.replace({"name": name, "promise_hours": 3})


def table_of(before: dict[str, Any], after: dict[str, Any], margin: float = 0.02) -> pd.DataFrame:
    """A table of effects from KPIs by replication, as a study would give them."""
    tables = [effects(pd.DataFrame(before), pd.DataFrame(after), margin, None)]
    return with_verdicts(tables, margin)[0].set_index("kpi")


def test_a_department_compared_with_itself_differs_by_nothing(base: Scenario) -> None:
    effect = ss.compare(base, unchanged(base), replications=4, workers=1)
    seen = effect.table[effect.table["replications"] > 0]
    seen = seen[seen["kpi"] != "within_promise"]  # the one thing that was changed
    assert (seen[["difference", "low", "high"]] == 0).all(axis=None)
    assert set(seen["verdict"]) == {"no difference that matters"}
    assert seen["variance_reduction"].isna().all()
    assert effect.deals().empty
    assert effect.summary().startswith(
        "Changing target response time in hours from 4 to 3: about the same number of deals"
    )


def test_a_department_is_not_compared_with_itself(base: Scenario) -> None:
    for same in (base, base.replace({"name": "the same"})):
        with pytest.raises(ScenarioError, match="is the same as the base; change something"):
            ss.compare(base, same, replications=2, workers=1)


def test_money_has_the_currency_that_one_of_both_names(base: Scenario) -> None:
    more = base.replace({"currency": "USD", "team.ae.count": 9})
    effect = ss.compare(base, more, replications=3, workers=1)
    assert re.search(r"cost: can't tell yet \(\$[\d,]+ more in every pair", effect.summary())
    assert re.search(r"All amounts in USD", page_of(effect_report(effect, [effect.deals()], [])))


def test_amounts_in_different_currencies_are_not_compared(base: Scenario) -> None:
    euros, dollars = (base.replace({"currency": code}) for code in ("EUR", "USD"))
    for compared in (ss.compare, ss.explain, ss.explain_year):
        with pytest.raises(ScenarioError, match="amounts in EUR and USD can't be compared"):
            compared(euros, dollars.replace({"team.ae.count": 9}), replications=2, workers=1)


def test_what_was_never_observed_is_unclear_and_empty(desk: Scenario) -> None:
    nobody_buys = desk.replace({"process.prospecting.pass_probability": 0.0})
    table = ss.compare(
        nobody_buys, unchanged(nobody_buys), replications=2, workers=1
    ).table.set_index("kpi")
    never = table.loc["sales_cycle_days"]
    assert never["verdict"] == "unclear"
    assert (
        never[["base", "what_if", "difference", "low", "high", "variance_reduction"]].isna().all()
    )
    assert never["replications"] == 0


def test_what_the_scenarios_have_no_mechanism_for_is_left_out(desk: Scenario) -> None:
    """Can't-tell and not-there would look the same."""
    effect = ss.compare(desk, desk.replace({"promise_hours": 2}), replications=2, workers=1)
    kpis = set(effect.table["kpi"])
    assert {"won", "win_rate", "utilisation.sdr", "within_promise"} <= kpis  # one side is enough
    assert kpis.isdisjoint({"renewal_rate", "quota_attainment", "contribution", "cost"})
    assert "contribution" not in effect.summary()


def test_a_difference_that_is_equal_in_every_pair_is_not_decided_by_rounding() -> None:
    """Three pairs alike say little; noise in the last digit must not make them certain."""
    before = np.array([1e6, 2e6, 3e6]) / 3
    noisy = before + 0.1 + np.array([0.0, 1e-11, -1e-11])
    for after in (before + 0.1, noisy):
        row = table_of({"cost": before}, {"cost": after}, margin=0.0).loc["cost"]
        assert row["verdict"] == "unclear"
        assert row["low"] == row["high"] == pytest.approx(0.1)
        assert math.isnan(row["variance_reduction"])
    edge = table_of({"cost": np.full(4, 0.3)}, {"cost": np.full(4, 0.3) * 1.02}).loc["cost"]
    assert edge["verdict"] == "no difference that matters"  # the margin itself, to rounding


def test_options_are_judged_against_the_base_and_against_each_other(desk: Scenario) -> None:
    earning = desk.replace({"team.sdr.salary_per_year": 20.0, "economics": {"gross_margin": 1}})
    same = unchanged(earning)
    cheap = earning.replace({"name": "paid less", "team.sdr.salary_per_year": 10.0})
    effect = ss.compare(earning, cheap, same, replications=10, workers=1)
    assert effect.names == ["one desk", "paid less", "the same"]
    assert effect.tied == ("paid less",)
    assert effect.pairs[["option", "other"]].to_numpy().tolist() == [
        ["one desk", "paid less"], ["one desk", "the same"], ["paid less", "the same"]
    ]  # fmt: skip
    assert effect.pairs["verdict"].iloc[0] == "higher"
    assert effect.pairs["difference"].iloc[1] == 0
    said = effect.summary().splitlines()
    assert said[0] == "By contribution, paid less is clearly the best of 3 options."
    level = ss.compare(earning, same, replications=6, workers=1)
    assert set(level.tied) == {"one desk", "the same"}


def test_an_option_without_a_result_is_not_ranked(desk: Scenario) -> None:
    others = [desk.replace({"name": n, "team.sdr.count": k}) for n, k in (("a", 6), ("b", 7))]
    study = Study(1, ALONE)
    study.run([(s, k) for s in (desk, others[0]) for k in range(3)])
    study.workers = Workers(1, limits=Limits(seconds=0))
    effect = ss.compare(desk, *others, replications=3, study=study)
    assert effect.no_result[0] == ""
    assert effect.no_result[1].startswith("all 3 runs of the what-if failed")
    assert "b" not in effect.tied
    assert set(effect.failures["scenario"]) == {"b"}
    assert "b: " in effect.summary()
    assert "no result, because all 3 runs of the what-if failed" in effect.summary()


def test_an_answer_says_over_how_many_years_and_whose_draws(desk: Scenario) -> None:
    said = ss.compare(desk, unchanged(desk), replications=2, seed=7, workers=1).summary()
    assert "2 simulated runs of 40 working days (seed 7)" in said


def test_the_difference_is_of_pairs_and_the_interval_students(desk: Scenario) -> None:
    more = desk.replace({"team.sdr.count": 6})
    row = (
        ss.compare(desk, more, replications=6, workers=1)
        .table.set_index("kpi")
        .loc["response_hours"]
    )
    runs = [[ss.simulate(s, 1, k).kpi["response_hours"] for k in range(6)] for s in (desk, more)]
    difference = np.subtract(runs[1], runs[0])
    half = 2.570582 * difference.std(ddof=1) / math.sqrt(6)
    assert row["difference"] == pytest.approx(difference.mean())
    assert row["high"] - row["difference"] == pytest.approx(half, rel=1e-6)
    alone = np.var(runs[0], ddof=1) + np.var(runs[1], ddof=1)
    assert row["variance_reduction"] == pytest.approx(alone / difference.var(ddof=1))


def test_verdicts_are_what_the_contract_says() -> None:
    luck = np.random.default_rng(1)
    noise = luck.normal(0, 1, 40)
    before = {kpi: 100 + luck.normal(0, 1, 40) for kpi in HEADLINE}
    change = {
        "won": noise + 5,
        "revenue": noise - 5,
        "win_rate": noise * 0.1,
        "contribution": 30 * noise,
    }
    after = {kpi: values + change.get(kpi, 0.0) for kpi, values in before.items()}
    table = table_of(before, after)
    assert table.loc["won", "verdict"] == "higher"
    assert table.loc["revenue", "verdict"] == "lower"
    assert table.loc["win_rate", "verdict"] == "no difference that matters"
    assert table.loc["contribution", "verdict"] == "unclear"
    assert table.loc["contribution", "needed"] > 40
    assert table["needed"].notna().sum() == 1


def test_a_certain_difference_that_does_not_matter_is_called_so() -> None:
    before = {"won": np.array([100.0, 110, 120] * 3)}
    table = table_of(before, {"won": before["won"] + 1})
    assert table.loc["won", "verdict"] == "no difference that matters"
    table = table_of(before, {"won": before["won"] + 1}, margin=0.0)
    assert table.loc["won", "verdict"] == "higher"


def test_headline_figures_are_corrected_for_being_several() -> None:
    """A p-value of 0.03 alone says `higher`, one of seven that are nothing says `unclear`."""
    luck = np.random.default_rng(5)
    values = luck.normal(0, 1, 20)
    shift = 2.093024 * 1.12 * values.std(ddof=1) / math.sqrt(20) - values.mean()  # p near 0.03
    nothing = {kpi: luck.normal(0, 1, 20) for kpi in HEADLINE}
    flat = {kpi: n - n.mean() for kpi, n in nothing.items()}
    zero = {kpi: np.zeros(20) for kpi in HEADLINE}
    alone = table_of({"leads": zero["won"]}, {"leads": values + shift})
    among = table_of(zero, {**flat, "won": values + shift})
    assert alone.loc["leads", "verdict"] == "higher"
    assert among.loc["won", "verdict"] == "unclear"


@pytest.mark.slow
def test_false_verdicts_are_rare_where_nothing_changes_in_truth() -> None:
    """Noise that is not shared: a verdict on any headline figure in under 5 % of studies."""
    luck = np.random.default_rng(6)
    false = 0
    for _ in range(600):
        before = {kpi: luck.normal(0, 1, 12) for kpi in HEADLINE}
        after = {kpi: luck.normal(0, 1, 12) for kpi in HEADLINE}
        false += table_of(before, after)["verdict"].isin(["higher", "lower"]).any()
    assert false / 600 < 0.07  # 5 %, and what chance allows at 99 %


def test_two_workers_say_the_same_as_one(desk: Scenario) -> None:
    more = desk.replace({"team.sdr.count": 6})
    tables = [ss.compare(desk, more, replications=5, workers=w).table for w in (1, 2)]
    pd.testing.assert_frame_equal(*tables, check_exact=True)


def test_several_what_ifs_meet_the_same_base(desk: Scenario) -> None:
    others = [desk.replace({"name": f"{n} people", "team.sdr.count": n}) for n in (4, 6)]
    effect = ss.compare(desk, *others, replications=4, workers=1)
    assert len(effect.tables) == 2
    assert list(dict.fromkeys(effect.table["scenario"])) == ["4 people", "6 people"]
    response = effect.table[effect.table["kpi"] == "response_hours"]
    assert response["base"].nunique() == 1
    assert response["difference"].iloc[0] > 0 > response["difference"].iloc[1]
    assert effect.summary().count("deals won") >= 2


def test_what_ifs_with_roles_of_their_own_are_compared_by_what_each_has(desk: Scenario) -> None:
    helped = desk.replace(
        {"team.support": {"count": 1}, "support": {"delegable": 0.5, "overflow_days": 1}}
    )
    effect = ss.compare(
        desk, helped, desk.replace({"team.sdr.count": 6}), replications=2, workers=1
    )
    assert "utilisation.support" in set(effect.tables[0]["kpi"])
    assert "utilisation.support" not in set(effect.tables[1]["kpi"])
    assert effect.summary()


def test_deals_of_leads_that_only_one_side_has_are_told_in_full(desk: Scenario) -> None:
    more = desk.replace({"channels.door.leads_per_day": 5})
    deals = ss.compare(desk, more, replications=1, workers=1).deals()
    assert (deals["because"] == "won").any()
    assert deals[["lead", "channel", "value", "because"]].notna().all(axis=None)


def test_equal_whole_numbers_of_few_years_are_not_certain() -> None:
    for years, verdict in ((3, "unclear"), (9, "higher")):
        before = np.arange(years) * 10.0 + 10
        table = table_of({"won": before}, {"won": before + 1}, margin=0.0)
        assert table.loc["won", "verdict"] == verdict


def test_a_first_stage_is_never_thrown_away_and_a_cap_is_told(
    desk: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salessim.experiment.effect.MOST_OF_SECOND_STAGE", 4)
    slow = desk.replace({"process.prospecting.effort.mean_hours": 8.2})
    for first, in_all in ((6, 6), (3, 4)):
        effect = ss.compare(
            desk, slow, replications=first, settle="response_hours", margin=1e-6, workers=1
        )
        assert effect.table.set_index("kpi").loc["response_hours", "replications"] == in_all
    assert any("would take more than 4 replications" in flag for flag in effect.flags)


def test_a_second_stage_is_planned_once_and_settles_the_kpi(desk: Scenario) -> None:
    slow = {"process.prospecting.effort.mean_hours": 8.2}
    study = Study(1, ALONE)
    effect = ss.compare(desk, desk.replace(slow), replications=5, settle="utilisation.sdr",
                        margin=0.0005, study=study)  # fmt: skip
    row = effect.table.set_index("kpi").loc["utilisation.sdr"]
    assert row["replications"] > 5
    assert (row["high"] - row["low"]) / 2 <= 0.0005 * row["base"] * 1.05  # the base moved a little
    assert len(study.outcomes) == 2 * row["replications"]


def test_runs_that_fail_come_back_as_data_and_stop_nobody(base: Scenario, desk: Scenario) -> None:
    study = Study(3, Workers(1, limits=Limits(seconds=0.0)))
    effect = ss.compare(base, unchanged(base), replications=3, study=study)
    assert effect.failures["replication"].tolist() == [0, 1, 2] * 2
    assert set(effect.failures["scenario"]) == {"baseline", "the same"}
    assert set(effect.failures["seed"]) == {3}
    assert effect.failures["reason"].str.startswith("LimitError: took longer than 0 seconds").all()
    assert (effect.table["verdict"] == "unclear").all()
    assert any("6 runs failed and are left out" in flag for flag in effect.flags)
    assert "no result, because all 3 runs of the base failed (LimitError" in effect.summary()


def test_a_memory_limit_is_a_limit() -> None:
    tight = Study(1, Workers(1, limits=Limits(megabytes=1.0)))
    found = ss.replicate(Scenario.load("one-desk"), 2, study=tight)
    assert found.failures["reason"].str.contains("more than 1 MB of memory").all()


def test_deals_that_changed_sides_are_those_of_one_outcome_only(base: Scenario) -> None:
    base = base.replace({"calendar.days": 90})
    fewer = base.replace({"team.ae.count": 3})
    effect = ss.compare(base, fewer, replications=2, workers=1)
    deals = effect.deals(replication=1)
    won = [set(ss.simulate(s, 1, 1).leads.query("outcome == 'won'")["lead"]) for s in (base, fewer)]
    assert set(deals[deals["because"] == "lost"]["lead"]) == won[0] - won[1]
    assert set(deals[deals["because"] == "won"]["lead"]) == won[1] - won[0]
    assert len(deals) > 0


def test_the_answer_is_in_plain_words(base: Scenario) -> None:
    effect = ss.compare(base, base.replace({"team.ae.count": 2}), replications=6, workers=1)
    first = effect.summary().splitlines()[0]
    assert first.startswith("Changing AEs from 8 to 2: ")
    assert " won in 30 working days: " in first
    assert "cost: " in first
    for word in ("NaN", "nan", "None", "verdict ", "_"):
        assert word not in effect.summary()


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"replications": 0}, "replications: must be a whole number from 1"),
        ({"margin": 2}, "margin: must be a share"),
        ({"settle": "wonn"}, "settle: unknown KPI 'wonn'; did you mean 'won'?"),
        ({"workers": 0}, "workers: must be a whole number from 1"),
        ({"workers": "2"}, "workers: must be a whole number from 1"),
        ({"margin": "0.02"}, "margin: must be a share"),
        ({"settle": "won", "margin": 0}, "settle: needs a margin above 0"),
        ({"settle": "renewal_rate"}, "settle: renewal_rate is not observed here"),
        ({"seed": -1}, "seed: must be a whole number from 0 to"),
    ],
)
def test_what_can_not_be_compared_is_refused(
    desk: Scenario, keys: dict[str, Any], said: str
) -> None:
    with pytest.raises(ScenarioError, match=said.replace("?", r"\?")):
        ss.compare(desk, unchanged(desk), **keys)


def test_windows_that_differ_are_refused(desk: Scenario) -> None:
    with pytest.raises(ScenarioError, match="windows that differ can't be compared"):
        ss.compare(desk, desk.replace({"calendar.days": 41}), replications=2)


def test_a_saturated_desk_is_flagged_and_a_calm_one_is_not() -> None:
    crowd = ss.simulate(
        Scenario.load("one-desk").replace({"team.sdr.count": 3, "calendar.days": 500})
    )
    calm = ss.simulate(Scenario.load("one-desk"))
    assert [flag.name for flag in crowd.flags] == ["saturated.sdr", "cut_cycle"]
    assert calm.flags == []


def test_a_cycle_that_the_window_cuts_is_flagged_with_kaplan_meier_beside_the_mean() -> None:
    short = Scenario.load("baseline").replace({"calendar.days": 60})
    flags = {flag.name: flag.text for flag in ss.simulate(short).flags}
    assert "Kaplan-Meier" in flags["cut_cycle"]
