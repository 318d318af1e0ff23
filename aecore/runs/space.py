"""What of the disk can be had back, and what is lost with it."""

import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from aecore.runs.checkpoints import forget
from aecore.runs.run import RunDamaged
from aecore.runs.status import ENDED
from aecore.runs.store import RunStore
from aecore.runs.summary import Summary, summary

LEFT = ("interrupted", "failed")


@dataclass(frozen=True)
class Space:
    """Runs whose checkpoints could go, runs that could go as a whole, bytes of deleted ones."""

    ended: tuple[Summary, ...]
    left: tuple[Summary, ...]
    trash: int

    @property
    def checkpoint_bytes(self) -> int:
        """Bytes that the checkpoints of the ended runs take."""
        return sum(each.checkpoints for each in self.ended)

    @property
    def left_bytes(self) -> int:
        """Bytes that the runs without an end take."""
        return sum(each.size for each in self.left)


def space(everything: list[Summary], store: RunStore) -> Space:
    """What the visitor could free of a store with these runs."""
    everything = [each for each in everything if store.may_change(each.run)]
    return Space(
        tuple(each for each in everything if each.state in ENDED and each.checkpoints),
        tuple(each for each in everything if each.state in LEFT),
        sum(folder_bytes(hidden) for hidden in store.trash()),
    )


def drop_checkpoints(ended: tuple[Summary, ...]) -> int:
    """Removes the checkpoints of runs that have still ended; their models stay. Bytes freed."""
    freed = 0
    for each in ended:
        with contextlib.suppress(OSError, RunDamaged):  # deleted meanwhile, or beyond us
            if each.run.status().state in ENDED:
                forget(each.run.path)
                freed += each.checkpoints
    return freed


def drop_left(left: tuple[Summary, ...], store: RunStore) -> int:
    """Removes runs for good that nobody has resumed meanwhile. Bytes freed."""
    freed = 0
    for each in left:
        with contextlib.suppress(OSError, RunDamaged):
            if summary(each.run).state in LEFT:
                store.delete(each.run)
                freed += each.size
    return freed


def drop_trash(store: RunStore) -> int:
    """Removes for good what was put aside. Bytes freed."""
    freed = 0
    for hidden in store.trash():
        freed += folder_bytes(hidden)
        shutil.rmtree(hidden, ignore_errors=True)
    return freed


def folder_bytes(folder: Path) -> int:
    """The bytes of all files beneath a folder."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):  # going this moment
            total += path.lstat().st_size if not path.is_dir() else 0
    return total
