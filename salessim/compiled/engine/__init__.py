"""The department as a single loop over a heap of events, compiled by numba.

It does what `department` does, in the same order, and follows the same itinerary
(`salessim.process`): there, a journey is a generator; here, a lead has the number of the step
that it is at, and `journey.go_on` takes it from there. The modules are named as those of the
SimPy model; `docs/architecture.md` shows which function corresponds to which. Simultaneous
events have the same order (`salessim.ties`).

All data is in arrays that the caller allocates. Nothing is allocated here, so numba doesn't
have to count references, which would take most of the time. Functions that run millions of
times are `hot`, that is, inlined. Inlining costs compile time, so each is called in only a few
places. Everything is called through `simulate`, the only function that is cached on disk.
"""

from salessim.compiled.engine.run import kept, simulate

__all__ = ["kept", "simulate"]
