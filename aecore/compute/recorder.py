"""The observer that writes the progress of a training into its run folder."""

import contextlib
import dataclasses
import threading
import time
from collections.abc import Callable

import psutil

from aecore.compute.camera import Camera
from aecore.data.datasets import Dataset
from aecore.runs.checkpoints import save_checkpoint
from aecore.runs.film import Film
from aecore.runs.requests import PAUSE, requested, stop_requested, take_rate
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import HEARTBEAT_SECONDS
from aecore.training.changes import Change
from aecore.training.checkpoint import Checkpoint, Place
from aecore.training.observer import Observer, Progress

CHECKPOINT_SECONDS = 30.0
RETRY_SECONDS = 2.0  # after which a pause is tried again whose checkpoint could not be written


class Recorder:
    """Writes progress, history, film and checkpoints, and passes everything on to `observer`.

    A full disk does not end a training: what cannot be written is written later, and the status
    warns; a pause waits for its checkpoint. A worker whose run was given to another one stops
    silently.
    """

    def __init__(self, run: Run, observer: Observer):
        self.run, self.observer = run, observer
        self.status = dataclasses.replace(run.status(), message="", warning="")
        self.history: list[dict[str, float]] = []
        self.checkpointed = time.monotonic()
        self.pausable = self.checkpointed  # from when on
        self.warnings: dict[str, str] = {}
        self.displaced = False  # another worker trains this run
        self._lock = threading.Lock()

    def film(self, data: Dataset, start: Place) -> None:
        """Begins the film of a training, or goes on with it; after the network is built."""
        self.camera = Camera(self.run.recipe, data)
        if start.step:
            with contextlib.suppress(RunDamaged):
                self.camera.resume_from(Film.from_arrays(self.run.previews()), start.epoch - 1)

    def progress(self, progress: Progress) -> None:
        self.change(**dataclasses.asdict(progress))
        self.observer.progress(progress)

    def resume_from(self, place: Place) -> None:
        """Drops the history of epochs that are trained again."""
        self.history = list(place.history)
        with self._writing("The history"):
            self.run.write_history(self.history)

    def moment(self, epochs: float, loss: float | None, model, urgent: bool = False) -> None:
        if urgent or self.camera.due:
            began = time.monotonic()
            arrays = self.camera.take(epochs, loss, model)
            with self._writing("The film"):
                self.run.write_previews(arrays)
            self.camera.charge(began)
        self.observer.moment(epochs, loss, model, urgent)

    def epoch(self, number: int, terms: dict[str, float], model) -> None:
        self.history.append(terms)
        with self._writing("The history"):
            self.run.write_history(self.history)
        self.observer.epoch(number, terms, model)

    def stop_requested(self) -> bool:
        return self.displaced or stop_requested(self.run) or self.observer.stop_requested()

    def pause_requested(self) -> bool:
        asked = requested(self.run, PAUSE) or self.observer.pause_requested()
        return asked and time.monotonic() >= self.pausable

    def requested_rate(self) -> float | None:
        return take_rate(self.run)

    def changed(self, change: Change) -> None:
        with self._writing("A change"):
            self.run.add_change(change)
        self.observer.changed(change)

    def checkpoint(self, take: Callable[[], Checkpoint], urgent: bool = False) -> bool:
        due = time.monotonic() - self.checkpointed >= CHECKPOINT_SECONDS
        if self.displaced or not (urgent or due):
            return False
        self.checkpointed = time.monotonic()
        with self._writing("The checkpoint"):
            save_checkpoint(self.run.path, take())
            return True
        self.pausable = time.monotonic() + RETRY_SECONDS
        return False

    def change(self, **changes) -> None:
        """Changes and writes the status."""
        with self._lock:
            memory = psutil.Process().memory_info().rss
            self.status = dataclasses.replace(self.status, memory=memory, **changes)
            self._check_displaced()
            if not self.displaced:
                with contextlib.suppress(OSError):  # deleted meanwhile, or the disk is full
                    self.run.write_status(self.status)

    def _check_displaced(self) -> None:
        with contextlib.suppress(RunDamaged):
            self.displaced = self.displaced or self.run.status().ticket != self.status.ticket

    @contextlib.contextmanager
    def _writing(self, what: str):
        """A context in which writing a file may fail; the status warns until it succeeds."""
        try:
            yield
        except FileNotFoundError:  # the run was deleted meanwhile
            return
        except OSError as problem:
            reason = problem.strerror or problem
            self.warnings[what] = f"{what} could not be written ({reason}); trying again."
        else:
            self.warnings.pop(what, None)
        if (warning := " ".join(self.warnings.values())) != self.status.warning:
            self.change(warning=warning)

    def end(self, state: str, message: str, **changes) -> None:
        """Writes the final status."""
        message = f"{message} {self.status.warning}".strip()
        self.change(state=state, stage="", message=message, seconds_left=None, **changes)

    @contextlib.contextmanager
    def heartbeat(self):
        """A context in which the heartbeat is kept fresh."""
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
