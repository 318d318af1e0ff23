"""Measurements that take minutes: in a slot of the trainings, with progress and a way to stop.

The run folder, or the one `beside` a shipped model, is the channel, as for a training:
`measuring-<name>.json` tells how far the worker is, `measuring-<name>.stop` asks it to stop.
"""

import contextlib
import dataclasses
import time
from dataclasses import dataclass
from pathlib import Path

from aecore.compute.queue import JOB
from aecore.compute.workers import Workers
from aecore.data.refusal import Refusal
from aecore.runs.detectors import beside
from aecore.runs.files import read_json, write_json
from aecore.runs.run import Run

REPORT_SECONDS = 0.3
STALE_SECONDS = 120.0  # the longest that one step of a measurement may take
LOST = "The worker ended during the measurement; it can be started again."


class Stopped(Refusal):
    """A measurement was stopped by somebody."""


@dataclass(frozen=True)
class Measuring:
    """How far a measurement is; `problem` says why it ended without a result.

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


class Measurements:
    """The measurements of this server."""

    def __init__(self, workers: Workers):
        self.workers = workers
        self._futures: dict[tuple[str, str], object] = {}

    def start(self, run: Run, name: str) -> None:
        """Has a worker measure one of `TRANSFERS`; returns at once.

        Raises:
            OSError: the run folder cannot be written.
            WorkersUnavailable: there are no workers.
        """
        if self.progress(run, name) is not None:
            return  # somebody was quicker
        client = self.workers.client()
        beside(run).path.mkdir(parents=True, exist_ok=True)
        _stop_path(run, name).unlink(missing_ok=True)
        write_json(_path(run, name), dataclasses.asdict(Measuring(began=time.time())))
        self._futures[str(run.path), name] = client.submit(
            measure_in_worker, str(run.path), name, resources={JOB: 1}, pure=False
        )

    def progress(self, run: Run, name: str) -> Measuring | None:
        """How far a measurement is that is under way; None if none is."""
        found = _read(run, name)
        if found is None or found.problem:
            return None
        future = self._futures.get((str(run.path), name))
        if future is not None:
            return found if not future.done() else None  # type: ignore[attr-defined]
        fresh = abs(time.time() - found.heartbeat) < STALE_SECONDS  # started by another server
        return found if fresh else None

    def problem(self, run: Run, name: str) -> str:
        """Why the last measurement ended without a result; empty if it did not."""
        found = _read(run, name)
        if found is None or self.progress(run, name) is not None:
            return ""
        return found.problem or LOST

    def stop(self, run: Run, name: str) -> None:
        """Asks a measurement to stop, or takes it out of the queue."""
        _stop_path(run, name).touch()
        future = self._futures.get((str(run.path), name))
        found = _read(run, name)
        if future is not None and found is not None and not found.heartbeat:
            future.cancel()  # type: ignore[attr-defined]
            _path(run, name).unlink(missing_ok=True)


def measure_in_worker(path: str, name: str) -> None:
    """Measures, tells how far it is, and leaves the result or the problem in the run folder."""
    from aecore.compute.answers import load
    from aecore.runs.transfers import measure_transfer

    run = Run(Path(path))
    began = time.time()
    last = 0.0

    def watch(stage: str, fraction: float) -> None:
        nonlocal last
        if _stop_path(run, name).exists() or not run.path.exists():
            raise Stopped("The measurement was stopped.")
        if time.monotonic() - last > REPORT_SECONDS:
            last = time.monotonic()
            _write(run, name, Measuring(stage, fraction, began, time.time()))

    try:
        watch("Reading the data", 0.0)
        measure_transfer(run, name, load(str(run.model_path)).model, watch)
    except Stopped:
        _forget(run, name)
    except Exception as problem:
        words = (
            str(problem) if isinstance(problem, Refusal) else f"{type(problem).__name__}: {problem}"
        )
        _write(run, name, Measuring("", 0.0, began, time.time(), words[:500]))
        if not isinstance(problem, Refusal):
            raise
    else:
        _forget(run, name)


def _path(run: Run, name: str) -> Path:
    return beside(run).path / f"measuring-{name}.json"


def _stop_path(run: Run, name: str) -> Path:
    return beside(run).path / f"measuring-{name}.stop"


def _read(run: Run, name: str) -> Measuring | None:
    with contextlib.suppress(OSError, ValueError, TypeError):
        return Measuring(**read_json(_path(run, name)))
    return None


def _write(run: Run, name: str, state: Measuring) -> None:
    with contextlib.suppress(OSError):  # deleted meanwhile
        write_json(_path(run, name), dataclasses.asdict(state))


def _forget(run: Run, name: str) -> None:
    for path in (_path(run, name), _stop_path(run, name)):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
