"""Images of any size through a model with a fixed one: overlapping tiles, blended without seams.

A tile's weight rises from 0 to 1 over its overlap with the previous tile, as a squared sine, while
that of the other falls as a squared cosine. They always sum to 1, so that unchanged pixels are
exact, and differences between two tiles fade from one to the other.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, product

import numpy as np

from aecore.data.arrays import to_floats

MOST_PIXELS = 24_000_000  # of a picture: as large as most cameras make them
CHUNK = 256  # tiles per call: short enough for other calls to run in between
VALUES = 2**24  # of the tiles of a call
OVERLAP = 0.25  # of a tile's side


class Tiling:
    """The tiles of an image (height, width), for a model of (height, width, channels).

    The image is extended by reflection on all sides, so that the weights sum to 1 at each of its
    pixels, and no pixel is at the edge of all its tiles.

    Raises:
        ValueError: the overlap is not between 0 and 0.5.
    """

    def __init__(self, size: tuple[int, int], shape: tuple[int, ...], overlap: float = OVERLAP):
        if not 0 <= overlap <= 0.5:
            raise ValueError(f"overlap must lie between 0 and 0.5, not be {overlap:g}")
        axes = [_axis(n, side, round(side * overlap)) for n, side in zip(size, shape, strict=False)]
        (self.rows, self.row_starts), (self.columns, self.column_starts) = axes
        self.margins = tuple(round(side * overlap) for side in shape[:2])
        self.strides = tuple(side - m for side, m in zip(shape, self.margins, strict=False))
        self.size, self.shape = tuple(size), tuple(shape)
        down, across = (_ramps(side, m) for side, m in zip(shape, self.margins, strict=False))
        self.weights = (down[:, None] * across)[..., None].astype(np.float32)  # (h, w, 1)

    def __len__(self) -> int:
        return len(self.row_starts) * len(self.column_starts)

    def starts(self) -> Iterator[tuple[int, int]]:
        """The upper left corner of each tile in the extended image, row by row."""
        return product(self.row_starts, self.column_starts)

    def cut(self, image: np.ndarray, start: tuple[int, int]) -> np.ndarray:
        """The tile (h, w, c) of an image (height, width, c) at a corner."""
        rows = self.rows[start[0] : start[0] + self.shape[0]]
        columns = self.columns[start[1] : start[1] + self.shape[1]]
        return image[rows[:, None], columns]


def rebuild_in_tiles(
    model: Callable[[np.ndarray], np.ndarray],
    image: np.ndarray,
    tiling: Tiling,
    watch: Callable[[int], None] = lambda tiles: None,
    chunk: int | None = None,
) -> np.ndarray:
    """Passes an image through a model tile by tile.

    Args:
        model: images (n, h, w, c) in [0, 1] → images of the same shape, n at most `chunk`.
        image: (height, width, c), 8-bit or in [0, 1].
        tiling: made for this image's size and the model's shape.
        watch: called after each call with its number of tiles; it may raise to stop.
        chunk: tiles a call; 256, or fewer if they are large.

    Returns:
        The outputs, blended: (height, width, c) float32.
    """

    def outputs() -> Iterator[np.ndarray]:
        for tiles in tiles_of(image, tiling, chunk):
            yield model(tiles)
            watch(len(tiles))

    return blend(outputs(), tiling)


def tiles_of(image: np.ndarray, tiling: Tiling, chunk: int | None = None) -> Iterator[np.ndarray]:
    """The tiles of an image, some at a time, (n, h, w, c); 8-bit pixels become floats."""
    starts = tiling.starts()
    while part := list(islice(starts, chunk or chunk_of(tiling.shape))):
        yield to_floats(np.stack([tiling.cut(image, start) for start in part]))


def blend(outputs: Iterable[np.ndarray], tiling: Tiling) -> np.ndarray:
    """The image (height, width, c), float32, of the tiles (n, h, w, c) that a model gave."""
    (height, width), (tall, wide, channels) = tiling.size, tiling.shape
    blended = np.zeros((len(tiling.rows), len(tiling.columns), channels), np.float32)
    starts = tiling.starts()
    for part in outputs:
        for output, (top, left) in zip(part, starts, strict=False):
            blended[top : top + tall, left : left + wide] += tiling.weights * output
    top, left = tiling.margins
    return blended[top : top + height, left : left + width]


def chunk_of(shape: tuple[int, ...]) -> int:
    """How many tiles of a shape a model is given at a time."""
    return max(1, min(CHUNK, VALUES // math.prod(shape)))


def planes(image: np.ndarray, channels: int) -> list[np.ndarray]:
    """An image (height, width, c) as parts (height, width, channels) for a model.

    A grey model gets each colour channel on its own, a colour model a grey image in all channels.
    """
    if image.shape[-1] == channels:
        return [image]
    if channels == 1:
        return [image[..., i : i + 1] for i in range(image.shape[-1])]
    return [np.repeat(image, channels, axis=-1)]


def joined(parts: list[np.ndarray], channels: int) -> np.ndarray:
    """The inverse of `planes`: parts → an image with so many channels."""
    image = np.concatenate(parts, axis=-1)
    if image.shape[-1] == channels:
        return image
    mean = image.mean(axis=-1, keepdims=True, dtype=np.float32)
    return (mean + 0.5).astype(np.uint8) if image.dtype == np.uint8 else mean


def _axis(size: int, side: int, margin: int) -> tuple[np.ndarray, range]:
    """The pixel at each position of the extended image, and the starts of the tiles."""
    stride = side - margin
    count = -(-(size + margin) // stride)  # enough for the weights of the last pixel to sum to 1
    length = (count - 1) * stride + side
    return (
        np.pad(np.arange(size), (margin, length - margin - size), mode="symmetric"),
        range(0, count * stride, stride),
    )


def _ramps(side: int, margin: int) -> np.ndarray:
    """A tile's weights along one axis, (side,): up, level, down."""
    rise = np.sin(np.pi / 2 * (np.arange(margin) + 0.5) / max(margin, 1)) ** 2
    return np.concatenate([rise, np.ones(side - 2 * margin), rise[::-1]])
