"""From a scenario to its itinerary: the sales process, described once."""

from collections.abc import Iterator
from dataclasses import dataclass

from salessim.display.kpis import role_name
from salessim.process.steps import (
    END,
    NEXT_STAGE,
    SAME_STAGE,
    STAYS_OPEN,
    Does,
    Step,
    Test,
    Wait,
    Work,
)
from salessim.scenario import Scenario
from salessim.scenario.blocks import Stage
from salessim.scenario.work import roles_at
from salessim.terms import Result


@dataclass(frozen=True)
class Itinerary:
    """The steps of a whole process.

    Parameters
    ----------
    steps : tuple of Step
        Of all stages, one after the other.
    first : tuple of int
        Number of each stage's first step.
    """

    steps: tuple[Step, ...]
    first: tuple[int, ...]


@dataclass(frozen=True)
class _Sketch:
    """A step whose next steps are still named by their labels; without one, the next line."""

    label: str
    does: Does
    what: int = 0
    yes: str | int | None = None
    no: str | int = END


def itinerary(scenario: Scenario) -> Itinerary:
    """The steps that leads take under a scenario.

    Examples
    --------
    >>> desk = itinerary(Scenario.load("one-desk"))
    >>> [step.label for step in desk.steps]
    ['work', 'work is done', 'decide', 'result']
    >>> desk.steps[3].yes == END  # who passes the last stage is won
    True
    """
    steps: list[Step] = []
    first = []
    for position, stage in enumerate(scenario.process):
        first.append(len(steps))
        is_last = position == len(scenario.process) - 1
        steps += _numbered(list(_stage(scenario, stage, is_last)), position, len(steps))
    return Itinerary(tuple(steps), tuple(first))


def _stage(scenario: Scenario, stage: Stage, is_last: bool) -> Iterator[_Sketch]:
    """One stage: visits, the paperwork that follows them, and the customer's decision."""
    done = "paperwork" if stage.admin_hours else "work is done"
    who = Work.JOINT if stage.name in scenario.joint_stages else Work.ALONE
    yield _Sketch("work", Does.WORK, who, no="went cold" if stage.patience else END)
    if stage.attempts:
        yield _Sketch("answered?", Does.TEST, Test.ANSWERED, yes=done, no="hang up")
        yield _Sketch("hang up", Does.RELEASE)
        yield _Sketch("more tries?", Does.TEST, Test.TRIES_LEFT, yes="pause", no="give up")
        yield _Sketch("give up", Does.SET, Result.NO_ANSWER, yes="result")
        yield _Sketch("pause", Does.WAIT, Wait.PAUSE, yes="work")
    elif stage.meeting_gap_days is not None:
        yield _Sketch("more meetings?", Does.TEST, Test.MEETINGS_LEFT, yes="leave", no=done)
        yield _Sketch("leave", Does.RELEASE)
        yield _Sketch("pause", Does.WAIT, Wait.PAUSE, yes="work")
    yield _Sketch(done, Does.FORK if stage.admin_hours else Does.RELEASE)
    yield _Sketch("decide", Does.DECIDE)
    if stage.customer_delay:
        yield _Sketch("customer decides", Does.WAIT, Wait.CUSTOMER)
    if scenario.nurture:
        yield _Sketch("lost, but comes back?", Does.TEST, Test.COMES_BACK, no="result")
        yield _Sketch("not now", Does.REVEAL, STAYS_OPEN, no="nurture")
        yield _Sketch("nurture", Does.WAIT, Wait.NURTURE, yes=SAME_STAGE)
    yield _Sketch("result", Does.REVEAL, yes=END if is_last else NEXT_STAGE)
    if stage.patience:
        yield _Sketch("went cold", Does.SET, Result.WENT_COLD, yes="result")


def _numbered(sketches: list[_Sketch], stage: int, offset: int) -> list[Step]:
    """Steps with numbers in place of labels."""
    numbers = {sketch.label: offset + place for place, sketch in enumerate(sketches)}

    def number(to: str | int | None, place: int) -> int:
        if to is None:
            return offset + place + 1
        return to if isinstance(to, int) else numbers[to]

    return [
        Step(
            one.label, one.does, int(one.what), number(one.yes, place), number(one.no, place), stage
        )
        for place, one in enumerate(sketches)
    ]


def in_words(scenario: Scenario) -> str:
    """The itinerary as lines of text: each step, and the one that follows where it branches.

    Parameters
    ----------
    scenario : Scenario

    Examples
    --------
    >>> print(in_words(Scenario.load("one-desk")))
    prospecting
       1  work by SDRs
       2  work is done
       3  decide
       4  result                     yes: won; no: lost
    """
    found = itinerary(scenario)
    lines = []
    for number, step in enumerate(found.steps):
        stage = scenario.process[step.stage]
        if number in found.first:
            lines.append(stage.name)
        who = " and ".join(role_name(role, 2) for role in roles_at(scenario, stage))
        label = f"work by {who}" if step.does == Does.WORK else step.label
        lines.append(f"{number + 1:>4}  {label:<26} {_ways(step, number)}".rstrip())
    return "\n".join(lines)


def _ways(step: Step, number: int) -> str:
    """Where a step leads, unless that is just the next line."""
    stays_open = step.does == Does.REVEAL and step.what == STAYS_OPEN
    if step.does in (Does.TEST, Does.REVEAL) and not stays_open:
        return f"yes: {_place(step.yes, 'won')}; no: {_place(step.no, 'lost')}"
    if step.does == Does.WORK:
        return "" if step.no == END else f"gave up waiting: {_place(step.no, 'lost')}"
    following = step.no if stays_open else step.yes
    return "" if following == number + 1 else _place(following, "over")


def _place(number: int, over: str) -> str:
    names = {END: over, NEXT_STAGE: "next stage", SAME_STAGE: "this stage again"}
    return names.get(number, f"to {number + 1}")
