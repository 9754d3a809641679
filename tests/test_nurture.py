"""Nurture: leads that a stage decided against come back, warmer, and close once."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

import salessim as ss
from salessim.expected import expected
from tests.intervals import assert_agrees, interval

LEVEL = 0.997
NURTURE = {"share": 0.5, "after_days": 20, "odds": 2.0, "most": 1}


def desk(**changes: Any) -> ss.Scenario:
    """Two stages, so quick that nobody waits long."""
    work = {"distribution": "exponential", "mean_hours": 0.5}
    raw: dict[str, Any] = {
        "calendar": {"days": 400, "warm_up_days": 60},
        "channels": {"website": {"leads_per_day": 12}},
        "team": {"sdr": {"count": 3}, "ae": {"count": 2}},
        "nurture": NURTURE,
        "process": [
            {"name": "call", "role": "sdr", "effort": work, "pass_probability": 0.3},
            {"name": "demo", "role": "ae", "effort": work, "pass_probability": 0.5,
             "customer_delay": {"distribution": "exponential", "mean_days": 3}},
        ],
    }  # fmt: skip
    return ss.Scenario.parse({**raw, **changes})


def passing(run: ss.Run, stage: str, passage: int) -> tuple[int, int]:
    """Leads that passed a stage at a passage, and those decided there."""
    found = run.activities.query("stage == @stage and passage == @passage and result != 'open'")
    return int((found.result == "passed").sum()), len(found)


@pytest.mark.parametrize(("odds", "chance"), [(2.0, 0.6 / 1.3), (1.0, 0.3)])
def test_a_lead_that_comes_back_passes_by_its_warmer_odds(odds: float, chance: float) -> None:
    run = ss.simulate(desk(nurture={**NURTURE, "odds": odds}), 1)
    for passage, expected_share in ((1, 0.3), (2, chance)):
        passed, decided = passing(run, "call", passage)
        low, high = stats.binom.interval(LEVEL, decided, expected_share)
        assert low <= passed <= high


@pytest.mark.slow
def test_returns_add_deals() -> None:
    more, won = desk(), desk(nurture=None)
    gain = [
        ss.simulate(more, 1, k).kpi["won"] - ss.simulate(won, 1, k).kpi["won"] for k in range(12)
    ]
    assert interval(gain).low > 0


def test_at_a_share_of_nothing_nothing_changes() -> None:
    off, none = (ss.simulate(desk(nurture=n), 1) for n in (None, {**NURTURE, "share": 0.0}))
    assert off.leads.equals(none.leads)
    assert off.activities.equals(none.activities)
    assert none.kpi["returned"] == 0.0
    assert np.isnan(off.kpi["returned"])


def test_a_lead_in_nurture_is_open_and_closes_once() -> None:
    run = ss.simulate(desk(), 1)
    leads = run.leads.set_index("lead")
    back = run.activities.query("passage == 2 and attempt == 1").set_index("lead")
    first = run.activities.query("passage == 1 and stage == 'call' and result == 'lost'").set_index(
        "lead"
    )
    returned = first.merge(back, on="lead", suffixes=("", "_again"))
    same = returned[returned.stage == returned.stage_again]
    assert len(same) > 100
    # they come back after 20 days, and are closed only afterwards
    np.testing.assert_allclose(same.ready_again - same.ended, NURTURE["after_days"])
    closed = leads.closed.reindex(same.index)
    assert (closed.isna() | (closed > same.ready_again)).all()
    waiting = leads[(leads.outcome == "open") & leads.index.isin(first.index)]
    assert len(waiting) > 10  # those who wait to come back at the end are open, in every table
    assert int(run.weeks.open_leads.iloc[-1]) == int((leads.outcome == "open").sum())


def test_a_lead_comes_back_at_most_so_often() -> None:
    often = ss.simulate(desk(nurture={**NURTURE, "share": 1.0, "after_days": 2, "most": 3}), 1)
    returns = often.activities.groupby("lead").apply(
        lambda of: of.drop_duplicates(["stage", "passage"]).passage.gt(1).sum(),
        include_groups=False,
    )
    assert returns.max() == 3
    assert often.activities.passage.max() <= 4


def test_what_is_expected_counts_those_who_come_back() -> None:
    scenario = desk()
    found = expected(scenario)
    runs = [ss.simulate(scenario, 1, k) for k in range(12)]
    for position, stage in enumerate(("call", "demo")):
        came = [(run.activities.stage == stage).sum() for run in runs]
        assert_agrees(np.array(came) * 260 / 400, found.reaching[position])
