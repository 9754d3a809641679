"""A scenario simulated: market, department, journal and run put together."""

import warnings
from numbers import Integral
from typing import Literal, get_args

from salessim.compiled import simulate_compiled
from salessim.department import simulate_department
from salessim.jit import missing, once
from salessim.market import market_of
from salessim.market.luck import MOST
from salessim.progress import Progress
from salessim.run import Run
from salessim.run.laws import check_laws
from salessim.run.record import Record
from salessim.scenario import Problem, Scenario, ScenarioError, timeline
from salessim.scenario.problems import perhaps
from salessim.source import edited

Engine = Literal["auto", "simpy", "compiled"]
SLOWER = "{why}, so SimPy simulates: studies take about 20 times as long; {way_out}"
EDITED = (
    "{files} is edited, so the edited model runs, on SimPy: studies take about 20 times as long, "
    "since the compiled engine doesn't have the edit; the engine simpy runs it without this "
    "message, and CONTRIBUTING.md tells how the compiled engine gets it too"
)


def simulate(
    scenario: Scenario,
    seed: int = 1,
    replication: int = 0,
    engine: Engine = "auto",
    progress: Progress | None = None,
) -> Run:
    """Let the leads of a scenario flow through its department.

    Parameters
    ----------
    scenario : Scenario
        The department and its market.
    seed : int
        Whose luck, from 0 to 2**32 - 1.
    replication : int
        Which of the seed's independent runs, from 0 to 2**32 - 1.
    engine : {"auto", "simpy", "compiled"}
        What simulates, with the same events to the bit: the SimPy model, or its compiled
        twin, which needs the extra `fast`. `auto` takes the twin where it can be had and
        has all that the SimPy model does; a model that was edited runs on SimPy.
    progress : function of float, optional
        Called now and then with the share of the time that has passed, 0 to 1.

    Returns
    -------
    Run
        The same bytes for the same version, scenario, seed and replication.

    Raises
    ------
    ScenarioError
        For an engine or a seed that there is not.
    LawError
        Where a law of the model does not hold: a fault of the program.

    Examples
    --------
    >>> run = simulate(Scenario.load("one-desk"), seed=1)
    >>> len(run.leads) > 19_000
    True
    """
    check_luck(engine, seed, replication)
    steps = timeline(scenario)
    seed, replication = int(seed), int(replication)  # numpy's integers are taken too
    simulated = simulate_compiled if is_compiled(engine) else simulate_department
    market = market_of(steps, seed, replication)
    journal = simulated(steps, market, progress)
    record = Record(scenario, steps, seed, replication, market.leads, journal)
    check_laws(record)
    return Run(record)


def is_compiled(engine: Engine) -> bool:
    """Whether the compiled twin simulates; where `auto` can't have it, that is said once.

    Parameters
    ----------
    engine : {"auto", "simpy", "compiled"}
        As asked for.
    """
    if engine != "auto":
        return engine == "compiled"
    if missing() or edited():
        _say_why_simpy()
        return False
    return True


@once
def make_ready() -> None:
    """Have the twin compiled, or fetched from the disk, before anything is timed or shared."""
    smallest = Scenario.load("one-desk").replace({"calendar.days": 1})
    _ = simulate(smallest, engine="compiled").kpi


@once
def _say_why_simpy() -> None:
    lacks = missing()
    said = SLOWER.format(**lacks._asdict()) if lacks else EDITED.format(files=", ".join(edited()))
    warnings.warn(said, stacklevel=4)


def check_luck(engine: Engine, seed: int, replication: int = 0) -> None:
    """Refuse an engine, a seed or a replication that there is not.

    Raises
    ------
    ScenarioError
    """
    problems = [
        Problem(name, f"{number!r} is no seed; expected a whole number from 0 to {MOST}")
        for name, number in (("seed", seed), ("replication", replication))
        if isinstance(number, bool) or not isinstance(number, Integral) or not 0 <= number <= MOST
    ]
    if engine not in get_args(Engine):
        hint = perhaps(str(engine), get_args(Engine))
        problems.append(Problem("engine", f"there is no {engine!r}; {hint}"))
    elif engine == "compiled" and (lacks := missing()):
        way = f"{lacks.why}, which compiled needs; {lacks.way_out}"
        problems.append(Problem("engine", way))
    elif engine == "compiled" and edited():
        way = f"compiled doesn't have your edit of {', '.join(edited())}; use simpy or auto"
        problems.append(Problem("engine", f"{way} (CONTRIBUTING.md tells how it gets the edit)"))
    if problems:
        raise ScenarioError(problems)
