"""A scenario simulated: market, department, journal and run put together."""

import warnings
from typing import Literal, get_args

from salessim.compiled import simulate_compiled
from salessim.department import simulate_department
from salessim.jit import is_there, once, why_not
from salessim.market import market_of
from salessim.market.luck import MOST
from salessim.progress import Progress
from salessim.run import Run
from salessim.run.laws import check_laws
from salessim.run.record import Record
from salessim.scenario import Problem, Scenario, ScenarioError, Source, timeline
from salessim.scenario.plain import is_whole
from salessim.scenario.problems import perhaps, shown

Engine = Literal["auto", "simpy", "compiled"]
WAY_OUT = "pip install numba"
SLOWER = "{why}, so SimPy simulates: studies take some twenty times as long; " + WAY_OUT


def simulate(
    scenario: Source,
    seed: int = 1,
    replication: int = 0,
    engine: Engine = "auto",
    progress: Progress | None = None,
) -> Run:
    """Let the leads of a scenario flow through its department.

    Parameters
    ----------
    scenario : Scenario, str or Path
        The department and its market; also a preset's name or a file.
    seed : int
        Whose luck, from 0 to 2**32 - 1.
    replication : int
        Which of the seed's independent runs, from 0 to 2**32 - 1.
    engine : {"auto", "simpy", "compiled"}
        What simulates, with the same events to the bit: the SimPy model, or its compiled
        twin, which needs the extra `fast`. `auto` takes the twin where it can be had.
    progress : function of float, optional
        Called now and then with the share of the time that has passed, 0 to 1.

    Returns
    -------
    Run
        The same bytes for the same version, scenario, seed and replication.

    Raises
    ------
    ScenarioError
        For an engine or a seed that can't be used, and for what is not a scenario.
    LawError
        Where a law of the model does not hold: a fault of the program.

    Examples
    --------
    >>> run = simulate("one-desk", seed=1)
    >>> len(run.leads) > 19_000
    True
    """
    check_luck(engine, seed, replication)
    scenario = Scenario.of(scenario)
    steps = timeline(scenario)
    seed, replication = int(seed), int(replication)  # numpy's integers are taken too
    simulated = simulate_compiled if is_compiled(engine) else simulate_department
    market = market_of(steps, seed, replication)
    journal = simulated(steps, market, progress)
    record = Record(scenario, steps, seed, replication, market.leads, journal)
    check_laws(record)
    return Run(record)


def is_compiled(engine: Engine) -> bool:
    """Whether the compiled twin simulates; where it can't be had, that is said once.

    Parameters
    ----------
    engine : {"auto", "simpy", "compiled"}
        As asked for.
    """
    if engine == "auto" and not is_there():
        _say_that_it_is_slower()
    return engine == "compiled" or (engine == "auto" and is_there())


@once
def make_ready() -> None:
    """Have the twin compiled, or fetched from the disk, before anything is timed or shared."""
    smallest = Scenario.load("one-desk").replace({"calendar.days": 1})
    _ = simulate(smallest, engine="compiled").kpi


@once
def _say_that_it_is_slower() -> None:
    warnings.warn(SLOWER.format(why=why_not()), stacklevel=4)


def check_luck(engine: Engine, seed: int, replication: int = 0) -> None:
    """Refuse an engine, a seed or a replication that can't be used.

    Raises
    ------
    ScenarioError
    """
    problems = [
        Problem(name, f"must be a whole number from 0 to {MOST}, not {shown(number)}")
        for name, number in (("seed", seed), ("replication", replication))
        if not is_whole(number, 0, MOST)
    ]
    if engine not in get_args(Engine):
        hint = perhaps(str(engine), get_args(Engine))
        problems.append(Problem("engine", f"must be auto, simpy or compiled; {hint}"))
    elif engine == "compiled" and not is_there():
        problems.append(
            Problem("engine", f"{why_not()}, which compiled needs; install it with: {WAY_OUT}")
        )
    if problems:
        raise ScenarioError(problems)
