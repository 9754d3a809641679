"""What a run shows: tables, KPIs, and the laws that must hold in it.

Made from the journal; knows nothing of how it was simulated.
"""

from salessim.run.run import Run

__all__ = ["Run"]
