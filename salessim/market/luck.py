"""Random draws as a function of who and what: no draw depends on what happened before it.

A uniform number is computed from the seed, the replication, the lead's name, and the purpose
(with stage and attempt). So a lead has the same draws under any staffing and over any horizon,
and a purpose added later changes none of them.
"""

import hashlib
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salessim.market.philox import Words, uniform, word_pairs
from salessim.rules import Floats

MOST = 2**32 - 1


class Purpose(Enum):
    """What a random number is for: the name of its draw, and which of the draw's two numbers."""

    CELL = ("cell", 0)
    ARRIVED = ("point", 0)
    HEIGHT = ("point", 1)
    SEGMENT = ("who", 0)
    TERRITORY = ("who", 1)
    VALUE = ("worth", 0)
    FIT = ("worth", 1)
    OWNER = ("owner", 0)
    EFFORT = ("work", 0)
    DECISION = ("work", 1)
    DELAY = ("customer", 0)
    NO_DECISION = ("customer", 1)
    PATIENCE = ("wait", 0)
    TRIES = ("wait", 1)
    NURTURE = ("nurture", 0)


def word_of(text: str) -> int:
    """A 32-bit word for a name: the same in every scenario, whatever stands beside it.

    Examples
    --------
    >>> word_of("website")
    1169992708
    """
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "little")


@dataclass(frozen=True)
class Names:
    """The names of leads as counter words: channel, day, place in the day's carpet.

    Parameters
    ----------
    channel, day, place : arrays of uint64
        One of each a lead; `day` in two's complement, `place` is layer and point.
    """

    channel: Words
    day: Words
    place: Words

    @classmethod
    def of(cls, channel: ArrayLike, day: ArrayLike, layer: ArrayLike, point: ArrayLike) -> "Names":
        """Names from the channels' words, days (may be negative), layers and points."""
        place = np.asarray(layer, np.int64) << 8 | np.asarray(point, np.int64)
        short = np.asarray(day, np.int64) & MOST
        return cls(np.asarray(channel, np.uint64), short.view(np.uint64), place.view(np.uint64))


@dataclass
class Luck:
    """The numbers of some leads in one replication of one seed.

    Parameters
    ----------
    seed, replication : int
        Each from 0 to 2**32 - 1.
    names : Names
        Of the random draws.
    """

    seed: int
    replication: int
    names: Names
    _kept: dict[tuple[str, int], Words] = field(default_factory=dict, repr=False)

    def some(self, which: NDArray[np.int64]) -> "Luck":
        """The draws of some of the leads."""
        if len(which) == len(self.names.day):
            return self
        names = (self.names.channel, self.names.day, self.names.place)
        return Luck(self.seed, self.replication, Names(*(words[which] for words in names)))

    def words(self, purpose: Purpose, of: str = "", attempt: int = 1, passage: int = 1) -> Words:
        """64-bit numbers, one a lead, for the same arguments as `uniform`.

        A draw yields two numbers; the one that was not asked for is kept for the
        purpose that shares the draw.
        """
        draw, which = purpose.value
        again = f" {passage}" if passage > 1 else ""
        text = f"{draw}{again}/{of}/{attempt}"
        kept = self._kept.pop((text, which), None)
        if kept is not None:
            return kept
        names = self.names
        counter = (names.channel, names.day, names.place, word_of(text))
        pair = word_pairs(counter, (self.seed, self.replication))
        self._kept[text, 1 - which] = pair[1 - which]
        return pair[which]

    def uniform(self, purpose: Purpose, of: str = "", attempt: int = 1, passage: int = 1) -> Floats:
        """Numbers strictly between 0 and 1, one a lead.

        Parameters
        ----------
        purpose : Purpose
            What it is for.
        of : str
            Name of the stage or role, where the purpose belongs to one.
        attempt : int
            Number of the visit at the stage, from 1.
        passage : int
            Which time the lead goes through the stage, from 1.

        Returns
        -------
        array of float

        Examples
        --------
        >>> leads = Names.of(word_of("website"), [0, 0, 1], 0, [0, 1, 0])
        >>> Luck(1, 0, leads).uniform(Purpose.DECISION, "demo").round(3)
        array([0.047, 0.731, 0.937])
        """
        return uniform(self.words(purpose, of, attempt, passage))
