"""What a study found, as pages and books that can be passed on."""

from salessim.reports.best import write_best
from salessim.reports.effect import write_effect
from salessim.reports.explain import write_explanation, write_year
from salessim.reports.outlook import write_outlook
from salessim.reports.sweep import write_sweep

__all__ = [
    "write_best",
    "write_effect",
    "write_explanation",
    "write_outlook",
    "write_sweep",
    "write_year",
]
