"""Speed to lead: what answering late costs, on inbound leads, and that it costs nothing else."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

import salessim as ss
from salessim import rules
from salessim.scenario.plausibility import warnings_on
from tests.intervals import interval

REPLICATIONS = 12
LEVEL = 0.997
HALF_LIFE = 4.0  # hours; the desk below answers after about as many


def desk(hours: float = 1.0, **changes: Any) -> ss.Scenario:
    """One SDR who answers inbound leads, as M/M/1: 6.4 leads a day of eight hours."""
    raw: dict[str, Any] = {
        "calendar": {"days": 1_000, "warm_up_days": 100},
        "channels": {"website": {"leads_per_day": 6.4, "inbound": True}},
        "team": {"sdr": {"count": 1}},
        "interest": {"half_life_hours": HALF_LIFE},
        "process": [
            {
                "name": "qualification",
                "role": "sdr",
                "effort": {"distribution": "exponential", "mean_hours": hours},
                "pass_probability": 0.3,
            }
        ],
    }
    return ss.Scenario.parse({**raw, **changes})


def won(scenario: ss.Scenario) -> np.ndarray:
    return np.array([ss.simulate(scenario, 1, k).kpi["won"] for k in range(REPLICATIONS)])


@pytest.mark.slow
def test_halving_the_answer_time_gains_more_than_a_tenth_of_the_leads_qualified() -> None:
    """The desk answers after about one half-life; a faster one after about half of it."""
    slow, fast = desk(1.0), desk(0.87)
    late, soon = (
        np.array([ss.simulate(s, 1, k).kpi["response_hours"] for k in range(REPLICATIONS)])
        for s in (slow, fast)
    )
    assert 0.5 in interval(soon / late)
    assert HALF_LIFE in interval(late)
    before = won(slow)
    assert interval((won(fast) - before) / before.mean()).low > 0.10
    off = {"interest": None}
    before = won(slow.replace(off))
    assert 0.0 in interval(won(fast.replace(off)) - before)


@pytest.mark.parametrize("change", [{"channels.website.inbound": False}, {"interest.floor": 1.0}])
def test_interest_moves_nothing_where_no_lead_is_inbound_or_it_never_falls(
    change: dict[str, Any],
) -> None:
    acts = desk(calendar={"days": 200})
    off = ss.simulate(acts.replace({"interest": None}), 1)
    assert ss.simulate(acts.replace(change), 1).leads.equals(off.leads)
    assert not ss.simulate(acts, 1).leads.outcome.equals(off.leads.outcome)


def test_late_answers_lose_leads_and_never_win_one() -> None:
    acts = desk(calendar={"days": 400})
    kept, all_ = (ss.simulate(s, 1).leads for s in (acts, acts.replace({"interest": None})))
    both = kept.merge(all_, on="lead", suffixes=("", "_off"))
    assert (both.outcome_off[both.outcome == "won"] == "won").all()
    assert (both.outcome == "won").sum() < (both.outcome_off == "won").sum()


def test_each_try_is_answered_by_the_interest_that_is_left_then() -> None:
    """With tries a day apart, hardly anyone answers the later ones: interest has gone."""
    tries = {"most": 3, "answer_probability": 0.3, "gap_days": 1}
    acts = desk(0.01, calendar={"days": 2_000}).replace({"process.qualification.attempts": tries})
    found = ss.simulate(acts, 1).activities.query("kind == 'work'")
    made = found.groupby("attempt").size()
    answered = (found[found.result != "no_answer"]).groupby("attempt").size() / made
    odds = answered / (1 - answered) / (0.3 / 0.7)
    for attempt, days in ((1, 0.0), (2, 1.0), (3, 2.0)):
        expected = 0.5 ** (days * 8 / HALF_LIFE)
        chance = 0.3 / 0.7 * expected / (1 + 0.3 / 0.7 * expected)
        low, high = stats.binom.interval(LEVEL, made[attempt], chance)
        assert low <= answered[attempt] * made[attempt] <= high, (attempt, odds[attempt])


def test_response_time_is_that_of_inbound_leads_where_channels_are_marked() -> None:
    two = {
        "website": {"leads_per_day": 3, "inbound": True},
        "cold calls": {"leads_per_day": 3},
    }
    run = ss.simulate(desk(channels=two, calendar={"days": 100}, priority="freshest"), 1)
    first = run.activities.merge(run.leads[["lead", "channel", "arrived"]], on="lead")
    first = first[(first.started < 100) & (first.channel == "website")]
    assert run.kpi["response_hours"] == pytest.approx(((first.started - first.arrived) * 8).mean())


def test_check_says_where_interest_can_not_act() -> None:
    silent = desk(channels={"list": {"leads_per_day": 6.4}})
    assert any("no channel is marked so" in line for line in warnings_on(silent))
    certain = desk().replace({"process.qualification.pass_probability": 1.0})
    (line,) = [line for line in warnings_on(certain) if "interest" in line]
    assert "process.qualification.pass_probability is 1" in line
    assert not [line for line in warnings_on(desk()) if "interest" in line]


def test_a_curve_is_read_on_straight_lines_and_ends_where_its_table_ends() -> None:
    for halves in (0.0, 0.3, 1.0, 7.77, 31.99):
        left = rules.interest_left(rules.HALVINGS, halves * 4, 4.0, 0.0)
        assert left == pytest.approx(0.5**halves, rel=1e-4)
    assert rules.interest_left(rules.HALVINGS, 1e9, 4.0, 0.0) == 0.5**32
    assert rules.interest_left(rules.HALVINGS, 1e9, 4.0, 0.25) == 0.25
