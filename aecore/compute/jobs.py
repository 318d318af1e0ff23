"""Long work: trainings that go on whoever looks, one at a time."""

import contextlib
import dataclasses
import threading
import time
from pathlib import Path

from aecore.compute.workers import JOBS, Workers, WorkersUnavailable
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import HEARTBEAT_SECONDS

NEVER_BEGUN = "Stopped before it began; there is no model."


class Jobs:
    """Submits runs to the workers and sees to it that their status stays true."""

    def __init__(self, workers: Workers):
        self.workers = workers
        self._futures: dict[Path, object] = {}

    def submit(self, run: Run) -> None:
        """Queues a run for training; returns at once."""
        threading.Thread(target=self._follow, args=(run,), daemon=True).start()

    def stop(self, run: Run) -> None:
        """Asks a training to stop and keep what was learnt; a queued one ends at once."""
        run.request_stop()
        status = run.status()
        if status.state == "queued":
            if run.path in self._futures:
                self._futures[run.path].cancel()
            run.write_status(
                dataclasses.replace(status, state="stopped", stage="", message=NEVER_BEGUN)
            )

    def _follow(self, run: Run) -> None:
        with contextlib.suppress(RunDamaged, OSError):  # deleted, or its folder is beyond us
            try:
                client = self.workers.client()
                future = client.submit(
                    train_in_worker,
                    str(run.path),
                    key=f"train-{run.id}",
                    resources=JOBS,
                    pure=False,
                )
                self._futures[run.path] = future
                self._wait(run, future)
                problem = "The worker ended in mid-training; other runs are not affected."
            except WorkersUnavailable as unavailable:
                problem = str(unavailable)
            status = run.status()
            if status.active:
                run.write_status(
                    dataclasses.replace(status, state="failed", stage="", message=problem)
                )
        self._futures.pop(run.path, None)

    def _wait(self, run: Run, future) -> None:
        """Waits for the job's end, and keeps the heartbeat of a run that only waits too."""
        while not future.done():
            status = run.status()
            if status.state == "queued":
                run.write_status(status)
            time.sleep(HEARTBEAT_SECONDS / 4)


def train_in_worker(path: str) -> None:
    """The job itself, as the worker runs it."""
    from aecore.compute.training import train

    train(Run(Path(path)))
