"""What the commands' options share: how they are declared, read, and spoken of."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from salessim.experiment import Limits, Workers
from salessim.scenario import Problem, Scenario, ScenarioError
from salessim.scenario.files import parse_yaml
from salessim.simulate import Engine

Source = Annotated[str, typer.Argument(metavar="SCENARIO", help="a preset's name or a YAML file")]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="set a value, as team.ae.count=9; repeatable"),
]
Seed = Annotated[int, typer.Option(metavar="N", help="whose luck")]
Replications = Annotated[
    int, typer.Option(metavar="N", help="runs of each scenario, each with luck of its own")
]
WhichEngine = Annotated[Engine, typer.Option(help="what simulates")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="folder for the results")]
Force = Annotated[bool, typer.Option("--force", help="replace results of another run")]
FLAGS = ("--force", "--resume")
OF_NO_CONSEQUENCE = (
    *FLAGS, "--out", "--workers", "--cluster", "--engine", "--time-limit", "--memory-limit",
)  # fmt: skip

Count = Annotated[int | None, typer.Option(metavar="N", help="runs at a time; absent, one a core")]
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


def changed(scenario: Scenario, changes: list[str] | None) -> Scenario:
    """A scenario with `--set PATH=VALUE` options carried out.

    Raises
    ------
    ScenarioError
        With every problem in the options.
    """
    return scenario.replace(read_pairs("--set", changes)) if changes else scenario


def read_pairs(option: str, texts: list[str] | None, as_list: bool = False) -> dict[str, Any]:
    """Values by path, of options PATH=VALUE; as lists, where VALUE is several with commas.

    Raises
    ------
    ScenarioError
        With every problem in them.
    """
    example = "4,6,8" if as_list else "9"
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for given in texts or []:
        path, equals, text = given.partition("=")
        place = f"{option} {path}"
        if not equals or not path:
            wanted = f"expected PATH=VALUE, as team.ae.count={example}"
            problems.append(Problem(f"{option} {given}", wanted))
            continue
        if path in values:
            problems.append(Problem(place, "is given twice; which one do you mean?"))
        if not text.strip():
            problems.append(Problem(place, "no value; null switches a block off"))
            continue
        try:
            values[path] = parse_yaml(f"[{text}]" if as_list else text, place)
        except ScenarioError as error:
            problems.extend(error.problems)
    if problems:
        raise ScenarioError(problems)
    return values


def workers_of(
    count: int | None,
    cluster: str | None,
    engine: Engine,
    seconds: float | None,
    megabytes: float | None,
) -> Workers:
    """Who makes the runs of a study."""
    if count is not None and cluster is not None:
        raise ScenarioError([Problem("--workers", "goes without --cluster: which one makes runs?")])
    return Workers(count, cluster, engine, Limits(seconds, megabytes))


def command() -> list[str]:
    """What was typed, without what changes no result."""
    kept, words = ["salessim"], iter(sys.argv[1:])
    for word in words:
        option, equals, _ = word.partition("=")
        if option in OF_NO_CONSEQUENCE:
            if not equals and option not in FLAGS:
                next(words, None)
        else:
            kept.append(word)
    return [*kept, "--out", "DIR"]


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, file=sys.stderr, flush=True)
