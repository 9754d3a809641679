"""The queue of a desk: a pairing heap of slots, ordered by rank, ready time, and key."""

import numpy as np
from numpy.typing import NDArray

from salessim.compiled.engine.options import compiled
from salessim.compiled.sheet import ABSENT
from salessim.rules import Floats

Records = NDArray[np.void]


@compiled
def before(rank: Floats, slots: Records, one: int, other: int) -> bool:
    """Whether one waiting visit starts before another."""
    a, b = slots[one], slots[other]
    mine, theirs = rank[a.lead], rank[b.lead]
    if mine != theirs:
        return bool(mine < theirs)
    if a.ready != b.ready:
        return bool(a.ready < b.ready)
    return bool(a.key < b.key)


@compiled
def meld(rank: Floats, slots: Records, one: int, other: int) -> int:
    """Merge two heaps; returns the root of the result."""
    if one == ABSENT:
        return other
    if other == ABSENT:
        return one
    if before(rank, slots, other, one):
        one, other = other, one
    slots[other].sibling = slots[one].child
    slots[one].child = other
    return one


@compiled
def without_root(rank: Floats, slots: Records, root: int) -> int:
    """Remove the root of a heap: merge its children in pairs, then merge the pairs backward."""
    pairs, child = ABSENT, slots[root].child
    while child != ABSENT:
        second = slots[child].sibling
        rest = ABSENT
        slots[child].sibling = ABSENT
        if second != ABSENT:
            rest = slots[second].sibling
            slots[second].sibling = ABSENT
            child = meld(rank, slots, child, second)
        slots[child].sibling = pairs
        pairs, child = child, rest
    joined = ABSENT
    while pairs != ABSENT:
        following = slots[pairs].sibling
        slots[pairs].sibling = ABSENT
        joined = meld(rank, slots, joined, pairs)
        pairs = following
    return joined


@compiled
def without_cold(rank: Floats, slots: Records, root: int) -> int:
    """Remove visits that went cold from the root of a heap; returns the first that waits."""
    while root != ABSENT and slots[root].cold:
        root = without_root(rank, slots, root)
    return root
