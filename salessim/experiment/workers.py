"""Where runs are made: in this process, on this machine's cores, or on a Dask cluster."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import joblib
from joblib.externals.loky.process_executor import TerminatedWorkerError

from salessim.experiment.task import (
    NO_LIMITS,
    Failure,
    Limits,
    Outcome,
    PairTask,
    Task,
    Together,
    run_task,
)
from salessim.scenario import Problem, ScenarioError
from salessim.scenario.plain import is_whole
from salessim.scenario.problems import shown
from salessim.simulate import Engine, is_compiled, make_ready
from salessim.source import code_digest
from salessim.version import __version__

PATIENCE = 30  # seconds to wait for a cluster's first worker

FEW = 200  # compiled runs, which threads have made before processes have begun to work
MOST_WORKERS = 10_000
AT_A_TIME = 8  # tasks that a thread takes

AnyTask = Task | PairTask
Numbered = tuple[int, AnyTask]
Result = tuple[int, Outcome | Failure | Together]


@dataclass(frozen=True)
class Workers:
    """Who makes the runs; what comes out is the same.

    Parameters
    ----------
    count : int, optional
        Threads on this machine, or processes where SimPy simulates or runs are many;
        by default one per core.
    cluster : str, optional
        Address of a Dask scheduler, as tcp://127.0.0.1:8786, instead.
    engine : str
        What simulates.
    limits : Limits
        What one run may take.
    """

    count: int | None = None
    cluster: str | None = None
    engine: Engine = "auto"
    limits: Limits = NO_LIMITS

    def __post_init__(self) -> None:
        if self.count is not None and not is_whole(self.count, 1, MOST_WORKERS):
            wanted = f"must be a whole number from 1 to {MOST_WORKERS:,}"
            raise ScenarioError([Problem("workers", f"{wanted}, not {shown(self.count)}")])
        if self.count is not None:
            object.__setattr__(self, "count", int(self.count))  # numpy's integers too

    def run(self, tasks: Sequence[AnyTask]) -> Iterator[Result]:
        """Outcome of each task with its number, as they come."""
        if not tasks:
            return iter(())
        if self.cluster is not None:
            return _on_cluster([replace(task, engine=self.engine) for task in tasks], self.cluster)
        compiled = is_compiled(self.engine)
        if compiled:
            make_ready()
        tasks = [replace(task, engine="compiled" if compiled else "simpy") for task in tasks]
        count = min(self.count or joblib.cpu_count(), len(tasks))
        if count == 1:
            return enumerate(map(run_task, tasks))
        # The memory of one run can be told only where it has a process of its own.
        threads = compiled and len(tasks) <= FEW and self.limits.megabytes is None
        return (_in_threads if threads else _on_cores)(tasks, count)


def _numbered(number: int, task: AnyTask) -> Result:
    return number, run_task(task)


def _in_threads(tasks: Sequence[AnyTask], count: int) -> Iterator[Result]:
    """Outcomes by threads of this process: compiled code lets go of the interpreter.

    A thread takes some tasks with the same draws at a time, for which it draws once.
    """
    lucks: dict[tuple[int, int], list[Numbered]] = {}
    for number, task in enumerate(tasks):
        lucks.setdefault((task.seed, task.replication), []).append((number, task))
    size = max(1, min(AT_A_TIME, len(tasks) // (2 * count)))
    parts = [some[i : i + size] for some in lucks.values() for i in range(0, len(some), size)]
    pool = joblib.Parallel(n_jobs=count, prefer="threads", return_as="generator_unordered")
    for results in pool(joblib.delayed(_run_all)(part) for part in parts):
        yield from results


def _run_all(part: list[Numbered]) -> list[Result]:
    return [_numbered(*numbered) for numbered in part]


def _on_cores(tasks: Sequence[AnyTask], count: int) -> Iterator[Result]:
    """Outcomes by joblib. Where a worker dies, what is left is made in ever smaller parts.

    So a run that takes its worker with it is found, and only it counts as failed.
    """
    parts = [dict(enumerate(tasks))]
    while parts:
        left = parts.pop()
        pool = joblib.Parallel(n_jobs=max(2, count), return_as="generator_unordered")
        jobs = [joblib.delayed(_numbered)(*item) for item in left.items()]
        try:
            for number, outcome in pool(jobs):
                del left[number]
                yield number, outcome
        except TerminatedWorkerError:
            if len(left) == 1:
                yield next(iter(left)), Failure("its worker died: is there enough memory?")
                continue
            items = list(left.items())
            middle = len(items) // 2
            parts += [dict(items[middle:]), dict(items[:middle])]


def _on_cluster(tasks: Sequence[AnyTask], address: str) -> Iterator[Result]:
    """Outcomes by a Dask cluster, which gives the runs of a worker that died to others."""
    distributed = _dask()
    try:
        client = distributed.Client(address, timeout="10s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ScenarioError(
            [Problem("cluster", f"no Dask scheduler answers at {address!r} ({error})")]
        ) from None
    with client:
        _same_code(client, address)
        futures = [client.submit(run_task, task, key=f"{task.key}-{n}", pure=False)
                   for n, task in enumerate(tasks)]  # fmt: skip
        numbers = {future.key: number for number, future in enumerate(futures)}
        try:
            for future in distributed.as_completed(futures, loop=client.loop):
                yield numbers[future.key], _result_of(future)
                future.release()
        finally:
            client.cancel(futures)


def _result_of(future: Any) -> Outcome | Failure:
    error = future.exception()
    return future.result() if error is None else Failure(f"{type(error).__name__}: {error}")


def _same_code(client: Any, address: str) -> None:
    """Refuse a cluster whose workers have another version of this kit, other code, or none."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        message = f"the scheduler at {address} has had no worker for {PATIENCE} seconds"
        raise ScenarioError([Problem("cluster", message)]) from None
    found = client.run(_code, on_error="return").values()
    others = {one if isinstance(one, str) else "none" for one in found} - {_code()}
    if others:
        message = (
            f"workers at {address} have salessim {', '.join(sorted(others))}; here it is "
            f"{_code()}: install the same on all machines"
        )
        raise ScenarioError([Problem("cluster", message)])


def _code() -> str:
    """The version, and a digest of the code, which may have been edited."""
    return f"{__version__} (code {code_digest()[:8]})"


def _dask() -> Any:
    try:
        import distributed
    except ImportError:
        raise ScenarioError(
            [Problem("cluster", 'needs Dask; install it with: pip install "salessim[cluster]"')]
        ) from None
    return distributed
