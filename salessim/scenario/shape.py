"""The shape of a scenario, from its schema: which keys, types, bounds, and defaults go where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

Node = Mapping[str, Any]


@dataclass(frozen=True)
class Shape:
    """A place in a scenario: what may stand there.

    Parameters
    ----------
    node : mapping
        The place's part of the JSON schema.
    blocks : mapping of str to mapping
        The schema of each kind of block.
    """

    node: Node
    blocks: Mapping[str, Node]

    @property
    def keys(self) -> list[str]:
        """The keys of a block; none where names are free, or where there is no block."""
        return list(self._inside.get("properties", ()))

    @property
    def is_collection(self) -> bool:
        """Whether there are items here that go by their names (or, in a plan, by number)."""
        return not self.keys and self._inside.get("type") in ("object", "array")

    @property
    def is_whole(self) -> bool:
        """Whether only a whole number may stand here."""
        return self._inside.get("type") == "integer"

    @property
    def is_money(self) -> bool:
        """Whether an amount of money stands here."""
        return str(self.node.get("unit", "")).startswith("currency")

    @property
    def in_plan(self) -> bool:
        """Whether a plan may change what is here."""
        return bool(self.node.get("plan"))

    @property
    def default(self) -> Any:
        """What is in force where nothing is said; None where that is nothing."""
        return self.node.get("default")

    @property
    def bounds(self) -> dict[str, float]:
        """By the schema's words: minimum, exclusiveMinimum, maximum, exclusiveMaximum."""
        names = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
        return {name: self._inside[name] for name in names if name in self._inside}

    @property
    def choices(self) -> list[str]:
        """The words that may stand here, where they are few."""
        return list(self._inside.get("enum", ()))

    @property
    def kind(self) -> str:
        """In JSON's words: object, array, string, number, integer, boolean; date for a date."""
        inside = self._inside
        return str(inside.get("format") or inside.get("type", ""))

    @property
    def needs(self) -> list[str]:
        """The keys that a block can't do without."""
        inside = self._inside
        return list(inside.get("required", ()))

    def below(self, word: int | str) -> "Shape | None":
        """What may stand at a key or an item; None where there is no such key."""
        inside = self._inside
        if "properties" in inside:
            node = inside["properties"].get(word)
        elif "patternProperties" in inside:
            node = next(iter(inside["patternProperties"].values()))
        else:
            node = inside.get("items", {} if inside.get("additionalProperties") else None)
        return None if node is None else Shape(node, self.blocks)

    def at(self, words: Iterable[int | str]) -> "Shape | None":
        """What may stand at a path; None where it leads nowhere."""
        place: Shape | None = self
        for word in words:
            place = place.below(word) if place else None
        return place

    @property
    def _inside(self) -> Node:
        """The place's own schema, where it may also be null or is named elsewhere."""
        options = [part for part in self.node.get("anyOf", ()) if part.get("type") != "null"]
        node: Node = options[0] if options else self.node
        if "$ref" in node:
            return self.blocks[node["$ref"].rpartition("/")[2]]
        return node


@cache
def shape_of(model: type[BaseModel]) -> Shape:
    """What may stand in a block, and in all blocks below it.

    Examples
    --------
    >>> from salessim import Scenario
    >>> shape_of(Scenario).at(["team", "ae", "salary_per_year"]).default
    0.0
    """
    schema = model.model_json_schema()
    return Shape(schema, schema.get("$defs", {}))


def without_nulls(shape: Shape, value: Any) -> Any:
    """Plain data without the known keys that are null, which means absent.

    A null at a name that is not known stays, so that it is refused like any other value.
    """
    if isinstance(value, Mapping):
        known = set(shape.keys)
        return {
            key: inside if below is None else without_nulls(below, inside)
            for key, inside in value.items()
            for below in (shape.below(key),)
            if inside is not None or key not in known
        }
    items = shape.below(0) if isinstance(value, list) else None
    return value if items is None else [without_nulls(items, inside) for inside in value]
