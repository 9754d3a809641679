"""The order of simultaneous events in all engines: kind, lead, stage, passage, attempt."""

from enum import IntEnum


class Order(IntEnum):
    """Kinds of events, in the order in which simultaneous ones happen."""

    WINDOW = 1
    DOORS = 2
    PLAN = 3
    WORK = 4
    ADMIN = 5
    SUPPORT = 6
    PAUSE = 7
    DECISION = 8
    ARRIVAL = 9
    PATIENCE = 10
    RETURN = 11


def tie_key(kind: Order, lead: int = 0, stage: int = 0, attempt: int = 0, passage: int = 1) -> int:
    """Rank among simultaneous events; greater than SimPy's own priorities.

    The parts of a key: 8 bits for the kind, 32 for the lead (or another number, where an
    event is of no lead), 8 each for the stage, the passage less 1, and the attempt.

    Examples
    --------
    >>> tie_key(Order.WORK, lead=7) < tie_key(Order.WORK, lead=8) < tie_key(Order.DECISION)
    True
    """
    return kind << 56 | lead << 24 | stage << 16 | (passage - 1) << 8 | attempt
