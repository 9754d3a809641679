"""The market: leads and their luck, as functions of who and what, and of nothing else."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from salessim import Scenario, rules
from salessim.market import Leads, Market, StageDraws
from salessim.market.luck import Luck, Names, Purpose, word_of
from salessim.market.philox import CHUNK, philox4x32, uniform, word_pairs
from salessim.market.quantiles import is_random, quantile
from salessim.scenario import timeline
from salessim.scenario.distributions import Distribution, Money
from salessim.terms import Result

Floats = NDArray[np.float64]
ALPHA = 0.003  # what is rejected by chance in three of a thousand tests; the seeds are fixed


def market(scenario: Scenario, seed: int = 1, replication: int = 0) -> Market:
    return Market(timeline(scenario), seed, replication)


def leads_of(scenario: Scenario, seed: int = 1, replication: int = 0) -> Leads:
    return market(scenario, seed, replication).leads


def door(rate: float, days: int, **blocks: Any) -> Scenario:
    raw: dict[str, Any] = {
        "calendar": {"days": days},
        "channels": {"door": {"leads_per_day": rate}},
        "team": {"sdr": {"count": 1}},
        "process": [
            {
                "name": "call",
                "role": "sdr",
                "effort": {"distribution": "exponential", "mean_hours": 2},
                "pass_probability": 0.5,
            }
        ],
    }
    return Scenario.parse({**raw, **blocks})


# Random words


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        (
            "00000000 00000000 00000000 00000000",
            "00000000 00000000",
            "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
        ),
        (
            "ffffffff ffffffff ffffffff ffffffff",
            "ffffffff ffffffff",
            "408f276d 41c83b0e a20bc7c6 6d5451fd",
        ),
        (
            "243f6a88 85a308d3 13198a2e 03707344",
            "a4093822 299f31d0",
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_philox_gives_the_words_that_its_authors_published(
    counter: str, key: str, words: str
) -> None:
    """Random123's kat_vectors, philox4x32 of ten rounds."""
    key0, key1 = (int(word, 16) for word in key.split())
    given = [[int(word, 16)] for word in counter.split()]
    assert " ".join(f"{int(word[0]):08x}" for word in philox4x32(given, (key0, key1))) == words


def test_many_counters_at_a_time_give_the_words_of_each_alone() -> None:
    counters = np.arange(CHUNK + 3)
    first, second = word_pairs((7, counters, 0, 9), (1, 2))
    for number in (0, CHUNK - 1, CHUNK, CHUNK + 2):
        x0, x1, x2, x3 = (int(word[0]) for word in philox4x32(([7], [number], [0], [9]), (1, 2)))
        assert (int(first[number]), int(second[number])) == (x0 << 32 | x1, x2 << 32 | x3)


def test_a_uniform_number_is_never_0_and_never_1() -> None:
    lowest, highest = uniform(np.array([0, 2**64 - 1], np.uint64))
    assert 0.0 < lowest == 2.0**-53
    assert 1.0 > highest == 1.0 - 2.0**-53


# Luck


