"""Numba, where it can be used: what is compiled and kept, and what is said meanwhile."""

import sys
import threading
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, NamedTuple, TypeVar

COMPILING = "salessim: compiling the fast engine, once on this machine (less than a minute)"
INSTALL = "pip install numba"

Made = TypeVar("Made")
_one_at_a_time = threading.RLock()  # two threads that import numba at once wait for each other


def once(make: Callable[[], Made]) -> Callable[[], Made]:
    """What a function without arguments makes, made once, by one thread for all."""
    kept = cache(make)

    @wraps(make)
    def made() -> Made:
        with _one_at_a_time:
            return kept()

    return made


class Missing(NamedTuple):
    """Why numba can't be used, and what to do about it."""

    why: str
    way_out: str


def is_there() -> bool:
    """Whether numba can be used."""
    return missing() is None


@once
def missing() -> Missing | None:
    """Why numba can't be used; None where it can."""
    try:
        import numba
    except ModuleNotFoundError:
        return Missing("numba is not installed", INSTALL)
    except Exception as error:  # noqa: BLE001  (it refuses packages that it does not fit)
        return Missing(f"numba can't be used here ({' '.join(str(error).split())})", INSTALL)
    if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        return Missing("numba is switched off", "unset NUMBA_DISABLE_JIT")
    return None


def kept(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: compiled by numba, and kept on disk where there is a place for it."""
    from numba import njit

    _tell_of_compiling()

    def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
        try:
            return njit(cache=True, **options)(function)  # type: ignore[no-any-return]
        except RuntimeError:  # neither the package's folder nor the user's can be written to
            return njit(**options)(function)  # type: ignore[no-any-return]

    return compiled


@once
def _tell_of_compiling() -> None:
    """Say so on the terminal, once, should anything of ours have to be compiled from now on."""
    from numba.core import event

    class Teller(event.Listener):
        """Hears of numba's work; what comes from the disk is not compiled."""

        told = False

        def on_start(self, event: Any) -> None:
            module = str(event.data["dispatcher"].py_func.__module__)
            ours = module.startswith("salessim.")
            if ours and not self.told:
                self.told = True
                sys.stderr.write(f"{COMPILING}\n")
                sys.stderr.flush()

        def on_end(self, _: Any) -> None:
            """Nothing to say."""

    event.register("numba:compile", Teller())  # type: ignore[no-untyped-call]
