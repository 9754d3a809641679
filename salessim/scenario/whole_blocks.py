"""A block that is set as a whole: what it takes away with it, and the path that was meant."""

from collections.abc import Iterator, Mapping
from typing import Any

from salessim.scenario.problems import listed
from salessim.scenario.shape import Shape

MOST_GONE = 6  # named in one message


def lost_with(path: str, old: Any, new: Any, shape: Shape | None) -> str:
    """What is gone once a block is replaced by another; empty where nothing that matters is.

    Parameters
    ----------
    path : str
        Where the block is.
    old, new : object
        Before and after, as plain data. Lists are passed over: their items are told apart by
        whoever reads the process or the plan.
    shape : Shape, optional
        What may stand there: a value that was its default is not missed.

    Examples
    --------
    >>> before = {"email": {"leads_per_day": 4}, "website": {"leads_per_day": 3, "fit": 0.5}}
    >>> lost_with("channels", before, {"website": {"leads_per_day": 6}}, None)
    'replaces the whole block; gone: email, website.fit; to change one value, set \
channels.website.leads_per_day to 6'
    """
    gone = list(_gone(old, new, shape, ""))
    if not gone:
        return ""
    said = f"replaces the whole block; gone: {listed(gone, MOST_GONE)}"
    changed = [(place, value) for place, value in _values(new, path) if place not in gone]
    if not changed:
        return said
    place, value = next(
        ((p, v) for p, v in changed if _at(old, p.removeprefix(f"{path}.")) != v), changed[0]
    )
    return f"{said}; to change one value, set {place} to {value}"


def _gone(old: Any, new: Any, shape: Shape | None, above: str) -> Iterator[str]:
    """Paths that were there and are not any more, each as far up as it goes."""
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return
    if old.get("distribution") != new.get("distribution"):  # each has parameters of its own
        return
    for key, inside in old.items():
        below = None if shape is None else shape.below(key)
        place = f"{above}.{key}".lstrip(".")
        if new.get(key) is not None:
            yield from _gone(inside, new[key], below, place)
        elif key not in new and (below is None or inside != below.default):
            yield place


def _values(new: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The single values in a block, by dotted path."""
    if isinstance(new, Mapping):
        for key, inside in new.items():
            yield from _values(inside, f"{path}.{key}")
    elif not isinstance(new, list):
        yield path, new


def _at(raw: Any, path: str) -> Any:
    for word in path.split("."):
        raw = raw.get(word) if isinstance(raw, Mapping) else None
    return raw
