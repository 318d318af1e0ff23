"""Jobs: trainings in the background, queued, one per slot."""

import contextlib
import dataclasses
import logging
import threading
import time
from collections import Counter
from concurrent.futures import CancelledError

from aecore.compute.job import LOST, forgiving, interrupt, may_pass, train_in_worker
from aecore.compute.queue import GPU, JOB, FairQueue, Turn
from aecore.compute.workers import Workers, WorkersUnavailable
from aecore.runs import control
from aecore.runs.requests import PAUSE, STOP, requested
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import HEARTBEAT_SECONDS

log = logging.getLogger(__name__)
LOOK_SECONDS = HEARTBEAT_SECONDS / 4
DONE_SECONDS = 0.05
MOST_TRAININGS = 10  # in one worker process, for each leaves some memory behind
RESTART_SECONDS = 600  # on a busy machine a worker, which is polite, imports Keras for minutes


class Jobs:
    """Submits runs to the workers and keeps their status up to date."""

    def __init__(self, workers: Workers):
        self.workers = workers
        self.queue = FairQueue()
        self._lock = threading.Lock()
        self._waiting: dict[Turn, Run] = {}
        self._keeper: threading.Thread | None = None
        self._changed = threading.Event()  # a run came or ended: a slot may be free
        self._trained: Counter[str] = Counter()  # trainings of a worker, by its address
        self._fault: Exception | None = None  # the last unexpected one

    def submit(
        self, run: Run, restart: bool = False, by: str = "", gpu: bool | None = None
    ) -> None:
        """Queues a run that is new or was interrupted; returns at once.

        Args:
            restart: start from epoch 1.
            by: the visitor who submits it.
            gpu: whether it needs a worker with a GPU; None to keep what was asked before.

        Raises:
            RequestRefused: it is already queued or training, or cannot be resumed.
        """
        self._enter(run, control.enqueue(run, restart, gpu), by)

    def continue_training(self, run: Run, epochs: int, learning_rate: float, by: str = "") -> None:
        """Queues a run that has ended for more epochs; returns at once."""
        self._enter(run, control.continue_training(run, epochs, learning_rate), by)

    def place(self, run: Run) -> int | None:
        """How many trainings are before a run in this queue; None if it is not queued here."""
        order = self.queue.order()
        ticket = run.status().ticket
        return order.index(ticket) if ticket in order else None

    def prefer(self, run: Run) -> None:
        """Moves a queued run before the others of the same visitor."""
        self.queue.prefer(run.status().ticket)

    def _enter(self, run: Run, ticket: str, by: str) -> None:
        turn = Turn(ticket, by, GPU if run.status().gpu else JOB)
        with self._lock:
            self._waiting[turn] = run
            self.queue.enter(turn)
            self._changed.set()
            if self._keeper is None or not self._keeper.is_alive():
                self._keeper = threading.Thread(target=self._keep, daemon=True)
                self._keeper.start()

    def _keep(self) -> None:
        """Starts queued runs as slots become free, until the queue is empty."""
        while True:
            try:
                self._look()
            except Exception:  # whatever it was: runs are still queued
                log.exception("The queue could not be served; trying again.")
            with self._lock:
                if not self._waiting:
                    self._keeper = None
                    return
            self._changed.wait(LOOK_SECONDS)
            self._changed.clear()

    def _look(self) -> None:
        """Keeps the heartbeats of queued runs, and starts those whose turn it is."""
        slots, problem = self._slots()
        with self._lock:
            waiting = dict(self._waiting)
        for turn, run in waiting.items():
            try:
                waits = self._still_waits(turn, run, problem)
            except Exception as fault:  # of this run alone: the others go on
                waits = False
                self._give_up(run, turn, fault)
            if not waits:
                self._forget(turn)
        for turn in self.queue.begin(slots):
            with self._lock:
                run = self._waiting.pop(turn)
            threading.Thread(target=self._follow, args=(run, turn), daemon=True).start()

    def _forget(self, turn: Turn) -> None:
        with self._lock:
            self._waiting.pop(turn, None)
            self.queue.leave(turn)

    def _slots(self) -> tuple[dict[str, int], str]:
        """The number of slots of each kind, and the reason if there are none.

        While the workers are starting, there is no reason yet.
        """
        try:
            return count_slots(self.workers.client(LOOK_SECONDS)), ""
        except (WorkersUnavailable, OSError):
            return {}, self.workers.problem
        except Exception as fault:  # Dask raises many kinds when its scheduler is lost
            if not isinstance(fault, type(self._fault)):  # not twice a second
                log.exception("The workers could not be asked; trying again.")
            self._fault = fault
            return {}, f"The workers could not be asked ({in_short(fault)}); trying again."

    def _still_waits(self, turn: Turn, run: Run, problem: str) -> bool:
        """Keeps the heartbeat of a queued run; False if it left the queue."""
        try:
            status = run.status()
            if status.ticket != turn.ticket or control.leave_queue(run, status):
                return False
            if status.state not in ("queued", "interrupted"):  # after the machine was suspended
                return False
            if problem and self.workers.failed:
                interrupt(run, status, problem)
                return False
            if status.state != "queued" or time.time() - status.heartbeat > HEARTBEAT_SECONDS:
                run.write_status(
                    dataclasses.replace(status, state="queued", message="", warning=problem)
                )
        except (RunDamaged, OSError) as fault:
            return may_pass(fault)
        return True

    def _follow(self, run: Run, turn: Turn) -> None:
        """Has a worker train, and writes the final status if the worker cannot."""
        try:
            with contextlib.suppress(RunDamaged, FileNotFoundError):  # deleted
                try:
                    problem = self._work(run, turn)
                except WorkersUnavailable as unavailable:
                    problem = str(unavailable)
                except CancelledError:  # our client was closed; the run has its own heartbeat
                    return
                status = run.status()
                if problem and status.active and status.ticket == turn.ticket:
                    interrupt(run, status, problem)
        except Exception as fault:
            self._give_up(run, turn, fault)
        finally:
            self.queue.leave(turn)
            self._changed.set()

    def _give_up(self, run: Run, turn: Turn, fault: Exception) -> None:
        log.error("%s could not be started.", run.id, exc_info=fault)
        with contextlib.suppress(Exception):  # its folder may be what is wrong
            status = run.status()
            if status.state == "queued" and status.ticket == turn.ticket:
                interrupt(run, status, f"It could not be started ({in_short(fault)}).")

    def _work(self, run: Run, turn: Turn) -> str:
        """Waits for the end of a training; the problem, if its worker is certainly gone."""
        client = self.workers.client()
        with forgiving():
            run.write_status(dataclasses.replace(run.status(), warning=""))
        future = client.submit(
            train_in_worker,
            str(run.path),
            turn.ticket,
            key=f"train-{run.id}-{turn.ticket}",
            resources={turn.needs: 1},
            pure=False,
        )
        while not future.done():
            with forgiving():
                status = run.status()
                if status.state == "queued" and status.ticket == turn.ticket:
                    if requested(run, STOP) or requested(run, PAUSE):
                        control.leave_queue(run, status)
                        future.cancel()
                        return ""
                    run.write_status(status)
                elif status.state == "interrupted" and not _is_at_work(client, str(future.key)):
                    future.cancel()  # or the scheduler might start it again
                    return LOST
            # Dask's callbacks would log errors when the server ends during a training
            over = time.monotonic() + LOOK_SECONDS
            while not future.done() and time.monotonic() < over:
                time.sleep(DONE_SECONDS)
        # without a scheduler the worker goes on, with its own heartbeat
        problem = "" if future.cancelled() else LOST
        if future.status == "finished" and (address := future.result()):
            future.release()  # or its result, lost with the worker, would be computed again
            self._recycle(client, address)
        return problem

    def _recycle(self, client, address: str) -> None:
        """Restarts a worker process after many trainings, since each leaves some memory behind.

        Not while it works for another client of the same scheduler.
        """
        self._trained[address] += 1
        with contextlib.suppress(Exception):  # one without a nanny cannot be restarted
            often = self._trained[address] >= MOST_TRAININGS
            if often and not client.processing([address])[address]:
                del self._trained[address]
                client.restart_workers([address], RESTART_SECONDS, raise_for_error=False)


def in_short(problem: Exception) -> str:
    """An unforeseen problem within a sentence: KeyError: 'x'."""
    return f"{type(problem).__name__}: {problem!s:.100}"


def _is_at_work(client, key: str) -> bool:
    """Whether a connected worker is working on a task."""
    return any(key in keys for keys in client.processing().values())


def count_slots(client) -> dict[str, int]:
    """The number of trainings of each kind that the workers run at a time."""
    known = {}
    with contextlib.suppress(RuntimeError):  # it is being closed
        known = client.scheduler_info(n_workers=-1)
    workers = known.get("workers", {}).values()
    return {
        kind: int(sum(worker["resources"].get(kind, 0) for worker in workers))
        for kind in (JOB, GPU)
    }
