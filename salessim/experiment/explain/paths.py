"""Where each lead went in two departments, as arrays side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from salessim.market import Leads
from salessim.rules import Floats
from salessim.run.record import Flags, Record
from salessim.terms import Result

Integers = NDArray[np.int64]
Results = NDArray[np.uint8]


def stages_of(base: Sequence[str], what_if: Sequence[str]) -> list[str]:
    """Stages of two processes in one order: the base's, with the other's put in where they come.

    Examples
    --------
    >>> stages_of(["call", "demo", "close"], ["call", "trial", "close"])
    ['call', 'trial', 'demo', 'close']
    """
    together = list(base)
    for number, stage in enumerate(what_if):
        if stage not in together:
            after = together.index(what_if[number - 1]) + 1 if number else 0
            together.insert(after, stage)
    return together


@dataclass(frozen=True)
class Paths:
    """The ways of a run's leads over a list of stages; arrays have a row a lead.

    Parameters
    ----------
    results : array of uint8, leads by stages
        `Result` at each stage; OPEN where it was never known. A stage that the department
        doesn't have is passed by all who passed the one before.
    left : array of float, leads by stages
        When each lead left each stage; NaN where it did not.
    """

    results: Results
    left: Floats

    @classmethod
    def of(cls, record: Record, stages: Sequence[str]) -> "Paths":
        """The ways of a run's leads.

        Parameters
        ----------
        record : Record
        stages : sequence of str
            All of the record's and perhaps others.
        """
        shape = (len(record.leads), len(stages))
        results = np.full(shape, Result.OPEN, np.uint8)
        left = np.full(shape, np.nan)
        own = [stage.name for stage in record.scenario.process]
        column = np.array([stages.index(name) for name in own])
        decisions = record.journal.decisions
        decisions = decisions.compress(~decisions["stays_open"])  # those that will be back are open
        place = decisions["lead"], column[decisions["stage"]]
        results[place], left[place] = decisions["result"], decisions["at"]
        for number, name in enumerate(stages):
            if name not in own:
                results[:, number] = results[:, number - 1] if number else Result.PASSED
                left[:, number] = left[:, number - 1] if number else record.leads.arrived
                results[results[:, number] != Result.PASSED, number] = Result.OPEN
        return cls(results, left)

    def days_at(self, leads: Integers, arrived: Floats) -> Floats:
        """Days that some leads spent at each stage, waiting for a customer included.

        Parameters
        ----------
        leads : array of int
        arrived : array of float
            When they arrived.

        Returns
        -------
        array of float, leads by stages
        """
        return np.diff(self.left[leads], axis=1, prepend=arrived[:, None])


@dataclass(frozen=True)
class Matched:
    """The leads of two runs, matched by name.

    Parameters
    ----------
    base, what_if : array of int
        Numbers of the leads that are in both, in the same order.
    only_base, only_what_if : array of bool
        Leads of each that the other doesn't have.
    """

    base: Integers
    what_if: Integers
    only_base: Flags
    only_what_if: Flags


def match(base: Leads, what_if: Leads) -> Matched:
    """Match leads by channel, day, layer and point.

    Parameters
    ----------
    base, what_if : Leads
        Under the same draws.
    """
    if base is what_if:
        every = np.arange(len(base))
        none = np.zeros(len(base), bool)
        return Matched(every, every, none, none)
    channels = sorted({*base.channels, *what_if.channels})
    places = np.concatenate([_places(leads, channels) for leads in (base, what_if)], axis=1)
    places -= places.min(axis=1, keepdims=True, initial=0)
    keys = np.ravel_multi_index(tuple(places), tuple(places.max(axis=1, initial=0) + 1))
    one, other = np.split(keys, [len(base)])
    _, mine, theirs = np.intersect1d(one, other, assume_unique=True, return_indices=True)
    return Matched(mine, theirs, _all_but(mine, len(one)), _all_but(theirs, len(other)))


def _places(leads: Leads, channels: list[str]) -> Integers:
    """Channel, day, layer and point of each lead: a row for each of the four."""
    channel = np.array([channels.index(name) for name in leads.channels])[leads.channel]
    return np.array([channel, leads.day, leads.layer, leads.point])


def _all_but(leads: Integers, count: int) -> Flags:
    others = np.ones(count, bool)
    others[leads] = False
    return others
