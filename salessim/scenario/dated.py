"""The blocks of a scenario that have a time: steps of the plan, and days of training."""

import re
from datetime import date
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic_core import PydanticCustomError

from salessim.scenario.base import Block, Name, Named, quantity
from salessim.scenario.blocks import Date, Number
from salessim.scenario.plain import is_date
from salessim.scenario.problems import shown


def _plain(value: Any, levels: int = 40) -> Any:
    """A value that a scenario file can hold."""
    if levels == 0:
        raise ValueError("is nested too deeply")
    if isinstance(value, dict):
        return {str(key): _plain(inside, levels - 1) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inside, levels - 1) for inside in value]
    if value is None or isinstance(value, bool | int | float | str | date):
        return value
    raise ValueError(f"{shown(value)} can't be written in a scenario")


PlainValue = Annotated[Any, AfterValidator(_plain)]


DAY_OR_DATE: dict[str, Any] = {"oneOf": [{"required": ["day"]}, {"required": ["date"]}]}
SET_OR_LEAVE = {"anyOf": [{"required": ["set"]}, {"required": ["leave"]}]}


def _a_position(name: Any) -> Any:
    """A role and a number among those of the role, from 1."""
    if isinstance(name, str) and re.fullmatch(r"\w[\w -]*-[1-9][0-9]{0,4}", name):
        return name
    text = f"must be a position, a role with a number such as ae-3, not {shown(name)}"
    raise PydanticCustomError("position", "{text}", {"text": text})


class Dated(Block):
    """What has its time: a working day or a date."""

    model_config = ConfigDict(json_schema_extra=DAY_OR_DATE)

    day: Number | None = quantity(
        None,
        unit="working days since day 0",
        ge=0,
        le=100_000,
        description="when it takes effect; or give a date",
    )
    date: Date | None = Field(
        None, description="when it takes effect; a day off means the next working day"
    )

    @model_validator(mode="before")
    @classmethod
    def _a_date_as_day_is_a_date(cls, raw: Any) -> Any:
        """What people write who think in dates: `day: 2026-04-01`."""
        if isinstance(raw, dict) and is_date(raw.get("day")) and "date" not in raw:
            return {"date" if key == "day" else key: value for key, value in raw.items()}
        return raw

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if (self.day is None) == (self.date is None):
            given = (
                "needs a day or a date" if self.day is None else "takes a day or a date, not both"
            )
            text = f"{given}: day: 62 (a working day) or date: 2026-04-01"
            raise PydanticCustomError("date_or_day", "{text}", {"text": text})
        return self


class Training(Dated):
    """A day on which the people of a role learn instead of working on leads.

    What they learn improves nothing yet: only the time is gone. Who is at work on that day
    begins when the work in hand is done.
    """

    role: Name = Field(description="who learns: everyone of the role who is there on that day")
    hours: Number = quantity(
        unit="available hours of each person",
        ge=0,
        le=1000,
        description="how long it takes; what is more than a day goes on the day after",
    )


class PlanStep(Dated):
    """A dated change of the scenario, someone who leaves, or both: then that comes first."""

    model_config = ConfigDict(json_schema_extra=DAY_OR_DATE | SET_OR_LEAVE)

    set: Annotated[dict[str, PlainValue], AfterValidator(Named), Field(min_length=1)] = Field(
        default_factory=Named, description="dotted path to new value, as on the command line"
    )
    leave: Annotated[str, BeforeValidator(_a_position)] | None = Field(
        None,
        description="a position, such as ae-3: the person who holds it then leaves when the work "
        "in hand is done",
    )

    @property
    def position(self) -> tuple[str, int] | None:
        """Role and number, from 0, of the position that someone leaves."""
        if self.leave is None:
            return None
        role, _, number = self.leave.rpartition("-")
        return role, int(number) - 1

    def without_set(self) -> Self:
        """The step as far as it says who leaves."""
        given = self.model_dump(mode="json", exclude={"set"}, exclude_unset=True)
        return type(self).model_validate(given)

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not self.set and self.leave is None:
            text = "needs set, leave, or both: set: {team.ae.count: 9}, or leave: ae-3"
            raise PydanticCustomError("set_or_leave", "{text}", {"text": text})
        return self


class Hiring(Block):
    """What it takes to fill a position that someone has left; absent, it stays empty for good."""

    lead_days: Number = quantity(
        unit="working days",
        ge=0,
        le=10_000,
        description="from the day on which someone leaves until a successor starts",
    )
    cost: Number = quantity(
        0.0, unit="currency", ge=0, le=1e9, description="of filling, when the successor starts"
    )
