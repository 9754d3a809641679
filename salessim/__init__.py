"""A sales department that runs on a laptop.

>>> import salessim as ss
>>> base = ss.Scenario.load("one-desk")
>>> run = ss.simulate(base, seed=1)
"""

from salessim.experiment import (
    Best,
    Effect,
    Explanation,
    Outlook,
    Replications,
    Study,
    Sweep,
    WarmUp,
    Year,
    best,
    compare,
    explain,
    explain_year,
    outlook,
    replicate,
    screen,
    sweep,
    tornado,
    warm_up,
)
from salessim.run import Run
from salessim.scenario import Scenario, ScenarioError
from salessim.simulate import simulate
from salessim.version import __version__

__all__ = [
    "Best",
    "Effect",
    "Explanation",
    "Outlook",
    "Replications",
    "Run",
    "Scenario",
    "ScenarioError",
    "Study",
    "Sweep",
    "WarmUp",
    "Year",
    "__version__",
    "best",
    "compare",
    "explain",
    "explain_year",
    "outlook",
    "replicate",
    "screen",
    "simulate",
    "sweep",
    "tornado",
    "warm_up",
]
