"""What lies behind a part of a difference: the mechanism that the evidence speaks for.

What was changed in a scenario is not looked at: only what was different in the event logs.
"""

import math
from dataclasses import dataclass
from enum import Enum, auto

from salessim.experiment.explain.contrast import Both, Contrast
from salessim.experiment.explain.traced import Change

LEAST = 0.003  # a relative change of a role's load below this explains nothing
LEAST_DAYS = 0.02


class Mechanism(Enum):
    """What was different."""

    WAIT = auto()  # mean days that work waited for a person
    PATIENCE = auto()  # days of waiting for each lead that gave up
    PASS_RATE = auto()  # of leads decided in both, the share that passed
    ANSWERS = auto()  # share of the leads that answered
    CUSTOMER = auto()  # days until the customer decided
    HANDOVER = auto()  # days that paperwork waited for another role
    WORK = auto()  # hours of a visit
    GONE = auto()  # the stage is not in one of both processes
    PEOPLE = auto()  # people of a role
    HOURS = auto()  # available hours a day for each person
    LEADS = auto()  # leads that came to the stages of a role
    VISITS = auto()  # visits for each lead
    PAPERWORK = auto()  # hours of paperwork that a role did itself, for each visit
    NOTHING = auto()  # nothing that is measured


@dataclass(frozen=True)
class Cause:
    """Why a part of a difference is there.

    Parameters
    ----------
    mechanism : Mechanism
    stage : int
        Where, as the contrast counts.
    role : str
        Who works there.
    before, after : float
        What was measured.
    behind : Cause, optional
        Why: what changed the load of the role.
    """

    mechanism: Mechanism
    stage: int = -1
    role: str = ""
    before: float = math.nan
    after: float = math.nan
    behind: "Cause | None" = None


def cause_of(change: Change, stage: int, amount: float, seen: Contrast) -> Cause:
    """The cause of a part that belongs to a stage.

    Parameters
    ----------
    change : Change
    stage : int
        Its number in the contrast.
    amount : float
        Deals won more (or fewer, below 0).
    seen : Contrast
    """
    role = seen.workers[stage]
    if not all(seen.has(stage)) and change != Change.MOVED:
        before, after = seen.has(stage)
        return Cause(Mechanism.GONE, stage, role, float(before), float(after))
    match change:
        case Change.WENT_COLD:
            return _why_cold(stage, -math.copysign(1, amount), seen)
        case Change.LOST | Change.NO_DECISION | Change.DISQUALIFIED:
            passed = seen.ratio(stage, "both_passed", "both")
            return Cause(Mechanism.PASS_RATE, stage, role, *passed)
        case Change.NO_ANSWER:
            answered = seen.ratio(stage, "decided", "decided", "unanswered")
            return Cause(Mechanism.ANSWERS, stage, role, *answered)
        case Change.STILL_OPEN:
            return why_later(range(stage + 1), -math.copysign(1, amount), seen)
    return why_later([stage], 0.0, seen)


def _why_cold(stage: int, sign: float, seen: Contrast) -> Cause:
    """More (or, below 0, fewer) leads gave up: waits are longer, or patience is shorter.

    Leads that gave up for each visit = days waited for each visit * given up for each day
    waited, and the second is the hazard, whose inverse is the mean patience (the maximum
    likelihood estimate for exponential patience under censoring).
    """
    role = seen.workers[stage]
    waits = seen.ratio(stage, "waited", "visits")
    patience = seen.ratio(stage, "waited", "cold")
    longer, sooner = sign * _log(waits), -sign * _log(patience)
    if sooner > longer and sooner > _noise(seen.sums(stage, "cold")):
        return Cause(Mechanism.PATIENCE, stage, role, *patience)
    if longer < LEAST:
        return Cause(Mechanism.NOTHING, stage, role)
    return why_waits(stage, sign, seen)


def _noise(counts: Both) -> float:
    """How far two Poisson counts may differ by chance: two standard errors of their log ratio."""
    return 2.0 * math.sqrt(sum(1.0 / count for count in counts if count))


def why_later(stages: "range | list[int]", sign: float, seen: Contrast) -> Cause:
    """What took longer (or, below 0, less long) on the way; either where the sign is 0."""
    found = [
        (_signed(after - before, sign), mechanism, stage, (before, after))
        for stage in stages
        for mechanism, (before, after) in _delays(stage, seen)
    ]
    found = [one for one in found if one[0] >= LEAST_DAYS]
    if not found:
        return Cause(Mechanism.NOTHING)
    _, mechanism, stage, measured = max(found, key=lambda one: one[0])
    role = seen.workers[stage]
    if mechanism is Mechanism.WAIT:
        up = math.copysign(1, measured[1] - measured[0])
        return why_waits(stage, up, seen)
    return Cause(mechanism, stage, role, *measured)


