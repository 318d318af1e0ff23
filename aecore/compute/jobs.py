"""Long work: trainings that go on whoever looks, in their order, one a slot."""

import contextlib
import dataclasses
import threading
import time
from concurrent.futures import CancelledError
from pathlib import Path

from aecore.compute.queue import GPU, JOB, FairQueue, Turn
from aecore.compute.workers import Workers, WorkersUnavailable
from aecore.runs import control
from aecore.runs.requests import PAUSE, STOP, requested
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import HEARTBEAT_SECONDS, Status

LOOK_SECONDS = HEARTBEAT_SECONDS / 4
DONE_SECONDS = 0.05
LOST = "The worker ended in mid-training; other runs are not affected."
FULL_SHARE = 0.5  # of the memory a worker may take: one that dies above it may have died of it
MOST_TRAININGS = 10  # in one worker process, for each leaves some memory behind


class Jobs:
    """Submits runs to the workers and sees to it that their status stays true."""

    def __init__(self, workers: Workers):
        self.workers = workers
        self.queue = FairQueue()
        self._lock = threading.Lock()
        self._waiting: dict[Turn, Run] = {}
        self._keeper: threading.Thread | None = None
        self._changed = threading.Event()  # somebody came or left: a place may be free
        self._trained: dict[str, int] = {}  # worker's address → trainings since it was started

    def submit(self, run: Run, anew: bool = False, by: str = "", gpu: bool | None = None) -> None:
        """Queues a run that is new or was left; returns at once.

        Args:
            anew: forget its checkpoints, and begin from the start.
            by: whose turn it is to be.
            gpu: whether only a worker with a GPU will do; None for what was asked before.

        Raises:
            WishRefused: it is trained already, or cannot go on.
        """
        self._enter(run, control.make_ready(run, anew, gpu), by)

    def train_on(self, run: Run, epochs: int, learning_rate: float, by: str = "") -> None:
        """Queues a run that has ended for more epochs; returns at once."""
        self._enter(run, control.train_on(run, epochs, learning_rate), by)

    def place(self, run: Run) -> int | None:
        """How many have their turn before a run that waits here; None if it does not."""
        order = self.queue.order()
        ticket = run.status().ticket
        return order.index(ticket) if ticket in order else None

    def prefer(self, run: Run) -> None:
        """Lets a run that waits have its turn before the others of the same visitor."""
        self.queue.prefer(run.status().ticket)

    def _enter(self, run: Run, ticket: str, by: str) -> None:
        turn = Turn(ticket, by, GPU if run.status().gpu else JOB)
        with self._lock:
            self._waiting[turn] = run
            self.queue.enter(turn)
            self._changed.set()
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, daemon=True)
                self._keeper.start()

    def _keep(self) -> None:
        """Looks after the runs that wait, and lets them begin, until none is left."""
        while True:
            slots, problem = self._slots()
            with self._lock:
                waiting = dict(self._waiting)
            for turn, run in waiting.items():
                if not self._still_waits(turn, run, problem):
                    self._forget(turn)
            for turn in self.queue.begin(slots):
                with self._lock:
                    run = self._waiting.pop(turn)
                threading.Thread(target=self._follow, args=(run, turn), daemon=True).start()
            with self._lock:
                if not self._waiting:
                    self._keeper = None
                    return
            self._changed.wait(LOOK_SECONDS)
            self._changed.clear()

    def _forget(self, turn: Turn) -> None:
        with self._lock:
            self._waiting.pop(turn, None)
            self.queue.leave(turn)

    def _slots(self) -> tuple[dict[str, int], str]:
        """How many trainings of a kind there is room for, and why there is none, if that is known.

        While the workers are being started, nothing is wrong yet.
        """
        try:
            return count_slots(self.workers.client(LOOK_SECONDS)), ""
        except (WorkersUnavailable, OSError):
            return {}, self.workers.problem

    def _still_waits(self, turn: Turn, run: Run, problem: str) -> bool:
        """Keeps the heartbeat of a run that waits; False if it left the queue."""
        with contextlib.suppress(RunDamaged, OSError):  # deleted, or its folder is beyond us
            status = run.status()
            if status.ticket != turn.ticket or control.leave_queue(run, status):
                return False
            if status.state not in ("queued", "interrupted"):  # which a machine that slept makes
                return False
            if problem and self.workers.failed:
                _interrupt(run, status, problem)
                return False
            if status.state != "queued" or time.time() - status.heartbeat > HEARTBEAT_SECONDS:
                run.write_status(
                    dataclasses.replace(status, state="queued", message="", warning=problem)
                )
            return True
        return False

    def _follow(self, run: Run, turn: Turn) -> None:
        """Has a worker train, and writes down its end if the worker cannot."""
        try:
            with contextlib.suppress(RunDamaged, OSError):
                try:
                    problem = self._work(run, turn)
                except WorkersUnavailable as unavailable:
                    problem = str(unavailable)
                except CancelledError:  # our client was closed: the run's heartbeat tells
                    return
                status = run.status()
                if problem and status.active and status.ticket == turn.ticket:
                    _interrupt(run, status, problem)
        finally:
            self.queue.leave(turn)
            self._changed.set()

    def _work(self, run: Run, turn: Turn) -> str:
        """Waits for the end of a training; what became of the worker, if it is certainly gone."""
        client = self.workers.client()
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
            status = run.status()
            if status.state == "queued" and status.ticket == turn.ticket:
                if requested(run, STOP) or requested(run, PAUSE):
                    control.leave_queue(run, status)
                    future.cancel()
                    return ""
                run.write_status(status)
            elif status.state == "interrupted" and not _is_at_work(client, future.key):
                future.cancel()  # or a scheduler by its own rules would start it again
                return LOST
            # Dask's own callbacks would fail, loudly, when the server ends amid a training
            over = time.monotonic() + LOOK_SECONDS
            while not future.done() and time.monotonic() < over:
                time.sleep(DONE_SECONDS)
        if future.status == "finished" and (address := future.result()):
            self._recycle(client, address)
        # without a scheduler the worker goes on, and its heartbeat tells
        return "" if future.cancelled() else LOST

    def _recycle(self, client, address: str) -> None:
        """Starts a worker process anew that has trained often: each leaves some memory behind."""
        self._trained[address] = self._trained.get(address, 0) + 1
        if self._trained[address] >= MOST_TRAININGS:
            del self._trained[address]
            with contextlib.suppress(Exception):  # one without a nanny: its owner restarts it
                client.restart_workers([address], timeout=30, raise_for_error=False)


