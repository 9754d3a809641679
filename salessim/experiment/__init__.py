"""Studies: many runs under the same random draws, and what they say with which certainty."""

from salessim.experiment.best import Best, best
from salessim.experiment.effect import Effect, compare
from salessim.experiment.explain.explanation import Explanation, explain
from salessim.experiment.explain.year import Year, explain_year
from salessim.experiment.outlook import Outlook, outlook
from salessim.experiment.output import WarmUp, warm_up
from salessim.experiment.replications import Replications, replicate
from salessim.experiment.sensitivity import screen, tornado
from salessim.experiment.study import Study
from salessim.experiment.sweep import Sweep, sweep
from salessim.experiment.task import Limits
from salessim.experiment.workers import Workers

__all__ = [
    "Best",
    "Effect",
    "Explanation",
    "Limits",
    "Outlook",
    "Replications",
    "Study",
    "Sweep",
    "WarmUp",
    "Workers",
    "Year",
    "best",
    "compare",
    "explain",
    "explain_year",
    "outlook",
    "replicate",
    "screen",
    "sweep",
    "tornado",
    "warm_up",
]
