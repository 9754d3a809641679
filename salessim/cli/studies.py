"""Commands that run many scenarios: compare, outlook, sweep, best."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from salessim import Scenario
from salessim.cli import options as o
from salessim.display import count_of
from salessim.experiment.best import best as best_design
from salessim.experiment.effect import MARGIN
from salessim.experiment.effect import compare as compare_scenarios
from salessim.experiment.explain.explanation import explain as explain_scenarios
from salessim.experiment.explain.year import explain_year
from salessim.experiment.outlook import outlook as outlook_of
from salessim.experiment.study import Study
from salessim.experiment.sweep import sweep as sweep_points
from salessim.experiment.told import Told
from salessim.reports import (
    write_best,
    write_effect,
    write_explanation,
    write_outlook,
    write_sweep,
    write_year,
)
from salessim.scenario import Problem, ScenarioError
from salessim.scenario.notes import notes_between
from salessim.scenario.problems import shown

REPLICATIONS = 30
OF_A_POINT = 10
OF_A_YEAR = 100
OF_AN_OUTLOOK = 200
RANGE = re.compile(r"=\s*([^,]+?)\s*\.\.\s*([^,]+?)\s*$")  # LOW..HIGH

Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary",
        metavar="PATH=V1,V2,...",
        help="values to try; LOW..HIGH with --samples; repeatable",
    ),
]
Samples = Annotated[
    int | None,
    typer.Option(metavar="N", help="points of a Latin hypercube between LOW and HIGH"),
]


def compare(
    base: Annotated[str, typer.Argument(metavar="BASE", help="a preset's name or a YAML file")],
    out: o.Out,
    what_if: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WHAT_IF]...",
            help="what to compare with; several are alternatives, each judged against BASE "
            "and the others; --set changes each; absent, BASE with --set",
        ),
    ] = None,
    changes: o.Changes = None,
    replications: o.Replications = REPLICATIONS,
    seed: o.Seed = 1,
    margin: Annotated[
        float,
        typer.Option(
            parser=o.share, metavar="SHARE", help="of BASE: a smaller difference does not matter"
        ),
    ] = MARGIN,
    settle: Annotated[
        str | None,
        typer.Option(
            metavar="KPI",
            help="a second stage makes this KPI's interval as narrow as the margin",
        ),
    ] = None,
    workers: o.Count = None,
    cluster: o.Cluster = None,
    engine: o.WhichEngine = "auto",
    time_limit: o.Seconds = None,
    memory_limit: o.Megabytes = None,
    for_excel: o.ForExcel = False,
    force: o.Force = False,
) -> None:
    """Compare departments under the same random draws: what changed, how sure that is, and why."""
    before = o.loaded(base)
    options = _options(before, [(one, Scenario.load(one)) for one in what_if or []])
    after = [o.changed(scenario, changes) for scenario in options or [before]]
    makers = o.workers_of(workers, cluster, engine, time_limit, memory_limit)
    study = Study(seed, makers, out, force, o.say)
    effect = compare_scenarios(
        before, *after, replications=replications, margin=margin, settle=settle, study=study
    )
    _finish(effect, partial(write_effect, effect), out, seed, for_excel)


def explain(
    base: Annotated[
        str,
        typer.Argument(metavar="BASE", help="a preset's name or a YAML file; with --year: plan"),
    ],
    out: o.Out,
    what_if: Annotated[
        str | None,
        typer.Argument(metavar="[WHAT_IF]", help="what differs; absent, BASE with --set"),
    ] = None,
    changes: o.Changes = None,
    year: Annotated[
        int | None,
        typer.Option(metavar="K", help="explain year K of WHAT_IF against the plan BASE, by parts"),
    ] = None,
    replications: Annotated[
        int | None, typer.Option(metavar="N", help="paired years; absent, 30, with --year 100")
    ] = None,
    seed: o.Seed = 1,
    workers: o.Count = None,
    cluster: o.Cluster = None,
    engine: o.WhichEngine = "auto",
    time_limit: o.Seconds = None,
    memory_limit: o.Megabytes = None,
    for_excel: o.ForExcel = False,
    force: o.Force = False,
) -> None:
    """Say why two departments differ, deal by deal, or why a year missed its plan."""
    before = o.loaded(base)
    after = o.changed(before if what_if is None else Scenario.load(what_if), changes)
    if year is None and what_if is None and not changes:
        way = "expected a WHAT_IF or --set PATH=VALUE, or --year K for a year against its plan"
        raise ScenarioError([Problem("explain", f"nothing differs from {base}; {way}")])
    o.say_notes(notes_between(before, after))
    makers = o.workers_of(workers, cluster, engine, time_limit, memory_limit)
    study = Study(seed, makers, out, force, o.say)
    if year is None:
        found = explain_scenarios(before, after, replications or REPLICATIONS, study=study)
        _finish(found, partial(write_explanation, found), out, seed, for_excel)
    else:
        of_year = explain_year(before, after, year, seed, replications or OF_A_YEAR, study=study)
        _finish(of_year, partial(write_year, of_year), out, seed, for_excel)


def sweep(
    source: o.Source,
    out: o.Out,
    vary: Vary = None,
    samples: Samples = None,
    changes: o.Changes = None,
    replications: o.Replications = OF_A_POINT,
    seed: o.Seed = 1,
    workers: o.Count = None,
    cluster: o.Cluster = None,
    engine: o.WhichEngine = "auto",
    time_limit: o.Seconds = None,
    memory_limit: o.Megabytes = None,
    for_excel: o.ForExcel = False,
    force: o.Force = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="go on with the study in DIR, and replace no other")
    ] = False,
) -> None:
    """Run every combination of values, or samples between ends; one that was killed goes on."""
    if resume and force:
        raise ScenarioError(
            [Problem("--resume", "can't be used with --force: go on, or start over?")]
        )
    base = o.loaded(source, changes)
    makers = o.workers_of(workers, cluster, engine, time_limit, memory_limit)
    study = Study(seed, makers, out, force, o.say)
    values = _values(vary, samples)
    _say_points(values, samples)
    found = sweep_points(base, values, replications, samples=samples, study=study)
    _finish(found, partial(write_sweep, found, base), out, seed, for_excel)


def best(
    source: o.Source,
    out: o.Out,
    goal: Annotated[
        str,
        typer.Option(
            metavar="KPI", help="wanted most (of cost, people and waits: least); see docs/kpis.md"
        ),
    ],
    vary: Annotated[
        list[str] | None,
        typer.Option("--vary", metavar="PATH=V1,V2,...", help="values to try; repeatable"),
    ] = None,
    subject_to: Annotated[
        list[str] | None,
        typer.Option(metavar="KPI>=X", help="a bound on a KPI, >= or <=; repeatable"),
    ] = None,
    chance: Annotated[
        float | None,
        typer.Option(
            parser=o.share,
            metavar="SHARE",
            help="share of single years that must keep the bounds, as 0.8; absent, bounds are "
            "about the average of many years",
        ),
    ] = None,
    runs: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="in all: at least 8 for each design, absent 20; with --chance at least 200 each",
        ),
    ] = None,
    changes: o.Changes = None,
    seed: o.Seed = 1,
    workers: o.Count = None,
    cluster: o.Cluster = None,
    engine: o.WhichEngine = "auto",
    time_limit: o.Seconds = None,
    memory_limit: o.Megabytes = None,
    for_excel: o.ForExcel = False,
    force: o.Force = False,
) -> None:
    """Find the design that is best for a goal, and those that are statistically tied with it."""
    base = o.loaded(source, changes)
    makers = o.workers_of(workers, cluster, engine, time_limit, memory_limit)
    study = Study(seed, makers, out, force, o.say)
    values = o.read_pairs("--vary", vary, as_list=True)
    _say_points(values)
    found = best_design(base, values, goal, subject_to or [], runs=runs, chance=chance,
                        study=study)  # fmt: skip
    _finish(found, partial(write_best, found, base), out, seed, for_excel)


def outlook(
    source: o.Source,
    out: o.Out,
    target: Annotated[
        list[str] | None,
        typer.Option(metavar="KPI>=X", help="what a year should reach, >= or <=; repeatable"),
    ] = None,
    changes: o.Changes = None,
    replications: o.Replications = OF_AN_OUTLOOK,
    seed: o.Seed = 1,
    workers: o.Count = None,
    cluster: o.Cluster = None,
    engine: o.WhichEngine = "auto",
    time_limit: o.Seconds = None,
    memory_limit: o.Megabytes = None,
    for_excel: o.ForExcel = False,
    force: o.Force = False,
) -> None:
    """Say what a year may bring: its range, and the chance of reaching targets."""
    base = o.loaded(source, changes)
    makers = o.workers_of(workers, cluster, engine, time_limit, memory_limit)
    study = Study(seed, makers, out, force, o.say)
    found = outlook_of(base, replications, targets=target or [], study=study)
    _finish(found, partial(write_outlook, found), out, seed, for_excel)


def _finish(found: Told, write: Callable[..., None], out: Path, seed: int, for_excel: bool) -> None:
    """Write a study's results, and tell the answer."""
    write(out, o.command(seed=seed), o.say, o.csv_style(for_excel))
    print(found.summary())
    o.say(f"done: {out}")


