"""Scenarios: a department's description, frozen, validated, and read from or written to YAML.

Knows nothing of SimPy or pandas.
"""

from salessim.scenario.model import Scenario, Source
from salessim.scenario.plan import Timeline, timeline, trainings
from salessim.scenario.problems import Problem, ScenarioError
from salessim.scenario.staffing import Vacancy, vacancies

__all__ = [
    "Problem",
    "Scenario",
    "ScenarioError",
    "Source",
    "Timeline",
    "Vacancy",
    "timeline",
    "trainings",
    "vacancies",
]
