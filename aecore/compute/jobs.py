"""Long work: trainings that go on whoever looks, in their order, one a slot."""

import contextlib
import dataclasses
import threading
import time
from pathlib import Path

from aecore.compute.workers import JOBS, Workers, WorkersUnavailable
from aecore.runs import control
from aecore.runs.requests import PAUSE, STOP, requested
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import HEARTBEAT_SECONDS

CONNECT_SECONDS = 60.0
LOST = "The worker ended in mid-training; other runs are not affected."


class Jobs:
    """Submits runs to the workers and sees to it that their status stays true."""

    def __init__(self, workers: Workers):
        self.workers = workers
        self._lock = threading.Lock()
        self._queue: list[str] = []  # tickets, in their order
        self._running = 0

    def submit(self, run: Run, anew: bool = False) -> None:
        """Queues a run that is new or was left; returns at once.

        Raises:
            WishRefused: it is trained already, or cannot go on.
        """
        self._enter(run, control.make_ready(run, anew))

    def train_on(self, run: Run, epochs: int, learning_rate: float) -> None:
        """Queues a run that has ended for more epochs; returns at once."""
        self._enter(run, control.train_on(run, epochs, learning_rate))

    def stop(self, run: Run) -> None:
        """Asks a training to stop and keep what was learnt; a queued one ends at once."""
        control.ask_stop(run)
        status = run.status()
        if status.state == "queued":
            control.leave_queue(run, status)

    def _enter(self, run: Run, ticket: str) -> None:
        with self._lock:
            self._queue.append(ticket)
        threading.Thread(target=self._follow, args=(run, ticket), daemon=True).start()

    def _follow(self, run: Run, ticket: str) -> None:
        problem = LOST
        with contextlib.suppress(RunDamaged, OSError):  # deleted, or its folder is beyond us
            try:
                client = self._connect(run, ticket)
                if self._wait_for_turn(run, ticket, client):
                    self._work(run, ticket, client)
            except WorkersUnavailable as unavailable:
                problem = str(unavailable)
            status = run.status()
            if status.active and status.ticket == ticket:
                run.write_status(
                    dataclasses.replace(status, state="interrupted", stage="", message=problem)
                )
        with self._lock, contextlib.suppress(ValueError):
            self._queue.remove(ticket)

    def _connect(self, run: Run, ticket: str):
        """The workers' client; until it is connected, the heart of the run that waits beats."""
        over = time.monotonic() + CONNECT_SECONDS
        while time.monotonic() < over:
            with contextlib.suppress(WorkersUnavailable):
                return self.workers.client(HEARTBEAT_SECONDS / 4)
            status = run.status()
            if status.state == "queued" and status.ticket == ticket:
                run.write_status(status)
            if self.workers.failed:
                break
        return self.workers.client(0)

    def _wait_for_turn(self, run: Run, ticket: str, client) -> bool:
        """Keeps the heartbeat of a run that waits; False if it left the queue."""
        while True:
            status = run.status()
            if status.ticket != ticket or control.leave_queue(run, status):
                return False
            if status.state not in ("queued", "interrupted"):  # which a machine that slept makes
                return False
            slots = count_slots(client)
            with self._lock:
                if self._queue[0] == ticket and self._running < slots:
                    self._queue.remove(ticket)
                    self._running += 1
                    return True
            run.write_status(dataclasses.replace(status, state="queued", message=""))
            time.sleep(HEARTBEAT_SECONDS / 4)

    def _work(self, run: Run, ticket: str, client) -> None:
        """Has a worker train, and waits for its end."""
        try:
            future = client.submit(
                train_in_worker,
                str(run.path),
                ticket,
                key=f"train-{run.id}-{ticket}",
                resources=JOBS,
                pure=False,
            )
            while not future.done():
                status = run.status()
                if status.state == "queued" and status.ticket == ticket:
                    if requested(run, STOP) or requested(run, PAUSE):
                        control.leave_queue(run, status)
                        future.cancel()
                        break
                    run.write_status(status)
                time.sleep(HEARTBEAT_SECONDS / 4)
        finally:
            with self._lock:
                self._running -= 1


def count_slots(client) -> int:
    """How many trainings the workers take at a time."""
    workers = client.scheduler_info(n_workers=-1)["workers"].values()
    return int(sum(worker["resources"].get("jobs", 0) for worker in workers))


def train_in_worker(path: str, ticket: str) -> None:
    """The job itself, as the worker runs it; nothing if somebody else trains the run now."""
    from aecore.compute.training import train

    run = Run(Path(path))
    with contextlib.suppress(RunDamaged):  # deleted meanwhile
        if run.status().ticket != ticket:
            return
        train(run)
