"""SimPy's environment with absolute times and a fixed order of simultaneous events.

This is the only module that touches what SimPy keeps to itself. `Environment.schedule` takes a
delay, and now + (time - now) is not always the time: two leads that arrive at the same moment
would not stay simultaneous, and no other engine could agree to the bit.

Simultaneous events are processed in the order of their keys: kind of event, lead, stage,
passage, attempt. Any engine that keeps this order produces the same events.
"""

from heapq import heappush
from itertools import count

import simpy


class Moment(simpy.Event):
    """An event at a known time; without one it happens when `Timetable.at` says so.

    Like `simpy.Timeout`, it needs no one to trigger it, which SimPy knows by two private
    attributes.

    Parameters
    ----------
    env : Timetable
    time : float, optional
        Working days since day 0.
    key : int
        Its rank among simultaneous events.
    """

    def __init__(self, env: "Timetable", time: float | None = None, key: int = 0):
        self.env = env
        self.callbacks = []  # instead of super().__init__, which would mark it as not triggered
        self._ok = True
        self._value = None
        if time is not None:
            env.at(time, key, self)


class Timetable(simpy.Environment):
    """SimPy's environment; `at` schedules an event at an absolute time."""

    def __init__(self, initial_time: float = 0.0):
        super().__init__(initial_time)
        self._serial = count(1 << 62)  # never decides, as no two events have the same time and key

    def at(self, time: float, key: int, event: simpy.Event) -> None:
        """Schedule an event at an absolute time, ordered by its key."""
        heappush(self._queue, (time, key, next(self._serial), event))  # type: ignore[misc]
