"""The kinds of data: images, tables and series, and what others need to know of each."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aecore.data.arrays import to_bytes, to_pictures


@dataclass(frozen=True)
class Measure:
    """What the error of a sample is.

    metric: its mean in a report's metrics. short: its abbreviation. axis: its name on an axis.
    told: what it is, for a sentence. summed: over the values of a sample; else their mean.
    """

    metric: str
    short: str
    axis: str
    told: str
    summed: bool

    def factor(self, shape: tuple[int, ...]) -> int:
        """What makes errors of samples of a shape from their mean squared errors per value."""
        return math.prod(shape) if self.summed else 1


@dataclass(frozen=True)
class Kind:
    """A kind of data.

    key: of `KINDS`. title: of one set. sample, samples: what it consists of. element: what a loss
    is a mean over; parts: what has names in a sample. error: of a sample. figures: further ones
    that every report has. listed: metrics in lists of runs, the error first.
    keep: samples as they are kept to be shown. reduce: the same, of many and smaller.
    bounded: whether all values lie in [0, 1]. local: whether neighbours are alike, so that
    convolutions make sense. losses, corruptions: keys of `LOSSES` and `CORRUPTIONS` that do.
    share: of its values, how large a code is usual. ranges: in which a model of somebody else's may
    take the values, first the one in which they are prepared here.
    """

    key: str
    title: str
    sample: str
    samples: str
    element: str
    parts: str
    error: Measure
    figures: tuple[str, ...]
    listed: tuple[str, ...]
    keep: Callable[[np.ndarray], np.ndarray]
    reduce: Callable[[np.ndarray], np.ndarray]
    bounded: bool
    local: bool
    share: float
    losses: tuple[str, ...]
    corruptions: tuple[str, ...]
    ranges: tuple[str, ...]


def _floats(samples: np.ndarray) -> np.ndarray:
    return np.asarray(samples, np.float32)


_SCALES = ("standardized", "0..1", "-1..1", "units")
IMAGES = Kind(
    "image", "Images", "image", "images", "pixel", "channels",
    Measure("sse", "SSE", "squared error per image",
            "squared error summed over the pixels of an image", True),
    ("bce", "psnr", "ssim"), ("sse", "psnr", "ssim"), to_bytes, to_pictures, True, True, 1 / 24,
    ("bce", "mse", "likelihood"),
    ("none", "gaussian", "salt-pepper", "masking", "block", "blur", "downscaling"),
    ("0..1", "0..255", "-1..1", "standardized"),
)  # fmt: skip
TABLE = Kind(
    "table", "Table", "row", "rows", "column", "columns",
    Measure("mse", "MSE", "mean squared error per row",
            "mean squared error over the known cells of a row, with standardised numbers", False),
    ("mixed",), ("mse", "r2", "accuracy"), _floats, _floats, False, False, 1 / 3,
    ("mixed", "mse"), ("none", "gaussian", "masking"), _SCALES,
)  # fmt: skip
SERIES = Kind(
    "series", "Series", "window", "windows", "value", "channels",
    Measure("mse", "MSE", "mean squared error per window",
            "mean squared error over the known values of a window, with standardised channels",
            False),
    (), ("mse", "r2"), _floats, _floats, False, True, 1 / 8,
    ("mse",), ("none", "gaussian", "masking"), _SCALES,
)  # fmt: skip
KINDS = {kind.key: kind for kind in (IMAGES, TABLE, SERIES)}


def kind_of(shape: tuple[int, ...]) -> Kind:
    """The kind of samples of a shape."""
    return {3: IMAGES, 2: SERIES, 1: TABLE}[len(shape)]
