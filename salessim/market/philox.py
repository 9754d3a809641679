"""Philox4x32-10: random words as a function of a counter, over arrays of counters.

J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as
easy as 1, 2, 3", SC11, 2011. Held to the authors' published test values.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from salessim.jit import is_there, kept, once

Words = NDArray[np.uint64]

ROUNDS = 10
LOW, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
KEY_STEPS = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
CHUNK = 1 << 13  # counters at a time: what a processor's cache holds


def _rounds(x0: Any, x1: Any, x2: Any, x3: Any, key0: Any, key1: Any) -> tuple[Any, Any, Any, Any]:
    """The ten rounds on a counter's words, be they numbers or arrays."""
    # Known to be short, numbers are multiplied several at a time.
    x0, x1, x2, x3, key0, key1 = x0 & LOW, x1 & LOW, x2 & LOW, x3 & LOW, key0 & LOW, key1 & LOW
    for _ in range(ROUNDS):
        product0, product1 = x0 * MULTIPLIERS[0], x2 * MULTIPLIERS[1]
        x0, x1 = (product1 >> HALF) ^ x1 ^ key0, product1 & LOW
        x2, x3 = (product0 >> HALF) ^ x3 ^ key1, product0 & LOW
        key0, key1 = (key0 + KEY_STEPS[0]) & LOW, (key1 + KEY_STEPS[1]) & LOW
    return x0, x1, x2, x3


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
    c0, c1, c2, c3 = np.broadcast_arrays(*(np.asarray(c, np.uint64) for c in counter))
    return _rounds(c0, c1, c2, c3, np.uint64(key[0]), np.uint64(key[1]))


def word_pairs(counter: Sequence[ArrayLike], key: tuple[int, int]) -> tuple[Words, Words]:
    """Two random 64-bit words for each counter, the same with numba and without.

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
    size = np.broadcast(*counter).size
    c0, c1, c2, c3 = (_of_size(size, c) for c in counter)
    first, second = np.empty(size, np.uint64), np.empty(size, np.uint64)
    fill: Callable[..., None] = _compiled() if is_there() else _fill_in_parts
    fill(c0, c1, c2, c3, np.uint64(key[0]), np.uint64(key[1]), first, second)
    return first, second


def _of_size(size: int, words: ArrayLike) -> Words:
    """Words in one piece, as many as wanted."""
    words = np.ascontiguousarray(words, np.uint64)
    return words if words.shape == (size,) else np.full(size, words)


def _fill_in_parts(
    c0: Words, c1: Words, c2: Words, c3: Words,
    key0: np.uint64, key1: np.uint64, first: Words, second: Words,
) -> None:  # fmt: skip
    """A cache-full at a time."""
    for start in range(0, len(first), CHUNK):
        part = slice(start, start + CHUNK)
        x0, x1, x2, x3 = _rounds(c0[part], c1[part], c2[part], c3[part], key0, key1)
        first[part], second[part] = x0 << HALF | x1, x2 << HALF | x3


def _fill(
    c0: Words, c1: Words, c2: Words, c3: Words,
    key0: np.uint64, key1: np.uint64, first: Words, second: Words,
) -> None:  # fmt: skip
    """One at a time, for the compiler."""
    for i in range(len(first)):
        x0, x1, x2, x3 = _rounds(c0[i], c1[i], c2[i], c3[i], key0, key1)
        first[i], second[i] = x0 << HALF | x1, x2 << HALF | x3


@once
def _compiled() -> Callable[..., None]:
    from numba.extending import register_jitable

    register_jitable(forceinline=True)(_rounds)  # or numbers are not taken several at a time
    return kept(nogil=True)(_fill)


def uniform(words: Words) -> NDArray[np.float64]:
    """Numbers strictly between 0 and 1 from 64-bit words, of which 52 bits are used.

    Examples
    --------
    >>> float(uniform(np.array([1 << 63], np.uint64))[0] - 0.5) == 2.0**-53
    True
    """
    return ((words >> np.uint64(12)).view(np.int64).astype(np.float64) + 0.5) * 2.0**-52
