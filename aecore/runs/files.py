"""Files that are written completely or not at all."""

import json
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from aecore.data.unfinished import PARTIAL
from aecore.runs.recent import Recent

TICK = 50_000_000  # ns; most file systems count in steps of 1 to 10 ms
_read = Recent(64 * 2**20)  # JSON files; the pages of all visitors read those of all runs


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Has `write` fill a temporary file beside `path`, then renames it.

    The temporary name keeps the suffix, by which Keras and NumPy choose a format.
    """
    partial = path.with_name(f"{PARTIAL}{secrets.token_hex(4)}-{path.name}")
    try:
        write(partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Replaces a text file atomically."""
    write_whole(path, lambda partial: partial.write_text(text, encoding="utf-8"))


def write_json(path: Path, value: Any) -> None:
    """Replaces a JSON file atomically."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def read_json(path: Path) -> Any:
    """The content of a JSON file, read again only when it was replaced; not to be changed.

    Raises:
        OSError, ValueError, RecursionError: it cannot be read, or is not JSON.
    """
    stat = path.stat()
    if not settled(stat.st_mtime_ns):
        return _parsed(path)
    return _read.get((path, stat.st_mtime_ns, stat.st_size, stat.st_ino), lambda: _parsed(path))


def settled(changed: int) -> bool:
    """Whether a modification time (ns since 1970) is older than a tick of the file system's clock.

    Within a tick a file may be replaced again and keep its time, its size and even its inode.
    """
    return time.time_ns() - changed > TICK


def _parsed(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def write_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Replaces a compressed .npz file atomically."""
    write_whole(path, lambda partial: np.savez_compressed(partial, allow_pickle=False, **arrays))


def read_arrays(path: Path, only: str = "") -> dict[str, np.ndarray]:
    """All arrays of an .npz file, or only one of them; NumPy refuses pickled objects."""
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files if name == only or not only}
