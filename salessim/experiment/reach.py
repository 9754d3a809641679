"""Why no design keeps a bound: how near the nearest comes, and what limits it."""

import numpy as np

from salessim.display import figure, label_of
from salessim.display.kpis import role_name
from salessim.experiment.bounds import Bound
from salessim.experiment.standing import Designs
from salessim.experiment.statistics import Floats, student
from salessim.scenario.work import working_roles
from salessim.terms import SUPPORT

FLAT = 0.02  # of the best: designs nearer than that bring the same
BUSY = 0.9  # a role at work less than that is not what limits


def nearest(designs: Designs) -> int | None:
    """The design that comes nearest to keeping the bounds; of several, the best for the goal.

    By the share of single years, where they are asked for, and by the shortfall of the
    means in standard errors.
    """

    def distance(design: int) -> tuple[float, float, float]:
        years = designs.of_years[design].chance if designs.chance is not None else 0.0
        short = round(designs.shortfall(design), 6)
        return -years, short, -designs.sign * float(designs.means[design])

    return min(designs.came, key=distance, default=None)


def why_not(designs: Designs, currency: str = "") -> str:
    """Why the bound that is missed most can't be kept; empty where some design keeps all.

    Parameters
    ----------
    designs : Designs
    currency : str
        The scenario's.

    Returns
    -------
    str
        How far the best design for the bound gets and, where several bring the same though
        nobody in them is busy, that leads are the limit.
    """
    near = nearest(designs)
    if near is None or designs.leader is not None or not designs.bounds:
        return ""
    bound = min(designs.bounds, key=lambda one: _slack(designs, near, one) / (abs(one.value) or 1))
    best = max(designs.came, key=lambda design: _slack(designs, design, bound))
    if _slack(designs, best, bound) >= 0:
        return ""
    label = label_of(bound.kpi)
    reached = figure(_common(designs, best, bound.kpi).mean(), label.unit, currency)
    flat = [i for i in designs.came if i != best and _is_flat(designs, i, best, bound.kpi)]
    if not flat:
        most = "most" if bound.sign == ">=" else "least"
        return f"the {most} that any of these designs gets is {label.text} of {reached}"
    about = f"{label.text} stays at about {reached}"
    if _same_leads(designs, [best, *flat]) and (load := _busiest(designs, best)):
        return f"leads are the limit: {about} in {len(flat) + 1} of the designs, though {load}"
    return f"{about} in {len(flat) + 1} of the designs, so more of the same does not help"


def _common(designs: Designs, design: int, kpi: str) -> Floats:
    """A KPI in the runs that all designs have."""
    count = min(designs.counts[i] for i in designs.came)
    values = designs.values(design, kpi)[:count]
    return values[~np.isnan(values)]


def _slack(designs: Designs, design: int, bound: Bound) -> float:
    return float(bound.slack(_common(designs, design, bound.kpi)).mean())


def _is_flat(designs: Designs, design: int, best: int, kpi: str) -> bool:
    """Whether a design brings as much of a KPI as the best: the interval lies within 2%."""
    apart = student(designs.apart(design, best, kpi))
    reach = FLAT * abs(float(_common(designs, best, kpi).mean()))
    return max(abs(apart.low), abs(apart.high)) <= reach


def _same_leads(designs: Designs, some: list[int]) -> bool:
    """Whether designs get the very same leads."""
    first, *others = some
    return all(not designs.apart(design, first, "leads").any() for design in others)


def _busiest(designs: Designs, design: int) -> str:
    """That nobody is busy, in words; empty where somebody is."""
    roles = [role for role in working_roles(designs.scenarios[design]) if role != SUPPORT]
    busy = {role: _common(designs, design, f"utilisation.{role}") for role in roles}
    means = {role: float(seen.mean()) for role, seen in busy.items() if len(seen)}
    if not means or max(means.values()) >= BUSY:
        return ""
    role = max(means, key=lambda name: means[name])
    return f"even {role_name(role, 2)} are busy only {figure(means[role], 'share')} of their time"
