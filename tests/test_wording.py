"""Answers read as a colleague would say them: what changed, which way is better, how sure."""

from typing import Any

import pandas as pd
import pytest

import salessim as ss
from salessim import Scenario
from salessim.display import HEADLINE
from salessim.experiment.changes import changes_between
from salessim.experiment.wording import described, paragraph, sentence


@pytest.fixture(scope="module")
def base() -> Scenario:
    return Scenario.load("baseline")


def row(kpi: str, **values: Any) -> pd.Series:
    """A row of an effect's table."""
    unit = {"won": "deals", "win_rate": "share", "response_hours": "working hours"}
    known = {"unit": unit.get(kpi, "currency"), "needed": float("nan"), "replications": 30}
    return pd.Series(known | values, name=kpi)


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (row("won", base=169.3, what_if=169.4, difference=0.1, low=-0.9, high=1.1,
             verdict="no difference that matters"),
         "Deals won: about the same: 169 before, 169 after (between 0.9 fewer and 1.1 more)."),
        (row("won", base=169.3, what_if=171.9, difference=2.6, low=1.9, high=3.4,
             verdict="no difference that matters", differs=True),
         ("Deals won: 2.6 more than 169 (between 1.9 and 3.4 more): real, but too small to matter"
         " here.")),
        (row("won", base=169.3, what_if=183.3, difference=14.0, low=9.2, high=19.1,
             verdict="higher"),
         "Deals won: 14 more than 169 (between 9 and 19 more): better."),
        (row("cost", base=2e3, what_if=2.1e3, difference=100.0, low=100.0, high=100.0,
             verdict="unclear"),
         "Cost: can't tell yet: 2,000 before, 2,100 after (100 more in every pair of runs)."),
        (row("win_rate", base=0.25, what_if=0.22, difference=-0.03, low=-0.04, high=-0.02,
             verdict="lower"),
         "Win rate: 3.0 points lower than 25.0% (between 2.0 and 4.0 points lower): worse."),
        (row("response_hours", base=4.0, what_if=2.0, difference=-2.0, low=-2.5, high=-1.5,
             verdict="lower"),
         ("Hours to first contact: 2.0 hours less than 4 hours (between 1.5 and 2.5 hours less)"
         ": better.")),
        (row("cost", base=2e6, what_if=2.1e6, difference=1e5, low=9e4, high=1.1e5,
             verdict="higher"),
         "Cost: 100,000 more than 2.00 million (between 90,000 and 110,000 more): worse."),
        (row("won", base=169.0, what_if=172.0, difference=3.0, low=-5.2, high=11.1,
             verdict="unclear", needed=81),
         ("Deals won: can't tell yet: 169 before, 172 after (between 5 fewer and 11 more). "
         "About 90 replications might settle it.")),
        (row("won", base=169.0, what_if=172.0, difference=3.0, low=float("nan"),
             high=float("nan"), verdict="unclear"),
         "Deals won: can't tell yet from one year: 169 before, 172 after."),
    ],
)  # fmt: skip
def test_a_verdict_says_how_much_which_way_and_whether_that_is_better(
    effect: pd.Series, said: str
) -> None:
    assert sentence(effect) == said


def test_money_is_written_in_the_scenarios_currency() -> None:
    effect = row("revenue", base=5e6, what_if=5.1e6, difference=1e5, low=5e4, high=1.5e5,
                 verdict="higher")  # fmt: skip
    assert sentence(effect, "EUR") == (
        "Revenue: €100,000 more than €5.00 million (between €50,000 and €150,000 more): better."
    )


def test_sure_is_said_of_luck_and_not_of_the_model(base: Scenario) -> None:
    """In how many years the change helped is counted; whether the model fits is left open."""
    won = {"base": 169.0, "what_if": 183.0, "difference": 14.0, "low": 9.0, "high": 19.0,
           "unit": "deals", "verdict": "higher", "needed": float("nan"), "replications": 30,
           "agreeing": 29}  # fmt: skip
    none = dict.fromkeys(won, float("nan")) | {"replications": 0, "unit": "currency"}
    rows = pd.DataFrame([won, none, none], index=["won", "cost", "contribution"])
    text = paragraph(base, base.replace({"team.ae.count": 9}), rows)
    assert text == (
        "Changing AEs from 8 to 9: 14 more deals won a year than 169 (between 9 and 19 more). On "
        "average clearly better by deals won (between 9 and 19 more). In single years it was "
        "better in 29 of 30. Whether the model fits your department is yours to judge."
    )


