"""Run folders that were never trained: every file small, and its content known."""

import json
import time

import numpy as np
from small import small_experiment

from aecore.runs.run import Run
from aecore.runs.status import Status
from aecore.runs.store import RunStore

HELD_OUT = (0.5, 0.25, 0.125)


def made_run(store: RunStore, key: str = "linear", state: str = "finished", **settings) -> Run:
    """A run with a history of three epochs, and with figures and a model if it has ended."""
    run = store.create(small_experiment(key, **settings))
    status = Status(state, epoch=3, epochs=3, fraction=1.0, created=time.time(), seconds=2.0)
    run.write_status(status)
    run.write_history([{"loss": 2 * loss, "val_loss": loss} for loss in HELD_OUT])
    if state in ("finished", "stopped", "diverged"):
        write_report(run, sse=1.5, psnr=20.0)
        run.model_path.write_bytes(b"no model")
    return run


def write_report(run: Run, **metrics: float) -> None:
    """A report of which only the words can be read."""
    words = {"metrics": metrics, "architecture": {"parameters": 1096, "code_size": 8}}
    np.savez_compressed(run.path / "report.npz", words=np.array(json.dumps(words)))
