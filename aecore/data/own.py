"""Data sets of the user's own images: one folder a set.

    data.json     title, shape, classes, how the images were prepared
    images.bin    (n, height, width, channels), 8-bit
    labels.bin    (n,), 32-bit integers, indices into the classes

A set is known by its key, which tells the shape of its images and begins and ends so that it
cannot be taken for another: `own-<name>-<side>-<grey or colour>-<digest of the content>`. The same
key is the same images on every machine.
"""

import contextlib
import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import numpy as np

from aecore.data.splits import DataUnavailable, Source, Split

SIDES = (28, 32, 64, 96)
FEWEST, MOST = 20, 20_000  # images of a set
MOST_CLASSES = 50  # folders; more than that are not taken for classes
_KEY = re.compile(r"own-([a-z0-9]+(?:-[a-z0-9]+)*)-(28|32|64|96)-(grey|colour)-[0-9a-f]{8}")
SPLIT_SEED = 20241124
ASIDE = ".deleted-"
UNDO_SECONDS = 3600


class CollectionError(ValueError):
    """A set cannot be made of these images; the text says why."""


def is_own(key: str) -> bool:
    """Whether this is the key of a set of the user's, here or elsewhere."""
    return isinstance(key, str) and len(key) <= 80 and _KEY.fullmatch(key) is not None


def shape_of(key: str) -> tuple[int, int, int]:
    """Height, width and channels of a set's images, as its key tells."""
    _, side, colours = _KEY.fullmatch(key).groups()
    return int(side), int(side), 1 if colours == "grey" else 3


def own_directory() -> Path:
    """Where sets are kept: AUTOENCODER_STUDIO_DATA, or `datasets` in the working directory."""
    return Path(os.environ.get("AUTOENCODER_STUDIO_DATA", "datasets"))


def own_keys() -> list[str]:
    """The keys of all sets that are here, by name."""
    directory = own_directory()
    if not directory.is_dir():
        return []
    return sorted(path.name for path in directory.iterdir() if path.is_dir() and is_own(path.name))


def own_source(key: str) -> Source:
    """What is known of a set.

    Raises:
        DataUnavailable: it is not on this machine, or damaged.
    """
    folder = own_directory() / key
    if not is_own(key) or not folder.is_dir():
        raise DataUnavailable(f"The data set {key!r} is not on this machine.")
    try:
        values = json.loads((folder / "data.json").read_text(encoding="utf-8"))
        return Source.from_dict(values, lambda: _read(folder, shape_of(key)))
    except (OSError, ValueError) as problem:
        raise DataUnavailable(f"The data set {key!r} is damaged: {problem}.") from problem


