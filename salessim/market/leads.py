"""Leads as arrays: which arrive, when, and what they are.

Arrivals are points of a carpet that never changes: for each channel, days by
layers of one lead a day. Each cell holds a Poisson number of points (mean 1),
each with a time and a height; a point is a lead where its height lies below the
rate of its time (season, growth and plan) and of its territory. So a higher or a
dated rate only adds leads, more demand in a territory only adds leads there, a longer
horizon only adds days, and every lead keeps its name (after Ogata's thinning, 1981).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, pdtr

from salessim import rules
from salessim.market.luck import Luck, Names, Purpose, word_of
from salessim.market.philox import Words
from salessim.market.quantiles import quantile
from salessim.rules import Floats
from salessim.scenario import Scenario, Timeline
from salessim.scenario.work import needing_engineer

Integers = NDArray[np.int64]
POINTS_CDF = pdtr(np.arange(25), 1.0)  # 25 points in a cell: a chance of 1e-26


@dataclass(frozen=True)
class Leads:
    """Leads in order of arrival; every array has one entry a lead.

    Parameters
    ----------
    luck : Luck
        Their names and their numbers.
    channels : list of str
        Names of the channels.
    channel, segment, territory : arrays of int
        Positions among the scenario's.
    day, layer, point : arrays of int
        Place in the channel's carpet.
    arrived : array of float
        Working days since day 0.
    value : array of float
        Money, should the deal be won.
    fit : array of float
        Log odds; 0 is a lead as the process describes it.
    """

    luck: Luck
    channels: list[str]
    channel: Integers
    day: Integers
    layer: Integers
    point: Integers
    arrived: Floats
    segment: Integers
    territory: Integers
    value: Floats
    fit: Floats

    def __post_init__(self) -> None:
        for array in vars(self).values():
            if isinstance(array, np.ndarray):
                array.flags.writeable = False  # other runs may share them

    def __len__(self) -> int:
        return len(self.arrived)

    def inbound(self, scenario: Scenario) -> NDArray[np.bool_]:
        """Whether each lead came on its own."""
        return np.array(scenario.inbound)[self.channel]

    def need_engineer(self, scenario: Scenario) -> NDArray[np.bool_]:
        """Whether each lead needs an engineer at joint stages."""
        return np.array(needing_engineer(scenario))[self.segment]

    def part(self, rule: str | None) -> Integers:
        """Part of the market that each lead wants a specialist for; -1 where there are none."""
        if rule == "territory":
            return self.territory
        return self.segment if rule == "segment" else np.full(len(self), -1)

    @cached_property
    def names(self) -> NDArray[np.object_]:
        """The leads' names, the same in every scenario: channel, day, layer, point."""
        parts = zip(
            self.channel.tolist(),
            self.day.tolist(),
            self.layer.tolist(),
            self.point.tolist(),
            strict=True,
        )
        names = [f"{self.channels[c]}:{day}.{layer}.{point}" for c, day, layer, point in parts]
        return np.array(names, dtype=object)


def draw_leads(timeline: Timeline, seed: int, replication: int) -> Leads:
    """The leads of a run.

    Parameters
    ----------
    timeline : Timeline
        The scenario in force from each date on.
    seed, replication : int
        Each from 0 to 2**32 - 1.
    """
    scenario = timeline[0][1]
    channels = list(scenario.channels)
    words = np.array([word_of(name) for name in channels], dtype=np.uint64)
    arrived, channel, day, layer, point = _arrivals(timeline, words, seed, replication)
    luck = Luck(seed, replication, Names.of(words[channel], day, layer, point))
    segment = _of_shares([s.share for s in scenario.segments.values()], luck, Purpose.SEGMENT)
    return Leads(
        luck=luck,
        channels=channels,
        channel=channel,
        day=day,
        layer=layer,
        point=point,
        arrived=arrived,
        segment=segment,
        territory=_territories(scenario, luck),
        value=_values(scenario, segment, luck),
        fit=_fits(scenario, channel, luck),
    )


def _arrivals(
    timeline: Timeline, words: Words, seed: int, replication: int
) -> tuple[Floats, Integers, Integers, Integers, Integers]:
    """Arrival, channel, day, layer and point of each lead, in order of arrival."""
    channel, day, layer = _cells(timeline)
    cells = Luck(seed, replication, Names.of(words[channel], day, layer, 0))
    count = _points(cells.uniform(Purpose.CELL))
    first = np.cumsum(count) - count
    cell = np.repeat(np.arange(len(count)), count)
    point = np.arange(len(cell)) - first[cell]
    channel, day, layer = channel[cell], day[cell], layer[cell]
    points = Luck(seed, replication, Names.of(words[channel], day, layer, point))
    arrived = day + points.uniform(Purpose.ARRIVED)
    height = layer + points.uniform(Purpose.HEIGHT)
    lead = np.flatnonzero(height < _rates(timeline, channel, arrived, points))
    lead = lead[np.argsort(arrived[lead], kind="stable")]
    return arrived[lead], channel[lead], day[lead], layer[lead], point[lead]


