"""Numba, where it is installed: what is compiled, and what is said meanwhile."""

import hashlib
import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

COMPILING = "salessim: compiling the fast engine, once on this machine (some 20 seconds)"


@cache
def is_there() -> bool:
    """Whether numba is installed."""
    return importlib.util.find_spec("numba") is not None


def digest(*modules: ModuleType) -> str:
    """A short hash of the sources of modules."""
    sources = (Path(str(module.__file__)).read_bytes() for module in modules)
    return hashlib.blake2b(b"".join(sources), digest_size=8).hexdigest()


@cache
def tell_of_compiling() -> None:
    """Say so on the terminal, once, should anything have to be compiled from now on."""
    from numba.core import event

    class Teller(event.Listener):
        """Hears of numba's work; what comes from the disk is not compiled."""

        told = False

        def on_start(self, _: Any) -> None:
            if not self.told:
                self.told = True
                sys.stderr.write(f"{COMPILING}\n")
                sys.stderr.flush()

        def on_end(self, _: Any) -> None:
            """Nothing to say."""

    event.register("numba:compile", Teller())  # type: ignore[no-untyped-call]
