"""Working time and the formulas, by themselves."""

from bisect import bisect_left
from collections import Counter
from datetime import date, timedelta
from itertools import islice

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from salessim import rules
from salessim.clock import WorkClock, date_of, moments_of, working_day

MONDAY = date(2026, 1, 5)
ALPHA = 0.003

days = st.integers(-300, 300)
clocks = st.lists(days, max_size=30).map(lambda d: WorkClock(tuple(sorted(set(d)))))
moments = st.floats(-300, 300, allow_nan=False).map(lambda t: round(t * 64) / 64)  # exact
spans = st.floats(0, 100, allow_nan=False).map(lambda t: round(t * 64) / 64)


# Dates


@given(st.integers(-3_000, 3_000))
def test_every_working_day_has_a_date_and_every_date_but_weekends_a_day(day: int) -> None:
    when = date_of(MONDAY, day)
    assert when.weekday() < 5
    assert working_day(MONDAY, when) == day


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)))
def test_a_weekend_is_no_working_day_and_all_else_is_one(when: date) -> None:
    day = working_day(MONDAY, when)
    if when.weekday() >= 5:
        assert day is None
    else:
        assert day is not None
        assert date_of(MONDAY, day) == when


def test_a_year_has_260_days_and_a_quarter_65() -> None:
    assert date_of(MONDAY, 260) == MONDAY + timedelta(weeks=52)
    assert date_of(MONDAY, 65) == MONDAY + timedelta(weeks=13)
    assert date_of(MONDAY, -1) == date(2026, 1, 2)


def test_a_day_begins_at_nine_and_has_its_hours() -> None:
    found = moments_of(MONDAY, [0.0, 0.5, 4.999999999, 5.0, -0.25], 8)
    assert [str(moment) for moment in found] == [
        "2026-01-05T09:00:00.000",
        "2026-01-05T13:00:00.000",
        "2026-01-09T17:00:00.000",
        "2026-01-12T09:00:00.000",
        "2026-01-02T15:00:00.000",
    ]


@given(st.lists(st.floats(-500, 500, allow_nan=False), min_size=2))
def test_moments_come_in_the_order_of_time(times: list[float]) -> None:
    found = moments_of(MONDAY, sorted(times), 8)
    assert (np.diff(found) >= np.timedelta64(0)).all()


# Holidays


def test_holidays_at_weekends_change_nothing_and_double_ones_count_once() -> None:
    dates = [date(2026, 1, 7), date(2026, 1, 10), date(2026, 1, 7), date(2025, 12, 25)]
    assert WorkClock.of(MONDAY, dates) == WorkClock((-7, 2))


def test_work_stands_still_over_holidays_in_a_row_and_over_a_weekend_between() -> None:
    clock = WorkClock((1, 2, 4, 5))
    assert clock.end(0.5, 0.5) == 1.0
    assert clock.end(0.5, 0.75) == 3.25
    assert clock.end(0.5, 2.0) == 6.5
    assert clock.opening(1.0) == 3.0
    assert clock.opening(2.999) == 3.0
    assert clock.opening(4.0) == 6.0
    assert clock.opening(3.5) == 3.5


def test_holidays_before_day_0_are_holidays_too() -> None:
    clock = WorkClock((-3, -2, 0))
    assert clock.opening(-2.5) == -1.0
    assert clock.opening(0.0) == 1.0
    assert clock.end(-3.5, 1.0) == -0.5
    assert list(clock.worked([-4.0, -3.0, -1.0, 0.0, 1.0, 2.0])) == [-2, -1, -1, 0, 0, 1]


def test_without_holidays_time_is_working_time() -> None:
    clock = WorkClock()
    assert clock.end(1.25, 3.5) == 4.75
    assert clock.opening(1.25) == 1.25
    assert list(clock.worked([-1.0, 0.0, 2.5])) == [-1.0, 0.0, 2.5]


def test_no_time_is_no_working_time() -> None:
    worked = WorkClock((1,)).worked([np.nan, 2.0])
    assert np.isnan(worked[0])
    assert worked[1] == 1.0


