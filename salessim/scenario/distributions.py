"""The distributions that a scenario can use, given by their mean or by low, mode, and high.

What a distribution does with a lead's luck is `market`'s to know.
"""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, Strict, model_validator
from pydantic_core import PydanticCustomError

from salessim.scenario.base import Block

Shape = Literal["constant", "exponential", "gamma", "lognormal", "triangular"]
Amount = Annotated[float, Strict(), Field(ge=0, le=1e12, allow_inf_nan=False)]

PARAMETERS: dict[Shape, tuple[str, ...]] = {
    "constant": ("mean",),
    "exponential": ("mean",),
    "gamma": ("mean", "cv"),
    "lognormal": ("mean", "cv"),
    "triangular": ("low", "mode", "high"),
}
CORNERS = ("mean", "low", "mode", "high")


def _in(unit: str) -> ConfigDict:
    """Keys that carry the unit: `mean_hours`, `low_hours`; the cv has none."""
    return ConfigDict(
        alias_generator=lambda field: f"{field}_{unit}" if field in CORNERS else field,
        validate_by_name=False,
        validate_by_alias=True,
    )


class Distribution(Block):
    """A distribution of amounts that can't be negative.

    `constant` and `exponential` take a mean; `gamma` and `lognormal` a mean and a
    coefficient of variation (cv, standard deviation over mean); `triangular` its
    low end, mode and high end.
    """

    distribution: Shape = Field(description="constant, exponential, gamma, lognormal, triangular")
    mean: Amount | None = Field(None, description="mean (not for triangular)")
    cv: Annotated[float, Strict(), Field(ge=0, le=10, allow_inf_nan=False)] = Field(
        1.0, description="standard deviation over mean (gamma, lognormal)"
    )
    low: Amount | None = Field(None, description="low end (triangular)")
    mode: Amount | None = Field(None, description="most frequent value (triangular)")
    high: Amount | None = Field(None, description="high end (triangular)")

    @property
    def average(self) -> float:
        """The mean, in the distribution's unit, of whatever shape.

        Examples
        --------
        >>> Hours(distribution="triangular", low_hours=1, mode_hours=2, high_hours=6).average
        3.0
        """
        if self.distribution == "triangular":
            return ((self.low or 0.0) + (self.mode or 0.0) + (self.high or 0.0)) / 3
        return self.mean or 0.0

    @classmethod
    def key(cls, parameter: str) -> str:
        """The key of a parameter in a scenario file, unit included."""
        return cls.model_fields[parameter].alias or parameter

    @model_validator(mode="after")
    def _parameters_fit(self) -> Self:
        wanted = PARAMETERS[self.distribution]
        needed = [name for name in wanted if name != "cv"]
        absent = [self.key(name) for name in needed if getattr(self, name) is None]
        strange = [
            self.key(name)
            for name in sorted(self.model_fields_set - {"distribution"})
            if name not in wanted and getattr(self, name) is not None
        ]
        if absent or strange:
            takes = ", ".join(map(self.key, wanted))
            faults = [f"needs {name}" for name in absent] + [f"takes no {name}" for name in strange]
            raise PydanticCustomError(
                "parameters",
                "{text}",
                {"text": f"{self.distribution} {' and '.join(faults)}; its keys: {takes}"},
            )
        if self.distribution == "triangular":
            low, mode, high = self.low or 0.0, self.mode or 0.0, self.high or 0.0
            if not low <= mode <= high:
                raise PydanticCustomError(
                    "order",
                    "{text}",
                    {"text": f"must have low <= mode <= high, not {low:g}, {mode:g}, {high:g}"},
                )
        return self


class Hours(Distribution):
    """A distribution of working hours."""

    model_config = _in("hours")


class Days(Distribution):
    """A distribution of working days."""

    model_config = _in("days")


class Money(Distribution):
    """A distribution of amounts of money, in the scenario's currency."""
