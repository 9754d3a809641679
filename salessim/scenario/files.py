"""Scenarios as YAML, read safely: no code, no bombs, no key given twice."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from salessim import resources
from salessim.scenario.problems import Problem, ScenarioError, perhaps, shown

MOST_BYTES = 1_000_000


class _Loader(yaml.SafeLoader):
    """The safe loader, without references (which can grow without end) and double keys."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem=f"references (*{event.anchor}) are not read here; write the value out",
                problem_mark=event.start_mark,
            )
        return super().compose_node(parent, index)

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
    except RecursionError:
        raise _bad(name, "nested too deeply") from None
    except (ValueError, OverflowError) as error:  # such as the date 2026-13-01
        raise _bad(name, f"a value can't be read: {error}") from None


def read(source: str | Path) -> dict[str, Any]:
    """Plain form of a scenario from a preset's name or a file.

    Raises
    ------
    ScenarioError
        Where there is no such thing, or it can't be read.
    """
    raw = parse_yaml(_text_of(source), str(source))
    if not isinstance(raw, dict):
        found = "nothing" if raw is None else shown(raw)
        raise _bad(str(source), f"a scenario is a mapping of keys to values, found {found}")
    return raw


def _text_of(source: str | Path) -> str:
    path = resources.preset(str(source)) or Path(source)
    try:
        size = path.stat().st_size
        if size <= MOST_BYTES:
            return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        hint = perhaps(str(source), resources.presets())
        raise _bad(str(source), f"no preset and no file of this name; {hint}") from None
    except UnicodeDecodeError as error:
        raise _bad(str(path), f"not UTF-8 text (byte {error.start}); is it a scenario?") from None
    except (OSError, ValueError) as error:  # a ValueError for a null byte in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise _bad(shown(str(source)), f"can't be read: {reason}") from None
    raise _bad(str(path), f"{size:,} bytes, at most {MOST_BYTES:,} are read; is it a scenario?")


def write(raw: dict[str, Any]) -> str:
    """YAML text of a plain scenario."""
    return yaml.safe_dump(raw, sort_keys=False, allow_unicode=True, width=100)


def _bad(name: str, message: str) -> ScenarioError:
    return ScenarioError([Problem(name, message)])
