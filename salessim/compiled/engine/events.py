"""The heap of events, with four children per node.

The first event stays in the heap while it is processed, so that the first event it leads to can
take its place.
"""

import numpy as np
from numpy.typing import NDArray

from salessim.compiled.engine.options import compiled, hot
from salessim.compiled.sheet import State

Records = NDArray[np.void]


@hot
def sooner(heap: Records, one: int, other: int) -> int:
    """Index of the earlier of two events; avoids a branch, which the processor would mispredict."""
    a, b = heap[one], heap[other]
    if a.time == b.time:
        return one if a.key < b.key else other
    return one + (other - one) * (b.time < a.time)


@compiled
def sink(heap: Records, size: int, time: float, key: int) -> None:
    """Replace the first event, and move the new one down below those that are earlier."""
    place = 0
    while True:
        child = 4 * place + 1
        if child + 3 < size:
            child = sooner(heap, sooner(heap, child, child + 1), sooner(heap, child + 2, child + 3))
        elif child < size:
            for other in range(child + 1, size):
                child = sooner(heap, child, other)
        else:
            break
        first = heap[child]
        if time < first.time or (time == first.time and key < first.key):
            break
        heap[place].time, heap[place].key = first.time, first.key
        place = child
    heap[place].time, heap[place].key = time, key


@compiled
def rise(heap: Records, place: int, time: float, key: int) -> None:
    """Add an event at the end, and move it up above those that are later."""
    while place > 0:
        above = (place - 1) >> 2
        other = heap[above]
        if other.time < time or (other.time == time and other.key < key):
            break
        heap[place].time, heap[place].key = other.time, other.key
        place = above
    heap[place].time, heap[place].key = time, key


@hot
def at(state: State, time: float, key: int) -> None:
    """Schedule an event."""
    run = state.run[0]
    if run.happens:
        run.happens = False
        sink(state.heap, run.events, time, key)
    else:
        rise(state.heap, run.events, time, key)
        run.events += 1


@hot
def drop_first(state: State) -> None:
    """Remove the event that was processed, unless another event has replaced it."""
    run = state.run[0]
    if run.happens:
        run.happens = False
        run.events -= 1
        last = state.heap[run.events]
        sink(state.heap, run.events, last.time, last.key)
