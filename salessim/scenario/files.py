"""Scenarios as YAML, read safely: no code, no bombs, no key given twice.

Plain words are read as YAML 1.2 does: 010 is ten, 1e9 a number, and 1:30, yes and no
are text.
"""

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any, ClassVar

import yaml

from salessim import resources
from salessim.scenario.paths import apply_changes
from salessim.scenario.problems import Problem, ScenarioError, perhaps, shown

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
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} stands here for the second time",
                    problem_mark=key_node.start_mark,
                )
            seen.add(key if isinstance(key, Hashable) else id(key))
        return super().construct_mapping(node, deep)


def _date_or_text(loader: _Loader, node: yaml.ScalarNode) -> Any:
    """A date; one that there is not stays text, for the scenario to say where it stands."""
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
        problem=f"{node.tag.rpartition(':')[2]} is no kind of value here",
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
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise _bad(name, f"longer than {MOST_BYTES:,} bytes; a scenario is some hundred lines")
    try:
        return yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise _bad(name, f"{place}{error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise _bad(name, f"not YAML: {' '.join(str(error).split())}") from None
    except (ValueError, OverflowError) as error:  # such as the date 2026-13-01
        raise _bad(name, f"a value can't be read: {error}") from None


def read(source: str | Path) -> tuple[dict[str, Any], list[Problem]]:
    """Plain form of a scenario from a preset's name or a file, and paths that lead nowhere.

    A file may say what differs from another, with `based_on` (a preset's name, or
    a file beside it) and `changes` (dotted paths to values).

    Raises
    ------
    ScenarioError
        Where there is no such thing, or it can't be read.
    """
    return _read(source, ())


def _read(source: str | Path, readers: tuple[Path, ...]) -> tuple[dict[str, Any], list[Problem]]:
    raw = parse_yaml(_text_of(source), str(source))
    if not isinstance(raw, dict):
        found = "nothing" if raw is None else shown(raw)
        raise _bad(str(source), f"a scenario is a mapping of keys to values, found {found}")
    if "based_on" not in raw:
        return raw, []
    strange = [key for key in raw if key not in ("name", "description", "based_on", "changes")]
    if strange:
        raise _bad(f"{source}: {strange[0]}", "beside based_on, put what differs under changes")
    changes = raw.get("changes") or {}
    if not isinstance(changes, dict) or not isinstance(raw["based_on"], str):
        raise _bad(str(source), "based_on is a name, and changes a mapping of paths to values")
    file = (resources.preset(str(source)) or Path(source)).resolve()
    if file in readers:
        raise _bad(str(source), "is based on itself, by way of others")
    base, problems = _read(_beside(source, raw["based_on"]), (*readers, file))
    labels = {key: raw[key] for key in ("name", "description") if key in raw}
    named = {str(path): value for path, value in changes.items()}
    result, more = apply_changes(base, named)
    return result | labels, problems + more


def _beside(source: str | Path, name: str) -> str | Path:
    """A preset by its name; else a file, seen from the folder of the one that names it."""
    return name if resources.preset(name) else Path(source).parent / name


def _text_of(source: str | Path) -> str:
    path = resources.preset(str(source)) or Path(source)
    try:
        size = path.stat().st_size
        if size <= MOST_BYTES:
            return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        hint = perhaps(Path(source).name, resources.presets())
        raise _bad(str(source), f"no preset and no file of this name; {hint}") from None
    except UnicodeDecodeError as error:
        raise _bad(str(path), f"not UTF-8 text (byte {error.start}); is it a scenario?") from None
    except (OSError, ValueError) as error:  # a ValueError for a null byte in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise _bad(shown(str(source)), f"can't be read: {reason}") from None
    raise _bad(str(path), f"{size:,} bytes, at most {MOST_BYTES:,} are read; is it a scenario?")


def write(raw: dict[str, Any]) -> str:
    """YAML text of a plain scenario."""
    return str(yaml.dump(raw, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100))


def _bad(name: str, message: str) -> ScenarioError:
    return ScenarioError([Problem(name, message)])