def put_aside(key: str) -> str:
    """Takes a set out of sight, and removes for good what was put aside an hour ago or more.

    Returns:
        What `put_back` needs to undo it.
    """
    directory = own_directory()
    for hidden in directory.glob(f"{ASIDE}*"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - hidden.stat().st_mtime > UNDO_SECONDS:
                shutil.rmtree(hidden, ignore_errors=True)
    aside = f"{ASIDE}{secrets.token_hex(4)}"
    (directory / aside).mkdir()
    (directory / key).rename(directory / aside / key)
    return f"{aside}/{key}"


def put_back(aside: str) -> None:
    """Undoes `put_aside`, if the set is not there again anyway.

    Raises:
        DataUnavailable: it is gone for good.
    """
    hidden = own_directory() / aside
    if not hidden.is_dir():
        raise DataUnavailable("It was deleted too long ago to be put back.")
    if not (own_directory() / hidden.name).exists():
        hidden.rename(own_directory() / hidden.name)
    shutil.rmtree(hidden.parent, ignore_errors=True)


def size_on_disk(key: str) -> int:
    """Bytes of a set."""
    return sum(path.stat().st_size for path in (own_directory() / key).iterdir())


def made_at(key: str) -> float:
    """When a set was made, in seconds since 1970."""
    return (own_directory() / key / "data.json").stat().st_mtime


def class_sizes(key: str) -> list[int]:
    """How many images each class of a set has."""
    labels = np.fromfile(own_directory() / key / "labels.bin", np.int32)
    return np.bincount(labels, minlength=len(own_source(key).classes)).tolist()


def glimpse(key: str, count: int) -> np.ndarray:
    """Some images of a set, evenly chosen, 8-bit (n, height, width, channels); no others are read.

    Raises:
        DataUnavailable: images are missing.
    """
    try:
        file = np.memmap(own_directory() / key / "images.bin", np.uint8, "r")
        images = file.reshape(-1, *shape_of(key))
    except (OSError, ValueError) as problem:
        raise DataUnavailable(f"The data set {key!r} is damaged: images are missing.") from problem
    places = np.linspace(0, len(images) - 1, min(count, len(images))).astype(int)
    return np.array(images[places])


@contextlib.contextmanager
def collecting(title: str, side: int, channels: int, ink: bool) -> Iterator["Collection"]:
    """A set in the making; whatever ends the context before `finish` leaves nothing behind.

    Raises:
        CollectionError: the title is empty, or the side is none of `SIDES`.
    """
    if not _slug(title):
        raise CollectionError("The data set needs a name with a letter or a digit in it.")
    if side not in SIDES:
        raise CollectionError(f"The side must be one of {', '.join(map(str, SIDES))} pixels.")
    folder = own_directory() / f".partial-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    try:
        with (folder / "images.bin").open("wb") as file:
            yield Collection(folder, file, title.strip()[:60], (side, side, channels), ink)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Collection:
    """Images on their way into a set, written to disk one by one."""

    def __init__(self, folder: Path, file, title: str, shape: tuple[int, int, int], ink: bool):
        self.folder, self.file, self.title, self.shape, self.ink = folder, file, title, shape, ink
        self.folders: list[str] = []  # of each image, where its file lay
        self._digest = hashlib.sha256()

    def __len__(self) -> int:
        return len(self.folders)

    def add(self, name: str, pixels: np.ndarray) -> None:
        """Adds an image (height, width, channels), 8-bit; its file's name tells its class."""
        row = np.ascontiguousarray(pixels, np.uint8).reshape(self.shape).tobytes()
        self.file.write(row)
        self._digest.update(row)
        self.folders.append(PurePosixPath(name).parent.name)

    def finish(self) -> str:
        """Puts the set in its place and returns its key; the same images again are the same set.

        Raises:
            CollectionError: there are too few images.
        """
        if len(self) < FEWEST:
            raise CollectionError(
                f"A data set needs at least {FEWEST} images; {len(self)} could be used."
            )
        self.file.close()
        classes, labels = _classes(self.folders)
        labels.tofile(self.folder / "labels.bin")
        self._digest.update(json.dumps(classes).encode() + labels.tobytes())
        height, _, channels = self.shape
        colours = "grey" if channels == 1 else "colour"
        digest = self._digest.hexdigest()[:8]
        key = f"own-{_slug(self.title)}-{height}-{colours}-{digest}"
        seen, _ = _parts(len(self))
        source = Source(
            self.title, self.shape, classes, len(seen) - max(1, len(seen) // 12),
            f"{len(self):,} images of your own", ink=self.ink,
        )  # fmt: skip
        words = json.dumps(source.to_dict(), indent=1, ensure_ascii=False)
        (self.folder / "data.json").write_text(words, encoding="utf-8")
        with contextlib.suppress(OSError):  # it is there already, with the same content
            self.folder.rename(own_directory() / key)
        return key


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-")


def _classes(folders: list[str]) -> tuple[tuple[str, ...], np.ndarray]:
    """Classes, and the label (n,) of each image: its folder, if there are a few of them."""
    names = sorted(set(folders))
    if not 2 <= len(names) <= MOST_CLASSES:
        return ("image",), np.zeros(len(folders), np.int32)
    places = {name: place for place, name in enumerate(names)}
    titles = tuple(_plain(name.removesuffix(".zip"))[:40] or "(no folder)" for name in names)
    return titles, np.array([places[folder] for folder in folders], np.int32)


def _plain(name: str) -> str:
    """A folder's name without what a page or a figure would take for markup."""
    return "".join(c if c.isalnum() or c in " ._-+" else "_" for c in name)


def _parts(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices of everything but the test part, and of the test part: a sixth."""
    order = np.random.default_rng(SPLIT_SEED).permutation(count)
    cut = count // 6
    return order[cut:], order[:cut]


def _read(folder: Path, shape: tuple[int, int, int]) -> tuple[Split, Split]:
    labels = np.fromfile(folder / "labels.bin", np.int32)
    images = np.fromfile(folder / "images.bin", np.uint8)
    if images.size != len(labels) * np.prod(shape):
        raise DataUnavailable(f"The data set {folder.name!r} is damaged: images are missing.")
    images = images.reshape(-1, *shape)
    return tuple(
        Split(images[part].astype(np.float32) / np.float32(255), labels[part])
        for part in _parts(len(labels))
    )
