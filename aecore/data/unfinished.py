"""Hidden folders that are being filled, and the cleanup after killed processes.

A lock shows that a folder is still in use; it ends with its process.
"""

import contextlib
import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where only the age can tell
    fcntl = None

PARTIAL = ".partial-"  # the prefix of incomplete files
OLD_SECONDS = 3600  # since the last change in it
_OURS = re.compile(r"\.partial-[0-9a-f]{8}(-.+)?", re.DOTALL)


@contextlib.contextmanager
def unfinished(directory: Path) -> Iterator[Path]:
    """A hidden folder to fill; if it still exists when the context ends, it is deleted.

    Raises:
        OSError: it cannot be created.
    """
    folder = directory / f"{PARTIAL}{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    try:
        with _handle(folder) as handle:
            _lock(handle)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep_up(directory: Path) -> None:
    """Deletes what killed processes left in a directory, an hour after their last change."""
    for path in directory.glob(f"{PARTIAL}*"):
        if not _OURS.fullmatch(path.name) or path.is_symlink() or _age(path) < OLD_SECONDS:
            continue
        with contextlib.suppress(OSError):
            if not path.is_dir():
                path.unlink()
                continue
            with _handle(path) as handle:
                if _lock(handle):
                    shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _handle(folder: Path) -> Iterator[int | None]:
    """An open folder, for locking it."""
    if fcntl is None:
        yield None
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)


def _lock(handle: int | None) -> bool:
    """Whether the folder is not in use; without locks, the age has to tell."""
    if handle is None or fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        return problem.errno not in (errno.EWOULDBLOCK, errno.EACCES)
    return True


def _age(path: Path) -> float:
    """Seconds since the last change of a file, or in a folder; 0 if it is being deleted."""
    try:
        times = [each.lstat().st_mtime for each in (path, *path.rglob("*"))]
    except OSError:
        return 0.0
    return time.time() - max(times)
