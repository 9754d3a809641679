"""A department described: frozen, validated, in and out of YAML.

Knows nothing of SimPy or pandas.
"""

from salessim.scenario.model import Scenario, Source
from salessim.scenario.plan import Timeline, timeline
from salessim.scenario.problems import Problem, ScenarioError

__all__ = ["Problem", "Scenario", "ScenarioError", "Source", "Timeline", "timeline"]
