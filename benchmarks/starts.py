"""How long a command takes from its start: with numba, without it, and when it has to compile."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

ROUNDS = 5
HIDDEN = "import sys; sys.modules['numba'] = None; "  # as if numba were not installed
COMMAND = (
    "import sys; from salessim.cli import main; "
    "sys.argv = ['salessim', 'run', 'one-desk', '--set', 'calendar.days=10', '--out', {out!r}]; "
    "main()"
)


def seconds(before: str = "", **environment: str) -> float:
    """Seconds that `salessim run` takes for a scenario of ten days, from start to finish."""
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
    yield "| `salessim run` of ten days | seconds | relative to no numba |"
    yield "| --- | ---: | ---: |"
    yield f"| without numba | {without:.2f} | 1.00 |"
    ratio = statistics.median(b / a for a, b in rounds)
    yield f"| with the engine already compiled | {cached:.2f} | {ratio:.2f} |"
    yield f"| compiling it (once per machine) | {first:.1f} | {first / without:.1f} |"


if __name__ == "__main__":
    print("\n".join(show()))
