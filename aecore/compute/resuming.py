"""A new server continues the queue of the one before."""

import contextlib
import time

from aecore.compute.jobs import Jobs
from aecore.runs import control
from aecore.runs.control import RequestRefused
from aecore.runs.owner import owner
from aecore.runs.requests import RESTART, requested
from aecore.runs.run import STALE_SECONDS, Run, RunDamaged
from aecore.runs.store import RunStore

LOOK_SECONDS = 1.0


def continue_queue(jobs: Jobs, store: RunStore) -> None:
    """Queues the runs again that were queued by a server that has ended, in their order.

    Returns once that is known of every queued run: another server keeps their heartbeats fresh.
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
    """The runs whose last written status is queued, the first in the queue first."""
    found = []
    for run in store.runs():
        with contextlib.suppress(RunDamaged):
            status = run.written_status()
            if status.state == "queued" and status.ticket:
                found.append((status.queued, run.id, run))
    return [run for *_, run in sorted(found, key=lambda each: each[:2])]


def _settled(run: Run, jobs: Jobs) -> bool:
    """Whether a run needs no further check: it was queued again, or is no longer queued."""
    with contextlib.suppress(RunDamaged, RequestRefused, OSError):
        if run.written_status().state != "queued":
            return True
        status = run.status()
        if status.state == "queued":  # its heartbeat is fresh, so far
            return False
        if not control.leave_queue(run, status):
            whose = owner(run)
            jobs.submit(run, requested(run, RESTART), by=whose.id if whose else "")
    return True
