"""Read YAML safely (no code, no references, no duplicate keys), and remember each value's line.

Plain words are read as YAML 1.2 does: 010 is ten, 1e9 a number, and 1:30, yes and no
are text.
"""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import yaml

from salessim.scenario.messages import number_meant
from salessim.scenario.problems import Problem, ScenarioError
from salessim.scenario.yaml_hints import in_plain_words

MOST_BYTES = 1_000_000
MOST_LEVELS = 40


# What a plain word is (YAML 1.2's core schema, and dates), by its first letters.
PLAIN_WORDS = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("float", r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "-+."),
    ("null", r"~|null|Null|NULL|", ("~", "n", "N", "")),
    ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789"),
)


@dataclass(frozen=True)
class Mark:
    """Where a value stands in a text.

    Parameters
    ----------
    line : int
        Counted from 1.
    text : str
        As it was written; empty for a block or a list.
    """

    line: int
    text: str


Marks = dict[str, Mark]  # by dotted path


class _Plain:
    """Reads and writes plain words alike; mixed into PyYAML's safe classes."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


class _Dumper(_Plain, yaml.SafeDumper):
    """The safe dumper, which puts into quotes what would be read as something else."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  (references are not read)
        return True


class _Loader(_Plain, yaml.SafeLoader):
    """The safe loader, without references (which can grow without end) and double keys."""

    depth = 0

    def __init__(self, text: str):
        super().__init__(text)
        self.slips: list[tuple[yaml.Mark, str]] = []

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem=f"references (*{event.anchor}) are not read here; write the value out",
                problem_mark=event.start_mark,
            )
        self.depth += 1
        if self.depth > MOST_LEVELS:
            raise yaml.MarkedYAMLError(problem="nested too deeply")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        slips = list(_slips(node))
        if slips:  # said together, once the whole text is read
            self.slips += slips
            return {}
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} is given twice in this block; keep one",
                    problem_mark=key_node.start_mark,
                )
            seen.add(key if isinstance(key, Hashable) else id(key))
        return super().construct_mapping(node, deep)


def _slips(node: yaml.MappingNode) -> Iterator[tuple[yaml.Mark, str]]:
    """Keys in braces that were not meant as keys: after a comma, or without a space."""
    pairs = node.value
    for number, (key, value) in enumerate(pairs):
        if not node.flow_style or not isinstance(key, yaml.ScalarNode) or not _is_empty(value):
            continue
        name, colon, rest = key.value.partition(":")
        if colon and name and rest:
            yield key.start_mark, f"put a space after the colon: {name}: {rest}"
        elif key.value.isdecimal() and number and isinstance(pairs[number - 1][1], yaml.ScalarNode):
            before, first = pairs[number - 1]
            rest = [k.value for k, v in pairs[number:] if k.value.isdecimal() and _is_empty(v)]
            typed = ",".join([first.value, *rest])
            instead = number_meant(typed)
            if instead:
                wrong = f"{typed} has a comma, which separates keys inside braces"
                yield before.start_mark, f"{wrong}; write {before.value}: {instead}"


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.value == "" and node.style is None


def _date_or_text(loader: _Loader, node: yaml.ScalarNode) -> Any:
    """A date; an impossible one stays text, so that the scenario can name its place."""
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        return node.value


def _decimal(_: _Loader, node: yaml.ScalarNode) -> int:
    return int(node.value)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _date_or_text)
_Loader.add_constructor("tag:yaml.org,2002:int", _decimal)
for _kind, _pattern, _first in PLAIN_WORDS:
    for _class in (_Loader, _Dumper):
        _class.add_implicit_resolver(
            f"tag:yaml.org,2002:{_kind}", re.compile(f"(?:{_pattern})$"), list(_first)
        )


def _refuse_tag(_: _Loader, node: yaml.Node) -> None:
    raise yaml.MarkedYAMLError(
        problem=f"tags such as !!{node.tag.rpartition(':')[2]} are not read here; "
        "write a plain value",
        problem_mark=node.start_mark,
    )


for _tag in ("binary", "set", "omap", "pairs"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _refuse_tag)


def parse_yaml(text: str, name: str = "") -> Any:
    """Plain data from YAML text.

    Parameters
    ----------
    text : str
        At most a million bytes.
    name : str
        What messages call it: a file or an option.

    Raises
    ------
    ScenarioError
        With line and column, where the text is not YAML that can be trusted.

    Examples
    --------
    >>> parse_yaml("{count: 8}")
    {'count': 8}
    """
    return parse_marked(text, name)[0]


def parse_marked(text: str, name: str = "") -> tuple[Any, Marks]:
    """As `parse_yaml`, and where each value stands, by dotted path.

    Examples
    --------
    >>> parse_marked("team:\\n  ae: {count: 8}")[1]["team.ae.count"]
    Mark(line=2, text='8')
    """
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise _bad(name, f"longer than {MOST_BYTES:,} bytes; a scenario has some hundred lines")
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            return None, {}
        data = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark, message = in_plain_words(error, text)
        raise _bad(name, f"{_at(mark)}{message}") from None
    except yaml.YAMLError as error:
        raise _bad(name, f"not readable text: {' '.join(str(error).split())}") from None
    except (ValueError, OverflowError) as error:  # such as the date 2026-13-01
        raise _bad(name, f"a value can't be read: {error}") from None
    if loader.slips:
        raise ScenarioError(Problem(name, f"{_at(mark)}{slip}") for mark, slip in loader.slips)
    return data, dict(_marks(node, ""))


def write(raw: dict[str, Any]) -> str:
    """YAML text of a plain scenario."""
    return str(yaml.dump(raw, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100))


def _marks(node: yaml.Node, path: str) -> Iterator[tuple[str, Mark]]:
    """Dotted path of every value below a node, and where it stands; items go by their names."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = f"{path}.{key.value}".lstrip(".")
            text = value.value if isinstance(value, yaml.ScalarNode) else ""
            yield here, Mark(key.start_mark.line + 1, text)
            yield from _marks(value, here)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            pairs = item.value if isinstance(item, yaml.MappingNode) else ()
            names = [value.value for key, value in pairs if key.value == "name"]
            here = f"{path}.{names[0] if names else number}"
            yield here, Mark(item.start_mark.line + 1, "")
            yield from _marks(item, here)


def _at(mark: yaml.Mark | None) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""


def _bad(name: str, message: str) -> ScenarioError:
    return ScenarioError([Problem(name, message)])
