"""Files that arrive in folders, each told once it is whole."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

LOOK_SECONDS = 1.0


def arriving(
    folders: list[Path], wait: Callable[[], None] = lambda: time.sleep(LOOK_SECONDS)
) -> Iterator[Path]:
    """Files that come into folders, or are replaced there, from the first look on.

    A file is told when size and time of change are the same at two looks; hidden ones and those in
    folders below are passed over. It never ends by itself.

    Args:
        wait: between two looks.
    """
    seen = {path: stamp for folder in folders for path, stamp in _stamps(folder)}
    told = dict(seen)
    while True:
        wait()
        now = {path: stamp for folder in folders for path, stamp in _stamps(folder)}
        told = {path: stamp for path, stamp in told.items() if path in now}
        for path, stamp in sorted(now.items()):
            if seen.get(path) == stamp != told.get(path):
                told[path] = stamp
                yield path
        seen = now


def _stamps(folder: Path) -> Iterator[tuple[Path, tuple[int, int]]]:
    for path in folder.iterdir():
        try:
            stat = path.stat()
        except OSError:  # gone meanwhile, or a link to nothing
            continue
        if path.is_file() and not path.name.startswith("."):
            yield path, (stat.st_mtime_ns, stat.st_size)
