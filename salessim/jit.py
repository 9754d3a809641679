"""Numba, where it is installed: what is compiled, and what is said meanwhile."""

import hashlib
import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType


@cache
def is_there() -> bool:
    """Whether numba is installed."""
    return importlib.util.find_spec("numba") is not None


def digest(*modules: ModuleType) -> str:
    """A short hash of the sources of modules."""
    sources = (Path(str(module.__file__)).read_bytes() for module in modules)
    return hashlib.blake2b(b"".join(sources), digest_size=8).hexdigest()