def names(count: int) -> Names:
    return Names.of(word_of("website"), np.arange(count) // 10 - 500, np.arange(count) % 10, 0)


def test_luck_is_uniform_whatever_it_is_for() -> None:
    luck = Luck(1, 0, names(20_000))
    for purpose in Purpose:
        assert stats.kstest(luck.uniform(purpose, "demo"), "uniform").pvalue > ALPHA


def test_luck_of_one_purpose_says_nothing_about_another() -> None:
    size = 20_000
    samples = {
        **{
            name: Luck(1, 0, names(size)).uniform(purpose, "demo")
            for name, purpose in Purpose.__members__.items()  # two of one number would be seen
        },
        "another stage": Luck(1, 0, names(size)).uniform(Purpose.EFFORT, "closing"),
        "another attempt": Luck(1, 0, names(size)).uniform(Purpose.EFFORT, "demo", 2),
        "another replication": Luck(1, 1, names(size)).uniform(Purpose.EFFORT, "demo"),
        "another seed": Luck(2, 0, names(size)).uniform(Purpose.EFFORT, "demo"),
        "seed for replication": Luck(0, 1, names(size)).uniform(Purpose.EFFORT, "demo"),
        "the lead after": np.roll(Luck(1, 0, names(size)).uniform(Purpose.EFFORT, "demo"), 1),
    }
    pairs = list(combinations(samples.values(), 2))
    each = stats.norm.isf(ALPHA / 2 / len(pairs)) / size**0.5  # Bonferroni over all pairs
    correlations = [np.corrcoef(one, other)[0, 1] for one, other in pairs]
    assert np.abs(correlations).max() < each


def test_luck_of_two_purposes_fills_the_square_evenly() -> None:
    luck = Luck(1, 0, names(20_000))
    one, other = luck.uniform(Purpose.EFFORT, "demo"), luck.uniform(Purpose.DECISION, "demo")
    counts, _, _ = np.histogram2d(one, other, bins=10, range=[[0, 1], [0, 1]])
    assert stats.chisquare(counts.ravel()).pvalue > ALPHA


def test_luck_does_not_depend_on_what_was_asked_before() -> None:
    asked = Luck(1, 0, names(50))
    for purpose in reversed(Purpose):
        asked.uniform(purpose, "demo", 2)
    again = asked.uniform(Purpose.DECISION, "demo")
    assert (again == Luck(1, 0, names(50)).uniform(Purpose.DECISION, "demo")).all()
    assert (again == asked.uniform(Purpose.DECISION, "demo")).all()


def test_luck_of_a_lead_does_not_depend_on_who_else_is_there() -> None:
    one = Luck(1, 0, Names.of(word_of("website"), [-467], [3], [0]))
    many = Luck(1, 0, names(1_000))
    assert one.uniform(Purpose.PATIENCE, "demo")[0] == many.uniform(Purpose.PATIENCE, "demo")[333]


# Amounts

SPREAD = np.concatenate([[0.0, 1e-9], np.linspace(0.001, 0.999, 999), [1 - 1e-9, 1 - 2**-52]])
LEVELS = (np.floor(SPREAD * 2.0**52) + 0.5) * 2.0**-52  # as luck has them


@pytest.mark.parametrize("mean", [0.02, 1.0, 42_000.0])
@pytest.mark.parametrize("cv", [0.01, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("shape", ["exponential", "gamma", "lognormal"])
def test_amounts_are_the_quantiles_of_their_distribution(
    shape: Any, cv: float, mean: float
) -> None:
    width = np.sqrt(np.log1p(cv**2))
    theory = {
        "exponential": stats.expon(scale=mean),
        "gamma": stats.gamma(1 / cv**2, scale=mean * cv**2),
        "lognormal": stats.lognorm(width, scale=mean * np.exp(-(width**2) / 2)),
    }[shape]
    given = Money(distribution=shape, mean=mean, **({} if shape == "exponential" else {"cv": cv}))
    np.testing.assert_allclose(quantile(given, LEVELS), theory.ppf(LEVELS), rtol=1e-9)
    assert theory.mean() == pytest.approx(mean, rel=1e-12)
    assert shape == "exponential" or theory.std() == pytest.approx(mean * cv, rel=1e-9)


@pytest.mark.parametrize("corners", [(0, 1, 4), (2, 2, 3), (2, 3, 3), (0, 0, 5), (1, 1.5, 2)])
def test_triangular_amounts_are_the_quantiles_of_their_distribution(
    corners: tuple[float, float, float],
) -> None:
    low, mode, high = corners
    given = Money(distribution="triangular", low=low, mode=mode, high=high)
    theory = stats.triang((mode - low) / (high - low), loc=low, scale=high - low)
    found = quantile(given, LEVELS)
    np.testing.assert_allclose(found, theory.ppf(LEVELS), rtol=1e-9, atol=1e-15)
    assert low <= found.min() <= found.max() <= high


@pytest.mark.parametrize(
    "alike",
    [
        Money(distribution="constant", mean=3),
        Money(distribution="gamma", mean=3, cv=0),
        Money(distribution="lognormal", mean=3, cv=0),
        Money(distribution="triangular", low=3, mode=3, high=3),
    ],
)
def test_amounts_without_spread_are_all_alike(alike: Distribution) -> None:
    assert not is_random(alike)
    assert set(quantile(alike, LEVELS)) == {3.0}


@pytest.mark.parametrize("shape", ["constant", "exponential", "gamma", "lognormal"])
def test_a_mean_of_nothing_is_nothing(shape: Any) -> None:
    assert set(quantile(Money(distribution=shape, mean=0), LEVELS)) == {0.0}


@pytest.mark.parametrize("shape", ["gamma", "lognormal"])
@pytest.mark.parametrize("cv", [1e-3, 1e-6, 1e-9, 1e-12, 1e-100, 1e-200])
def test_the_smaller_the_spread_the_closer_to_the_mean(shape: Any, cv: float) -> None:
    found = quantile(Money(distribution=shape, mean=3, cv=cv), np.array([0.001, 0.5, 0.999]))
    np.testing.assert_allclose(found, 3.0, rtol=4 * cv + 1e-9)


@pytest.mark.parametrize("shape", ["exponential", "gamma", "lognormal"])
def test_another_mean_moves_a_leads_amount_and_does_not_reshuffle_it(shape: Any) -> None:
    one, other = (quantile(Money(distribution=shape, mean=mean), LEVELS) for mean in (2.0, 6.0))
    np.testing.assert_allclose(other, 3 * one, rtol=1e-12)


# Arrivals


def poisson_counts_agree(arrived: Floats, begin: float, end: float, rate: float) -> None:
    """Daily counts have the mean and the dispersion of Poisson counts of a known rate."""
    days = int(end - begin)
    counts, _ = np.histogram(arrived, bins=days, range=(begin, begin + days))
    dispersion = ((counts - rate) ** 2).sum() / rate
    low, high = stats.chi2.interval(1 - ALPHA, days)
    assert low < dispersion < high
    low, high = stats.poisson.interval(1 - ALPHA, rate * days)
    assert low <= counts.sum() <= high


def gaps_agree(arrived: Floats, rate: float) -> None:
    gaps = np.diff(arrived)
    assert stats.kstest(gaps, stats.expon(scale=1 / rate).cdf).pvalue > ALPHA
    size = len(gaps)
    after_one_another = np.corrcoef(gaps[1:], gaps[:-1])[0, 1]
    assert abs(after_one_another) < stats.norm.isf(ALPHA / 2) / size**0.5


@pytest.mark.parametrize("rate", [0.3, 1.0, 2.5, 40.0])
def test_leads_arrive_as_a_poisson_process(rate: float) -> None:
    arrived = leads_of(door(rate, days=2_000)).arrived
    assert (np.diff(arrived) > 0).all()
    poisson_counts_agree(arrived, 0, 2_000, rate)
    gaps_agree(arrived, rate)


def test_leads_of_several_channels_arrive_as_one_poisson_process() -> None:
    channels = {"a": {"leads_per_day": 1.5}, "b": {"leads_per_day": 2.2}, "c": {"leads_per_day": 0}}
    leads = leads_of(door(0, days=2_000, channels=channels))
    gaps_agree(leads.arrived, 3.7)
    share = (leads.channel == 1).sum()
    low, high = stats.binom.interval(1 - ALPHA, len(leads), 2.2 / 3.7)
    assert low <= share <= high
    assert (leads.channel < 2).all()


def test_a_dated_rate_holds_from_its_date_on_to_the_moment() -> None:
    plan = [
        {"day": 800.5, "set": {"channels.door.leads_per_day": 6.5}},
        {"day": 1_600, "set": {"channels.door.leads_per_day": 0}},
        {"day": 1_800, "set": {"channels.door.leads_per_day": 1}},
    ]
    arrived = leads_of(door(2.5, days=3_000, plan=plan)).arrived
    for begin, end, rate in ((0, 800.5, 2.5), (800.5, 1_600, 6.5), (1_800, 3_000, 1.0)):
        part = arrived[(arrived >= begin) & (arrived < end)]
        poisson_counts_agree(part, begin, end, rate)
        gaps_agree(part, rate)
    assert not ((arrived >= 1_600) & (arrived < 1_800)).any()


def test_a_higher_rate_only_adds_leads() -> None:
    few, many = (leads_of(door(rate, days=500)) for rate in (2.5, 3.1))
    stay = np.isin(many.names, few.names)
    assert (many.names[stay] == few.names).all()
    assert (many.arrived[stay] == few.arrived).all()
    assert len(many) > len(few)


def test_a_dated_rate_moves_no_lead_before_it_and_only_adds_after_it() -> None:
    plan = [{"day": 250, "set": {"channels.door.leads_per_day": 4}}]
    base, more = leads_of(door(2.5, 500)), leads_of(door(2.5, 500, plan=plan))
    before = more.arrived < 250
    assert (more.names[before] == base.names[base.arrived < 250]).all()
    assert set(base.names) < set(more.names)


def rate_in(arrived: Floats, begin: float, end: float, rate: float) -> None:
    """The leads between two times are as many as a Poisson process of this rate has."""
    count = ((arrived >= begin) & (arrived < end)).sum()
    low, high = stats.poisson.interval(1 - ALPHA, rate * (end - begin))
    assert low <= count <= high


def seasoned(rate: float, days: int, **channel: Any) -> Leads:
    return leads_of(door(0, days, channels={"door": {"leads_per_day": rate, **channel}}))


def test_a_season_of_quarters_returns_every_year() -> None:
    arrived = seasoned(20, 520, season=[50, 100, 90, 160]).arrived
    for year in (0, 260):
        for quarter, percent in enumerate((50, 100, 90, 160)):
            begin = year + 65 * quarter
            rate_in(arrived, begin, begin + 65, 20 * percent / 100)


def test_a_season_of_months_changes_three_times_a_quarter() -> None:
    percent = [0, 250, 50, *[100] * 9]
    arrived = seasoned(20, 65, season=percent).arrived
    month = 260 / 12
    assert arrived.min() > month
    rate_in(arrived, month, 2 * month, 50)
    rate_in(arrived, 2 * month, 65, 10)


def test_the_season_before_day_0_is_that_of_the_end_of_a_year() -> None:
    channels = {"door": {"leads_per_day": 20, "season": [100, 100, 100, 0]}}
    calendar = {"days": 60, "warm_up_days": 130}
    arrived = leads_of(door(0, 60, channels=channels, calendar=calendar)).arrived
    assert not ((arrived >= -65) & (arrived < 0)).any()
    rate_in(arrived, -130, -65, 20)


def test_growth_is_steady_and_counted_from_day_0() -> None:
    arrived = seasoned(20, 780, growth_per_year=0.5).arrived
    for year in range(3):
        middle = 20 * 1.5**year * (0.5 / np.log(1.5))  # the mean of a year's growth
        rate_in(arrived, 260 * year, 260 * (year + 1), middle)


def test_season_and_growth_also_act_on_a_dated_rate() -> None:
    channel = {"leads_per_day": 5, "season": [100, 100, 200, 0], "growth_per_year": 3.0}
    plan = [{"day": 130, "set": {"channels.door.leads_per_day": 20}}]
    arrived = leads_of(door(0, 260, channels={"door": channel}, plan=plan)).arrived
    assert arrived.max() < 195
    rate_in(arrived, 130, 195, 2 * 20 * (4**0.75 - 4**0.5) / np.log(4) * 4)


def test_a_season_moves_no_lead_and_only_adds_or_takes_some_away() -> None:
    base, season = seasoned(5, 260), seasoned(5, 260, season=[60, 100, 100, 140])
    third = (base.arrived >= 65) & (base.arrived < 195)
    assert set(base.names[third]) == set(
        season.names[(season.arrived >= 65) & (season.arrived < 195)]
    )
    assert set(season.names[season.arrived < 65]) < set(base.names[base.arrived < 65])
    assert set(season.names[season.arrived >= 195]) > set(base.names[base.arrived >= 195])


@pytest.mark.parametrize("demand", [2.0, 1.3, 7.5])
def test_more_demand_in_the_north_adds_leads_there_and_moves_no_other(demand: float) -> None:
    base = parted(300)
    before, after = leads_of(base), leads_of(base.replace({"territories.a.demand": demand}))
    stay = np.isin(after.names, before.names)
    for column in ("names", "arrived", "segment", "territory", "value", "fit"):
        assert (getattr(after, column)[stay] == getattr(before, column)).all()
    assert (after.territory[~stay] == 0).all()
    rate_in(after.arrived[after.territory == 0], 0, 300, 10 * PARTS["a"] * demand)


def test_less_demand_takes_leads_away_there_and_nowhere_else() -> None:
    base = parted(300)
    before, after = leads_of(base), leads_of(base.replace({"territories.b.demand": 0.25}))
    assert set(after.names) < set(before.names)
    gone = ~np.isin(before.names, after.names)
    assert (before.territory[gone] == 1).all()
    rate_in(after.arrived[after.territory == 1], 0, 300, 10 * PARTS["b"] * 0.25)


def test_dated_demand_holds_from_its_date_on() -> None:
    base = parted(300)
    plan = [{"day": 150, "set": {"territories.c.demand": 4}}]
    before, after = leads_of(base), leads_of(base.replace({"plan": plan}))
    added = ~np.isin(after.names, before.names)
    assert (after.arrived[added] >= 150).all()
    assert (after.territory[added] == 2).all()


def test_demand_moves_no_person() -> None:
    base = Scenario.load("baseline").replace({"team.ae.assignment": "territory"})
    more = base.replace({"territories.north.demand": 2})
    assert more.cover_weights("ae") == base.cover_weights("ae")


def test_a_longer_horizon_and_a_warm_up_only_add_leads() -> None:
    short = leads_of(door(2.5, 100))
    long = leads_of(door(2.5, 200, calendar={"days": 200, "warm_up_days": 50}))
    inside = (long.arrived >= 0) & (long.arrived < 100)
    assert (long.names[inside] == short.names).all()
    assert (long.arrived[inside] == short.arrived).all()
    assert long.arrived.min() < 0
    assert long.arrived.max() > 190


def test_a_channel_more_moves_no_lead_of_the_others() -> None:
    channels = {"fair": {"leads_per_day": 5}, "door": {"leads_per_day": 2.5}}
    base, more = leads_of(door(2.5, 200)), leads_of(door(0, 200, channels=channels))
    doors = more.channel == 1
    assert (more.names[doors] == base.names).all()
    assert (more.arrived[doors] == base.arrived).all()


def test_every_lead_has_a_name_of_its_own() -> None:
    leads = leads_of(door(40, 500))
    assert len(set(leads.names)) == len(leads)


def test_replications_and_seeds_are_other_markets() -> None:
    base = leads_of(door(2.5, 200))
    assert len(leads_of(door(2.5, 200), replication=1)) != len(base)
    assert len(leads_of(door(2.5, 200), seed=2)) != len(base)


# What leads are


PARTS = {"a": 0.6, "b": 0.3, "c": 0.1}
WORTH = {"a": 1_000.0, "b": 5_000.0, "c": 20_000.0}


def parted(days: int = 2_000) -> Scenario:
    segments = {
        name: {
            "share": share,
            "value": {"distribution": "lognormal", "mean": WORTH[name], "cv": 0.5},
        }
        for name, share in PARTS.items()
    }
    territories = {name: {"share": share} for name, share in PARTS.items()}
    channels = {"door": {"leads_per_day": 10, "fit": {"mean": 0.3, "spread": 0.5}}}
    return door(0, days, segments=segments, territories=territories, channels=channels)


@pytest.mark.parametrize("kind", ["segment", "territory"])
def test_parts_of_the_market_have_their_shares(kind: str) -> None:
    leads = leads_of(parted())
    counts = np.bincount(getattr(leads, kind), minlength=3)
    for count, share in zip(counts, PARTS.values(), strict=True):
        low, high = stats.binom.interval(1 - ALPHA, len(leads), share)
        assert low <= count <= high


def test_segment_territory_value_and_fit_say_nothing_about_each_other() -> None:
    leads = leads_of(parted())
    table = np.zeros((3, 3))
    np.add.at(table, (leads.segment, leads.territory), 1)
    assert stats.chi2_contingency(table).pvalue > ALPHA
    inside = leads.segment == 0
    ranked = stats.spearmanr(leads.value[inside], leads.fit[inside])
    assert ranked.pvalue > ALPHA


def test_values_and_fits_have_the_distributions_of_the_scenario() -> None:
    leads = leads_of(parted())
    width = np.sqrt(np.log1p(0.25))
    for position, mean in enumerate(WORTH.values()):
        theory = stats.lognorm(width, scale=mean * np.exp(-(width**2) / 2))
        values = leads.value[leads.segment == position]
        assert stats.kstest(values, theory.cdf).pvalue > ALPHA
    assert stats.kstest(leads.fit, stats.norm(0.3, 0.5).cdf).pvalue > ALPHA


def test_without_segments_a_deal_is_worth_1_and_all_fit_alike() -> None:
    leads = leads_of(door(2.5, 50))
    assert set(leads.value) == {1.0}
    assert set(leads.fit) == {0.0}


# What is drawn for a stage


def tries_of(scenario: Scenario, position: int, draws: StageDraws) -> Floats:
    """Tries that each lead's answer takes, where nothing acts; infinite if it gives none."""
    cadence = scenario.process[position].attempts
    assert cadence is not None
    assert draws.silence is not None
    silent = [
        rules.silence_after(tries, cadence.answer_probability, draws.odds) > draws.silence
        for tries in range(1, cadence.most + 1)
    ]
    tries = 1.0 + np.sum(silent, axis=0)
    return np.where(tries > cadence.most, np.inf, tries)


def passes(scenario: Scenario, position: int, draws: StageDraws) -> NDArray[np.bool_]:
    """Leads that pass a stage, where nothing acts."""
    over = draws.hurdle < 1.0
    if draws.silence is None:
        return np.asarray(over)
    return np.asarray(over & np.isfinite(tries_of(scenario, position, draws)))


def test_leads_pass_as_often_as_the_stage_says() -> None:
    scenario = door(10, 2_000)
    passed = passes(scenario, 0, market(scenario).stage(scenario, 0))
    low, high = stats.binom.interval(1 - ALPHA, len(passed), 0.5)
    assert low <= passed.sum() <= high


def test_a_better_chance_only_adds_leads_that_pass() -> None:
    worse = door(10, 200)
    better = worse.replace({"process.call.pass_probability": 0.6})
    before, after = (passes(one, 0, market(one).stage(one, 0)) for one in (worse, better))
    assert (after | ~before).all()
    assert after.sum() > before.sum()


def test_tries_until_an_answer_are_geometric() -> None:
    scenario = door(10, 2_000).replace(
        {"process.call.attempts": {"most": 100, "answer_probability": 0.3}}
    )
    tries = tries_of(scenario, 0, market(scenario).stage(scenario, 0))
    most = 12
    counts = np.bincount(np.minimum(tries, most).astype(int), minlength=most + 1)[1:]
    shares = stats.geom.pmf(np.arange(1, most + 1), 0.3)
    shares[-1] = stats.geom.sf(most - 1, 0.3)
    assert stats.chisquare(counts, shares * len(tries)).pvalue > ALPHA


def test_the_efforts_of_several_visits_differ_and_have_one_distribution() -> None:
    scenario = door(10, 1_000).replace(
        {"process.call.attempts": {"most": 7, "answer_probability": 0.05}}
    )
    draws = market(scenario).stage(scenario, 0)
    tries = tries_of(scenario, 0, draws)
    for visit in (1, 2, 7):
        effort = draws.effort(visit)[tries >= visit]
        assert stats.kstest(effort, stats.expon(scale=2).cdf).pvalue > ALPHA
        assert np.isnan(draws.effort(visit)[tries < visit]).all()  # nobody makes them
    both = tries >= 2
    correlation = np.corrcoef(draws.effort(1)[both], draws.effort(2)[both])[0, 1]
    assert abs(correlation) < stats.norm.isf(ALPHA / 2) / np.sqrt(both.sum())


def test_nothing_is_drawn_for_leads_that_can_not_come_to_a_stage() -> None:
    scenario = Scenario.load("small-team")
    drawn = market(scenario)
    draws = [drawn.stage(scenario, position) for position in range(2)]
    passed = passes(scenario, 0, draws[0])
    assert np.isfinite(draws[1].effort(1)[passed]).all()
    assert np.isnan(draws[1].effort(1)[~passed]).all()
    assert np.isnan(draws[1].hurdle[~passed]).all()
    assert (draws[1].otherwise[~passed] == Result.OPEN).all()


def test_a_plan_under_which_more_pass_has_draws_for_them_too() -> None:
    first = Scenario.load("small-team").process[0].name
    later = {"day": 20, "set": {f"process.{first}.attempts.answer_probability": 0.9}}
    steps = timeline(Scenario.load("small-team").replace({"plan": [later]}))
    drawn = Market(steps, 1, 0)
    before, after = (passes(scenario, 0, drawn.stage(scenario, 0)) for _, scenario in steps)
    assert after.sum() > before.sum()
    for _, scenario in steps:
        assert np.isfinite(drawn.stage(scenario, 1).effort(1)[after]).all()


def test_a_stage_may_say_how_many_meetings_it_takes_whatever_the_segment() -> None:
    base = Scenario.load("baseline")
    asked = base.replace({"process.demo.meetings": 3})
    meetings = market(asked).stage(asked, 2).meetings
    assert meetings is not None
    assert set(meetings) == {3}
    others = market(asked).stage(asked, 3).meetings
    assert others is not None
    assert set(others) == {1, 2}  # as the segments say


def test_odds_of_nothing_let_nobody_pass_or_answer() -> None:
    scenario = door(2.5, 50, segments={"all": {"share": 1, "odds": 0}})
    sure = {"most": 3, "answer_probability": 1.0}
    for changes in (
        {"process.call.pass_probability": 1.0},
        {"process.call.attempts": sure},
    ):
        changed = scenario.replace(changes)
        with np.errstate(all="raise"):
            draws = market(changed).stage(changed, 0)
            assert not passes(changed, 0, draws).any()
