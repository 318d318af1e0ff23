"""Data sets of the user's own: one folder per set.

    data.json     title, shape, classes, black and white of deep images, how rows were prepared
    images.bin    (n, height, width, channels), 8-bit
    values.bin    instead for a table: (n, columns), 64-bit floats, NaN where a cell is missing
    labels.bin    (n,), 32-bit integers, indices into the classes

A set is known by its key, which tells the shape of its samples and begins and ends so that it
cannot be taken for another: `own-<name>-<size>-<grey, colour, table or series>-<digest>`, where the
size is `32` for 32 × 32 pixels, `48x64` for 48 rows of 64, for a table the values of a prepared
row, for a series the steps and channels of a window. The same key is the same data on every
machine.
"""

import contextlib
import dataclasses
import json
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from aecore.data.builtin import BUILTIN, SETS
from aecore.data.samples import read_samples
from aecore.data.series.series import MOST_CHANNELS
from aecore.data.series.windows import LONGEST, SHORTEST
from aecore.data.splits import Dataset, DataUnavailable, Source, Split
from aecore.data.tables.preparation import MOST_WIDTH
from aecore.data.unfinished import sweep_up
from aecore.environment import data_directory

LEAST_SIDE, LARGEST_SIDE = 8, 512  # pixels: height and width each
_KEY = re.compile(
    r"own-([a-z0-9]+(?:-[a-z0-9]+)*)-([1-9][0-9]*)(?:x([1-9][0-9]*))?-(grey|colour|table|series)-[0-9a-f]{8}"
)
ASIDE = re.compile(r"\.deleted-[0-9a-f]{8}")
UNDO_SECONDS = 3600


def is_own(key: str) -> bool:
    """Whether this is the key of a set of the user's own, on any machine."""
    return _shape(key) is not None


def shape_of(key: str) -> tuple[int, ...]:
    """The shape of a set's samples, as its key tells: of images, or of a table's prepared rows."""
    shape = _shape(key)
    if shape is None:
        raise ValueError(f"{key!r} is not the key of a user's own data set")
    return shape


def _shape(key: str) -> tuple[int, ...] | None:
    """The shape that a key tells, or None if it is no key."""
    if not isinstance(key, str) or len(key) > 80 or not (found := _KEY.fullmatch(key)):
        return None
    _, first, second, kind = found.groups()
    return _SHAPES[kind](int(first), int(second) if second else None)


def _of_images(channels: int) -> Callable[[int, int | None], tuple[int, ...] | None]:
    def shape(height: int, width: int | None) -> tuple[int, ...] | None:
        sides = height, width or height
        return (*sides, channels) if width != height and takes_size(*sides) else None

    return shape


def _of_rows(width: int, more: int | None) -> tuple[int, ...] | None:
    return (width,) if more is None and width <= MOST_WIDTH else None


def _of_windows(steps: int, channels: int | None) -> tuple[int, ...] | None:
    if channels is None or channels > MOST_CHANNELS or not SHORTEST <= steps <= LONGEST:
        return None
    return steps, channels


_SHAPES = {  # how a key ends → the shape of samples by one or two numbers, if it can be one
    "grey": _of_images(1), "colour": _of_images(3), "table": _of_rows, "series": _of_windows,
}  # fmt: skip


def takes_size(height: int, width: int) -> bool:
    """Whether a set may have images of this size."""
    return all(LEAST_SIDE <= side <= LARGEST_SIDE for side in (height, width))


def own_directory() -> Path:
    """The directory of sets: AUTOENCODER_STUDIO_DATA, or `datasets` in the working directory."""
    return data_directory()


def own_keys() -> list[str]:
    """The keys of all sets on this machine, by name."""
    directory = own_directory()
    if not directory.is_dir():
        return []
    return sorted(path.name for path in directory.iterdir() if path.is_dir() and is_own(path.name))


def own_source(key: str) -> Source:
    """The description of a set.

    Raises:
        DataUnavailable: it is not on this machine, or damaged.
    """
    folder = own_directory() / key
    if not is_own(key) or not folder.is_dir():
        raise DataUnavailable("The data set {!r} is not on this machine.", key)
    try:
        values = json.loads((folder / "data.json").read_text(encoding="utf-8"))
        described = Source.from_dict(values)
        return dataclasses.replace(described, read=lambda: _read(folder, described))
    except (OSError, ValueError) as problem:
        raise DataUnavailable("The data set {!r} is damaged: {}.", key, problem) from problem


