"""What was made of a model is kept beside that model alone: a continued training replaces it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from aecore.data.refusal import Refusal
from aecore.runs.run import Run


class ModelReplaced(Refusal):
    """The model of a run was replaced while it was worked with."""


@contextlib.contextmanager
def same_model(run: Run) -> Iterator[None]:
    """Work with a run's model, whose result is worth nothing if another model is there then.

    Raises:
        ModelReplaced: that happened.
    """
    before = _written(run)
    yield
    if _written(run) not in (before, None):  # without a file the run was deleted
        raise ModelReplaced("{} was trained further in the meantime. Please try again.", run.id)


def model_version(run: Run) -> tuple[Path, int | None]:
    """A run's folder and when its model was written: another pair once it is trained further."""
    return run.path, _written(run)


def _written(run: Run) -> int | None:
    with contextlib.suppress(FileNotFoundError):
        return run.model_path.stat().st_mtime_ns
    return None
