"""Creates a data set: images are written to disk one by one, and moved into place at the end."""

import contextlib
import errno
import hashlib
import json
import re
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from aecore.data.layouts import class_folder, masks_among
from aecore.data.names import LONGEST, is_blank, shortened, storable, told_apart
from aecore.data.own import LARGEST_SIDE, LEAST_SIDE, own_directory, takes_size
from aecore.data.refusal import Refusal
from aecore.data.splits import MOST_CLASSES, Levels, Source, parts_of
from aecore.data.unfinished import unfinished

FEWEST = 20  # images of a set


class CollectionError(Refusal):
    """These images cannot become a data set; the text says why."""


@contextlib.contextmanager
def collecting(
    title: str, size: int | tuple[int, int], channels: int, ink: bool
) -> Iterator["Collection"]:
    """A set being created; if the context ends before `finish`, nothing is left behind.

    Args:
        size: of the images in pixels: a side, or (height, width).

    Raises:
        CollectionError: the title is empty or too long, or the images are too small or too large.
        OSError: it cannot be written; the methods of `Collection` raise this, too.
    """
    height, width = (size, size) if isinstance(size, int) else size
    title = checked_title(title)
    check_size(height, width)
    with unfinished(own_directory()) as folder, (folder / "images.bin").open("wb") as file:
        yield Collection(folder, file, title, (height, width, channels), ink)


def checked_title(title: str) -> str:
    """A data set's name as it is kept.

    Raises:
        CollectionError: it is empty or too long.
    """
    title = storable(title).strip()
    if is_blank(title):
        raise CollectionError("The data set needs a name.")
    if len(title) > LONGEST:
        raise CollectionError("A name has at most {} characters, not {:,}.", LONGEST, len(title))
    return title


def check_size(height: int, width: int) -> None:
    """Refuses a size that the images of a set cannot have.

    Raises:
        CollectionError: says which sizes they can have.
    """
    if not takes_size(height, width):
        raise CollectionError(
            "Height and width must lie between {} and {} pixels; they were {} × {}.",
            LEAST_SIDE,
            LARGEST_SIDE,
            height,
            width,
        )


class Collection:
    """Images on their way into a set, written to disk one by one."""

    def __init__(self, folder: Path, file, title: str, shape: tuple[int, ...], ink: bool):
        self.folder, self.file, self.title, self.shape, self.ink = folder, file, title, shape, ink
        self.names: list[str] = []  # of each image's file, with its folders
        self._digest = hashlib.sha256()

    def __len__(self) -> int:
        return len(self.names)

    def add(self, name: str, pixels: np.ndarray) -> None:
        """Adds an image (height, width, channels), 8-bit; its file's name tells its class."""
        row = np.ascontiguousarray(pixels, np.uint8).reshape(self.shape).tobytes()
        self.file.write(row)
        self._digest.update(row)
        self.names.append(name)

    def drop_masks(self) -> int:
        """Removes the images that are masks of others, unless all are; the number removed."""
        masks = masks_among(self.names)
        if not masks or len(masks) == len(self):
            return 0
        self.file.close()
        path, names = self.folder / "images.bin", self.names
        all_of_them = path.rename(self.folder / "with-masks.bin")
        rows = np.memmap(all_of_them, np.uint8, "r").reshape(-1, *self.shape)
        self.names, self._digest = [], hashlib.sha256()
        with path.open("wb") as self.file:
            for place, (name, pixels) in enumerate(zip(names, rows, strict=True)):
                if place not in masks:
                    self.add(name, pixels)
        all_of_them.unlink()
        return len(masks)

    def finish(self, levels: Levels | None = None) -> str:
        """Moves the set into place and returns its key; the same images again are the same set.

        Args:
            levels: values of deep images that became black and white, if there are any.

        Raises:
            CollectionError: there are too few images.
        """
        if len(self) < FEWEST:
            raise CollectionError(
                "A data set needs at least {} images; {} could be used.", FEWEST, len(self)
            )
        self.file.close()
        classes, labels = _classes([class_folder(name) for name in self.names])
        self._digest.update(json.dumps([self.title, classes]).encode() + labels.tobytes())
        key = key_of(self.title, self.shape, self._digest.hexdigest())
        source = Source(
            self.title, self.shape, classes, training_size(len(self)),
            f"{len(self):,} images of your own", ink=self.ink, levels=levels,
        )  # fmt: skip
        complete(self.folder, source, labels, key)
        return key


def training_size(count: int) -> int:
    """The number of a set's training images: those not used for validation and test."""
    seen = len(parts_of(count)[0])
    return seen - max(1, seen // 12)


def complete(folder: Path, source: Source, labels: np.ndarray, key: str) -> None:
    """Adds labels (n,) and description to the samples in a folder, and moves the set into place."""
    labels.tofile(folder / "labels.bin")
    words = json.dumps(source.to_dict(), indent=1, ensure_ascii=False)
    (folder / "data.json").write_text(words, encoding="utf-8")
    put_in_place(folder, own_directory() / key)


def put_in_place(folder: Path, target: Path) -> None:
    """Renames a set; the same one that is there already is kept if it is whole, else replaced."""
    try:
        folder.rename(target)
    except OSError as problem:
        if problem.errno not in (errno.EEXIST, errno.ENOTEMPTY):
            raise
        if _sizes(target) != _sizes(folder):
            shutil.rmtree(target)
            folder.rename(target)


def keep_values(source: Source, values: np.ndarray, labels: np.ndarray) -> str:
    """Writes a set of a table or series (n, columns or channels) to disk, and returns its key.

    Raises:
        OSError: it cannot be written.
    """
    described = source.table or source.series
    assert described is not None
    words = [source.title, source.classes, described.to_dict()]
    digest = hashlib.sha256(json.dumps(words).encode())
    digest.update(values.tobytes())
    digest.update(labels.tobytes())
    key = key_of(source.title, source.shape, digest.hexdigest())
    with unfinished(own_directory()) as folder:
        values.tofile(folder / "values.bin")
        complete(folder, source, labels, key)
    return key


def _sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in folder.iterdir()}


def key_of(title: str, shape: tuple[int, ...], digest: str) -> str:
    """The key of a set of the user's, as `own` reads it."""
    if len(shape) == 1:
        size = f"{shape[0]}-table"
    elif len(shape) == 2:
        size = f"{shape[0]}x{shape[1]}-series"
    else:
        height, width, channels = shape
        size = f"{height}" if width == height else f"{height}x{width}"
        size += "-grey" if channels == 1 else "-colour"
    return f"own-{_slug(title)}-{size}-{digest[:8]}"


def _slug(title: str) -> str:
    """A title as part of a key: its Latin letters and digits, or "set" if it has none."""
    letters = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:40].strip("-") or "set"


def _classes(folders: list[str]) -> tuple[tuple[str, ...], np.ndarray]:
    """Classes, and the label (n,) of each image: its folder, if there are a few of them."""
    names = sorted(set(folders))
    if not 2 <= len(names) <= MOST_CLASSES:
        return ("image",), np.zeros(len(folders), np.int32)
    places = {name: place for place, name in enumerate(names)}
    titles = told_apart(
        shortened(storable(name.removesuffix(".zip")), LONGEST) or "(no folder)" for name in names
    )
    return tuple(titles), np.array([places[folder] for folder in folders], np.int32)
