"""What answers say to people who ask them: no wrong advice, reasons that add up, plain ranges."""

import re

import numpy as np
import pytest

import salessim as ss
from salessim import Scenario
from salessim.experiment.explain import words
from salessim.reports.best import best_report
from salessim.reports.effect import effect_report
from salessim.reports.sweep import sweep_report


@pytest.fixture(scope="module")
def base() -> Scenario:
    return Scenario.load("baseline")


@pytest.fixture(scope="module")
def quarter(base: Scenario) -> Scenario:
    return base.replace({"calendar.days": 65, "calendar.warm_up_days": 65})


def test_saving_people_without_work_in_the_model_is_never_called_better(quarter: Scenario) -> None:
    """They only cost; what engineers are worth is not in a scenario that gives them no work."""
    nobody = quarter.replace({"team.engineer.count": 0, "team.manager.count": 0})
    effect = ss.compare(quarter, nobody, replications=20, workers=1)
    assert effect.table.set_index("kpi").loc["contribution", "verdict"] == "higher"
    assert "better" not in effect.summary().partition("Note")[0]
    assert "engineers and managers do no sales work" in effect.summary()


def test_people_without_work_decide_between_no_options(quarter: Scenario) -> None:
    fewer = [quarter.replace({"name": str(n), "team.engineer.count": n}) for n in (0, 1)]
    effect = ss.compare(quarter, *fewer, replications=3, workers=1)
    assert effect.ranking.goal == "won"
    assert len(effect.tied) == 3


def test_reasons_start_with_the_total_and_add_up_to_it(quarter: Scenario) -> None:
    fewer = quarter.replace({"team.ae.count": 5})
    effect = ss.compare(quarter, fewer, replications=12, workers=1)
    rows = effect.table.set_index("kpi")["difference"]
    deals, money = effect.reasons[0][0], effect.reasons[0][-1]
    total, *parts = [
        float(n) * (1 if way == "more" else -1)
        for n, way in re.findall(r"([\d.]+) (more|fewer)(?: deals? |\.)", deals)
    ]
    assert deals.startswith("Deals won: ")
    assert total == pytest.approx(rows["won"], abs=0.06)
    assert sum(parts) == pytest.approx(total, abs=0.2)
    total, *parts = [
        float(n.replace(",", "")) * (1 if way == "more" else -1)
        for n, way in re.findall(r"([\d,.]+) (more|less)(?: from|:)", money)
    ]
    assert money.startswith("Contribution: ")
    assert total == pytest.approx(rows["contribution"], rel=0.005)
    assert sum(parts) == pytest.approx(total, abs=0.01 * np.abs(parts).sum())


def test_a_difference_that_is_real_but_small_has_a_reason(quarter: Scenario) -> None:
    """A few deals more, too few to matter, are not called chance."""
    more = quarter.replace({"process.demo.pass_probability": 0.64})
    effect = ss.compare(quarter, more, replications=20, margin=0.3, workers=1)
    row = effect.table.set_index("kpi").loc["won"]
    assert (row["verdict"], row["differs"]) == ("no difference that matters", True)
    assert "because more leads passed at the demo stage" in effect.reasons[0][0]
    assert "real, but too small to matter here" in effect.summary()


def test_who_can_not_tell_does_not_say_about_the_same() -> None:
    assert words.undecided(4.0, 0.0, 0.0, is_same=False) == (
        "can't tell yet; on average 4 deals are won and none lost only with the change"
    )
    assert words.undecided(4.0, 3.5, 0.0, is_same=True).startswith("about the same; ")


def test_where_only_the_cycle_changes_the_reason_is_that_of_the_cycle(quarter: Scenario) -> None:
    """Support left with too much paperwork: no deal is lost, but all of them take longer."""
    busier = quarter.replace({"team.support.count": 3, "team.ae.count": 14})
    fewer = busier.replace({"team.support.count": 2})
    effect = ss.compare(busier, fewer, replications=12, workers=1)
    [cycle] = [line for line in effect.reasons[0] if line.startswith("Sales cycle")]
    assert re.search(r"Paperwork that AEs handed to support people .* waited", cycle)
    assert re.search(r"with support people \d+% busy", cycle)


def test_each_answer_with_averages_says_that_other_years_have_others(quarter: Scenario) -> None:
    more = quarter.replace({"team.ae.count": 9})
    answers = (
        ss.compare(quarter, more, replications=2, workers=1),
        ss.explain(quarter, more, replications=2, workers=1),
        ss.outlook(quarter, 2, workers=1),
    )
    for answer in answers:
        assert "averages of other years, or of another number of them" in answer.summary()


def test_reports_of_designs_say_what_was_varied(quarter: Scenario) -> None:
    vary = {"team.ae.count": [7, 8]}
    grid = ss.sweep(quarter, vary, 2, workers=1)
    found = ss.best(quarter, vary, "won", runs=16, workers=1)
    for report in (sweep_report(grid, quarter, []), best_report(found, quarter, [])):
        assert report.assumptions[0].about == "Varied"
        assert report.assumptions[0].text.startswith("AEs: 7, 8")
        facts = " ".join(fact.text for fact in report.certainty)
        assert "65-day periods" in facts
        assert "8 to 8 of" not in facts


def test_deals_are_told_with_what_happened_to_them_on_either_side(quarter: Scenario) -> None:
    effect = ss.compare(quarter, quarter.replace({"team.ae.count": 5}), replications=2, workers=1)
    deals = effect_report(effect, [effect.deals()], []).tables[-1]
    assert [column.title for column in deals.columns][:6] == [
        "Deal", "Value", "Without the change", "With it", "They part at", "What differs there",
    ]  # fmt: skip
