"""Why KPIs differ, in at most three sentences: parts of one cause together, largest first."""

from collections.abc import Iterator
from itertools import chain

import numpy as np

from salessim.display import change as size_of
from salessim.display import label_of
from salessim.experiment.explain import words
from salessim.experiment.explain.because import NOWHERE, Because, Part, is_certain
from salessim.experiment.explain.causes import why_later
from salessim.experiment.explain.traced import Change

MOST = 3  # sentences
WORTH_TELLING = 0.1  # of the whole difference
EDGE = (Change.MOVED, Change.STILL_OPEN)  # deals that only closed earlier or later


def reasons_of(because: Because) -> tuple[str, ...]:
    """Why two departments differ: the headline figures that do, or that deals don't.

    Parameters
    ----------
    because : Because

    Returns
    -------
    tuple of str
    """
    told = chain(_of_deals(because), _of_revenue(because), _of_contribution(because))
    return tuple(text for text, _ in zip(told, range(MOST), strict=False))


def _of_deals(because: Because) -> Iterator[str]:
    if not because.has_verdict("won"):
        yield f"Deals won: {_by_chance(because)}."
        return
    yield from _sentences(because, because.parts("won"))


def _of_revenue(because: Because) -> Iterator[str]:
    """Of revenue, what the number of deals does not explain."""
    if because.has_verdict("revenue"):
        parts = because.parts("revenue")
        if because.has_verdict("won"):
            parts = [
                part
                for part in parts
                if part.change == Change.VALUE
                or (part.change not in EDGE and because.is_of_other_deals(part))
            ]
        yield from _sentences(because, parts)


def _of_contribution(because: Because) -> Iterator[str]:
    """Of contribution, what revenue does not explain: salaries and rates."""
    if because.has_verdict("contribution"):
        chosen = [
            part
            for part in because.parts("contribution")
            if part.change == Change.SALARIES
            or (part.change == Change.VALUE and not part.cell["revenue"].any())
        ]
        yield from _sentences(because, chosen)


def _by_chance(because: Because) -> str:
    tables = because.tables
    gained, lost = (float(tables[side].sum(axis=(1, 2)).mean()) for side in ("gained", "lost"))
    over = tables[:, :, list(EDGE)]
    moved = float((over["gained"] + over["lost"]).sum(axis=(1, 2)).mean())
    row = because.effects.loc["won"]
    return words.by_chance(gained, lost, moved, not (row["low"] > 0 or row["high"] < 0))


def _sentences(because: Because, parts: list[Part]) -> Iterator[str]:
    """A sentence for each cause of some size, the largest first."""
    groups = _grouped(because, parts)
    sizes = {key: np.sum([part.amounts for part in group], axis=0) for key, group in groups.items()}
    certain = [key for key, amounts in sizes.items() if is_certain(amounts)]
    certain.sort(key=lambda key: -abs(sizes[key].mean()))
    for key in certain:
        amount, kpi = float(sizes[key].mean()), groups[key][0].kpi
        if abs(amount) >= WORTH_TELLING * abs(because.effects.loc[kpi, "difference"]):
            yield f"{_size(kpi, amount, because.currency)} {_clause(because, groups[key], amount)}."


def _grouped(because: Because, parts: list[Part]) -> dict[object, list[Part]]:
    """Parts by what they have in common: change, direction, who works there, and the cause."""
    groups: dict[object, list[Part]] = {}
    for part in parts:
        if part.change in EDGE:
            key: object = "edge"
        elif part.change in NOWHERE:
            key = part.change
        elif because.is_of_other_deals(part):
            key = (part.change, part.stage)
        else:
            cause = because.cause(part)
            behind = cause.behind.mechanism if cause.behind else None
            key = (words.PASSING.get(part.change, part.change), part.deals > 0,
                   cause.role, cause.mechanism, behind)  # fmt: skip
        groups.setdefault(key, []).append(part)
    return groups


def _clause(because: Because, group: list[Part], amount: float) -> str:
    first, seen = group[0], because.seen
    if first.change in EDGE:
        gained, lost = (float(sum(part.cell[side].mean() for part in group))
                        for side in ("gained", "lost"))  # fmt: skip
        later = why_later(range(len(seen.stages)), 1.0 if amount < 0 else -1.0, seen)
        return words.edge_clause(later, amount < 0, gained, lost, seen)
    if first.change in NOWHERE or because.is_of_other_deals(first):
        return because.clause(first)
    stages = list(dict.fromkeys(part.stage for part in group))
    return words.clause(first.change, because.cause(first), stages, first.deals > 0, seen)


def _size(kpi: str, amount: float, currency: str) -> str:
    label = label_of(kpi)
    size = size_of(amount, label.unit, currency)
    if kpi == "won":
        return f"{size} {'more' if amount > 0 else 'fewer'} {'deal' if size == '1' else 'deals'}"
    return f"{size} {'more' if amount > 0 else 'less'} {label.text}"