def on_holiday(clock: WorkClock, when: float) -> bool:
    return int(when // 1) in clock.holidays


@given(clocks, moments)
def test_people_open_at_the_first_moment_that_is_no_holiday(clock: WorkClock, when: float) -> None:
    opening = clock.opening(when)
    assert not on_holiday(clock, opening)
    if on_holiday(clock, when):
        assert opening == int(opening) > when
        assert all(day in clock.holidays for day in range(int(when // 1), int(opening)))
    else:
        assert opening == when


@given(clocks, moments, spans)
def test_working_time_between_begin_and_end_is_the_work(
    clock: WorkClock, when: float, span: float
) -> None:
    begin = clock.opening(when)
    end = clock.end(begin, span)
    assert float(clock.worked(end) - clock.worked(begin)) == span


@given(clocks, moments, spans)
def test_work_ends_as_soon_as_its_time_has_been_worked(
    clock: WorkClock, when: float, span: float
) -> None:
    begin = clock.opening(when)
    end = clock.end(begin, span)
    between = clock.holidays[bisect_left(clock.holidays, begin) : bisect_left(clock.holidays, end)]
    assert end == begin + span + len(between)
    if span:  # it does not end on a holiday, but when the last hour before it is over
        assert not on_holiday(clock, end) or end == int(end)
        assert int(end) - 1 not in clock.holidays or end != int(end)


@given(clocks, moments, spans, spans)
def test_work_done_in_two_parts_ends_when_it_would_in_one(
    clock: WorkClock, when: float, one: float, other: float
) -> None:
    begin = clock.opening(when)
    middle = clock.opening(clock.end(begin, one))
    assert clock.end(middle, other) == (clock.end(begin, one + other) if other else middle)


@given(clocks, moments, spans)
def test_working_time_never_runs_backwards_nor_faster_than_time(
    clock: WorkClock, when: float, span: float
) -> None:
    passed = float(clock.worked(when + span) - clock.worked(when))
    assert 0 <= passed <= span


@given(clocks)
def test_working_time_is_counted_from_day_0(clock: WorkClock) -> None:
    assert float(clock.worked(0.0)) == 0.0


# Chances


@pytest.mark.parametrize(
    ("chance", "odds", "after"),
    [(0.5, 1, 0.5), (0.5, 3, 0.75), (0.2, 4, 0.5), (0.5, 0, 0.0), (0.0, 9, 0.0), (1.0, 0.1, 1.0)],
)
def test_odds_multiply(chance: float, odds: float, after: float) -> None:
    assert rules.passing_chance(chance, odds) == pytest.approx(after, rel=1e-15)


chances = st.floats(0, 1)
factors = st.floats(0, 1e6)


@given(chances, factors)
def test_a_chance_never_leaves_0_to_1(chance: float, odds: float) -> None:
    assert 0 <= float(rules.passing_chance(chance, np.array([odds]))[0]) <= 1


@given(st.floats(0.001, 0.999), st.floats(0.01, 100), st.floats(0.01, 100))
def test_two_effects_on_the_odds_are_one_of_their_product(
    chance: float, one: float, other: float
) -> None:
    twice = rules.passing_chance(float(rules.passing_chance(chance, one)), other)
    assert twice == pytest.approx(rules.passing_chance(chance, one * other), rel=1e-9)


@given(st.floats(0.001, 0.999), st.floats(0, 100), st.floats(0, 100))
def test_better_odds_never_lower_a_chance(chance: float, one: float, other: float) -> None:
    worse, better = sorted((one, other))
    low, high = rules.passing_chance(chance, worse), rules.passing_chance(chance, better)
    assert low <= high or low == pytest.approx(high, rel=1e-15)


def test_fit_is_counted_in_log_odds() -> None:
    found = rules.odds_of_fit(np.array([0.0, np.log(3), -np.log(3)]))
    np.testing.assert_allclose(found, [1, 3, 1 / 3], rtol=1e-15)


@pytest.mark.parametrize("chance", [0.001, 0.082, 0.3, 0.5, 0.9, 0.999, 1.0])
@pytest.mark.parametrize("odds", [0.2, 1.0, 5.0])
def test_a_lead_passes_as_often_as_its_chance_says(chance: float, odds: float) -> None:
    luck = np.random.default_rng(1).random(200_000)
    passes = rules.hurdle(luck, chance, odds) < 1.0
    assert (passes == (luck < rules.passing_chance(chance, odds))).all()


@pytest.mark.parametrize("odds", [0.0, 0.2, 1.0, 5.0])
def test_the_impossible_stays_impossible_whatever_helps(odds: float) -> None:
    luck = np.array([2.0**-53, 0.5, 1 - 2.0**-53])
    assert np.isinf(rules.hurdle(luck, 0.0, odds)).all()
    assert np.isinf(rules.hurdle(luck, 1.0, 0.0)).all()  # odds of zero beat certainty


@given(st.floats(2.0**-53, 1 - 2.0**-53), chances, st.floats(0.01, 100), st.floats(0.01, 100))
def test_help_is_held_against_the_hurdle_as_if_it_were_part_of_the_chance(
    luck: float, chance: float, odds: float, helps: float
) -> None:
    margin = abs(luck - float(rules.passing_chance(chance, odds * helps)))
    assume(margin > 1e-9)  # there rounding decides
    passes = luck < rules.passing_chance(chance, odds * helps)
    assert (helps > rules.hurdle(np.array([luck]), chance, odds)[0]) == passes


def tries_of(luck: float, chance: float, odds: float = 1.0, most: int = 20_000) -> float:
    """The try that is answered, each at the same odds; infinite if none is."""
    silence = 1.0
    for number in range(1, most + 1):
        silence = rules.still_silent(silence, chance, odds)
        if silence <= 1.0 - luck:
            return number
    return np.inf


@pytest.mark.parametrize("chance", [0.01, 0.082, 0.3, 0.5, 0.9, 0.999])
def test_tries_until_an_answer_are_geometric(chance: float) -> None:
    luck = np.random.default_rng(1).random(2_000)
    assert [tries_of(one, chance) for one in luck] == stats.geom.ppf(luck, chance).tolist()


def test_a_sure_answer_comes_at_once_and_an_impossible_one_never() -> None:
    for luck in (2.0**-53, 0.5, 1 - 2.0**-53):
        assert tries_of(luck, 1.0) == 1
        assert np.isinf(tries_of(luck, 0.0, most=200))


@given(st.floats(2.0**-53, 1 - 2.0**-53), st.floats(0.01, 1), st.floats(0.1, 10), st.floats(1, 10))
def test_better_odds_never_make_a_lead_answer_later(
    luck: float, chance: float, odds: float, helps: float
) -> None:
    assert tries_of(luck, chance, odds * helps) <= tries_of(luck, chance, odds)


def test_silence_after_tries_is_what_a_run_counts_one_by_one() -> None:
    silence = 1.0
    for _ in range(7):
        silence = rules.still_silent(silence, 0.2, 1.7)
    np.testing.assert_allclose(rules.silence_after(7, 0.2, np.array([1.7])), silence, rtol=1e-14)


# Hours


def test_meetings_and_leave_are_not_available() -> None:
    assert rules.available_hours_per_day(8, 0, 0) == 8
    assert rules.available_hours_per_day(8, 10, 0) == 6
    assert rules.available_hours_per_day(8, 10, 26) == pytest.approx(5.4, rel=1e-15)


@pytest.mark.parametrize(
    ("queued", "people", "swamped"),
    [(0, 1, False), (8, 1, False), (8.01, 1, True), (16, 2, False), (16.01, 2, True), (0, 0, True)],
)
def test_support_is_swamped_above_the_agreed_wait(
    queued: float, people: int, swamped: bool
) -> None:
    assert rules.support_is_swamped(queued, people, 8.0, 1.0) is swamped


# Owners and territories


@pytest.mark.parametrize(
    ("key", "chairs", "chair"),
    [
        (10863919174838991, 11, 6),
        (2016238256797177309, 11, 3),
        (1673758223894951030, 11, 5),
        (0, 1, 0),
    ],
)
def test_a_key_gets_the_chair_that_is_published_for_it(key: int, chairs: int, chair: int) -> None:
    """Values that implementations of Lamping & Veach's jump hash test themselves with."""
    assert rules.owner_chairs(np.array([key], np.uint64), chairs) == [chair]


KEYS = np.random.default_rng(1).integers(0, 2**64, 8_000, dtype=np.uint64)


@pytest.mark.parametrize("chairs", [1, 2, 3, 7, 20])
def test_one_chair_more_takes_its_share_and_no_other_lead_changes_hands(chairs: int) -> None:
    before, after = (rules.owner_chairs(KEYS, count).tolist() for count in (chairs, chairs + 1))
    moved = [new for old, new in zip(before, after, strict=True) if old != new]
    assert set(moved) == {chairs}
    low, high = stats.binom.interval(1 - ALPHA, len(KEYS), 1 / (chairs + 1))
    assert low <= len(moved) <= high


@pytest.mark.parametrize("chairs", [2, 5, 12])
def test_owners_have_equal_shares(chairs: int) -> None:
    counts = Counter(rules.owner_chairs(KEYS, chairs).tolist())
    assert sorted(counts) == list(range(chairs))
    assert stats.chisquare(list(counts.values())).pvalue > ALPHA


weights = st.lists(st.floats(0, 50), min_size=1, max_size=8).filter(any)


def deal(asked: list[float], chairs: int) -> list[int]:
    """Territories of the first chairs."""
    return [*islice(rules.deal_chairs(asked), chairs)]


@given(weights, st.integers(0, 30))
def test_who_is_dealt_a_territory_keeps_it_when_more_are_dealt(
    asked: list[float], chairs: int
) -> None:
    assert deal(asked, chairs + 1)[:-1] == deal(asked, chairs)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=8).filter(any))
def test_whole_weights_get_exactly_the_people_they_ask_for(asked: list[int]) -> None:
    dealt = deal([float(weight) for weight in asked], sum(asked))
    assert [dealt.count(territory) for territory in range(len(asked))] == asked


def test_people_are_dealt_by_the_rule_of_dhondt() -> None:
    """Quotients 53, 26.5, 17.7, 13.3; 24, 12; 23: Sainte-Laguë would deal 3, 2 and 2."""
    dealt = deal([53.0, 24.0, 23.0], 7)
    assert [dealt.count(territory) for territory in range(3)] == [4, 2, 1]


@given(weights, st.integers(0, 30))
def test_no_territory_stays_empty_while_another_has_two(asked: list[float], chairs: int) -> None:
    dealt = Counter(deal(asked, chairs))
    wanted = {territory for territory, weight in enumerate(asked) if weight > 0}
    assert set(dealt) <= wanted
    assert set(dealt) == wanted or max(dealt.values(), default=0) <= 1


@given(weights, st.integers(1, 30))
def test_more_weight_never_gets_fewer_people(asked: list[float], chairs: int) -> None:
    dealt = Counter(deal(asked, chairs))
    for one, weight in enumerate(asked):
        for other, less in enumerate(asked):
            assert weight <= less or dealt[one] >= dealt[other]
