"""The blocks of a scenario that have a time: steps of the plan, and days of training."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator
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


class Dated(Block):
    """What has its time: a working day or a date."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["day"]}, {"required": ["date"]}]}
    )

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
    """A dated change of the scenario."""

    set: Annotated[dict[str, PlainValue], AfterValidator(Named), Field(min_length=1)] = Field(
        description="dotted path to new value, as on the command line"
    )
