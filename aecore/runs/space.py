"""Disk space that can be freed, and what is deleted for it."""

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from aecore.runs.checkpoints import delete_checkpoints
from aecore.runs.run import RunDamaged
from aecore.runs.status import ENDED
from aecore.runs.store import DeletionRefused, RunStore
from aecore.runs.summary import Summary, summary

LEFT = ("interrupted", "failed")


@dataclass(frozen=True)
class Space:
    """Runs whose checkpoints can be deleted, runs without a result, and bytes in the trash."""

    ended: tuple[Summary, ...]
    left: tuple[Summary, ...]
    trash: int

    @property
    def checkpoint_bytes(self) -> int:
        """Bytes of the checkpoints of runs that have ended."""
        return sum(each.checkpoints for each in self.ended)

    @property
    def left_bytes(self) -> int:
        """Bytes of the runs without a result."""
        return sum(each.size for each in self.left)


def space(everything: list[Summary], store: RunStore) -> Space:
    """What the visitor can free in a store with these runs."""
    everything = [each for each in everything if store.may_change(each.run)]
    return Space(
        tuple(each for each in everything if each.state in ENDED and each.checkpoints),
        tuple(each for each in everything if _without_result(each)),
        sum(folder_bytes(hidden) for hidden in store.trash()),
    )


def drop_checkpoints(ended: tuple[Summary, ...]) -> int:
    """Deletes the checkpoints of runs that have ended, not their models; the bytes freed."""
    freed = 0
    for each in ended:
        with contextlib.suppress(OSError, RunDamaged):  # deleted meanwhile, or not readable
            if each.run.status().state in ENDED:
                delete_checkpoints(each.run.path)
                freed += each.checkpoints
    return freed


def drop_unfinished(left: tuple[Summary, ...], store: RunStore) -> int:
    """Permanently deletes runs that were not resumed meanwhile; the bytes freed."""
    freed = 0
    for each in left:
        with contextlib.suppress(OSError, RunDamaged, DeletionRefused):
            if _without_result(summary(each.run)):
                store.delete(each.run)
                freed += each.size
    return freed


def _without_result(found: Summary) -> bool:
    """Whether a run ended without a model; not if it is queued, and its server is restarting."""
    if found.state not in LEFT or found.usable:
        return False
    with contextlib.suppress(RunDamaged):
        return found.run.written_status().state != "queued"
    return False


def drop_trash(store: RunStore) -> int:
    """Permanently deletes what is in the trash; the bytes freed."""
    freed = 0
    for hidden in store.trash():
        freed += folder_bytes(hidden)
        shutil.rmtree(hidden, ignore_errors=True)
    return freed


def folder_bytes(folder: Path) -> int:
    """The bytes of all files in a folder."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):  # being deleted
            total += path.lstat().st_size if not path.is_dir() else 0
    return total
