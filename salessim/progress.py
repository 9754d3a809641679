"""Progress of long work: reported in parts, between which it can be stopped."""

from collections.abc import Callable, Iterator

Progress = Callable[[float], None]  # called with the share that is finished, 0 to 1


def in_parts(begin: float, end: float, parts: int, progress: Progress | None) -> Iterator[float]:
    """Times to work until, the last one being the end; progress is reported at each.

    Examples
    --------
    >>> list(in_parts(0.0, 10.0, 4, print))
    0.25
    0.5
    0.75
    1.0
    [2.5, 5.0, 7.5, 10.0]
    >>> list(in_parts(0.0, 10.0, 4, None))
    [10.0]
    """
    if progress is None:
        yield end
        return
    for part in range(1, parts + 1):
        yield end if part == parts else begin + (end - begin) * part / parts
        progress(part / parts)
