"""Checkpoints in a run folder: the last one, and the one before in case it cannot be read."""

import contextlib
import os
from pathlib import Path

import numpy as np

from aecore.runs.files import read_arrays, write_whole
from aecore.training.checkpoint import Checkpoint, CheckpointDamaged

LAST = "checkpoint.npz"
BEFORE = "checkpoint-before.npz"


def keep(folder: Path, checkpoint: Checkpoint) -> None:
    """Writes a checkpoint whole, or not at all.

    Raises:
        OSError: it cannot be written; the ones that are there stay.
    """
    last = folder / LAST

    def write(partial: Path) -> None:
        with partial.open("wb") as file:
            np.savez(file, allow_pickle=False, **checkpoint.to_arrays())
            file.flush()
            os.fsync(file.fileno())  # on the disk, before the one before is given up
        with contextlib.suppress(FileNotFoundError):
            last.replace(folder / BEFORE)

    write_whole(last, write)


def recall(folder: Path) -> tuple[Checkpoint | None, str]:
    """The last checkpoint that can be read, None if there never was one, and what was wrong.

    Raises:
        CheckpointDamaged: there are some, but none can be read.
    """
    problem = ""
    for name, words in ((LAST, "last checkpoint"), (BEFORE, "one before")):
        if not (folder / name).exists():
            continue
        try:
            return _read(folder / name), problem
        except CheckpointDamaged:
            problem = f"The {words} could not be read; training went on from the one before."
    if problem:
        raise CheckpointDamaged("No checkpoint of this run can be read; it can start anew.")
    return None, ""


def has_checkpoint(folder: Path) -> bool:
    """Whether a training could go on."""
    return (folder / LAST).exists() or (folder / BEFORE).exists()


def forget(folder: Path) -> None:
    """Removes the checkpoints, so that a training begins anew."""
    for name in (LAST, BEFORE):
        (folder / name).unlink(missing_ok=True)


def _read(path: Path) -> Checkpoint:
    try:
        return Checkpoint.from_arrays(read_arrays(path))  # a ZIP: every array has its checksum
    except CheckpointDamaged:
        raise
    except Exception as problem:  # zipfile, zlib, NumPy and the disk each raise their own
        raise CheckpointDamaged("{} cannot be read: {}", path.name, problem) from problem
