"""What somebody wishes of whoever trains a run: small files in its folder."""

import contextlib

from aecore.models.settings import SettingError
from aecore.runs.files import write_text
from aecore.runs.run import Run
from aecore.training.changes import check_rate

PAUSE, STOP, RATE = "pause", "stop", "learning-rate"


def request(run: Run, wish: str) -> None:
    """Asks for a pause or a stop."""
    (run.path / wish).touch()


def requested(run: Run, wish: str) -> bool:
    """Whether somebody asked for it, and it was not taken back."""
    return (run.path / wish).exists()


def stop_wished(run: Run) -> bool:
    """Whether somebody wishes the training to stop, or took its folder away."""
    return requested(run, STOP) or not run.path.exists()


def withdraw(run: Run) -> None:
    """Takes back all wishes, before the training goes on."""
    for wish in (PAUSE, STOP, RATE):
        (run.path / wish).unlink(missing_ok=True)


def request_rate(run: Run, rate: float) -> None:
    """Asks for another learning rate, constant from the next steps on.

    Raises:
        SettingError: it cannot be.
    """
    write_text(run.path / RATE, repr(check_rate(rate)))


def take_rate(run: Run) -> float | None:
    """The learning rate that is wished for, once; None if none is, or it cannot be."""
    path = run.path / RATE
    if not path.exists():
        return None
    with contextlib.suppress(OSError, ValueError):
        text = path.read_text(encoding="utf-8")
        path.unlink()
        with contextlib.suppress(SettingError):
            return check_rate(float(text))
    return None
