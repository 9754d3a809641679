"""Commands about one scenario, and the notebooks."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from salessim import Scenario, resources, simulate
from salessim.cli.options import (
    Changes,
    Force,
    ForExcel,
    Out,
    Seed,
    Source,
    WhichEngine,
    command,
    csv_style,
    loaded,
    say,
    say_notes,
)
from salessim.expected import expected
from salessim.experiment.bottleneck import Bottleneck, bottleneck
from salessim.experiment.description import busy_table, implied, rates_in_doubt, table_text
from salessim.experiment.description import describe as described
from salessim.jit import is_there
from salessim.lab import copy_notebooks, open_lab
from salessim.output import check_folder
from salessim.reports import limits_in_words, write_run_report
from salessim.rules import WORKING_DAYS_A_YEAR
from salessim.run.files import CARD, card_of
from salessim.run.summary import headline_text
from salessim.scenario.idle import idle_note
from salessim.scenario.notes import notes_on, stages_observed
from salessim.scenario.plausibility import warnings_on

MOST_TRIED = 50_000  # leads in a run, beyond which a department isn't tried 20 times unasked


def presets() -> None:
    """List the presets, with one line about each."""
    names = resources.presets()
    width = max(map(len, names))
    for name in names:
        print(f"{name:{width}}  {Scenario.load(name).description}")


def check(source: Source) -> None:
    """Say that a scenario is valid and what it implies, or every problem in it."""
    scenario = loaded(source)
    print(f"valid: {scenario.name or source}")
    print(implied(scenario))
    say_notes([*notes_on(scenario), *idle_note(scenario), *warnings_on(scenario),
               *rates_in_doubt(scenario, stages_observed(source))])  # fmt: skip


def describe(source: Source, changes: Changes = None) -> None:
    """Show the process step by step, who does what, and what limits the department."""
    scenario = loaded(source, changes)
    say_notes([*notes_on(scenario), *warnings_on(scenario)])
    print(described(scenario))


def schema() -> None:
    """Print the JSON schema of a scenario; "plan" marks what a plan may change."""
    print(json.dumps(Scenario.model_json_schema(), indent=2))


def run(
    source: Source,
    out: Out,
    changes: Changes = None,
    seed: Seed = 1,
    replication: Annotated[
        int, typer.Option(metavar="K", help="which of the seed's independent runs")
    ] = 0,
    engine: WhichEngine = "auto",
    for_excel: ForExcel = False,
    force: Force = False,
) -> None:
    """Simulate a scenario and write its tables."""
    scenario = loaded(source, changes)
    say_notes([*notes_on(scenario), *warnings_on(scenario)])
    check_folder(
        out, CARD, card_of(scenario, seed, replication), force
    )  # rather now than afterwards
    with _progress() as show:
        result = simulate(scenario, seed, replication, engine, show)
    limits = _limits(scenario, seed)
    said = limits_in_words(result, limits) if limits else [_untried()]
    write_run_report(
        result, out, command(seed=seed, replication=replication), force, say,
        csv_style(for_excel), said,
    )  # fmt: skip
    print(headline_text(result))
    if limits:
        print(f"\n{table_text(busy_table(limits))}")
    print("", *said, sep="\n")
    say(f"done: {out}")


def lab(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="where your copy of the notebooks is")
    ] = Path("salessim-notebooks"),
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="print the address instead of opening it")
    ] = False,
) -> None:
    """Open your own copy of the notebooks in JupyterLab; your work is never overwritten."""
    copy_notebooks(folder, say)
    say("opening JupyterLab; Ctrl-C here ends it")
    open_lab(folder, browser=not no_browser)


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


def _limits(scenario: Scenario, seed: int) -> Bottleneck | None:
    """What limits the department, over years; None where trying it would take long."""
    leads = expected(scenario).leads * scenario.calendar.days / WORKING_DAYS_A_YEAR
    return bottleneck(scenario, seed=seed) if leads <= MOST_TRIED and is_there() else None


def _untried() -> str:
    why = "at this size" if is_there() else "without numba"
    return f"What limits it: salessim describe tries it; that takes a while {why}."
