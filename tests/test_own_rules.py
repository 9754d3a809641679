"""A student's own rules in Python: they act, on SimPy, and are never mistaken for the model's."""

from typing import Any

import pytest

import salessim as ss
from salessim import ScenarioError
from salessim.scenario.own_rules import OwnRules


def desk(**changes: Any) -> ss.Scenario:
    """Three sellers with more leads than they can work on, and a market of two segments."""
    raw: dict[str, Any] = {
        "name": "desk",
        "calendar": {"days": 60},
        "channels": {"website": {"leads_per_day": 5}},
        "segments": {
            "small": {"share": 0.7, "value": {"distribution": "constant", "mean": 1_000}},
            "large": {"share": 0.3, "value": {"distribution": "constant", "mean": 9_000}},
        },
        "team": {"ae": {"count": 3}},
        "economics": {"gross_margin": 0.5},
        "process": [
            {
                "name": "demo",
                "role": "ae",
                "effort": {"distribution": "exponential", "mean_hours": 6},
                "pass_probability": 0.4,
            }
        ],
    }
    return ss.Scenario.parse({**raw, **changes})


def first_come(lead: Any, now: float) -> float:
    return now


def large_first(lead: Any, now: float) -> float:
    return 0.0 if lead.segment == "large" else 1.0


def lowest_position(lead: Any, people: Any) -> Any:
    return min(people, key=lambda person: person.position)


def test_a_rule_that_says_what_the_model_does_changes_nothing() -> None:
    own = ss.simulate(desk(), 1, priority=first_come, help=lambda lead, stage, now: 1.0)
    assert own.leads.equals(ss.simulate(desk(), 1).leads)


def test_a_rule_of_priority_decides_who_is_served_first() -> None:
    run = ss.simulate(desk(), 1, priority=large_first)
    waits = run.activities.merge(run.leads[["lead", "segment"]], on="lead")
    large, small = (waits[waits.segment == s].waited_hours.mean() for s in ("large", "small"))
    assert large < small / 4


def test_a_rule_of_assignment_decides_who_takes_the_work() -> None:
    calm = desk(channels={"website": {"leads_per_day": 1.5}})
    run = ss.simulate(calm, 1, assign=lowest_position)
    even = ss.simulate(calm, 1)
    busiest = run.reps.set_index("rep").selling_hours
    assert busiest["ae-1"] > busiest["ae-2"] > busiest["ae-3"]
    assert run.reps.selling_hours.max() > 1.3 * even.reps.selling_hours.max()


def test_a_rule_of_help_moves_the_odds_and_meets_the_same_leads() -> None:
    helped = ss.simulate(desk(), 1, help=lambda lead, stage, now: 3.0).leads
    plain = ss.simulate(desk(), 1).leads
    both = helped.merge(plain, on="lead", suffixes=("", "_plain"))
    assert (both.outcome[both.outcome_plain == "won"] == "won").all()
    assert (helped.outcome == "won").sum() > 1.3 * (plain.outcome == "won").sum()
    hurt = ss.simulate(desk(), 1, help=lambda lead, stage, now: 0.0)
    assert hurt.kpi["won"] == 0


def test_a_rule_acts_at_late_stages_too() -> None:
    """Leads that the model would lose early have draws for all that follows."""
    base = ss.Scenario.load("small-team").replace({"team.ae.count": 20})
    run = ss.simulate(base, 1, help=lambda lead, stage, now: 50.0)
    assert run.kpi["won"] > 2 * ss.simulate(base, 1).kpi["won"]


def test_the_run_says_that_own_rules_ran_on_simpy() -> None:
    text = repr(ss.simulate(desk(), 1, priority=large_first, help=lambda lead, stage, now: 1.0))
    assert "on SimPy with own rules (priority: large_first, help: a lambda)" in text


def test_compare_takes_own_rules_for_the_what_if() -> None:
    effect = ss.compare(desk(), replications=10, workers=1, priority=large_first)
    row = effect.table.set_index("kpi").loc["revenue"]
    assert row.low > 0
    assert "Following own rules (priority: large_first)" in effect.summary()


def test_runs_with_own_rules_are_kept_nowhere_and_shared_with_nobody(tmp_path: Any) -> None:
    one, other = (desk().with_rules(rules) for rules in (OwnRules(large_first),) * 2)
    assert one.content_hash == other.content_hash != desk().content_hash
    again = desk().with_rules(OwnRules(large_first))
    assert again.content_hash != one.content_hash  # the same words may mean another function
    study = ss.Study(1, folder=tmp_path)
    ss.compare(desk(), replications=3, study=study, priority=large_first)
    fresh = ss.Study(1, folder=tmp_path, force=True)
    ss.compare(desk(), replications=3, study=fresh, priority=lambda lead, now: -now)
    assert fresh.outcomes.keys() != study.outcomes.keys()


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"priority": 3}, "priority: must be a function, not 3"),
        ({"priority": lambda lead, now: "soon"}, "priority: must return a number, not 'soon'"),
        ({"priority": lambda lead, now: float("nan")}, "priority: must return a number, not nan"),
        ({"help": lambda lead, stage, now: -1}, "help: must return a factor from 0 to 1e"),
        ({"assign": lambda lead, people: "ae-1"}, "assign: must return one of the people"),
        ({"engine": "compiled", "help": lambda lead, stage, now: 1}, "can't follow own rules"),
    ],
)
def test_what_a_rule_may_not_return_is_said_with_lead_and_day(
    rules: dict[str, Any], said: str
) -> None:
    with pytest.raises(ScenarioError, match=said):
        ss.simulate(desk(), 1, **rules)


def test_what_a_rule_sees_can_not_be_changed() -> None:
    def cheat(lead: Any, now: float) -> float:
        lead.value = 1e9
        return 0.0

    with pytest.raises(AttributeError):
        ss.simulate(desk(), 1, priority=cheat)
