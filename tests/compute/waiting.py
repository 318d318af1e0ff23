"""Waiting for what a worker does to a run."""

import time


def wait_for(run, *states, seconds=120):
    began = time.monotonic()
    while run.status().state not in states:
        assert time.monotonic() - began < seconds, run.status()
        time.sleep(0.05)
    return run.status()


def wait_for_epoch(run, epoch, seconds=120):
    began = time.monotonic()
    while run.status().epoch < epoch:
        assert time.monotonic() - began < seconds and run.status().active, run.status()
        time.sleep(0.05)
