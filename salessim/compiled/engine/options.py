"""How the engine's functions are compiled, and those that it shares with the SimPy model."""

from numba import njit
from numba.extending import register_jitable

from salessim.clock import end_of, first_from, opening_of
from salessim.rules import (
    hours_each,
    interest_left,
    next_owner,
    read_curve,
    still_silent,
    support_is_swamped,
)
from salessim.ties import tie_key

# Numba's options: no wrappers for calls from Python, because only `simulate` needs one.
INSIDE = {"nogil": True, "_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
compiled = njit(**INSIDE)
hot = njit(forceinline=True, **INSIDE)
for shared in (
    end_of, first_from, hours_each, interest_left, next_owner, opening_of, read_curve,
    still_silent, support_is_swamped, tie_key,
):  # fmt: skip
    register_jitable(shared)
