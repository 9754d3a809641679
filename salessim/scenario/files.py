"""Read scenario files and presets, whole or based on another, and remember each value's line."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from salessim import resources
from salessim.scenario.messages import thousands_meant
from salessim.scenario.paths import apply_changes
from salessim.scenario.problems import Problem, ScenarioError, nearest, shown
from salessim.scenario.shape import Shape
from salessim.scenario.yaml_text import MOST_BYTES, Mark, Marks, parse_marked, parse_yaml, write

__all__ = ["MOST_BYTES", "Reading", "basis_of", "parse_yaml", "read", "write"]

LIKENESS = 0.7  # of a file's name, to be the one that was meant
BESIDE_BASE = ("name", "description", "based_on", "changes")


@dataclass(frozen=True)
class Reading:
    """The contents of a file before validation.

    Parameters
    ----------
    raw : dict
        Plain form of the scenario.
    problems : list of Problem
        Unknown paths, and ambiguous amounts such as 95.000.
    lines : dict of str to str
        File and line of each value, by dotted path.
    lost : list of Problem
        What changes of whole blocks took away; presets mean it.
    """

    raw: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, str] = field(default_factory=dict)
    lost: list[Problem] = field(default_factory=list)

    def located(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """The problems, each with the file and line of the nearest value on its path."""
        for problem in problems:
            words = problem.path.split(".")
            ends = range(len(words), 0, -1)
            places = (self.lines.get(".".join(words[:end]), "") for end in ends)
            where = problem.where or next(filter(None, places), "")
            yield replace(problem, where=where)


def read(source: str | Path, shape: Shape) -> Reading:
    """Read a preset or a file as plain data, without validating it.

    A file may be based on another: `based_on` names a preset or a file in the same folder,
    and `changes` lists what differs, by dotted path.

    Parameters
    ----------
    source : str or Path
    shape : Shape
        What a scenario may have where.

    Raises
    ------
    ScenarioError
        If it doesn't exist or can't be read.
    """
    return _read(source, shape, ())


def basis_of(source: str | Path) -> tuple[str | Path, Mapping[str, Any]] | None:
    """The preset or file that a file is based on, and its changes; None if it stands alone."""
    raw, _ = parse_marked(_text_of(source), str(source))
    if not isinstance(raw, dict) or "based_on" not in raw:
        return None
    return _beside(source, str(raw["based_on"])), raw.get("changes") or {}


def _read(source: str | Path, shape: Shape, readers: tuple[Path, ...]) -> Reading:
    raw, marks = parse_marked(_text_of(source), str(source))
    if not isinstance(raw, dict):
        found = "nothing" if raw is None else shown(raw)
        raise _bad(str(source), f"must be a scenario: keys with their values; found {found}")
    lines = {path: f"{Path(source).name}, line {mark.line}" for path, mark in marks.items()}
    problems = [*_thousands(marks, shape)]
    if "based_on" not in raw:
        return Reading(raw, problems, lines)
    file = (resources.preset(str(source)) or Path(source)).resolve()
    if file in readers:
        raise _bad(str(source), "is based on itself, by way of other files")
    changes = _changes_in(raw, source)
    base = _read(_beside(source, raw["based_on"]), shape, (*readers, file))
    done = apply_changes(base.raw, changes, shape)
    found_here = Reading({}, lines={p.removeprefix("changes."): line for p, line in lines.items()})
    labels = {key: raw[key] for key in ("name", "description") if key in raw}
    set_here = {path: found_here.lines.get(key, "") for path, key in done.keys.items()}
    kept = {path: line for path, line in base.lines.items() if not _within(path, done.keys)}
    return Reading(
        done.raw | labels,
        [*base.problems, *problems, *found_here.located(done.problems)],
        {**kept, **found_here.lines, **set_here},
        [*base.lost, *([] if resources.preset(str(source)) else found_here.located(done.lost))],
    )


def _changes_in(raw: Mapping[str, Any], source: str | Path) -> dict[str, Any]:
    strange = [key for key in raw if key not in BESIDE_BASE]
    if strange:
        raise _bad(f"{source}: {strange[0]}", "in a file with based_on, put this under changes")
    changes = raw.get("changes") or {}
    if not isinstance(raw["based_on"], str):
        raise _bad(
            f"{source}: based_on", "must be the name of a preset or of a file beside this one"
        )
    if not isinstance(changes, dict):
        wanted = "must be a block of paths with their values, as team.ae.count: 9"
        raise _bad(f"{source}: changes", wanted)
    return {str(path): value for path, value in changes.items()}


def _within(path: str, above: Iterable[str]) -> bool:
    return any(path == one or path.startswith(f"{one}.") for one in above)


def _thousands(marks: Marks, shape: Shape) -> Iterator[Problem]:
    """Find amounts such as 95.000, which could mean 95 or 95 thousand."""
    for path, mark in marks.items():
        problem = thousands_problem(path, mark, shape)
        if problem is not None:
            yield problem


def thousands_problem(path: str, mark: Mark, shape: Shape) -> Problem | None:
    """The problem with an ambiguous amount of money; None if it is clear."""
    thousands = thousands_meant(mark.text)
    words = path.removeprefix("changes.").split(".")
    if words[0] == "plan" and words[2:3] == ["set"]:
        words = words[3:]
    places = [shape.at(words[:end]) for end in range(1, len(words) + 1)] if thousands else []
    if not any(place is not None and place.is_money for place in places):
        return None
    return Problem(path, f"{mark.text} may mean {float(mark.text):g} or {thousands}; "
                   "write one or the other")  # fmt: skip


def _beside(source: str | Path, name: str) -> str | Path:
    """A preset, or a file relative to the folder of the file that names it."""
    return name if resources.preset(name) else Path(source).parent / name


def _text_of(source: str | Path) -> str:
    path = resources.preset(str(source)) or Path(source)
    try:
        size = path.stat().st_size
        if size <= MOST_BYTES:
            return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise _bad(str(source), f"no preset and no file of this name; {_near(path)}") from None
    except IsADirectoryError:
        raise _bad(str(path), "is a folder; name a file in it, or a preset") from None
    except UnicodeDecodeError as error:
        raise _bad(str(path), f"not UTF-8 text (byte {error.start}); is it a scenario?") from None
    except (OSError, ValueError) as error:  # a ValueError for a null byte in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise _bad(shown(str(source)), f"can't be read: {reason}") from None
    raise _bad(str(path), f"{size:,} bytes, at most {MOST_BYTES:,} are read; is it a scenario?")


def _near(path: Path) -> str:
    """Suggest the preset, or the file in the same folder, that was probably meant."""
    files = {str(file): file for end in ("yaml", "yml") for file in path.parent.glob(f"*.{end}")}
    whole = [name for name, file in files.items() if file.stem == path.name]
    if whole:
        return f"did you mean {whole[0]!r}?"
    presets = resources.presets()
    by_stem = {preset: preset for preset in presets}
    by_stem |= {file.stem: file.name for file in files.values()}
    near = nearest(path.stem, by_stem, LIKENESS)  # without the ending, in which all are alike
    return f"did you mean {by_stem[near]!r}?" if near else f"known: {', '.join(presets)}"


def _bad(name: str, message: str) -> ScenarioError:
    return ScenarioError([Problem(name, message)])
