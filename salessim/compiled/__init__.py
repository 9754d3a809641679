"""The compiled engine: the same events as the SimPy model, bit for bit, many times as fast."""

from salessim.compiled.twin import simulate_compiled

__all__ = ["simulate_compiled"]
