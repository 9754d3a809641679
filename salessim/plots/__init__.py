"""Pictures of a run: each has one message, which is its title.

Figures are returned and never shown; `description` gives each in words. The tables
that they are made from may come from anywhere.
"""

from salessim.plots.effects import effects
from salessim.plots.funnel import funnel
from salessim.plots.people import time_use
from salessim.plots.pipeline import pipeline, revenue_against_target
from salessim.plots.story import story
from salessim.plots.style import description
from salessim.plots.sweeps import curve, heat_map, pareto, standings, tornado
from salessim.plots.waits import response, waits
from salessim.plots.welch import welch
from salessim.plots.years import range_of_years

__all__ = [
    "curve",
    "description",
    "effects",
    "funnel",
    "heat_map",
    "pareto",
    "pipeline",
    "range_of_years",
    "response",
    "revenue_against_target",
    "standings",
    "story",
    "time_use",
    "tornado",
    "waits",
    "welch",
]
