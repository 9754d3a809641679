"""One measurement in its own process, so that its startup and memory are measured separately."""

import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.models import MODELS, leads_a_day

LONG_ENOUGH = 1.0  # seconds of runs, whose median is reported


@dataclass(frozen=True)
class Measured:
    """One measurement of one model.

    Parameters
    ----------
    leads : int
        Leads that arrived.
    seconds : float
        Time for all of them.
    megabytes : float
        Peak memory of the process.
    start : float
        Seconds from the start of the process until ten days had been simulated.
    """

    leads: int
    seconds: float
    megabytes: float
    start: float

    @property
    def leads_per_second(self) -> float:
        return self.leads / self.seconds


def measure_here(model: str, leads: int) -> Measured:
    """Measure a model in this process."""
    MODELS[model](10)
    start = time.time() - psutil.Process().create_time()
    days, seconds, count = max(leads / leads_a_day(model), 1.0), [], 0
    while sum(seconds) < LONG_ENOUGH and len(seconds) < 50:
        begin = time.perf_counter()
        count = MODELS[model](days)
        seconds.append(time.perf_counter() - begin)
    return Measured(count, statistics.median(seconds), _peak_megabytes(), start)


def _peak_megabytes() -> float:
    """Peak memory of this process (`ru_maxrss` would include its parent's)."""
    status = Path("/proc/self/status").read_text("utf-8")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) * 1024 / 1e6


def measure(model: str, leads: int) -> Measured:
    """Measure a model in its own process."""
    command = [sys.executable, "-m", "benchmarks.measure", model, str(leads)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return Measured(*json.loads(answer.stdout))


if __name__ == "__main__":
    found = measure_here(sys.argv[1], int(sys.argv[2]))
    print(json.dumps([found.leads, found.seconds, found.megabytes, found.start]))
