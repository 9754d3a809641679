"""Why KPIs differ, a line for each: the total first, and then its parts, which add up to it."""

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np

from salessim.display import change as size_of
from salessim.display import label_of
from salessim.experiment.explain import words
from salessim.experiment.explain.because import EDGE, NOWHERE, Because, Part, is_certain
from salessim.experiment.explain.causes import why_later
from salessim.experiment.explain.drivers import drivers_of
from salessim.experiment.explain.traced import Change
from salessim.experiment.wording import Words

MOST = 3  # lines, and parts of one
WORTH_TELLING = 0.1  # of the whole difference
REST = 0.01  # of it, which is told as everything else
# The kinds of money that contribution is made of, and the sign with which each counts.
MONEY = {"margin": 1.0, "commission": -1.0, "lead_cost": -1.0, "salaries": -1.0}
ADDING_UP = ("won", "revenue", "contribution")
Parts = list[tuple[str, float]]  # a clause, and the amount that it is about


def reasons_of(because: Because) -> tuple[str, ...]:
    """Why two departments differ: the figures that do, or that deals don't.

    Parameters
    ----------
    because : Because

    Returns
    -------
    tuple of str
        A line for each figure: its difference, and then its parts. Parts that are small, or
        may be chance, are told together as everything else.
    """
    told = chain(
        _of_deals(because), _of_revenue(because), _of_contribution(because), _of_rates(because)
    )
    return tuple(text for text, _ in zip(told, range(MOST), strict=False))


def _of_deals(because: Because) -> Iterator[str]:
    if not because.differs("won"):
        yield f"Deals won: {_undecided(because)}."
        return
    told = _by_cause(because, "won", because.parts("won"))
    yield (
        _line(because, "won", told, ". ")
        if told
        else (f"{_total(because, 'won')}, in parts that may each be chance.")
    )


def _of_revenue(because: Because) -> Iterator[str]:
    """Of revenue, what the number of deals does not explain."""
    if because.differs("revenue"):
        parts = because.parts("revenue")
        if because.differs("won"):
            parts = [
                part
                for part in parts
                if part.change == Change.VALUE
                or (part.change not in EDGE and because.is_of_other_deals(part))
            ]
        told = _by_cause(because, "revenue", parts)
        if told:
            yield _line(because, "revenue", told, ". ")


def _of_contribution(because: Because) -> Iterator[str]:
    """Contribution, by the kinds of money that it is made of."""
    if because.differs("contribution"):
        sums = {name: float(because.tables[name].sum(axis=(1, 2)).mean()) for name in MONEY}
        parts = [
            (words.money_clause(name, more), MONEY[name] * more) for name, more in sums.items()
        ]
        told = [part for part in parts if _is_told(because, "contribution", part[1])]
        yield _line(because, "contribution", sorted(told, key=lambda part: -abs(part[1])), ", ")


def _of_rates(because: Because) -> Iterator[str]:
    """What drives rates and times, where nothing that adds up differs."""
    if not any(because.differs(kpi) for kpi in ADDING_UP):
        for kpi, cause in drivers_of(because).itertuples(index=False):
            size = Words(because.effects.loc[kpi], because.currency).size
            yield f"{label_of(kpi).title}: {size}. {cause[:1].upper()}{cause[1:]}."


def _undecided(because: Because) -> str:
    tables = because.tables
    gained, lost = (float(tables[side].sum(axis=(1, 2)).mean()) for side in ("gained", "lost"))
    over = tables[:, :, list(EDGE)]
    moved = float((over["gained"] + over["lost"]).sum(axis=(1, 2)).mean())
    return words.undecided(gained, lost, moved, because.is_same("won"))


def _by_cause(because: Because, kpi: str, parts: Sequence[Part]) -> Parts:
    """Clauses and amounts of parts that are certain and of some size, the largest first."""
    told: Parts = []
    for group in _grouped(because, parts).values():
        amounts = np.sum([part.amounts for part in group], axis=0)
        amount = float(amounts.mean())
        if is_certain(amounts) and _is_told(because, kpi, amount):
            told.append((_clause(because, group, amount), amount))
    return sorted(told, key=lambda part: -abs(part[1]))[:MOST]


def _is_told(because: Because, kpi: str, amount: float) -> bool:
    return abs(amount) >= WORTH_TELLING * abs(float(because.effects.loc[kpi, "difference"]))


def _grouped(because: Because, parts: Sequence[Part]) -> dict[object, list[Part]]:
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


def _line(because: Because, kpi: str, told: Parts, between: str) -> str:
    """A figure's difference, its parts, and what is left of it."""
    whole = float(because.effects.loc[kpi, "difference"])
    rest = whole - sum(amount for _, amount in told)
    if abs(rest) >= REST * abs(whole):
        told = [*told, ("from everything else", rest)]
    parts = between.join(f"{_size(because, kpi, amount)} {clause}" for clause, amount in told)
    return f"{_total(because, kpi)}{': ' if between == ', ' else between}{parts}."


def _total(because: Because, kpi: str) -> str:
    whole = float(because.effects.loc[kpi, "difference"])
    size = _size(because, kpi, whole).removesuffix(" deals").removesuffix(" deal")
    return f"{label_of(kpi).title}: {size}"


def _size(because: Because, kpi: str, amount: float) -> str:
    """An amount with as many digits as the others of its figure, so that they can be added up."""
    unit, whole = label_of(kpi).unit, abs(because.effects.loc[kpi, "difference"])
    size = size_of(amount, unit, because.currency, max(abs(amount), whole, 10.0) / 10)
    if kpi == "won":
        return f"{size} {'more' if amount > 0 else 'fewer'} {'deal' if size == '1' else 'deals'}"
    return f"{size} {'more' if amount > 0 else 'less'}"
