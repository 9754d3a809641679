"""Reports of runs and studies: a page and a workbook to pass on."""

from salessim.reports.best import write_best
from salessim.reports.effect import write_effect
from salessim.reports.explain import write_explanation, write_year
from salessim.reports.outlook import write_outlook
from salessim.reports.run import limits_in_words, write_run_report
from salessim.reports.sweep import write_sweep

__all__ = [
    "limits_in_words",
    "write_best",
    "write_effect",
    "write_explanation",
    "write_outlook",
    "write_run_report",
    "write_sweep",
    "write_year",
]
