"""Philox4x32-10: random words as a function of a counter, over arrays of counters.

J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as
easy as 1, 2, 3", SC11, 2011. Held to the authors' published test values.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Words = NDArray[np.uint64]

ROUNDS = 10
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
KEY_STEPS = 0x9E3779B9, 0xBB67AE85
CHUNK = 1 << 13  # counters at a time: what a processor's cache holds


def philox4x32(counter: Sequence[ArrayLike], key: tuple[int, int]) -> tuple[Words, ...]:
    """Four random 32-bit words for each counter.

    Parameters
    ----------
    counter : four array_like of int
        The counter's 32-bit words, of shapes that broadcast to one dimension.
    key : (int, int)
        The key's 32-bit words.

    Returns
    -------
    tuple of four uint64 arrays
        Each word in the low 32 bits.

    Examples
    --------
    >>> [f"{int(word[0]):08x}" for word in philox4x32(([0], [0], [0], [0]), (0, 0))]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    x0, x1, x2, x3 = (
        np.array(word) for word in np.broadcast_arrays(*(np.asarray(c, np.uint64) for c in counter))
    )
    key0, key1 = key
    for _ in range(ROUNDS):
        product0, product1 = x0 * MULTIPLIERS[0], x2 * MULTIPLIERS[1]
        x0 = (product1 >> HALF) ^ x1 ^ np.uint64(key0)
        x2 = (product0 >> HALF) ^ x3 ^ np.uint64(key1)
        x1, x3 = product1 & LOW, product0 & LOW
        key0, key1 = (key0 + KEY_STEPS[0]) & 0xFFFFFFFF, (key1 + KEY_STEPS[1]) & 0xFFFFFFFF
    return x0, x1, x2, x3


def word_pairs(counter: Sequence[ArrayLike], key: tuple[int, int]) -> tuple[Words, Words]:
    """Two random 64-bit words for each counter, made a cache-full at a time.

    Parameters
    ----------
    counter : four array_like of int
        As for `philox4x32`.
    key : (int, int)
        As for `philox4x32`.

    Returns
    -------
    tuple of two uint64 arrays
        Of the broadcast length of the counter's words.
    """
    words = np.broadcast_arrays(*(np.atleast_1d(np.asarray(c, np.uint64)) for c in counter))
    size = len(words[0])
    first, second = np.empty(size, np.uint64), np.empty(size, np.uint64)
    for start in range(0, size, CHUNK):
        part = slice(start, start + CHUNK)
        x0, x1, x2, x3 = philox4x32([word[part] for word in words], key)
        first[part], second[part] = x0 << HALF | x1, x2 << HALF | x3
    return first, second


def uniform(words: Words) -> NDArray[np.float64]:
    """Numbers strictly between 0 and 1 from 64-bit words, of which 52 bits are used.

    Examples
    --------
    >>> float(uniform(np.array([1 << 63], np.uint64))[0] - 0.5) == 2.0**-53
    True
    """
    return ((words >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52
