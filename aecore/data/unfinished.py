"""Folders that are filled out of sight, and what a killed process left of them.

A lock tells that somebody is still at work in a folder; it ends with its process.
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
except ImportError:  # Windows, where age alone has to tell
    fcntl = None

PARTIAL = ".partial-"  # so do files begin that are not whole yet
OLD_SECONDS = 3600  # since anything in it changed
_OURS = re.compile(r"\.partial-[0-9a-f]{8}(-.+)?", re.DOTALL)


@contextlib.contextmanager
def unfinished(directory: Path) -> Iterator[Path]:
    """A hidden folder to fill; what is still in it when the context ends is removed.

    Raises:
        OSError: it cannot be made.
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
    """Removes what killed processes left in a directory, an hour after they last wrote to it."""
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
    """An open folder, for its lock."""
    if fcntl is None:
        yield None
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)


def _lock(handle: int | None) -> bool:
    """Whether nobody else has the folder, or its file system knows no locks and age has to tell."""
    if handle is None or fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        return problem.errno not in (errno.EWOULDBLOCK, errno.EACCES)
    return True


def _age(path: Path) -> float:
    """Seconds since a file, or anything in a folder, last changed; 0 if it is going just now."""
    try:
        times = [each.lstat().st_mtime for each in (path, *path.rglob("*"))]
    except OSError:
        return 0.0
    return time.time() - max(times)
