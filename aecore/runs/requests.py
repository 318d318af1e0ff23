"""Requests to the process that trains a run: small files in its folder."""

import contextlib

from aecore.models.settings import SettingError
from aecore.runs.files import write_text
from aecore.runs.run import Run
from aecore.training.changes import check_rate

PAUSE, STOP, RESTART, RATE = "pause", "stop", "restart", "learning-rate"


def request(run: Run, what: str) -> None:
    """Requests a pause, a stop or a restart."""
    (run.path / what).touch()


def requested(run: Run, what: str) -> bool:
    """Whether a pause, a stop or a restart is requested."""
    return (run.path / what).exists()


def stop_requested(run: Run) -> bool:
    """Whether a stop is requested, or the run was deleted."""
    return requested(run, STOP) or not run.path.exists()


def withdraw(run: Run) -> None:
    """Withdraws all requests, before training resumes."""
    for what in (PAUSE, STOP, RESTART, RATE):
        (run.path / what).unlink(missing_ok=True)


def request_rate(run: Run, rate: float) -> None:
    """Requests another learning rate, constant from the next steps on.

    Raises:
        SettingError: it is out of bounds.
    """
    write_text(run.path / RATE, repr(check_rate(rate)))


def take_rate(run: Run) -> float | None:
    """The requested learning rate, once; None if there is none, or it is invalid."""
    path = run.path / RATE
    if not path.exists():
        return None
    with contextlib.suppress(OSError, ValueError):
        text = path.read_text(encoding="utf-8")
        path.unlink()
        with contextlib.suppress(SettingError):
            return check_rate(float(text))
    return None
