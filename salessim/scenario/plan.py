"""A plan as a list of whole scenarios, one for each date, each validated like any other."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from salessim.scenario.model import Scenario
from salessim.scenario.paths import with_changes
from salessim.scenario.problems import Problem, ScenarioError

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
    for number, step in _in_order(scenario):
        try:
            current = with_changes(current, step.set)
            now = Scenario.parse(current)
        except ScenarioError as error:
            problems.extend(problem.under(f"plan.{number}.set") for problem in error.problems)
            continue
        problems.extend(
            Problem(f"plan.{number}.set.{path}", "a plan can't change this in mid-run")
            for path in _unplannable(Scenario, steps[-1][1].plain(), now.plain(), "")
        )
        steps.append((float(step.day), now))
    if problems:
        raise ScenarioError(problems)
    return tuple(steps)


def problems_of_plan(scenario: Scenario) -> Iterator[Problem]:
    """What is wrong with the plan of a scenario that is otherwise valid."""
    days = [step.day for step in scenario.plan]
    for day in sorted({day for day in days if days.count(day) > 1}):
        yield Problem("plan", f"two steps on day {day:g}; put their changes into one")
    if scenario.plan:
        try:
            timeline(scenario)
        except ScenarioError as error:
            yield from error.problems


def _in_order(scenario: Scenario) -> list[tuple[int, Any]]:
    return sorted(enumerate(scenario.plan), key=lambda item: item[1].day)


def _unplannable(annotation: Any, old: Any, new: Any, path: str) -> Iterator[str]:
    """Paths of what differs between two plain values and carries no mark for the plan."""
    if old == new:
        return
    block = _block_in(annotation)
    if block is not None and isinstance(old, Mapping) and isinstance(new, Mapping):
        for name, field in block.model_fields.items():
            key = field.alias or name
            extra = field.json_schema_extra
            if not (isinstance(extra, Mapping) and extra.get("plan")):
                yield from _unplannable(
                    field.annotation, old.get(key), new.get(key), f"{path}.{key}"
                )
        return
    inside = _items_in(annotation)
    before, after = _by_name(old), _by_name(new)
    if inside is not None and before.keys() == after.keys() and before:
        for name in before:
            yield from _unplannable(inside, before[name], after[name], f"{path}.{name}")
        return
    yield path.lstrip(".")


def _by_name(value: Any) -> dict[str, Any]:
    """Named items of a mapping, or of a list whose items have names."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
        return {str(item.get("name", index)): item for index, item in enumerate(value)}
    return {}


def _block_in(annotation: Any) -> type[BaseModel] | None:
    """The block that an annotation stands for, optional or not."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if getattr(annotation, "__origin__", None) in (dict, tuple):
        return None
    return next((found for part in get_args(annotation) if (found := _block_in(part))), None)


def _items_in(annotation: Any) -> Any:
    """What the values of a mapping or the items of a list are."""
    if getattr(annotation, "__origin__", None) is dict:
        return get_args(annotation)[1]
    if getattr(annotation, "__origin__", None) is tuple:
        return get_args(annotation)[0]
    return None
