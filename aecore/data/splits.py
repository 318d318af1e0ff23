"""The parts of a data set, and its description, which needs no loading."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from aecore.data.refusal import Refusal

MOST_IMAGES = 20_000  # of a user's own set
MOST_CLASSES = 50  # of a user's own set; with more folders than that, there are no classes
LONGEST_WORD = 300  # characters of a title: a folder's name, and a number that tells it apart


Levels = tuple[float, float]  # values of deep images (16 bits, floats) that are black and white


class DataUnavailable(Refusal):
    """A data set cannot be loaded; the text says why and what to do about it."""


@dataclass(frozen=True)
class Split:
    """Images (n, height, width, channels) in [0, 1] and their classes (n,), integers."""

    images: np.ndarray
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.images)


@dataclass(frozen=True)
class Dataset:
    """The three parts of a data set. Test images are used only for the final metrics."""

    training: Split
    validation: Split
    test: Split


def _elsewhere() -> tuple[Split, Split]:
    raise DataUnavailable("The images of this data set are not on this machine.")


@dataclass(frozen=True)
class Source:
    """The description of a data set, available without loading it."""

    title: str
    shape: tuple[int, int, int]
    classes: tuple[str, ...]
    training_size: int
    credit: str
    read: Callable[[], tuple[Split, Split]] = _elsewhere  # (all but the test part, the test part)
    ink: bool = False  # strokes on an empty ground, cropped and centred
    downloaded: bool = False
    test_size: int | None = None  # 0 for a user's own set: fewer than training images
    levels: Levels | None = None  # of a user's own set of deep images, for later ones

    @property
    def most_tested(self) -> int:
        """The upper bound of the number of test images."""
        return self.training_size if self.test_size is None else self.test_size

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, without the function that reads it."""
        return {
            "title": self.title,
            "shape": list(self.shape),
            "classes": list(self.classes),
            "training_size": self.training_size,
            "credit": self.credit,
            "ink": self.ink,
            "levels": self.levels and list(self.levels),
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any], read: Callable = _elsewhere) -> Self:
        """The inverse of `to_dict`, given how the images are read, if they are on this machine.

        Raises:
            ValueError: something is missing or of the wrong kind.
        """
        try:
            title, credit, classes = values["title"], values["credit"], values["classes"]
            height, width, channels = (int(side) for side in values["shape"])
            size, ink = int(values["training_size"]), values["ink"]
            words, levels = (title, credit, *classes), values.get("levels")
            levels = levels and _levels(*levels)
        except (KeyError, TypeError, ValueError, OverflowError) as problem:
            raise ValueError(f"a data set is described incompletely ({problem!r})") from problem
        if not all(isinstance(word, str) and len(word) <= LONGEST_WORD for word in words):
            raise ValueError("a data set's title and classes must be short texts")
        if not 1 <= len(classes) <= MOST_CLASSES:
            raise ValueError(f"a data set has 1 to {MOST_CLASSES} classes")
        if channels not in (1, 3) or min(height, width, size) < 1 or not isinstance(ink, bool):
            raise ValueError("a data set's shape, size or kind is invalid")
        if size > MOST_IMAGES:
            raise ValueError(f"a data set has at most {MOST_IMAGES:,} images")
        shape = (height, width, channels)
        return cls(title, shape, tuple(classes), size, credit, read, ink, levels=levels)


def _levels(black: float, white: float) -> Levels:
    """Checked values of black and white."""
    if not -math.inf < float(black) < float(white) < math.inf:
        raise ValueError("black and white must be numbers in this order")
    return float(black), float(white)
