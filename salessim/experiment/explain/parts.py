"""A pair's difference split into parts, each lead counted once."""

import numpy as np
from numpy.typing import NDArray

from salessim.experiment.explain.paths import Integers
from salessim.experiment.explain.traced import CHANGES, Change, Traced
from salessim.rules import Floats
from salessim.run.costs import people_costs
from salessim.run.record import Record

# What a part adds up, what-if less base: deals and money of leads closed (or, of lead costs,
# arrived) in the window; `gained` and `lost` count the deals of either side.
PART = np.dtype(
    [("won", "<f8"), ("revenue", "<f8"), ("margin", "<f8"), ("lead_cost", "<f8"),
     ("commission", "<f8"), ("salaries", "<f8"), ("gained", "<f8"), ("lost", "<f8"),
     ("gained_value", "<f8"), ("lost_value", "<f8")]
)  # fmt: skip


def amounts_of(kpi: str, table: NDArray[np.void]) -> Floats:
    """What each part adds to a KPI's difference.

    Parameters
    ----------
    kpi : {"won", "revenue", "cost", "contribution"}
    table : structured array
        Of `PART`, of any shape.
    """
    cost = table["lead_cost"] + table["commission"] + table["salaries"]
    match kpi:
        case "cost":
            return np.asarray(cost)
        case "contribution":
            return np.asarray(table["margin"] - cost)
    return np.asarray(table[kpi])


def parts_of(traced: Traced, base: Record, what_if: Record) -> NDArray[np.void]:
    """Split what two runs under the same draws differ by.

    Parameters
    ----------
    traced : Traced
        Their leads, followed.
    base, what_if : Record

    Returns
    -------
    structured array, stages + 1 by changes
        The last row holds what belongs to no stage.
    """
    nowhere = len(traced.stages)
    table = np.zeros((nowhere + 1) * CHANGES, PART)
    _add(table, traced.stage * CHANGES + traced.change, traced.difference)
    alone = (traced.matched.only_base, -1.0), (traced.matched.only_what_if, 1.0)
    for money, (only, sign) in zip(traced.money, alone, strict=True):
        found = {name: sign * values[only] for name, values in money.items()}
        _add(table, np.full(int(only.sum()), nowhere * CHANGES + Change.LEADS), found)
    table["salaries"][nowhere * CHANGES + Change.SALARIES] = people_costs(what_if) - people_costs(
        base
    )
    return table.reshape(nowhere + 1, CHANGES)


def _add(table: NDArray[np.void], code: Integers, difference: dict[str, Floats]) -> None:
    """Add up differences of leads by the part that each belongs to."""
    size = len(table)
    for name, values in difference.items():
        table[name] += np.bincount(code, values, size)
    for side, sign in (("gained", 1.0), ("lost", -1.0)):
        chosen = sign * difference["won"] > 0
        table[side] += np.bincount(code[chosen], minlength=size)
        value = sign * difference["revenue"][chosen]
        table[f"{side}_value"] += np.bincount(code[chosen], value, size)
