"""Waiting for what other processes do, for as long as a busy machine may need."""

import time
from collections.abc import Callable

PATIENCE = 600  # seconds


def wait_until(holds: Callable[[], object], told: Callable[[], object] = str) -> None:
    """Waits until something holds; what is told helps when it never does."""
    over = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < over, told()
        time.sleep(0.05)


def wait_for(run, *states):
    """Waits until a run is in one of these states, and returns its status."""
    wait_until(lambda: run.status().state in states, run.status)
    return run.status()


def wait_for_epoch(run, epoch):
    """Waits until a run that is in training has trained so many epochs."""
    wait_until(lambda: run.status().epoch >= epoch or not run.status().active, run.status)
    assert run.status().epoch >= epoch, run.status()
