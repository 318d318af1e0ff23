"""Image files of a command line: read as those of a page are, and prepared in batches."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aecore.data.images.archives import MOST_ENTRIES
from aecore.data.images.intake import Unusable
from aecore.data.images.preparation import usual
from aecore.data.images.uploads import each_prepared
from aecore.data.limits import COLLECTION, MB, megabytes
from aecore.data.splits import Source

BATCH = 200  # images, or files that are in memory together
BATCH_BYTES = 64 * MB  # of such files, if there is more than one
MOST_BYTES = COLLECTION.total_bytes  # a file
# of files on one's own disk there may be any number: each group of them has limits of its own
LIMITS = dataclasses.replace(COLLECTION, files=BATCH * MOST_ENTRIES)

Files = list[tuple[str, bytes]]


@dataclass(frozen=True)
class Batch:
    """Images (n, h, w, c) as the model sees them, their names, and the files that are none.

    notes: (name, note) on what was done to some of the images.
    """

    names: tuple[str, ...]
    images: np.ndarray
    notes: tuple[tuple[str, str], ...]
    refusals: tuple[Unusable, ...]


def batches(paths: list[str], source: Source) -> Iterator[Batch]:
    """Reads files, folders and ZIPs as a model of a data set sees them, some images at a time."""
    names, images, notes, refusals = [], [], [], []

    def batch() -> Batch:
        stacked = np.stack(images) if images else np.zeros((0, *source.shape), np.float32)
        whole = Batch(tuple(names), stacked, tuple(notes), tuple(refusals))
        for part in (names, images, notes, refusals):
            part.clear()
        return whole

    for files in groups(paths, refusals):
        preparation, levels = usual(source.ink), source.levels
        for item in each_prepared(files, source.shape, preparation, LIMITS, levels=levels):
            if isinstance(item, Unusable):
                refusals.append(item)
            else:
                names.append(item.name)
                images.append(item.pixels)
                notes += [(item.name, note) for note in item.notes]
            if len(images) + len(refusals) >= BATCH:
                yield batch()
    if names or refusals:
        yield batch()


def groups(paths: list[str], refusals: list[Unusable]) -> Iterator[Files]:
    """The files, some at a time; those that cannot be read are added to the refusals."""
    files: Files = []
    size = 0
    for name, path in _files(paths):
        try:
            if not path.exists():
                raise OSError(0, "there is no such file")
            if not path.is_file():
                raise OSError(0, "it is not a file")
            if path.stat().st_size > MOST_BYTES:
                raise OSError(0, f"it is larger than {megabytes(MOST_BYTES)}")
            content = path.read_bytes()
        except OSError as problem:
            refusals.append(Unusable(name, f"{problem.strerror}"))
            continue
        if files and (len(files) == BATCH or size + len(content) > BATCH_BYTES):
            yield files
            files, size = [], 0
        files.append((name, content))
        size += len(content)
    if files:
        yield files


def _files(paths: list[str]) -> Iterator[tuple[str, Path]]:
    """Name and path of each file; those of a folder, and of its folders, by name."""
    for path in map(Path, paths):
        if path.is_dir():
            for inside in sorted(path.rglob("*")):
                if not inside.is_dir():
                    yield _text(inside.relative_to(path.parent)), inside
        else:
            yield _text(Path(path.name)), path


def _text(path: Path) -> str:
    """A path in words: the system allows names that are no text."""
    return path.as_posix().encode("utf-8", "replace").decode()
