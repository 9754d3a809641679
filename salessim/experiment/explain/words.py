"""Parts and causes in words: clauses that follow a number, such as "11 fewer deals"."""

import math
from collections.abc import Sequence

from salessim.display import money, percent
from salessim.display.kpis import role_name
from salessim.experiment.explain.causes import Cause, Mechanism
from salessim.experiment.explain.contrast import AFTER, BEFORE, Contrast
from salessim.experiment.explain.traced import Change
from salessim.terms import SUPPORT

PASSING = dict.fromkeys((Change.LOST, Change.NO_DECISION, Change.DISQUALIFIED), "passing")
RATES = {"lead_cost": "the cost of a lead", "commission": "the commission rate",
         "margin": "the gross margin"}  # fmt: skip
PAID = {"commission": "commission", "lead_cost": "lead costs", "salaries": "salaries"}


def clause(change: Change, cause: Cause, stages: Sequence[int], more: bool, seen: Contrast) -> str:
    """Why there are more (or fewer) deals, of parts that belong to stages and have one cause.

    Parameters
    ----------
    change : Change
    cause : Cause
        Of the first of the stages, where the part is largest.
    stages : sequence of int
        As the contrast counts.
    more : bool
        Whether the parts add deals.
    seen : Contrast
    """
    where = f"at the {_list([seen.stages[s] for s in stages])} stage{'s' * (len(stages) > 1)}"
    if cause.mechanism is Mechanism.GONE:
        return f"because the {seen.stages[stages[0]]} stage is {_gone(cause)}"
    more_or_fewer = "more" if more else "fewer"
    if change == Change.WENT_COLD:
        sooner = " sooner" if cause.mechanism is Mechanism.PATIENCE and not more else ""
        what = f"{'fewer ' if more else ''}leads gave up{sooner} waiting {where}"
    elif change in PASSING:
        what = f"{more_or_fewer} leads passed {where}"
    elif change == Change.NO_ANSWER:
        what = f"{more_or_fewer} leads answered {where}"
    elif change == Change.STILL_OPEN:
        what = f"{'fewer' if more else 'more'} deals were still open {where} at the end"
    else:
        what = f"deals moved {'into' if more else 'out of'} the reported time {where}"
    told = said(cause, stages if len(stages) == 1 else [], seen)
    return f"because {what}: {told}" if told else f"because {what}"


def edge_clause(cause: Cause, later: bool, gained: float, lost: float, seen: Contrast) -> str:
    """Why there are more or fewer deals where they only closed earlier or later."""
    told = said(cause, [], seen)
    edges = f"{_short(gained)} moved into the reported time and {_short(lost)} out of it"
    what = f"because deals took {'longer' if later else 'less time'}"
    return f"{what}: {told} ({edges})" if told else f"{what} ({edges})"


def said(cause: Cause, stages: Sequence[int], seen: Contrast) -> str:
    """What was measured, in words; "there" is the one stage that was named before, if any."""
    if cause.mechanism in (Mechanism.NOTHING, Mechanism.GONE):
        return ""
    there = "there" if cause.stage in stages else f"at the {seen.stages[cause.stage]} stage"
    rose, people = cause.after > cause.before, role_name(cause.role, 2)
    before, after = _short(cause.before), _short(cause.after)
    instead = f"{after} days instead of {before}"
    match cause.mechanism:
        case Mechanism.WAIT:
            went = f"{'rose' if rose else 'fell'} from {before} to {after}"
            return f"the wait {there} {went} days, {_busy(cause, seen)}"
        case Mechanism.PATIENCE:
            return _patience(cause, there, people)
        case Mechanism.PASS_RATE:
            rates = f"{percent(cause.after)} passed {there} instead of {percent(cause.before)}"
            return f"of the same leads that {people} worked on, {rates}"
        case Mechanism.ANSWERS:
            tries = seen.ratio(cause.stage, "visits", "leads")
            rates = f"{percent(cause.after)} of those that {people} tried to reach answered"
            return (
                f"{rates} instead of {percent(cause.before)}, after {_short(tries[AFTER])} "
                f"tries a lead instead of {_short(tries[BEFORE])}"
            )
        case Mechanism.CUSTOMER:
            return f"customers took {instead} to decide {there}"
        case Mechanism.HANDOVER:
            support = seen.of_role(SUPPORT, "busy", "available")[AFTER]
            at_work = "" if math.isnan(support) else f", with {_helpers()} {percent(support)} busy"
            waited = f"handed to {_helpers()} {there} waited {instead}"
            return f"paperwork that {people} {waited}{at_work}"
    return f"the work of {people} {there} took {instead}"


