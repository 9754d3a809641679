"""The base of all scenario blocks: frozen, strict fields with units and bounds."""

from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
)

from salessim.scenario.plain import whole

T = TypeVar("T")
FROZEN = "a scenario can't be changed; make another with scenario.replace({...})"


class Block(BaseModel):
    """A block of a scenario; keys that it does not know are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            raise TypeError(FROZEN)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> NoReturn:
        raise TypeError(FROZEN)


class Named(dict[str, T]):
    """Named things of one kind, in the order in which they were given, that can't be changed."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(FROZEN)

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type, tuple[list[tuple[str, T]]]]:
        return (type(self), (list(self.items()),))


# A name is a word in paths (so no dots), tables and file names.
Name = Annotated[str, Strict(), StringConstraints(pattern=r"^\w[\w -]*$", max_length=60)]
NamedBlocks = Annotated[dict[Name, T], AfterValidator(Named)]
Share = Annotated[float, Strict(), Field(ge=0, le=1, allow_inf_nan=False)]
Whole = Annotated[int, Strict(), BeforeValidator(whole)]
People = Annotated[int, Strict(), Field(ge=0, le=10_000), BeforeValidator(whole)]


def plannable(default: Any = ..., *, unit: str | None = None, **bounds: Any) -> Any:
    """A field that a `plan` may change in mid-run; the mark is in the schema."""
    return quantity(default, unit=unit, plan=True, **bounds)


def quantity(
    default: Any = ..., *, unit: str | None = None, plan: bool = False, **bounds: Any
) -> Any:
    """A field with its unit, its bounds and, where a plan may change it, a mark."""
    extra: dict[str, Any] = {"unit": unit} if unit else {}
    if plan:
        extra["plan"] = True
    return Field(default, json_schema_extra=extra or None, **bounds)
