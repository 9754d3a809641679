"""Intervals, corrections and counts, held to scipy and to what they promise."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from salessim.experiment.statistics import (
    holm,
    p_value,
    replications_needed,
    second_stage,
    student,
)

numbers = st.floats(-1000, 1000).map(lambda x: round(x, 3))
samples = st.lists(numbers, min_size=2, max_size=40)


@given(samples, st.sampled_from([0.9, 0.95, 0.997]))
def test_an_interval_is_students(sample: list[float], level: float) -> None:
    found = student(sample, level)
    spread = stats.sem(sample)
    if spread > 1e-9:
        low, high = stats.t.interval(level, len(sample) - 1, np.mean(sample), spread)
        assert found.low == pytest.approx(low, rel=1e-6, abs=1e-6)
        assert found.high == pytest.approx(high, rel=1e-6, abs=1e-6)
        assert p_value(sample) == pytest.approx(stats.ttest_1samp(sample, 0).pvalue, abs=1e-6)


def test_one_value_has_a_mean_and_no_interval_and_none_has_neither() -> None:
    one, none = student([3.0]), student([math.nan])
    assert (one.mean, one.count) == (3.0, 1)
    assert math.isnan(one.low)
    assert none.count == 0
    assert math.isnan(none.mean)
    assert math.isnan(p_value([3.0]))


@given(samples)
def test_values_that_were_not_observed_are_left_out(sample: list[float]) -> None:
    with_gaps = [
        value for pair in zip(sample, [math.nan] * len(sample), strict=True) for value in pair
    ]
    assert student(with_gaps) == student(sample)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_rejects_what_closed_testing_by_bonferroni_rejects(p: list[float]) -> None:
    """A hypothesis falls if Bonferroni rejects every set of hypotheses that it is in."""
    corrected = holm(p)
    for level in (0.01, 0.05, 0.2):
        for i in range(len(p)):
            sets = [
                others
                for size in range(1, len(p) + 1)
                for others in combinations(range(len(p)), size)
                if i in others
            ]
            falls = all(min(p[j] for j in chosen) * len(chosen) <= level for chosen in sets)
            near = any(abs(p[j] * len(c) - level) < 1e-12 for c in sets for j in c)
            assert near or (corrected[i] <= level) == falls


def test_holm_counts_only_what_was_observed() -> None:
    corrected = holm([0.02, math.nan, 0.03])
    assert corrected[0] == 0.04
    assert math.isnan(corrected[1])


@given(samples, st.floats(0.1, 100))
def test_the_replications_needed_are_the_first_that_are_enough(
    sample: list[float], half_width: float
) -> None:
    count = replications_needed(sample, half_width)
    spread = float(np.std(sample, ddof=1))

    def half(n: int) -> float:
        return float(stats.t.ppf(0.975, n - 1)) * spread / math.sqrt(n)

    if count is None:
        assert half(1_000_000) > half_width * 0.999
    else:
        assert half(count) <= half_width * (1 + 1e-9)
        assert count == 2 or half(count - 1) > half_width * (1 - 1e-9)


@pytest.mark.parametrize("two_stages", [False, True])
def test_intervals_cover_the_truth_as_often_as_they_say(two_stages: bool) -> None:
    """5,000 studies of normal values; 95 % within what chance allows (99.9 %)."""
    luck = np.random.default_rng(1)
    covered = 0
    studies = 5_000
    for _ in range(studies):
        values = luck.normal(3.0, 2.0, 400)
        first = 10
        count = min(400, second_stage(values[:first], 1.0) or 400) if two_stages else 30
        found = student(values[:count], first=first if two_stages else None)
        covered += found.low <= 3.0 <= found.high
    low, high = stats.binom.interval(0.999, studies, 0.95)
    assert low <= covered <= high


def test_looking_again_and_again_is_wrong_too_often_which_is_why_there_are_two_stages() -> None:
    luck = np.random.default_rng(2)
    wrong = 0
    for _ in range(400):
        values = luck.normal(0.0, 1.0, 60)
        wrong += any(p_value(values[:n]) < 0.05 for n in range(5, 61))
    assert wrong / 400 > 0.12


def test_a_second_stage_makes_the_interval_as_narrow_as_was_wanted() -> None:
    luck = np.random.default_rng(3)
    for _ in range(50):
        first = luck.normal(0, 5, 10)
        count = second_stage(first, 1.5)
        assert count is not None
        values = np.concatenate([first, luck.normal(0, 5, count - 10)])
        assert student(values, first=10).half_width <= 1.5 + 1e-9
