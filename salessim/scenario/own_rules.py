"""A user's own rules in Python, which no file can hold: they go along with a scenario."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from salessim.scenario.problems import Problem, ScenarioError, shown

NAMES = ("priority", "assign", "help")


@dataclass(frozen=True)
class OwnRules:
    """Rules that replace, or add to, those of the model; None leaves the model's own.

    A rule may depend on its arguments only: one that remembers earlier calls makes results
    depend on how many workers share the runs.

    Parameters
    ----------
    priority : function of (lead, now), optional
        Rank of work on a lead that becomes ready; the lowest is started first.
    assign : function of (lead, people), optional
        Who of the idle people takes a lead's work; called where there are several.
    help : function of (lead, stage, now), optional
        Factor on the odds of a try to be answered, or of passing a stage.
    """

    priority: Callable[..., float] | None = None
    assign: Callable[..., Any] | None = None
    help: Callable[..., float] | None = None
    mark: str = field(default_factory=lambda: uuid4().hex)  # no two functions can be told apart

    def __post_init__(self) -> None:
        problems = [
            Problem(name, f"must be a function, not {shown(rule)}")
            for name, rule in self._given()
            if not callable(rule)
        ]
        if problems:
            raise ScenarioError(problems)

    def _given(self) -> list[tuple[str, Any]]:
        rules = [(name, getattr(self, name)) for name in NAMES]
        return [(name, rule) for name, rule in rules if rule is not None]

    def __bool__(self) -> bool:
        return bool(self._given())

    def __str__(self) -> str:
        return ", ".join(f"{name}: {_name(rule)}" for name, rule in self._given())


def _name(rule: Any) -> str:
    """What a function is called."""
    name = getattr(rule, "__name__", type(rule).__name__)
    return "a lambda" if name == "<lambda>" else name
