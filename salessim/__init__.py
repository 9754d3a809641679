"""A sales department that runs on a laptop.

>>> import salessim as ss
>>> base = ss.Scenario.load("one-desk")
>>> run = ss.simulate(base, seed=1)
"""

from salessim.run import Run
from salessim.scenario import Scenario, ScenarioError
from salessim.simulate import simulate
from salessim.version import __version__

__all__ = ["Run", "Scenario", "ScenarioError", "__version__", "simulate"]