def _delays(stage: int, seen: Contrast) -> "list[tuple[Mechanism, Both]]":
    """Days that a lead spends at a stage, by what takes them; only what is seen on both sides."""
    hours = seen.ratio(stage, "hours", "leads")
    a_day = seen.of_role(seen.workers[stage], "available", "present")
    delays = [
        (Mechanism.WAIT, seen.ratio(stage, "waited", "leads")),
        (Mechanism.HANDOVER, seen.ratio(stage, "other_waited", "leads")),
        (Mechanism.CUSTOMER, seen.ratio(stage, "customer", "decided")),
        (Mechanism.WORK, (_over(hours[0], a_day[0]), _over(hours[1], a_day[1]))),
    ]
    return [(kind, days) for kind, days in delays if not any(map(math.isnan, days))]


def why_waits(stage: int, sign: float, seen: Contrast) -> Cause:
    """Why work of a stage waits longer (or, below 0, less long) for the people it needs.

    Where it needs an engineer, too, the role is named whose load moved more hours of its day.
    """
    waits = seen.ratio(stage, "waited", "visits")
    found = [(role, *_why_busier(role, sign, seen)) for role in seen.needed_at(stage)]
    role, _, behind = max(found, key=lambda one: one[1] * _busy_share(one[0], seen))
    return Cause(Mechanism.WAIT, stage, role, *waits, behind)


def _busy_share(role: str, seen: Contrast) -> float:
    """How busy people of a role are at most, before or after; 1 where they are not there."""
    return max(1.0 if math.isnan(s) else s for s in seen.of_role(role, "busy", "available"))


def _why_busier(role: str, sign: float, seen: Contrast) -> tuple[float, Cause | None]:
    """What made people of a role busier (or less busy): relative changes of their load.

    Load = leads * visits * (hours + paperwork) / (people * hours a day); what moves it most
    in this direction is named, after how much it does. 0 and None where nothing moved it.
    """
    people = seen.of_role(role, "present", "days")
    a_day = seen.of_role(role, "available", "present")
    causes = [
        (-_log(people), Cause(Mechanism.PEOPLE, -1, role, *people)),
        (-_log(a_day), Cause(Mechanism.HOURS, -1, role, *a_day)),
    ]
    asked = sum(seen.sums(s, "hours", "own_hours")[0] for s in seen.stages_of(role))
    for stage in seen.stages_of(role):
        if all(seen.has(stage)) and asked:
            causes += [
                (more / asked, Cause(mechanism, stage, role, *measured))
                for mechanism, more, measured in _asked_more(stage, seen)
                if mechanism is not Mechanism.PAPERWORK or role == seen.workers[stage]
            ]
    strength, cause = max(causes, key=lambda found: sign * found[0])
    return (sign * strength, cause) if sign * strength >= LEAST else (0.0, None)


def _asked_more(stage: int, seen: Contrast) -> "list[tuple[Mechanism, float, Both]]":
    """Hours that a stage asks for more than before, by what asks for them."""
    leads = seen.sums(stage, "leads")
    visits = seen.ratio(stage, "visits", "leads")
    work = seen.ratio(stage, "hours", "begun")
    paper = seen.ratio(stage, "own_hours", "begun")
    if any(map(math.isnan, (*visits, *work, *paper))):
        return []
    a_visit, count = work[0] + paper[0], leads[0] * visits[0]
    a_year = leads[0] / seen.pairs, leads[1] / seen.pairs
    return [
        (Mechanism.LEADS, (leads[1] - leads[0]) * visits[0] * a_visit, a_year),
        (Mechanism.VISITS, leads[0] * (visits[1] - visits[0]) * a_visit, visits),
        (Mechanism.WORK, count * (work[1] - work[0]), work),
        (Mechanism.PAPERWORK, count * (paper[1] - paper[0]), paper),
    ]


def _log(measured: Both) -> float:
    """Relative change, as a logarithm; very large where it begins or ends at nothing."""
    before, after = measured
    if math.isnan(before) and math.isnan(after):
        return 0.0
    if not before > 0 or not after > 0:
        return 0.0 if before == after else 9.0 if _size(after) > _size(before) else -9.0
    return math.log(after / before)


def _size(value: float) -> float:
    return math.inf if math.isnan(value) else value


def _signed(difference: float, sign: float) -> float:
    return abs(difference) if not sign else sign * difference


def _over(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
