"""SimPy's environment with absolute times and a stated order of ties.

Events of the same time happen in the order of their key: kind of event, lead,
stage, attempt. Another engine that keeps this order agrees with every event.
"""

from collections.abc import Iterator
from heapq import heappush
from itertools import count

import simpy


class Moment(simpy.Event):
    """Something that happens at a time known beforehand."""

    def __init__(self, env: "Timetable", time: float, key: int):
        self.env = env
        self.callbacks = []
        self._ok = True
        self._value = None
        env.at(time, key, self)


class Timetable(simpy.Environment):
    """SimPy's environment; `at` puts an event at a time."""

    def __init__(self, initial_time: float = 0.0):
        super().__init__(initial_time)
        self._serial = count(1 << 62)  # never decides: no two events share time and key

    def at(self, time: float, key: int, event: simpy.Event) -> None:
        """Let an event happen at an absolute time, in the order of its key."""
        heappush(self._queue, (time, key, next(self._serial), event))  # type: ignore[misc]


class Walk:
    """A generator that is led from event to event, beginning at once.

    What `simpy.Process` does, without what a journey has no use for: nobody
    interrupts it or waits for its end, and it yields only events yet to come.
    Two events fewer a lead make the model a third faster.
    """

    def __init__(self, steps: Iterator[simpy.Event]):
        self._steps = steps
        self._go_on(None)

    def _go_on(self, _: simpy.Event | None) -> None:
        for event in self._steps:
            event.callbacks.append(self._go_on)
            return