def test_years_that_agree_are_counted_from_the_runs() -> None:
    desk = Scenario.load("one-desk").replace({"calendar.days": 60, "calendar.warm_up_days": 0})
    more = desk.replace({"channels.door.leads_per_day": 4.4})
    table = ss.compare(desk, more, replications=6, workers=1).table.set_index("kpi")
    won = [[ss.simulate(s, 1, k).kpi["won"] for k in range(6)] for s in (desk, more)]
    ups = sum(after > before for before, after in zip(*won, strict=True))
    assert table.loc["won", "agreeing"] == ups > 0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"priority": "value"}, "Changing priority from fifo to value"),
        ({"assignment": "owner"}, "Changing assignment from pool to owner"),
        ({"team.ae.count": 9}, "Changing AEs from 8 to 9"),
        ({"team.support.count": 3, "team.sdr.count": 4},
         "Changing SDRs from 3 to 4 and support people from 2 to 3"),
        ({"support": None}, "Switching off support"),
        ({"process.negotiation": None}, "Removing the stage negotiation"),
        ({"process.closing.customer_delay.mean_days": 15},
         "Changing days the customer takes after closing from 5 to 15"),
        ({"economics.gross_margin": 0.8}, "Changing gross margin from 75% to 80%"),
        ({"process.demo.effort.cv": 0.7},
         "Changing effort cv at demo (process.demo.effort.cv) from 0.5 to 0.7"),
        ({"plan": [{"day": 62, "set": {"team.ae.count": 10}}]},
         "Changing AEs from 8 to 10 on April 1, 2026"),
        ({"name": "the same"}, "With nothing changed"),
    ],
)  # fmt: skip
def test_a_change_is_named_as_people_call_it(
    base: Scenario, changes: dict[str, Any], said: str
) -> None:
    assert described(base, base.replace(changes)) == said


def test_what_is_changed_alike_everywhere_is_one_change(base: Scenario) -> None:
    more = base.replace({"channels.*.leads_per_day*=": 1.2, "process.*.admin_hours*=": 0.5})
    assert described(base, base.replace({"channels.*.leads_per_day*=": 1.2})) == (
        "Raising leads a day in every channel by 20%"
    )
    assert "raising leads a day in every channel by 20%" in described(base, more).lower()


def test_the_values_of_a_change_are_exact(base: Scenario) -> None:
    dearer = base.replace({"channels.cold calls.cost_per_lead*=": 1.3})
    assert described(base, dearer) == "Changing cost per cold calls lead from 15 to 19.50"


def test_a_default_is_a_value_to_change_from() -> None:
    """The desk names neither priority nor assignment: both have a value all the same."""
    desk = Scenario.load("one-desk")
    assert described(desk, desk.replace({"priority": "freshest"})) == (
        "Changing priority from fifo to freshest"
    )


def test_a_plan_that_is_dropped_or_moved_is_told_with_its_date(base: Scenario) -> None:
    planned = base.replace({"plan": [{"day": 62, "set": {"team.ae.count": 10}}]})
    later = base.replace({"plan": [{"day": 125, "set": {"team.ae.count": 10}}]})
    assert described(planned, base) == "No longer changing AEs from 8 to 10 on April 1, 2026"
    assert described(planned, later) == (
        "Changing AEs from 8 to 10 on June 29, 2026 and no longer changing AEs from 8 to 10 on "
        "April 1, 2026"
    )


def test_a_file_with_many_changes_is_called_by_its_name() -> None:
    text = described(Scenario.load("no-support"), Scenario.load("support-rollout"))
    assert text.startswith('With "support rollout" instead of "no support" (changing support')
    assert "changing support people from 0 to 1" in text
    assert "on January 4, 2027" in text
    assert "other values" not in text


def test_paths_of_what_differs_are_found_through_named_items(base: Scenario) -> None:
    other = base.replace({"support": None, "process.demo.admin_hours": 3})
    paths = {path for path, _, _ in changes_between(base.plain(), other.plain())}
    assert paths == {"support", "process.demo.admin_hours"}


def test_no_answer_uses_a_word_that_readers_stumbled_over(base: Scenario) -> None:
    short = base.replace({"calendar.days": 30})
    effect = ss.compare(short, short.replace({"team.ae.count": 9}), replications=2, workers=1)
    text = effect.summary()
    assert text.count("\n") >= len(HEADLINE)
    for word in ("luck;", "doubt", "by too little", "certain enough", "utilisation", "currency"):
        assert word not in text
