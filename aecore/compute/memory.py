"""Limits of memory and disk space, which are checked before a training."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

from aecore import environment
from aecore.models.settings import SettingError
from aecore.training.needs import Needs

SHARE = 0.8  # of the machine's memory, for all trainings together
SPARE_DISK = 200e6  # bytes that always stay free


def memory_limit() -> int:
    """Bytes that a worker of this machine may take: a share of its memory, or what is set."""
    from distributed.system import MEMORY_LIMIT

    return environment.memory() or int(SHARE * MEMORY_LIMIT / environment.slots())


def worker_limit() -> int:
    """Bytes that this process may take: what Dask allows it, or the machine has."""
    from distributed import get_worker

    try:
        return get_worker().memory_manager.memory_limit or memory_limit()
    except ValueError:  # no worker: the command line
        return memory_limit()


def free_on_gpu() -> float | None:
    """Bytes of memory that are free on the first GPU this process may use; None if unknown."""
    first, *_ = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")
    which = (f"--id={first}",) if first else ()
    command = ("nvidia-smi", *which, "--query-gpu=memory.free", "--format=csv,noheader,nounits")
    with contextlib.suppress(OSError, subprocess.SubprocessError, ValueError):
        told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
        return float(told.stdout.split()[0]) * 2**20
    return None


def check_room(needs: Needs, limit: int, folder: Path, gpu: float | None = None) -> None:
    """Refuses what cannot end well.

    Args:
        needs: what a training takes.
        limit: bytes of memory there are for it.
        folder: where its files go.
        gpu: bytes that are free on the GPU, if one trains and that is known.

    Raises:
        SettingError: there is not enough memory, or not enough disk.
    """
    if needs.memory > limit:
        raise SettingError(
            "memory",
            "This run would need about {:.1f} GB of memory; only {:.1f} GB is "
            "available for each run. Try fewer units, a smaller batch, or a data set of smaller or "
            "fewer images.",
            needs.memory / 1e9,
            limit / 1e9,
        )
    if gpu is not None and needs.gpu > gpu:
        raise SettingError(
            "memory",
            "This run would need about {:.1f} GB of the GPU's memory; {:.1f} GB is free. "
            "Try fewer units, a smaller batch, or wait until other programs free some.",
            needs.gpu / 1e9,
            gpu / 1e9,
        )
    free = shutil.disk_usage(nearest(folder)).free
    if needs.disk + SPARE_DISK > free:
        raise SettingError(
            "disk",
            "This run would write about {:,.0f} MB; the disk of {} has {:,.0f} MB "
            "left, and {:.0f} MB is kept free. Delete runs, or their checkpoints, first.",
            needs.disk / 1e6,
            folder,
            free / 1e6,
            SPARE_DISK / 1e6,
        )


def nearest(folder: Path) -> Path:
    """A folder, or the first above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())
