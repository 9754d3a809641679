"""Results of a run: tables, KPIs, and the invariants that are checked in every run.

All of them come from the event log; nothing here knows which engine simulated.
"""

from salessim.run.run import Run

__all__ = ["Run"]
