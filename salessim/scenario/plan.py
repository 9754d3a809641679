"""A plan as a list of whole scenarios, one for each date, each validated like any other."""

from collections.abc import Iterator, Mapping
from typing import Any

from salessim.clock import date_of, working_day_from
from salessim.scenario.blocks import PlanStep
from salessim.scenario.model import Scenario
from salessim.scenario.paths import apply_changes
from salessim.scenario.problems import Problem, ScenarioError
from salessim.scenario.shape import Shape, shape_of

Timeline = tuple[tuple[float, Scenario], ...]
BEGINNING = float("-inf")


def timeline(scenario: Scenario) -> Timeline:
    """The scenario in force from each date on.

    Parameters
    ----------
    scenario : Scenario
        With or without a plan.

    Returns
    -------
    tuple of (float, Scenario)
        In order of time; the first from the beginning on, before any warm-up.

    Raises
    ------
    ScenarioError
        Where a step of the plan can't be carried out.

    Examples
    --------
    >>> base = Scenario.load("one-desk")
    >>> later = base.replace({"plan": [{"day": 20, "set": {"team.sdr.count": 6}}]})
    >>> [(day, now.team["sdr"].count) for day, now in timeline(later)]
    [(-inf, 5), (20.0, 6)]
    """
    if not scenario.plan:
        return ((BEGINNING, scenario),)
    current = scenario.plain()
    current.pop("plan", None)
    steps: list[tuple[float, Scenario]] = [(BEGINNING, Scenario.parse(current))]
    problems: list[Problem] = []
    for number, step in in_order(scenario):
        done = apply_changes(current, step.set, shape_of(Scenario))
        try:
            now = Scenario.parse_with(done.problems, done.raw)
            found = [
                Problem(path, "can't be changed by a plan during the run")
                for path in _unplannable(shape_of(Scenario), steps[-1][1].plain(), now.plain(), "")
            ]
            lost = [one for one in done.lost if any(_is_below(one, other) for other in found)]
        except ScenarioError as error:
            found, lost = [*error.problems], done.lost
        if found:
            problems.extend(one.under(f"plan.{number}.set") for one in (*lost, *found))
            continue
        current = done.raw
        steps.append((day_of(scenario, step), now))
    if problems:
        raise ScenarioError(problems)
    return tuple((day, now.with_rules(scenario.own_rules)) for day, now in steps)


def problems_of_plan(scenario: Scenario) -> Iterator[Problem]:
    """What is wrong with the plan of a scenario that is otherwise valid."""
    calendar = scenario.calendar
    for number, step in enumerate(scenario.plan):
        if step.date is not None and step.date < calendar.start:
            message = f"{step.date} is before day 0, which is {calendar.start}"
            yield Problem(f"plan.{number}.date", message)
    days = [day_of(scenario, step) for step in scenario.plan]
    for day in sorted({day for day in days if days.count(day) > 1}):
        message = f"two steps take effect on {day_in_words(scenario, day)}; put them into one"
        yield Problem("plan", message)
    if scenario.plan:
        try:
            timeline(scenario)
        except ScenarioError as error:
            yield from error.problems


def in_order(scenario: Scenario) -> list[tuple[int, PlanStep]]:
    """The steps of a plan, each with its number, by the time at which they take effect."""
    return sorted(enumerate(scenario.plan), key=lambda item: day_of(scenario, item[1]))


def day_of(scenario: Scenario, step: PlanStep) -> float:
    """The working day on which a step takes effect: for a day off, the next one."""
    if step.date is None:
        return float(step.day or 0.0)
    calendar = scenario.calendar
    return float(working_day_from(calendar.start, step.date, calendar.holidays))


def day_in_words(scenario: Scenario, day: float) -> str:
    """A working day with its date.

    Examples
    --------
    >>> day_in_words(Scenario.load("one-desk"), 62)
    'day 62 (2026-04-01)'
    """
    return f"day {day:g} ({date_of(scenario.calendar.start, int(day))})"


def _is_below(one: Problem, other: Problem) -> bool:
    return other.path.startswith(f"{one.path}.")


def _unplannable(shape: Shape, old: Any, new: Any, path: str) -> Iterator[str]:
    """Paths of what differs between two plain values and carries no mark for the plan."""
    if old == new or shape.in_plan:
        return
    before, after = _by_name(old), _by_name(new)
    same_items = bool(before) and before.keys() == after.keys()
    below = {key: shape.below(key) for key in shape.keys or before}
    if (shape.keys and isinstance(old, Mapping) and isinstance(new, Mapping)) or same_items:
        for key, inside in below.items():
            if inside is not None:
                yield from _unplannable(inside, before.get(key), after.get(key), f"{path}.{key}")
        return
    yield path.lstrip(".")


def _by_name(value: Any) -> dict[str, Any]:
    """Named items of a mapping, or of a list whose items have names."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
        return {str(item.get("name", index)): item for index, item in enumerate(value)}
    return {}
