"""The reference page of all scenario keys, generated from the models."""

from collections.abc import Iterator, Mapping
from typing import Any

from salessim.scenario.model import Scenario

Schema = Mapping[str, Any]

BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "below {}",
    "maxLength": "at most {} letters",
}
INTRODUCTION = """\
# The keys of a scenario

A block that is absent does not act. Times are working days, 260 a year; money is
in one currency, which `currency` names. A mark under *plan* says that a step of the
`plan` may change the value in mid-run. Written by `make docs`.
"""


def reference_page() -> str:
    """The page, in Markdown."""
    schema = Scenario.model_json_schema()
    parts = [INTRODUCTION, *_block("The scenario", schema)]
    for name, block in schema["$defs"].items():
        if block.get("type") == "object":
            parts += _block(name, block)
    return "\n".join(parts) + "\n"


def _block(name: str, block: Schema) -> Iterator[str]:
    yield f"## {name}\n"
    yield str(block["description"]).split("\n\n")[0].replace("\n", " ") + "\n"
    yield "| key | what | unit, bounds | default | plan |"
    yield "| --- | --- | --- | --- | --- |"
    required = block.get("required", block.get("else", {}).get("required", ()))
    for key, field in block["properties"].items():
        default = "required" if key in required else _default(field)
        plan = "yes" if field.get("plan") else ""
        what = field.get("description", "")
        yield f"| `{key}` | {_kind(field)}{what} | {_limits(field)} | {default} | {plan} |"
    yield ""


def _parts(field: Schema) -> list[Schema]:
    """What a value may be, null left out."""
    options = [part for part in field.get("anyOf", [field]) if part.get("type") != "null"]
    return options or [field]


def _kind(field: Schema) -> str:
    """The block that a value is, or that the items of it are."""
    part = _parts(field)[0]
    by_name: Schema = next(iter(part.get("patternProperties", {}).values()), {})
    inside = part.get("items") or by_name
    reference = part.get("$ref") or inside.get("$ref", "")
    name = reference.rsplit("/", 1)[-1]
    how = {"array": "list of ", "object": "by name: "}.get(part.get("type", ""), "")
    return f"{how}[{name}](#{name.lower()}); " if name else ""


def _limits(field: Schema) -> str:
    words = [str(field["unit"])] if "unit" in field else []
    for part in (field, *_parts(field)):
        words += [text.format(_plain(part[key])) for key, text in BOUNDS.items() if key in part]
        words += [", ".join(map(str, part["enum"]))] if "enum" in part else []
    return ", ".join(dict.fromkeys(words))


def _default(field: Schema) -> str:
    value = field.get("default")
    return "" if value is None or isinstance(value, list | dict) or value == "" else _plain(value)


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
