"""What the commands' options share: how they are declared, read, and spoken of."""

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from salessim.experiment import Limits, Workers
from salessim.output import PLAIN, CsvStyle, excel_style
from salessim.scenario import Problem, Scenario, ScenarioError
from salessim.scenario.files import thousands_problem
from salessim.scenario.messages import number_meant
from salessim.scenario.notes import notes_between, notes_on_changes, notes_on_file
from salessim.scenario.paths import Words, read_key
from salessim.scenario.shape import shape_of
from salessim.scenario.yaml_text import Mark, Marks, parse_marked
from salessim.simulate import Engine

Source = Annotated[str, typer.Argument(metavar="SCENARIO", help="a preset's name or a YAML file")]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="set a value, as team.ae.count=9, or change it, as team.ae.count+=2; several apply "
        "together",
    ),
]
Seed = Annotated[int, typer.Option(metavar="N", help="seed of the random draws")]
Replications = Annotated[
    int, typer.Option(metavar="N", help="runs of each scenario, each with luck of its own")
]
WhichEngine = Annotated[Engine, typer.Option(help="what simulates")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="folder for the results")]
Force = Annotated[bool, typer.Option("--force", help="replace results of another run")]
SECOND_PAIR = re.compile(r"[,\s]\s*[A-Za-z_][\w -]*(\.[\w *-]+)+\s*[*+-]?=")  # another PATH=
ForExcel = Annotated[
    bool,
    typer.Option("--for-excel", help="CSV files as Excel on this computer opens them"),
]
FLAGS = ("--force", "--resume", "--for-excel")
OF_NO_CONSEQUENCE = (
    *FLAGS, "--out", "--workers", "--cluster", "--engine", "--time-limit", "--memory-limit",
)  # fmt: skip

Count = Annotated[
    int | None, typer.Option(metavar="N", help="runs at a time; by default one per core")
]
Cluster = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="a Dask scheduler, as tcp://127.0.0.1:8786")
]
Seconds = Annotated[
    float | None, typer.Option("--time-limit", metavar="SECONDS", help="that one run may take")
]
Megabytes = Annotated[
    float | None,
    typer.Option("--memory-limit", metavar="MB", help="of a run's process"),
]


def loaded(source: str, changes: list[str] | None = None) -> Scenario:
    """A scenario with `--set PATH=VALUE` options carried out; changes without effect are said.

    Raises
    ------
    ScenarioError
        With every problem in it, or in the options.
    """
    base = Scenario.load(source)
    say_notes(notes_on_file(source))
    scenario = changed(base, changes)
    say_notes(notes_between(base, scenario))
    return scenario


def changed(base: Scenario, changes: list[str] | None) -> Scenario:
    """A scenario with `--set PATH=VALUE` options carried out; those that change nothing are said.

    Raises
    ------
    ScenarioError
        With every problem in the options.
    """
    if not changes:
        return base
    values = read_pairs("--set", changes)
    scenario = base.replace(values)
    say_notes(notes_on_changes(base, values, "--set "))
    return scenario


def read_pairs(option: str, texts: list[str] | None, as_list: bool = False) -> dict[str, Any]:
    """Values by path, of options PATH=VALUE; as lists, where VALUE is several with commas.

    A path with `*`, `+` or `-` before the equals sign changes a number relative to what it is.

    Raises
    ------
    ScenarioError
        With every problem in them.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for given in texts or []:
        try:
            path, value = _read_pair(option, given, as_list)
            if path in values:
                raise _refused(f"{option} {path}", "is given twice; keep one")
            values[path] = value
        except ScenarioError as error:
            problems.extend(error.problems)
    if problems:
        raise ScenarioError(problems)
    return values


def _read_pair(option: str, given: str, as_list: bool) -> tuple[str, Any]:
    """Path and value of one option."""
    example = "team.ae.count=4,6,8" if as_list else "team.ae.count=9"
    path, equals, text = given.partition("=")
    if not equals or not path.strip():
        slip = re.fullmatch(r"\s*([\w.*-]+)\s*[: ]\s*([^\s:]+)\s*", given)
        way_out = f"write {slip[1]}={slip[2]}" if slip else f"as {example}"
        raise _refused(f"{option} {given}", f"must be PATH=VALUE, {way_out}")
    key = path.strip()
    if key.endswith(("*", "+", "-")) and not key.endswith(".*"):
        key += "="
    place = f"{option} {key}"
    if not text.strip():
        raise _refused(place, "has no value; null switches a block off")
    second = SECOND_PAIR.search(text)
    if second and not text.lstrip().startswith(("{", "[", "'", '"')):
        first, rest = text[: second.start()].strip(), text[second.start() :].strip(", ")
        separate = f"{option} {path.strip()}={first} {option} {rest}"
        raise _refused(f"{option} {given}", f"takes one path at a time; write {separate}")
    value, marks = parse_marked(f"[{text}]" if as_list else text, place)
    texts = [item.strip() for item in text.split(",")] if as_list else [text.strip()]
    _refuse_thousands(option, read_key(key)[0], [Mark(1, item) for item in texts], marks)
    return key, value


def _refuse_thousands(option: str, words: Words, given: list[Mark], inside: Marks) -> None:
    """Refuse an amount of money such as 95.000, which may mean two things."""
    path = ".".join(words)
    marks = [(path, mark) for mark in given]
    marks += [(f"{path}.{below}", mark) for below, mark in inside.items()]
    shape = shape_of(Scenario)
    found = (thousands_problem(place, mark, shape) for place, mark in marks)
    problems = [Problem(f"{option} {p.path}", p.message) for p in found if p is not None]
    if problems:
        raise ScenarioError(problems)


def _refused(place: str, message: str) -> ScenarioError:
    return ScenarioError([Problem(place, message)])


def share(given: object) -> float:
    """A share that an option takes; the parser of such options."""
    text = str(given)
    try:
        return float(text)
    except ValueError:
        number = number_meant(text)
        way_out = f"; write {number}" if number else ""
        raise typer.BadParameter(f"{text!r} is not a share such as 0.8{way_out}") from None


def workers_of(
    count: int | None,
    cluster: str | None,
    engine: Engine,
    seconds: float | None,
    megabytes: float | None,
) -> Workers:
    """Who makes the runs of a study."""
    if count is not None and cluster is not None:
        raise ScenarioError(
            [Problem("--workers", "can't be used with --cluster; keep one of them")]
        )
    return Workers(count, cluster, engine, Limits(seconds, megabytes))


def csv_style(for_excel: bool) -> CsvStyle:
    """How CSV files are written."""
    return excel_style() if for_excel else PLAIN


def command(**named: object) -> list[str]:
    """What was typed, without what changes no result; some options are always named."""
    left_out = {*OF_NO_CONSEQUENCE, *(f"--{name}" for name in named)}
    given = [os.fsencode(word).decode("utf-8", "replace") for word in sys.argv[1:]]
    kept, words = ["salessim"], iter(given)
    for word in words:
        option, equals, _ = word.partition("=")
        if option in left_out:
            if not equals and option not in FLAGS:
                next(words, None)
        else:
            kept.append(word)
    always = [word for name, value in named.items() for word in (f"--{name}", str(value))]
    return [*kept, *always, "--out", "DIR"]


def say_notes(notes: Iterable[str]) -> None:
    """Tell what is not wrong, and should be known."""
    for note in dict.fromkeys(notes):
        say(f"note: {note}")


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, file=sys.stderr, flush=True)
