"""Deals with an owner: from the opportunity on, one person works on a deal."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import salessim as ss
from salessim import ScenarioError, rules
from tests.intervals import interval

RULES = ("round_robin", "fewest_open", "territory", "segment", "random")
DEAL_STAGES = ["demo", "negotiation", "closing"]


def base(**changes: Any) -> ss.Scenario:
    return ss.Scenario.load("baseline").replace({"calendar.days": 130, **changes})


def owners(run: ss.Run) -> pd.DataFrame:
    """The work on deals, with who did it."""
    work = run.activities.query("kind == 'work' and stage in @DEAL_STAGES and rep.notna()")
    return work.merge(run.leads[["lead", "segment", "territory", "arrived"]], on="lead")


@pytest.mark.parametrize("rule", RULES)
def test_one_person_works_on_a_deal_to_its_end(rule: str) -> None:
    work = owners(ss.simulate(base(owner_rule=rule), 1))
    assert (work.groupby("lead").rep.nunique() == 1).all()
    assert work.rep.nunique() == 8
    pooled = owners(ss.simulate(base(), 1))
    assert (pooled.groupby("lead").rep.nunique() > 1).mean() > 0.3


def test_in_turn_everyone_gets_as_many_opportunities() -> None:
    run = ss.simulate(base(owner_rule="round_robin", **{"calendar.warm_up_days": 0}), 1)
    first = run.activities.query("stage == 'demo' and attempt == 1 and kind == 'work'")
    worked = first[first.rep.notna()].groupby("rep").size()
    waiting = len(first) - worked.sum()  # nobody knows yet who has them
    assert worked.max() - worked.min() <= 1 + waiting


@pytest.mark.parametrize("rule", ["territory", "segment"])
def test_specialists_get_the_deals_of_their_part_of_the_market(rule: str) -> None:
    work = owners(ss.simulate(base(owner_rule=rule), 1))
    parts = work.groupby("rep")[rule].nunique()
    assert (parts == 1).mean() >= 0.75  # two segments have few deals: some parts have no one
    served = work.groupby(rule).rep.nunique()
    assert (served >= 1).all()


def test_a_territorys_specialists_are_shown_with_it() -> None:
    run = ss.simulate(base(owner_rule="territory"), 1)
    territory = run.reps.set_index("rep").territory
    work = owners(run)
    assert (work.rep.map(territory) == work.territory).all()


@pytest.mark.slow
def test_an_owner_costs_deals_least_so_where_the_fewest_open_deals_decide() -> None:
    """Shared work is never idle beside a queue; owners may be."""
    won = {
        rule: np.array([ss.simulate(base(owner_rule=rule), 1, k).kpi["won"] for k in range(16)])
        for rule in (None, "fewest_open", "random")
    }
    assert interval(won[None] - won["random"]).low > 0
    assert interval(won["fewest_open"] - won["random"]).low > 0


def test_deals_of_a_position_that_is_cut_go_to_those_who_stay() -> None:
    plan = [{"day": 40, "set": {"team.ae.count": 6}}]
    run = ss.simulate(base(owner_rule="fewest_open", plan=plan), 1)
    left = set(run.reps[run.reps.left.notna()].rep)
    assert left == {"ae-7", "ae-8"}
    work = owners(run)
    moved = work[work.rep.isin(left)].lead.unique()
    after = work[work.lead.isin(moved) & (work.started > 60)]
    assert len(after) > 3
    assert not after.rep.isin(left).any()
    assert (after.groupby("lead").rep.nunique() == 1).all()


def test_open_deals_are_even_where_they_decide() -> None:
    """Handed out one by one, they never differ by more than one."""
    count = [0] * 5
    for turn in range(101):
        count[rules.next_owner(count, [], -1, [True] * 5, 5, turn % 5, True)] += 1
    assert max(count) - min(count) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"owner_rule": "fewest_open", "team.ae.assignment": "pool"}, "must be owner or absent"),
        ({"owner_rule": "territory", "territories": None, "team.ae.assignment": None},
         "territory needs territories"),
        ({"owner_rule": "fewest"}, "fewest_open"),
    ],
)  # fmt: skip
def test_a_rule_that_can_not_be_followed_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        base(**changes)


def test_deals_of_a_position_that_is_cut_stay_with_those_who_took_them_over() -> None:
    """Also if the position is filled again before anyone has worked on them."""
    plan = [
        {"day": 40, "set": {"team.ae.count": 6}},
        {"day": 44, "set": {"team.ae.count": 8}},
    ]
    run = ss.simulate(base(owner_rule="fewest_open", plan=plan), 1)
    work = owners(run)
    before = set(work[work.rep.isin(["ae-7", "ae-8"]) & (work.started < 40)].lead)
    after = work[work.lead.isin(before) & (work.started > 44)]
    assert len(after) > 3
    assert not after.rep.isin(["ae-7.2", "ae-8.2"]).any()


def test_deals_that_come_while_nobody_is_there_go_by_the_rule_as_well() -> None:
    plan = [{"day": 20, "set": {"team.ae.count": 8}}]
    late = base(owner_rule="territory", plan=plan, **{"team.ae.count": 0})
    run = ss.simulate(late, 1)
    work = owners(run)
    territory = run.reps.set_index("rep").territory
    assert len(work) > 50
    assert (work.rep.map(territory) == work.territory).all()


def test_a_help_of_nothing_where_passing_was_sure_sends_no_lead_astray() -> None:
    """Such a lead comes back in nurture, and needs draws for it."""
    sure = ss.Scenario.load("small-team").replace(
        {"process.qualification.pass_probability": 1.0,
         "nurture": {"share": 0.5, "after_days": 5, "most": 2}}
    )  # fmt: skip
    never = {"qualification": 0.0}
    run = ss.simulate(sure, 1, help=lambda lead, stage, now: never.get(stage, 1.0))
    assert (run.activities.passage > 1).any()
