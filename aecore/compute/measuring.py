"""Measurements that take minutes: in a slot of the trainings, with progress and a way to stop."""

import threading
import time
from pathlib import Path

from aecore.compute.queue import JOB
from aecore.compute.workers import Workers
from aecore.data.refusal import Refusal
from aecore.runs.progress import (
    Progress,
    Stopped,
    begin,
    forget,
    forget_progress,
    read_progress,
    request_stop,
    watched,
    write_progress,
)
from aecore.runs.run import Run

STALE_SECONDS = 120.0  # the longest that one step of a measurement may take
DONE_SECONDS = 0.1
LOST = "The worker ended during the measurement; it can be started again."


class Measurements:
    """The measurements of this server."""

    def __init__(self, workers: Workers):
        self.workers = workers
        self._futures: dict[tuple[str, str], object] = {}

    def start(self, run: Run, name: str) -> None:
        """Has a worker make one of `TRANSFERS` or `MAPS`, `Generation` or `Compression`.

        It returns at once.

        Raises:
            OSError: the run folder cannot be written.
            WorkersUnavailable: there are no workers.
        """
        if self.progress(run, name) is not None:
            return  # somebody was quicker
        client = self.workers.client()
        begin(run, name)
        future = client.submit(
            measure_in_worker, str(run.path), name, resources={JOB: 1}, pure=False
        )
        self._futures[str(run.path), name] = future
        threading.Thread(target=_let_go, args=(future,), daemon=True).start()

    def progress(self, run: Run, name: str) -> Progress | None:
        """How far a measurement is that is under way; None if none is."""
        found = read_progress(run, name)
        if found is None or found.problem:
            return None
        future = self._futures.get((str(run.path), name))
        if future is not None:
            return found if not future.done() else None  # type: ignore[attr-defined]
        fresh = abs(time.time() - found.heartbeat) < STALE_SECONDS  # started by another server
        return found if fresh else None

    def problem(self, run: Run, name: str) -> str:
        """Why the last measurement ended without a result; empty if it did not."""
        found = read_progress(run, name)
        if found is None or self.progress(run, name) is not None:
            return ""
        return found.problem or LOST

    def stop(self, run: Run, name: str) -> None:
        """Asks a measurement to stop, or takes it out of the queue."""
        request_stop(run, name)
        future = self._futures.get((str(run.path), name))
        found = read_progress(run, name)
        if future is not None and found is not None and not found.heartbeat:
            future.cancel()  # type: ignore[attr-defined]
            forget_progress(run, name)  # the request stays: a worker may just have begun


def _let_go(future) -> None:
    """Releases a future once it is done; it says that it is done afterwards, too.

    A result that is held would be computed again when its worker restarts. Dask's callbacks would
    log errors when the server ends during a measurement.
    """
    while not future.done():
        time.sleep(DONE_SECONDS)
    future.release()


def measure_in_worker(path: str, name: str) -> None:
    """Measures, tells how far it is, and leaves the result or the problem in the run folder."""
    from aecore.compression.measures import Compression
    from aecore.compute.mapping import MAPS, measure_map
    from aecore.compute.warm_models import load
    from aecore.generation.study import Generation
    from aecore.runs.codecs import make_compression
    from aecore.runs.generating import measure_generation
    from aecore.runs.transfers import measure_transfer

    run = Run(Path(path))
    watch, began = watched(run, name), time.time()
    try:
        watch("Reading the data", 0.0)
        model = load(str(run.model_path)).model
        if name == Generation.name:
            measure_generation(run, model, watch)
        elif name == Compression.name:
            make_compression(run, model, watch)
        elif name in MAPS:
            measure_map(run, name, model, watch)
        else:
            measure_transfer(run, name, model, watch)
    except Stopped:
        forget(run, name)
    except Exception as problem:
        words = (
            str(problem) if isinstance(problem, Refusal) else f"{type(problem).__name__}: {problem}"
        )
        write_progress(run, name, Progress("", 0.0, began, time.time(), words[:500]))
        if not isinstance(problem, Refusal):
            raise
    else:
        forget(run, name)