def _patience(cause: Cause, there: str, people: str) -> str:
    """How long leads wait before they give up; without an end where none ever did."""
    if math.isnan(cause.before) or math.isnan(cause.after):
        when = "now" if math.isnan(cause.before) else "no longer"
        return f"leads that wait for {people} {there} {when} lose patience"
    went = "rose" if cause.after > cause.before else "fell"
    ends = f"from about {cause.before:.2g} to {cause.after:.2g} days"
    return f"their patience with the {people} {there} {went} {ends} of waiting"


def _busy(cause: Cause, seen: Contrast) -> str:
    """How busy the people are for whom work waits, and what is behind it."""
    share = seen.of_role(cause.role, "busy", "available")[AFTER]
    at_work = "not there" if math.isnan(share) else f"busy {percent(share)} of their time"
    people, behind = role_name(cause.role, 2), cause.behind
    if behind is None:
        return f"with {people} {at_work}"
    before, after = _short(behind.before), _short(behind.after)
    if behind.mechanism is Mechanism.PEOPLE:
        return f"with {after} {people} instead of {before} {at_work}"
    instead = f"{after} instead of {before}"
    where = "" if behind.stage < 0 else f"at the {seen.stages[behind.stage]} stage"
    match behind.mechanism:
        case Mechanism.HOURS:
            why = f"each had {after} hours a day instead of {before}"
        case Mechanism.LEADS:
            why = f"{after} leads arrived {where} instead of {before}"
        case Mechanism.VISITS:
            why = f"a lead took {instead} visits {where}"
        case Mechanism.WORK:
            why = f"a visit {where} took them {after} hours instead of {before}"
        case _:
            why = (
                f"they did {after} hours of paperwork themselves for a visit {where} "
                f"instead of {before}{_shares(behind.stage, seen)}"
            )
    return f"with {people} {at_work}, as {why}"


def _shares(stage: int, seen: Contrast) -> str:
    """How much of a stage's paperwork support did, where that changed."""
    before, after = seen.ratio(stage, "other_hours", "own_hours", "other_hours")
    if math.isnan(before) or math.isnan(after) or abs(before - after) < 0.01:
        return ""
    return f" ({_helpers()} did {percent(after)} of it instead of {percent(before)})"


def _helpers() -> str:
    return role_name(SUPPORT, 2)


def _gone(cause: Cause) -> str:
    return "left out" if cause.before else "added"


def leads_clause(before: float, after: float) -> str:
    """Why there are more or fewer deals where there are more or fewer leads."""
    which = "the additional leads" if after >= before else "the leads that did not come"
    return f"from {which} ({after:,.0f} instead of {before:,.0f})"


def salaries_clause(more: float) -> str:
    """Why money differs that no lead carries."""
    return f"because {'more' if more > 0 else 'less'} is paid in salaries"


def value_clause(what: str, more: bool, before: float, after: float, currency: str) -> str:
    """Why money differs where all leads end as before; the numbers are mean deal sizes."""
    if what == "revenue":
        worth = f"{money(after, currency)} instead of {money(before, currency)} on average"
        return f"because deals are worth {'more' if more else 'less'} ({worth})"
    return f"because {RATES[what]} is {'higher' if more else 'lower'}"


def other_deals_clause(stage: str, gained: float, lost: float, currency: str) -> str:
    """Why money differs where the number of deals does not: other deals are won."""
    return (
        f"because other deals are won: those gained at the {stage} stage are worth "
        f"{money(gained, currency)} on average, those lost {money(lost, currency)}"
    )


def both_clause(what: str, before: float, after: float) -> str:
    """Two amounts side by side."""
    return f"{after:,.0f} {what} instead of {before:,.0f}"


def money_clause(what: str, more: float) -> str:
    """Where a part of contribution comes from, of the kinds of money that it is made of."""
    if what == "margin":
        return "from the margin on revenue"
    return f"from {'higher' if more > 0 else 'lower'} {PAID[what]}"


def undecided(gained: float, lost: float, moved: float, is_same: bool) -> str:
    """What is said of deals won where they don't surely differ: the same, or nobody can tell."""
    begin = "about the same" if is_same else "can't tell yet"
    if not gained and not lost:
        return f"{begin}: the same deals are won"
    won, not_won = (_short(value) if value else "none" for value in (gained, lost))
    if is_same:
        text = f"{begin}; {won} deals won and {not_won} lost by chance"
    else:
        text = f"{begin}; on average {won} deals are won and {not_won} lost only with the change"
    if moved:
        text += f", {_short(moved)} of them moved over the edge of the reported time"
    return text


def _list(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _short(value: float) -> str:
    """A number to the digits that mean something."""
    if math.isnan(value):
        return "none"
    if value >= 100 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1 else f"{value:.2g}"
