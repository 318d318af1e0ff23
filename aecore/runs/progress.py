"""How far long work on a run is, and how it is stopped.

Two files in the folder `beside` the run are the channel between the worker that does the work and
the pages that look on:

measuring-<name>.json  the stage, the share that is done, or why the work ended without a result
measuring-<name>.stop  an empty file: the work is no longer wanted
"""

import contextlib
import dataclasses
import time
from dataclasses import dataclass
from pathlib import Path

from aecore.analysis.study import Watch
from aecore.data.refusal import Refusal
from aecore.runs.detectors import beside, made_beside
from aecore.runs.files import read_json, write_json
from aecore.runs.run import Run

REPORT_SECONDS = 0.3


class Stopped(Refusal):
    """Work was stopped by somebody."""


@dataclass(frozen=True)
class Progress:
    """How far work is; `problem` says why it ended without a result.

    began, heartbeat: seconds since 1970.
    """

    stage: str = "Waiting for a worker"
    fraction: float = 0.0
    began: float = 0.0
    heartbeat: float = 0.0
    problem: str = ""

    @property
    def seconds_left(self) -> float | None:
        """An estimate; None at the beginning."""
        passed = self.heartbeat - self.began
        if self.fraction < 0.02 or passed < 2:
            return None
        return passed * (1 - self.fraction) / self.fraction


def begin(run: Run, name: str) -> None:
    """Forgets what earlier work told, and a request to stop it.

    Raises:
        OSError: the folder cannot be written.
    """
    made_beside(run)
    _stop_path(run, name).unlink(missing_ok=True)
    write_json(_path(run, name), dataclasses.asdict(Progress(began=time.time())))


def read_progress(run: Run, name: str) -> Progress | None:
    """How far work is; None if none is under way."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        return Progress(**read_json(_path(run, name)))
    return None


def request_stop(run: Run, name: str) -> None:
    """Has work stop at its next part; OSError where nothing can be written."""
    _stop_path(run, name).touch()


def stop_requested(run: Run, name: str) -> bool:
    """Whether work is to stop at its next part."""
    return _stop_path(run, name).exists()


def watched(run: Run, name: str) -> Watch:
    """What tells of the progress, and raises `Stopped` once the work is no longer wanted."""
    began, last = time.time(), 0.0

    def watch(stage: str, fraction: float) -> None:
        nonlocal last
        if stop_requested(run, name) or not run.path.exists():
            raise Stopped("It was stopped.")
        if time.monotonic() - last > REPORT_SECONDS:
            last = time.monotonic()
            write_progress(run, name, Progress(stage, fraction, began, time.time()))

    return watch


def write_progress(run: Run, name: str, state: Progress) -> None:
    """Tells how far work is, if the folder is still there."""
    with contextlib.suppress(OSError):
        write_json(_path(run, name), dataclasses.asdict(state))


def forget(run: Run, name: str) -> None:
    """Deletes both files."""
    forget_progress(run, name)
    with contextlib.suppress(OSError):
        _stop_path(run, name).unlink(missing_ok=True)


def forget_progress(run: Run, name: str) -> None:
    """Deletes what was told; a request to stop stays."""
    with contextlib.suppress(OSError):
        _path(run, name).unlink(missing_ok=True)


def _path(run: Run, name: str) -> Path:
    return beside(run).path / f"measuring-{name}.json"


def _stop_path(run: Run, name: str) -> Path:
    return beside(run).path / f"measuring-{name}.stop"
