"""The job that a worker runs for a queued run."""

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path

from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import Status

LOST = "The worker ended during training; other runs are not affected."
FULL_SHARE = 0.5  # of the memory a worker may take: one that dies above it may have died of it


def train_in_worker(path: str, ticket: str) -> str:
    """Trains a run; does nothing if another worker trains it now.

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
            interrupt(run, status, LOST)  # another worker died of it: do not retry unasked
        if status.state != "queued":
            return ""
        train(run)
        return get_worker().address
    return ""


def interrupt(run: Run, status: Status, problem: str) -> None:
    """Marks a training as interrupted, by lack of memory if that is likely."""
    if problem == LOST and status.memory > FULL_SHARE * status.memory_limit > 0:
        problem = (
            f"The worker ended during training, when it used {status.memory / 1e9:.1f} of the "
            f"{status.memory_limit / 1e9:.1f} GB of memory that it may take. If that was why: try "
            "fewer units, a smaller batch or fewer images."
        )
    run.write_status(
        dataclasses.replace(status, state="interrupted", stage="", message=problem, warning="")
    )


def may_pass(fault: Exception) -> bool:
    """Whether what a run's folder suffers from may pass, as a full disk does.

    A run that was deleted, or whose files are damaged, stays so.
    """
    reason = fault.__cause__ if isinstance(fault, RunDamaged) else fault
    return isinstance(reason, OSError) and not isinstance(reason, FileNotFoundError)


@contextlib.contextmanager
def forgiving() -> Iterator[None]:
    """A context in which a file cannot be read or written for a while: next time it may."""
    try:
        yield
    except (RunDamaged, OSError) as fault:
        if not may_pass(fault):
            raise
