"""How long the first run of a process takes: with numba, without it, and before it has compiled."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

ROUNDS = 5
HIDDEN = "import sys; sys.modules['numba'] = None; "  # as if it were not installed
COMMAND = (
    "import sys; from salessim.cli import main; "
    "sys.argv = ['salessim', 'run', 'one-desk', '--set', 'calendar.days=10', '--out', {out!r}]; "
    "main()"
)


def seconds(before: str = "", **environment: str) -> float:
    """Seconds of `salessim run` with a scenario of ten days, from its start to its end."""
    with tempfile.TemporaryDirectory() as place:
        code = before + COMMAND.format(out=f"{place}/out")
        begin = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True,
            env={**os.environ, **environment},
        )  # fmt: skip
        return time.perf_counter() - begin


def show() -> Iterator[str]:
    """The lines of a table, in Markdown."""
    seconds()
    rounds = [(seconds(HIDDEN), seconds()) for _ in range(ROUNDS)]
    without, cached = (statistics.median(times) for times in zip(*rounds, strict=True))
    with tempfile.TemporaryDirectory() as place:
        first = seconds(NUMBA_CACHE_DIR=place)
    yield "| `salessim run` of ten days | seconds | ratio |"
    yield "| --- | ---: | ---: |"
    yield f"| without numba | {without:.2f} | 1.00 |"
    ratio = statistics.median(b / a for a, b in rounds)
    yield f"| with the engine compiled before | {cached:.2f} | {ratio:.2f} |"
    yield f"| compiling it, once on a machine | {first:.1f} | {first / without:.1f} |"


if __name__ == "__main__":
    print("\n".join(show()))
