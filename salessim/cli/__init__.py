"""The `salessim` command.

Exit 0 when done, 2 when what the user gave can't be used, 1 when the program
itself failed.
"""

import io
import sys
import warnings
from functools import cache
from typing import Annotated

import typer

from salessim import ScenarioError
from salessim.cli import runs, studies
from salessim.cli.options import say
from salessim.experiment.store import StoreError
from salessim.lab import LabError
from salessim.output import OutputError
from salessim.version import __version__

CANCELLED = 130  # how typer, like a shell, reports Ctrl-C

app = typer.Typer(
    name="salessim",
    help="A sales department that runs on a laptop.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(runs.presets)
app.command()(runs.check)
app.command()(runs.describe)
app.command()(runs.schema)
app.command()(runs.run)
app.command()(studies.compare)
app.command()(studies.explain)
app.command()(studies.outlook)
app.command()(studies.sweep)
app.command()(studies.best)
app.command()(runs.lab)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"salessim {__version__}")
        raise typer.Exit


@app.callback()
def _before_any_command(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="print the version"),
    ] = False,
) -> None: ...


def main() -> None:
    """Run the command; the console script."""
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a letter shows another
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    warnings.showwarning = lambda message, *_: _note(str(message))
    try:
        code = app(standalone_mode=False)
    except (ScenarioError, OutputError, LabError, StoreError) as error:
        _refuse(str(error))
    except typer.TyperException as error:
        _refuse(f"{error.format_message()} (see salessim --help)")
    else:
        if code == CANCELLED:
            say("cancelled; nothing was half-written")
        sys.exit(code)


@cache
def _note(text: str) -> None:
    """Say what Python would warn of, each thing once."""
    say(f"note: {text}")


def _refuse(text: str) -> None:
    say(text)
    sys.exit(2)
