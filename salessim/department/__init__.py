"""The SimPy model: desks, people, a lead's journey.

Begin with `journey`, then `desk`; these two are the model. Knows nothing of
statistics or pandas.
"""

from salessim.department.department import simulate_department

__all__ = ["simulate_department"]
