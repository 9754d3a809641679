"""The `salessim` command.

Exit 0 when done, 2 when what the user gave can't be used, 1 when the program
itself failed.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from salessim import Run, Scenario, ScenarioError, lab, resources, simulate
from salessim.run.files import HalfwayError, OutputError, card_of, check_folder, write_run
from salessim.run.kpis import HEADLINE
from salessim.scenario.files import parse_yaml
from salessim.scenario.problems import Problem
from salessim.simulate import Engine
from salessim.words import written

CANCELLED = 130  # how typer, like a shell, reports Ctrl-C

app = typer.Typer(
    name="salessim",
    help="A sales department that runs on a laptop.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Source = Annotated[str, typer.Argument(metavar="SCENARIO", help="a preset's name or a YAML file")]
Changes = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="set a value, as team.ae.count=9; repeatable"),
]


def main() -> None:
    """Run the command; the console script."""
    try:
        code = app(standalone_mode=False)
    except (ScenarioError, OutputError, lab.LabError) as error:
        _refuse(str(error))
    except HalfwayError as error:
        _say(str(error))
        sys.exit(CANCELLED)
    except typer.TyperException as error:
        _refuse(f"{error.format_message()} (see salessim --help)")
    else:
        if code == CANCELLED:
            _say("cancelled; nothing was written")
        sys.exit(code)


@app.command()
def presets() -> None:
    """List the presets, with one line about each."""
    names = resources.presets()
    width = max(map(len, names))
    for name in names:
        print(f"{name:{width}}  {Scenario.load(name).description}")


@app.command()
def check(source: Source) -> None:
    """Say that a scenario is valid, or every problem in it."""
    scenario = Scenario.load(source)
    print(f"valid: {scenario.name or source}")


@app.command()
def schema() -> None:
    """Print the JSON schema of a scenario; "plan" marks what a plan may change."""
    print(json.dumps(Scenario.model_json_schema(), indent=2))


@app.command()
def run(
    source: Source,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="folder for the tables")],
    changes: Changes = None,
    seed: Annotated[int, typer.Option(metavar="N", help="whose luck")] = 1,
    replication: Annotated[
        int, typer.Option(metavar="K", help="which of the seed's independent runs")
    ] = 0,
    engine: Annotated[Engine, typer.Option(help="what simulates")] = "auto",
    force: Annotated[bool, typer.Option("--force", help="replace results of another run")] = False,
) -> None:
    """Simulate a scenario and write its tables."""
    scenario = changed(Scenario.load(source), changes or [])
    check_folder(out, card_of(scenario, seed, replication), force)  # rather now than afterwards
    with _progress() as show:
        result = simulate(scenario, seed, replication, engine, show)
    write_run(result, out, force, lambda file: _say(f"writing {file}"))
    _show_figures(result)
    _say(f"done: {out}")


@app.command(name="lab")
def lab_command(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="where your copy of the notebooks is")
    ] = Path("salessim-notebooks"),
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="print the address instead of opening it")
    ] = False,
) -> None:
    """Open your own copy of the notebooks in JupyterLab; your work is never overwritten."""
    lab.copy_notebooks(folder, _say)
    _say("opening JupyterLab; Ctrl-C here ends it")
    lab.open_lab(folder, browser=not no_browser)


def changed(scenario: Scenario, changes: list[str]) -> Scenario:
    """A scenario with `--set PATH=VALUE` options carried out.

    Raises
    ------
    ScenarioError
        With every problem in the options.
    """
    if not changes:
        return scenario
    values, problems = {}, []
    for change in changes:
        path, equals, text = change.partition("=")
        if not equals or not path:
            problems.append(Problem(f"--set {change}", "expected PATH=VALUE, as team.ae.count=9"))
            continue
        if path in values:
            problems.append(Problem(f"--set {path}", "is given twice; which one do you mean?"))
        if not text.strip():
            problems.append(Problem(f"--set {path}", "no value; null switches a block off"))
            continue
        try:
            values[path] = parse_yaml(text, f"--set {path}")
        except ScenarioError as error:
            problems.extend(error.problems)
    if problems:
        raise ScenarioError(problems)
    return scenario.replace(values)


@contextmanager
def _progress() -> Iterator[Callable[[float], None]]:
    """A bar on the terminal, from 0 to 1; none where nobody watches."""
    with tqdm(
        total=100, desc="simulating", unit="%", bar_format="{l_bar}{bar}| {elapsed}<{remaining}",
        leave=False, disable=None, delay=0.5,
    ) as bar:  # fmt: skip

        def show(share: float) -> None:
            bar.update(round(share * 100) - bar.n)

        yield show


def _show_figures(result: Run) -> None:
    """The headline figures, and how busy people are, where they were observed."""
    table = result.kpis.set_index("kpi").dropna(subset="value")
    busy = [name for name in table.index if name.startswith("utilisation.")]
    names = [name for name in (*HEADLINE, *busy) if name in table.index]
    for name in names:
        value, unit = table.loc[name, ["value", "unit"]]
        of = "" if unit == "share" else f" {unit}"
        print(f"{name:{max(map(len, names))}}  {written(value, unit)}{of}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _refuse(text: str) -> None:
    _say(text)
    sys.exit(2)
