"""The kinds of data: images, tables and series, and what others need to know of each."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aecore.data.arrays import to_bytes, to_pictures


@dataclass(frozen=True)
class Kind:
    """A kind of data.

    key: of `KINDS`. title: of one set. samples, elements: what it consists of, and a sample of.
    keep: samples as they are kept to be shown. reduce: the same, of many and smaller.
    bounded: whether all values lie in [0, 1]. local: whether neighbours are alike, so that
    convolutions make sense. losses, corruptions: keys of `LOSSES` and `CORRUPTIONS` that do.
    share: of its values, how large a code is usual.
    """

    key: str
    title: str
    samples: str
    elements: str
    keep: Callable[[np.ndarray], np.ndarray]
    reduce: Callable[[np.ndarray], np.ndarray]
    bounded: bool
    local: bool
    share: float
    losses: tuple[str, ...]
    corruptions: tuple[str, ...]


def _floats(samples: np.ndarray) -> np.ndarray:
    return np.asarray(samples, np.float32)


IMAGES = Kind(
    "image", "Images", "images", "pixels", to_bytes, to_pictures, True, True, 1 / 24,
    ("bce", "mse", "likelihood"),
    ("none", "gaussian", "salt-pepper", "masking", "block", "blur", "downscaling"),
)  # fmt: skip
TABLE = Kind(
    "table", "Table", "rows", "columns", _floats, _floats, False, False, 1 / 3,
    ("mixed", "mse"), ("none", "gaussian", "masking"),
)  # fmt: skip
SERIES = Kind(
    "series", "Series", "windows", "steps", _floats, _floats, False, True, 1 / 8,
    ("mse",), ("none", "gaussian", "masking"),
)  # fmt: skip
KINDS = {kind.key: kind for kind in (IMAGES, TABLE, SERIES)}


def kind_of(shape: tuple[int, ...]) -> Kind:
    """The kind of samples of a shape."""
    return {3: IMAGES, 2: SERIES, 1: TABLE}[len(shape)]
