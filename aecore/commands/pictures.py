"""Image files of a command line, read one after the other and prepared in batches."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aecore.data.images.intake import Unusable, each_image
from aecore.data.images.preparation import prepare, usual
from aecore.data.limits import COLLECTION, megabytes
from aecore.models.base import Shape

BATCH = 200  # images
MOST_BYTES = COLLECTION.total_bytes  # a file
# of files on one's own disk there may be any number: they are not in memory together
LIMITS = dataclasses.replace(COLLECTION, files=10**9, total_bytes=10**15)


@dataclass(frozen=True)
class Batch:
    """Images (n, h, w, c) as the model sees them, their names, and the files that are none."""

    names: tuple[str, ...]
    images: np.ndarray
    refusals: tuple[Unusable, ...]


def batches(paths: list[str], shape: Shape, ink: bool) -> Iterator[Batch]:
    """Reads files, folders and ZIPs as a model of a shape sees them, some images at a time.

    Args:
        ink: whether the model knows strokes on an empty ground.
    """
    names, images, refusals = [], [], []

    def batch() -> Batch:
        stacked = np.stack(images) if images else np.zeros((0, *shape), np.float32)
        whole = Batch(tuple(names), stacked, tuple(refusals))
        for part in (names, images, refusals):
            part.clear()
        return whole

    for item in each_image(_contents(paths, refusals), LIMITS):
        if isinstance(item, Unusable):
            refusals.append(item)
        else:
            names.append(item.name)
            images.append(prepare(item.image, shape, usual(ink)))
        if len(images) + len(refusals) >= BATCH:
            yield batch()
    if names or refusals:
        yield batch()


def _contents(paths: list[str], refusals: list[Unusable]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file when its turn comes; those that cannot be read are refused."""
    for name, path in _files(paths):
        try:
            if not path.exists():
                raise OSError(0, "there is no such file")
            if not path.is_file():
                raise OSError(0, "it is no file")
            if path.stat().st_size > MOST_BYTES:
                raise OSError(0, f"it is larger than {megabytes(MOST_BYTES)}")
            content = path.read_bytes()
        except OSError as problem:
            refusals.append(Unusable(name, f"{problem.strerror}"))
        else:
            yield name, content


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