def _interrupt(run: Run, status: Status, problem: str) -> None:
    if problem == LOST and status.memory > FULL_SHARE * status.memory_limit > 0:
        problem = (
            f"The worker ended in mid-training, last seen with {status.memory / 1e9:.1f} of the "
            f"{status.memory_limit / 1e9:.1f} GB of memory that it may take. If that was why: try "
            "fewer units, a smaller batch or fewer images."
        )
    run.write_status(
        dataclasses.replace(status, state="interrupted", stage="", message=problem, warning="")
    )


def _is_at_work(client, key: str) -> bool:
    """Whether a worker that is there has a task in hand."""
    return any(key in keys for keys in client.processing().values())


def count_slots(client) -> dict[str, int]:
    """How many trainings of each kind the workers take at a time; none once it was closed."""
    known = {}
    with contextlib.suppress(RuntimeError):  # closed in this moment
        known = client.scheduler_info(n_workers=-1)
    workers = known.get("workers", {}).values()
    return {
        kind: int(sum(worker["resources"].get(kind, 0) for worker in workers))
        for kind in (JOB, GPU)
    }


def train_in_worker(path: str, ticket: str) -> str:
    """The job itself, as the worker runs it; nothing if somebody else trains the run now.

    Returns:
        The address of the worker; empty if it did not train.
    """
    from distributed import get_worker

    from aecore.compute.training import train

    run = Run(Path(path))
    with contextlib.suppress(RunDamaged):  # deleted meanwhile
        status = run.status()
        if status.ticket != ticket:
            return ""
        if status.state in ("training", "measuring", "interrupted"):
            _interrupt(run, status, LOST)  # another worker died of it: never again unasked
        if status.state != "queued":
            return ""
        train(run)
        return get_worker().address
    return ""
