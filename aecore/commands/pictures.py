"""Image files of a command line, read one after the other and prepared in batches."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aecore.data.intake import MOST_BYTES, Preparation, read_uploads
from aecore.models.base import Shape

BATCH = 200  # images


@dataclass(frozen=True)
class Refusal:
    """A file that cannot be used, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Batch:
    """Images (n, h, w, c) as the model sees them, their names, and the files that are none."""

    names: tuple[str, ...]
    images: np.ndarray
    refusals: tuple[Refusal, ...]


def batches(paths: list[str], shape: Shape, ink: bool) -> Iterator[Batch]:
    """Reads files and folders as a model of a shape sees them, a few hundred images at a time.

    Args:
        ink: whether the model knows strokes on an empty ground.
    """
    preparation = Preparation() if ink else Preparation("keep", centre=False)
    names, images, refusals = [], [], []
    for name, path in _files(paths):
        content = _content(path)
        if isinstance(content, str):
            refusals.append(Refusal(name, content))
        else:
            intake = read_uploads([(name, content)], shape, preparation)
            names += intake.names
            images += list(intake.images)
            refusals += [Refusal(*refusal) for refusal in intake.refusals]
        if len(images) + len(refusals) >= BATCH:
            yield _batch(names, images, refusals, shape)
            names, images, refusals = [], [], []
    if names or refusals:
        yield _batch(names, images, refusals, shape)


def _batch(names, images, refusals, shape: Shape) -> Batch:
    stacked = np.stack(images) if images else np.zeros((0, *shape), np.float32)
    return Batch(tuple(names), stacked, tuple(refusals))


def _files(paths: list[str]) -> Iterator[tuple[str, Path]]:
    """Name and path of each file; those of a folder, and of its folders, by name."""
    for path in map(Path, paths):
        if path.is_dir():
            for inside in sorted(path.rglob("*")):
                if inside.is_file() and not inside.name.startswith("."):
                    yield _text(inside.relative_to(path.parent)), inside
        else:
            yield _text(Path(path.name)), path


def _text(path: Path) -> str:
    """A path in words: the system allows names that are no text."""
    return path.as_posix().encode("utf-8", "replace").decode()


def _content(path: Path) -> bytes | str:
    """The bytes of a file, or why there are none."""
    if not path.exists():
        return "there is no such file"
    if not path.is_file():
        return "it is no file"
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)  # more than is taken is refused by whoever reads it
    except OSError as problem:
        return f"it cannot be read ({problem.strerror})"
