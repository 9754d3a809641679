"""Pydantic's errors as problems: the path with names, the value, what was expected."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from salessim.scenario.problems import Problem, perhaps, shown

Place = tuple[int | str, ...]


def complaints(
    model: type[BaseModel], raw: Mapping[str, Any], error: ValidationError
) -> list[Problem]:
    """The problems in pydantic's error, in the words of this kit."""
    found = error.errors(include_url=False)
    return [
        Problem(_dotted(raw, one["loc"]), _message(model, one))
        for one in found
        if not (one["type"] == "too_short" and _any_below(one["loc"], found))
    ]


def _any_below(loc: Place, found: Sequence[Mapping[str, Any]]) -> bool:
    """Whether items were dropped for errors of their own, which makes a list too short."""
    return any(other["loc"][: len(loc)] == loc and other["loc"] != loc for other in found)


def _dotted(raw: Any, loc: Place) -> str:
    """Dotted path, in which a list item goes by its name."""
    words = []
    for word in loc:
        if word == "[key]":  # how pydantic marks that it speaks of the key
            continue
        inside = _below(raw, word)
        named = isinstance(word, int) and isinstance(inside, Mapping) and inside.get("name")
        words.append(str(named or word))
        raw = inside
    return ".".join(words)


def _below(raw: Any, word: int | str) -> Any:
    if isinstance(raw, Mapping):
        return raw.get(word)
    if isinstance(raw, Sequence) and isinstance(word, int) and word < len(raw):
        return raw[word]
    return None


def _message(model: type[BaseModel], found: Mapping[str, Any]) -> str:
    kind, loc, value = found["type"], found["loc"], shown(found["input"])
    context = found.get("ctx", {})
    match kind:
        case "extra_forbidden":
            return f"unknown key; {perhaps(str(loc[-1]), _keys(model, loc[:-1]))}"
        case "missing":
            return "is missing"
        case "literal_error":
            wanted = context["expected"].replace("'", "").replace(" or ", ", ").split(", ")
            return f"{value} is not among the choices; {perhaps(str(found['input']), wanted)}"
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            sign = {
                "greater_than": "above",
                "greater_than_equal": "at least",
                "less_than": "below",
                "less_than_equal": "at most",
            }[kind]
            return f"{value} is out of bounds; it must be {sign} {next(iter(context.values())):g}"
        case "string_pattern_mismatch":
            return f"{value} is no name; use letters, digits, spaces, - and _"
        case "value_error":
            return str(context["error"])
        case "parameters" | "order":
            return str(found["msg"])
    return f"{value} is of the wrong kind; {_expected(kind, found['msg'])}"


def _expected(kind: str, message: str) -> str:
    words = {
        "int_type": "expected a whole number",
        "int_from_float": "expected a whole number",
        "float_type": "expected a number",
        "finite_number": "expected a finite number",
        "string_type": "expected a word (in quotes if it looks like a number)",
        "bool_type": "expected true or false",
        "dict_type": "expected a mapping of names to values",
        "model_type": "expected a mapping of keys to values",
        "model_attributes_type": "expected a mapping of keys to values",
        "tuple_type": "expected a list",
        "list_type": "expected a list",
        "too_short": "expected at least one",
    }
    if kind.startswith("date"):
        return "expected a date such as 2026-01-05"
    return words.get(kind, message[0].lower() + message[1:])


def _keys(model: type[BaseModel], loc: Place) -> list[str]:
    """The keys that the block at a place knows."""
    block = next(_blocks_at(model, loc), None)
    return [field.alias or name for name, field in block.model_fields.items()] if block else []


def _blocks_at(annotation: Any, loc: Place) -> Iterator[type[BaseModel]]:
    """Blocks that an annotation allows at a place below it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not loc:
            yield annotation
        for name, field in annotation.model_fields.items():
            if loc and loc[0] in (name, field.alias):
                yield from _blocks_at(field.annotation, loc[1:])
        return
    origin = getattr(annotation, "__origin__", None)
    through = loc[1:] if origin in (dict, tuple) else loc
    for argument in get_args(annotation):
        yield from _blocks_at(argument, through)
