"""Writes what happens to a training into its run folder."""

import contextlib
import dataclasses
import threading
import time

import numpy as np

from aecore.analysis.reconstruction import reconstruct
from aecore.data.arrays import to_bytes
from aecore.data.corruption import corrupt
from aecore.data.datasets import Dataset
from aecore.models.base import for_use
from aecore.runs.files import write_whole
from aecore.runs.run import Run
from aecore.runs.status import HEARTBEAT_SECONDS
from aecore.training.observer import Observer, Progress

PREVIEWED = 10  # images rebuilt after each epoch
FRAMES = 60  # epochs kept of them at most
CHECKPOINT_SECONDS = 30.0


class Recorder:
    """The observer that is the run folder; passes everything on to the one beside it."""

    def __init__(self, run: Run, beside: Observer):
        self.run, self.beside = run, beside
        self.status = dataclasses.replace(run.status(), message="")
        self.frames: list[np.ndarray] = []
        self.frame_epochs: list[int] = []
        self.checkpointed = time.monotonic()
        self._lock = threading.Lock()
        self._plain = None

    def watch(self, data: Dataset) -> None:
        """Chooses the held-out images that are rebuilt after each epoch."""
        experiment = self.run.experiment
        held = data.validation
        firsts = [np.flatnonzero(held.labels == c)[0] for c in np.unique(held.labels)]
        others = np.setdiff1d(np.arange(len(held)), firsts)
        self.originals = held.images[[*firsts, *others][:PREVIEWED]]
        self.inputs = np.asarray(
            corrupt(
                self.originals,
                experiment.corruption,
                experiment.corruption_strength,
                experiment.seed,
            )
        )

    def progress(self, progress: Progress) -> None:
        self.change(**dataclasses.asdict(progress))
        self.beside.progress(progress)

    def epoch(self, number: int, terms: dict[str, float], model) -> None:
        if not self.run.path.exists():
            return
        self.run.append_history(number, terms)
        self._preview(number, model)
        if time.monotonic() - self.checkpointed > CHECKPOINT_SECONDS:
            self.checkpointed = time.monotonic()
            write_whole(self.run.path / "checkpoint.weights.h5", model.save_weights)
        self.beside.epoch(number, terms, model)

    def stop_requested(self) -> bool:
        return self.run.stop_requested or self.beside.stop_requested()

    def change(self, **changes) -> None:
        """Changes some of the status and writes it."""
        with self._lock:
            self.status = dataclasses.replace(self.status, **changes)
            with contextlib.suppress(FileNotFoundError):  # the run was deleted meanwhile
                self.run.write_status(self.status)

    def end(self, state: str, message: str, **changes) -> None:
        """Writes the last status."""
        self.change(state=state, stage="", message=message, seconds_left=None, **changes)

    @contextlib.contextmanager
    def beating(self):
        """A context in which the heartbeat is kept fresh, also while nothing else happens."""
        over = threading.Event()

        def beat():
            while not over.wait(HEARTBEAT_SECONDS):
                self.change()

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _preview(self, epoch: int, model) -> None:
        self._plain = self._plain or for_use(model)
        self.frames.append(to_bytes(reconstruct(self._plain, self.inputs)))
        self.frame_epochs.append(epoch)
        if len(self.frames) > FRAMES:  # every second one of the older ones
            del self.frames[1:-1:2], self.frame_epochs[1:-1:2]
        self.run.write_previews(
            {
                "originals": to_bytes(self.originals),
                "inputs": to_bytes(self.inputs),
                "outputs": np.stack(self.frames),
                "epochs": np.array(self.frame_epochs),
            }
        )