def put_aside(key: str) -> str:
    """Hides a set, and permanently deletes those hidden at least an hour ago.

    Returns:
        What `put_back` needs to undo it.

    Raises:
        DataUnavailable: it is already deleted, or cannot be moved.
    """
    tidy()
    directory = own_directory()
    aside = directory / f".deleted-{secrets.token_hex(4)}"
    try:
        aside.mkdir()
        (directory / key).rename(aside / key)
    except OSError as problem:
        with contextlib.suppress(OSError):
            aside.rmdir()
        if not (directory / key).exists():  # another visitor was quicker
            raise DataUnavailable("The data set {!r} is already deleted.", key) from problem
        raise DataUnavailable(
            "The data set {!r} cannot be deleted: {}.", key, problem.strerror or problem
        ) from problem
    return f"{aside.name}/{key}"


def _is_aside(path: Path) -> bool:
    """Whether this is a folder of `put_aside`; no other is ever deleted."""
    if not ASIDE.fullmatch(path.name) or path.is_symlink() or not path.is_dir():
        return False
    with contextlib.suppress(FileNotFoundError):  # put back at this moment
        return all(is_own(inside.name) for inside in path.iterdir())
    return False


def put_back(aside: str) -> None:
    """Undoes `put_aside`, unless the set exists again.

    Raises:
        DataUnavailable: it was permanently deleted, or cannot be moved.
    """
    hidden = own_directory() / aside
    if not hidden.is_dir():
        raise DataUnavailable("It was deleted too long ago to be restored.")
    if not (own_directory() / hidden.name).exists():
        try:
            hidden.rename(own_directory() / hidden.name)
        except OSError as problem:
            raise DataUnavailable(
                "It cannot be restored: {}.", problem.strerror or problem
            ) from problem
    shutil.rmtree(hidden.parent, ignore_errors=True)


def tidy() -> None:
    """Removes sets deleted more than an hour ago, and what killed processes left unfinished."""
    for hidden in filter(_is_aside, own_directory().glob(".deleted-*")):
        with contextlib.suppress(OSError):
            if time.time() - hidden.stat().st_mtime > UNDO_SECONDS:
                shutil.rmtree(hidden, ignore_errors=True)
    for folder in (own_directory(), *(own_directory() / key for key in own_keys())):
        sweep_up(folder)


def size_on_disk(key: str) -> int:
    """The size of a set in bytes.

    Raises:
        DataUnavailable: it cannot be read.
    """
    with _reading(key):
        return sum(path.stat().st_size for path in (own_directory() / key).iterdir())


def made_at(key: str) -> float:
    """When a set was created, in seconds since 1970.

    Raises:
        DataUnavailable: it cannot be read.
    """
    with _reading(key):
        return (own_directory() / key / "data.json").stat().st_mtime


def class_sizes(key: str) -> list[int]:
    """The number of images in each class of a set.

    Raises:
        DataUnavailable: it cannot be read.
    """
    with _reading(key):
        labels = np.fromfile(own_directory() / key / "labels.bin", np.int32)
        return np.bincount(labels, minlength=len(own_source(key).classes)).tolist()


def measured(key: str) -> np.ndarray:
    """The values of a table's rows or a series' steps (n, columns or channels), left on disk.

    They are those of a set of the user's, or of one that ships.

    Raises:
        DataUnavailable: they are missing.
    """
    folder = (SETS if key in BUILTIN else own_directory()) / key
    with _reading(key):
        count = (folder / "labels.bin").stat().st_size // np.dtype(np.int32).itemsize
        return np.memmap(folder / "values.bin", np.float64, "r").reshape(count, -1)


def glimpse(key: str, count: int) -> np.ndarray:
    """Evenly spaced images of a set, 8-bit (n, height, width, channels); no others are read.

    Raises:
        DataUnavailable: they are missing.
    """
    with _reading(key):
        file = np.memmap(own_directory() / key / "images.bin", np.uint8, "r")
        images = file.reshape(-1, *shape_of(key))
    places = np.linspace(0, len(images) - 1, min(count, len(images))).astype(int)
    return np.array(images[places])


@contextlib.contextmanager
def _reading(key: str) -> Iterator[None]:
    """A context for reading the files of a set, which may be deleted at any time."""
    try:
        yield
    except (OSError, ValueError) as problem:
        if not (own_directory() / key).exists():
            raise DataUnavailable("The data set {!r} is not on this machine.", key) from problem
        raise DataUnavailable("The data set {!r} is damaged: files are missing.", key) from problem


def _read(folder: Path, source: Source) -> tuple[Split, Split] | Dataset:
    with _reading(folder.name):
        return read_samples(folder, source)
