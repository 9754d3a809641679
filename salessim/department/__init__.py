"""The SimPy model: desks, people, and a lead's journey.

Start with `journey`, then read `desk`; these two are the heart of the model. Knows nothing
about statistics or pandas.
"""

from salessim.department.department import simulate_department

__all__ = ["simulate_department"]