def _say_points(values: Mapping[str, Sequence[object]], samples: int | None = None) -> None:
    """Tell what was understood: 1,5 are two values."""
    for path, given in values.items():
        ends = " to " if samples else ", "
        o.say(f"{path}: {ends.join(map(shown, given))}")
    points = samples or math.prod(map(len, values.values()))
    if values:
        o.say(count_of(points, "point"))


def _options(base: Scenario, given: list[tuple[str, Scenario]]) -> list[Scenario]:
    """What-ifs; of several that can't be told apart by name, each is named as it was given."""
    names = [base.name, *(scenario.name for _, scenario in given)]
    if len(given) < 2 or (all(names) and len(set(names)) == len(names)):
        return [scenario for _, scenario in given]
    return [scenario.replace({"name": source}) for source, scenario in given]


def _values(vary: list[str] | None, samples: int | None) -> dict[str, list[object]]:
    """Values by path; of ranges LOW..HIGH their ends."""
    if samples is not None:
        ranges = [RANGE.sub(r"=\1,\2", text) for text in vary or []]
        return o.read_pairs("--vary", ranges, as_list=True)
    problems = [
        Problem(f"--vary {text}", "a range LOW..HIGH needs --samples N; for a grid list the "
                "values, as 6,8,10")
        for text in vary or [] if RANGE.search(text)
    ]  # fmt: skip
    if problems:
        raise ScenarioError(problems)
    return o.read_pairs("--vary", vary, as_list=True)
