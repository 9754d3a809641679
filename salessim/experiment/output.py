"""How long a department needs until it no longer remembers that it began empty."""

from dataclasses import dataclass
from datetime import timedelta

import joblib
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from salessim.experiment.replications import at_least
from salessim.rules import WORKING_DAYS_A_WEEK
from salessim.scenario import Problem, Scenario, ScenarioError, Source
from salessim.scenario.problems import perhaps
from salessim.simulate import check_luck, simulate

SMOOTH = 4  # weeks to either side, over which Welch's picture takes means

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WarmUp:
    """What a department that begins empty does, week by week, and when it has settled.

    Parameters
    ----------
    series : DataFrame
        A row for each week: `week, mean` (over replications) and `smooth` (Welch's
        moving mean).
    what : str
        Column of the weeks' table that was looked at.
    days : int or None
        Working days to leave out, by MSER-5; None where the series is too short to
        say, or does not settle in its first half.
    given : int
        What the scenario has.
    """

    series: pd.DataFrame
    what: str
    days: int | None
    given: int


def warm_up(
    scenario: Source,
    replications: int = 10,
    seed: int = 1,
    what: str = "open_leads",
    *,
    workers: int | None = None,
) -> WarmUp:
    """Find out how long a warm-up a scenario needs.

    Parameters
    ----------
    scenario : Scenario, str or Path
        Also a preset's name or a file. Its warm-up and window are run as one, from an
        empty department on, without its plan.
    replications : int
        Over which the weeks' means are taken.
    seed : int
        Of the random draws.
    what : str
        A column of the weeks' table.
    workers : int, optional
        Runs at a time; by default one per core.

    Returns
    -------
    WarmUp

    Notes
    -----
    MSER-5 (White 1997): of the series in batches of five days, leave out as many as
    make the standard error of the mean of the rest smallest, less than half of them;
    where it would be half, the series is too short to say. The picture is Welch's (1983).

    Examples
    --------
    >>> found = warm_up(Scenario.load("one-desk").replace({"calendar.days": 200}), 3, workers=1)
    >>> found.days is not None and found.days < 300
    True
    """
    replications = at_least(replications, 1)
    check_luck("auto", seed)
    scenario = Scenario.of(scenario)
    calendar = scenario.calendar
    weeks = calendar.warm_up_days // WORKING_DAYS_A_WEEK
    empty = scenario.replace(
        {
            "plan": None,
            "calendar.warm_up_days": 0,
            "calendar.days": calendar.days + calendar.warm_up_days,
            "calendar.start": calendar.start - timedelta(weeks=weeks),
        }
    )
    jobs = (joblib.delayed(_weekly)(empty, seed, k, what) for k in range(replications))
    mean: Floats = np.mean(joblib.Parallel(n_jobs=workers or -1)(jobs), axis=0)
    series = pd.DataFrame({"week": np.arange(1, len(mean) + 1), "mean": mean})
    series["smooth"] = [
        mean[week - reach : week + reach + 1].mean()
        for week in range(len(mean))
        for reach in [min(SMOOTH, week, len(mean) - 1 - week)]  # narrower at the ends
    ]
    left_out = mser(mean)
    days = None if left_out is None else left_out * WORKING_DAYS_A_WEEK
    return WarmUp(series, what, days, calendar.warm_up_days)


def mser(batches: ArrayLike) -> int | None:
    """Batches to leave out at the beginning, by the marginal standard error rule.

    Parameters
    ----------
    batches : array_like of float
        Means of batches, in order.

    Returns
    -------
    int or None
        None where the rule would leave out half or more: the series is too short to say.

    Examples
    --------
    >>> mser([0.0, 5.0, 10.0, 10.1, 9.9, 10.0, 10.1, 9.9, 10.0, 10.0])
    2
    """
    values = np.asarray(batches, dtype=float)
    if len(values) < 4:
        return None
    half = len(values) // 2
    squares = [float(values[d:].var() / (len(values) - d)) for d in range(half + 1)]
    least = int(np.argmin(squares))
    return least if least < half else None


def _weekly(scenario: Scenario, seed: int, replication: int, what: str) -> Floats:
    weeks = simulate(scenario, seed, replication).weeks
    if what not in weeks or weeks[what].dtype == object or what == "week":
        raise ScenarioError(
            [Problem("what", f"unknown column {what!r}; {perhaps(what, weeks.columns[2:])}")]
        )
    return np.asarray(weeks[what], dtype=float)
