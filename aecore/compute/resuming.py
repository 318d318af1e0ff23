"""The queue of a server that has ended, continued by the next one."""

import contextlib
import time

from aecore.compute.jobs import Jobs
from aecore.runs import control
from aecore.runs.control import WishRefused
from aecore.runs.owner import owner
from aecore.runs.run import STALE_SECONDS, Run, RunDamaged
from aecore.runs.status import Status
from aecore.runs.store import RunStore

LOOK_SECONDS = 1.0


def continue_queue(jobs: Jobs, store: RunStore) -> None:
    """Queues the runs again that wait for a server that is gone, in their order.

    Returns once it is known whose they are: the heartbeats of a living server tell, in the time
    after which those of a dead one are no longer believed.
    """
    waiting = _waiting(store)
    over = time.monotonic() + STALE_SECONDS + 2 * LOOK_SECONDS
    while waiting:
        waiting = [run for run in waiting if not _settled(run, jobs)]
        if time.monotonic() > over:
            return
        if waiting:
            time.sleep(LOOK_SECONDS)


def _waiting(store: RunStore) -> list[Run]:
    """The runs that were queued when their status was written, the first in the queue first."""
    found = []
    for run in store.runs():
        with contextlib.suppress(RunDamaged, TypeError):
            status = _written(run)
            if status.state == "queued" and status.ticket:
                found.append((status.queued, run.id, run))
    return [run for *_, run in sorted(found, key=lambda each: each[:2])]


def _settled(run: Run, jobs: Jobs) -> bool:
    """Whether a run needs no further look: it was queued again, or waits no longer."""
    with contextlib.suppress(RunDamaged, TypeError, WishRefused, OSError):
        if _written(run).state != "queued":
            return True
        status = run.status()
        if status.state == "queued":  # its heartbeat is fresh
            return False
        if not control.leave_queue(run, status):
            whose = owner(run)
            jobs.submit(run, by=whose.id if whose else "")
    return True


def _written(run: Run) -> Status:
    """The status as it was written, however long ago."""
    return Status.from_dict(run.read_json("status.json"))
