"""The checkpoints of a run folder: the last one, and the previous one in case of damage."""

import contextlib
import os
from pathlib import Path

import numpy as np

from aecore.runs.files import read_arrays, write_whole
from aecore.training.checkpoint import Checkpoint, CheckpointDamaged

LAST = "checkpoint.npz"
BEFORE = "checkpoint-before.npz"


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Writes a checkpoint completely, or not at all.

    Raises:
        OSError: it cannot be written; the existing ones stay.
    """
    last = folder / LAST

    def write(partial: Path) -> None:
        with partial.open("wb") as file:
            np.savez(file, allow_pickle=False, **checkpoint.to_arrays())
            file.flush()
            os.fsync(file.fileno())  # it must be on disk before an older one is replaced
        with contextlib.suppress(FileNotFoundError):
            last.replace(folder / BEFORE)

    write_whole(last, write)


def load_checkpoint(folder: Path) -> tuple[Checkpoint | None, str]:
    """The last readable checkpoint, None if there never was one, and a note if another is damaged.

    Raises:
        CheckpointDamaged: there are checkpoints, but none can be read.
    """
    problem = ""
    for name, words in ((LAST, "last checkpoint"), (BEFORE, "previous one")):
        if not (folder / name).exists():
            continue
        try:
            return _read(folder / name), problem
        except CheckpointDamaged:
            problem = f"The {words} could not be read; training resumed from the previous one."
    if problem:
        raise CheckpointDamaged("No checkpoint of this run can be read. Restart the run.")
    return None, ""


def has_checkpoint(folder: Path) -> bool:
    """Whether there is a checkpoint to resume from."""
    return (folder / LAST).exists() or (folder / BEFORE).exists()


def delete_checkpoints(folder: Path) -> None:
    """Deletes the checkpoints."""
    for name in (LAST, BEFORE):
        (folder / name).unlink(missing_ok=True)


def _read(path: Path) -> Checkpoint:
    try:
        return Checkpoint.from_arrays(read_arrays(path))  # a ZIP: every array has its checksum
    except CheckpointDamaged:
        raise
    except Exception as problem:  # zipfile, zlib, NumPy and the disk each raise their own
        raise CheckpointDamaged("{} cannot be read: {}", path.name, problem) from problem