def _cells(timeline: Timeline) -> tuple[Integers, Integers, Integers]:
    """Channel, day and layer of each cell of the carpets."""
    first = timeline[0][1]
    days = np.arange(-first.calendar.warm_up_days, first.calendar.days)
    layers = [int(np.ceil(_highest_rate(timeline, channel))) for channel in first.channels]
    channel = np.repeat(np.arange(len(layers)), [len(days) * count for count in layers])
    day = np.concatenate([np.repeat(days, count) for count in layers])
    layer = np.concatenate([np.tile(np.arange(count), len(days)) for count in layers])
    return channel, day, layer


def _rates(timeline: Timeline, channel: Integers, arrived: Floats, points: Luck) -> Floats:
    """The rate of each point's channel at its time and in its territory, in leads a day."""
    scenario = timeline[0][1]
    since = np.array([day for day, _ in timeline])
    now = np.searchsorted(since, arrived, side="right") - 1
    names = scenario.channels
    a_day = [[step.channels[name].leads_per_day for name in names] for _, step in timeline]
    rates = np.array(a_day)[now, channel]
    for number, source in enumerate(scenario.channels.values()):
        here = slice(*np.searchsorted(channel, [number, number + 1]))
        if source.season:
            rates[here] *= rules.seasonal(source.season, arrived[here])
        if source.growth_per_year:
            rates[here] *= rules.grown(source.growth_per_year, arrived[here])
    demand = _demand(timeline)
    if (demand != 1.0).any():
        rates *= demand[now, _territories(scenario, points)]
    return rates


def _highest_rate(timeline: Timeline, channel: str) -> float:
    """No point of the channel's carpet has a rate above this one."""
    calendar, source = timeline[0][1].calendar, timeline[0][1].channels[channel]
    rates = np.array([s.channels[channel].leads_per_day for _, s in timeline])
    ends = np.array([-calendar.warm_up_days, calendar.days], float)
    season = max(source.season or (100.0,)) / 100.0
    growth = float(rules.grown(source.growth_per_year, ends).max())
    return float((rates * _demand(timeline).max(axis=1, initial=0.0)).max()) * season * growth


def _demand(timeline: Timeline) -> Floats:
    """What multiplies the rate at each date of the plan in each territory: (dates, territories)."""
    scenarios = [scenario for _, scenario in timeline]
    return np.array([[t.demand for t in s.territories.values()] or [1.0] for s in scenarios])


def _territories(scenario: Scenario, luck: Luck) -> Integers:
    """Territory of each lead, which more demand does not change."""
    shares = [territory.share for territory in scenario.territories.values()]
    return _of_shares(shares, luck, Purpose.TERRITORY)


def _points(luck: Floats) -> Integers:
    """Points in each cell, a Poisson number: most have few, so few comparisons are made."""
    count = np.zeros(len(luck), np.int64)
    for chance in POINTS_CDF:
        more = luck > chance
        if not more.any():
            break
        count += more
    return count


def _of_shares(shares: list[float], luck: Luck, purpose: Purpose) -> Integers:
    """Position of each lead among parts of the market that have these shares."""
    if len(shares) < 2:
        return np.zeros(len(luck.names.day), dtype=np.int64)
    edges = np.cumsum(shares)[:-1]
    return np.searchsorted(edges, luck.uniform(purpose), side="right").astype(np.int64)


def _values(scenario: Scenario, segment: Integers, luck: Luck) -> Floats:
    if not scenario.segments:
        return np.ones(len(segment))
    levels = luck.uniform(Purpose.VALUE)
    value = np.empty(len(segment))
    for position, part in enumerate(scenario.segments.values()):
        chosen = segment == position
        value[chosen] = quantile(part.value, levels[chosen])
    return value


def _fits(scenario: Scenario, channel: Integers, luck: Luck) -> Floats:
    mean = np.array([c.fit.mean for c in scenario.channels.values()])
    spread = np.array([c.fit.spread for c in scenario.channels.values()])
    if not spread.any():
        return mean[channel]
    return mean[channel] + spread[channel] * ndtri(luck.uniform(Purpose.FIT))
