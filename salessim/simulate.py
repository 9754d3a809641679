"""Simulate a scenario: puts market, department, event log, and run together."""

import warnings
from collections.abc import Callable
from typing import Any, Literal, get_args

from salessim.compiled import simulate_compiled
from salessim.department import simulate_department
from salessim.jit import missing, once
from salessim.market import market_of
from salessim.market.luck import MOST
from salessim.progress import Progress
from salessim.run import Run
from salessim.run.laws import check_laws
from salessim.run.record import Record
from salessim.scenario import Problem, Scenario, ScenarioError, Source, timeline
from salessim.scenario.own_rules import OwnRules
from salessim.scenario.plain import is_whole
from salessim.scenario.problems import perhaps
from salessim.source import edited

Engine = Literal["auto", "simpy", "compiled"]
SLOWER = "{why}, so this runs on SimPy: studies take about 20 times as long; {way_out}"
EDITED = (
    "{files} has been edited, so the edited model runs on SimPy: studies take about 20 times as "
    "long, because the compiled engine doesn't have the edit. With the engine simpy this message "
    "is not shown; CONTRIBUTING.md tells how to bring an edit into the compiled engine"
)


def simulate(
    scenario: Source,
    seed: int = 1,
    replication: int = 0,
    engine: Engine = "auto",
    progress: Progress | None = None,
    *,
    priority: Callable[..., float] | None = None,
    assign: Callable[..., Any] | None = None,
    help: Callable[..., float] | None = None,  # noqa: A002  (the word that the contract has)
) -> Run:
    """Run the leads of a scenario through its department.

    Parameters
    ----------
    scenario : Scenario, str or Path
        The department and its market. A preset's name or a file is loaded first.
    seed : int
        Of the random draws, from 0 to 2**32 - 1.
    replication : int
        Which of the seed's independent runs, from 0 to 2**32 - 1.
    engine : {"auto", "simpy", "compiled"}
        Both give the same events to the bit: `simpy` is the model that people read,
        `compiled` is faster and needs the extra `fast`. `auto` takes the compiled one
        where numba is installed, unless the model was edited: an edited model runs on SimPy.
    progress : function of float, optional
        Called now and then with the share of the simulated time that has passed, 0 to 1.
    priority : function of (lead, now), optional
        Own rule: rank of work that becomes ready; the lowest is started first. `lead` is a
        read-only `LeadView`, `now` working days since day 0.
    assign : function of (lead, people), optional
        Own rule: who of several idle people takes a lead's work; returns one of `people`,
        a tuple of read-only `PersonView`, who has been idle longest first.
    help : function of (lead, stage, now), optional
        Own rule: factor on the odds of a try to be answered (where the stage has tries) or
        of passing the stage, from 0 to a million. Own rules run on SimPy.

    Returns
    -------
    Run
        The same bytes for the same version, scenario, seed and replication.

    Raises
    ------
    ScenarioError
        For an unknown engine or a seed out of range, and for what can't be loaded.
    LawError
        Where an invariant of the model is broken: a bug in the program.

    Examples
    --------
    >>> run = simulate(Scenario.load("one-desk"), seed=1)
    >>> len(run.leads) > 19_000
    True
    >>> simulate("small-team").scenario.name
    'small team'
    >>> run = simulate("small-team", priority=lambda lead, now: -lead.value)
    >>> print(run.scenario.own_rules)
    priority: a lambda
    """
    check_luck(engine, seed, replication)
    scenario = Scenario.of(scenario).with_rules(OwnRules(priority, assign, help))
    steps = timeline(scenario)
    seed, replication = int(seed), int(replication)  # numpy's integers are taken too
    compiled = is_compiled(engine, scenario)
    simulated = simulate_compiled if compiled else simulate_department
    market = market_of(steps, seed, replication)
    journal = simulated(steps, market, progress)
    record = Record(scenario, steps, seed, replication, market.leads, journal)
    check_laws(record)
    return Run(record)


def is_compiled(engine: Engine, scenario: Scenario | None = None) -> bool:
    """Whether the compiled engine runs; where `auto` can't use it, a warning says so once.

    Parameters
    ----------
    engine : {"auto", "simpy", "compiled"}
        As asked for.
    scenario : Scenario, optional
        What is run: own rules in Python run on SimPy, which the run itself says.
    """
    if scenario is not None and scenario.own_rules:
        if engine == "compiled":
            way = f"compiled can't follow own rules ({scenario.own_rules}); use simpy or auto"
            raise ScenarioError([Problem("engine", way)])
        return False
    if engine != "auto":
        return engine == "compiled"
    if missing() or edited():
        _say_why_simpy()
        return False
    return True


@once
def make_ready() -> None:
    """Compile the engine, or load it from disk, before anything is timed or shared."""
    smallest = Scenario.load("one-desk").replace({"calendar.days": 1})
    _ = simulate(smallest, engine="compiled").kpi


@once
def _say_why_simpy() -> None:
    lacks = missing()
    said = SLOWER.format(**lacks._asdict()) if lacks else EDITED.format(files=", ".join(edited()))
    warnings.warn(said, stacklevel=4)


def check_luck(engine: Engine, seed: int, replication: int = 0) -> None:
    """Refuse an unknown engine, and a seed or a replication out of range.

    Raises
    ------
    ScenarioError
    """
    problems = [
        Problem(name, f"must be a whole number from 0 to {MOST}, not {number!r}")
        for name, number in (("seed", seed), ("replication", replication))
        if not is_whole(number, 0, MOST)
    ]
    if engine not in get_args(Engine):
        hint = perhaps(str(engine), get_args(Engine))
        problems.append(Problem("engine", f"must be auto, simpy or compiled; {hint}"))
    elif engine == "compiled" and (lacks := missing()):
        way = f"compiled can't be used: {lacks.why}; {lacks.way_out}"
        problems.append(Problem("engine", way))
    elif engine == "compiled" and edited():
        way = f"compiled doesn't have your edit of {', '.join(edited())}; use simpy or auto"
        problems.append(Problem("engine", f"{way} (CONTRIBUTING.md tells how it gets the edit)"))
    if problems:
        raise ScenarioError(problems)
