"""Pictures from tables: each has one message, which is its title.

Figures are returned and never shown; `description` gives each in words. The tables
that they are made from may come from anywhere.
"""

from salessim.plots.designs import pareto, standings, years_within
from salessim.plots.effects import effects
from salessim.plots.fan import fan
from salessim.plots.funnel import funnel
from salessim.plots.people import time_use
from salessim.plots.pipeline import pipeline, revenue_against_target
from salessim.plots.story import story
from salessim.plots.style import description, theme
from salessim.plots.sweeps import curve, heat_map, tornado
from salessim.plots.waits import response, waits
from salessim.plots.welch import welch
from salessim.plots.years import range_of_years

__all__ = [
    "curve",
    "description",
    "effects",
    "fan",
    "funnel",
    "heat_map",
    "pareto",
    "pipeline",
    "range_of_years",
    "response",
    "revenue_against_target",
    "standings",
    "story",
    "theme",
    "time_use",
    "tornado",
    "waits",
    "welch",
    "years_within",
]
