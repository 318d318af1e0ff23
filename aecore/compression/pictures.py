"""A picture of any size as tiles of a model's size, and back.

Neighbouring tiles overlap by a fourteenth of their side and are blended. There are about 15% more
of them than without an overlap; yet in a file of the same size the picture is as good, and it has
no seams.
"""

from collections.abc import Callable, Iterator

import numpy as np

from aecore.analysis.tiling import MOST_PIXELS, Tiling, blend, chunk_of, joined, planes, tiles_of
from aecore.compression.container import INVALID, NotDecoded, most_samples
from aecore.data.arrays import to_bytes

OVERLAP = 1 / 14  # of a tile's side; part of the file's format
LONGEST_SIDE = 2**16
CHANNELS = (1, 3)

Size = tuple[int, ...]  # height, width and channels


def count_tiles(size: Size, shape: Size) -> int:
    """How many tiles of a shape (h, w, c) a picture of a size has.

    Raises:
        NotDecoded: there is no such picture.
    """
    if len(shape) != 3 or size[2] not in CHANNELS or max(size[:2]) > LONGEST_SIDE:
        raise NotDecoded(INVALID)
    if size[0] * size[1] > MOST_PIXELS:
        raise NotDecoded(
            "The image has more than {} megapixels. Resize it first.", MOST_PIXELS // 10**6
        )
    return _parts(size, shape) * len(_tiling(size, shape))


def check_tiles(size: Size, shape: Size, values: int) -> None:
    """Raises NotDecoded if a picture has more tiles, of so many values, than a file may hold."""
    count, most = count_tiles(size, shape), most_samples(values)
    if count > most:
        raise NotDecoded(
            "The image has {:,} tiles of this model's size; a file holds {:,} at most. Resize it "
            "first.",
            count,
            most,
        )


def cut(picture: np.ndarray, shape: Size) -> Iterator[np.ndarray]:
    """The tiles (n, h, w, c), some at a time, of an 8-bit picture (height, width, 1 or 3)."""
    tiling = _tiling(picture.shape, shape)
    for plane in planes(picture, shape[-1]):
        yield from tiles_of(plane, tiling)


def assemble(outputs: Callable[[slice], np.ndarray], size: Size, shape: Size) -> np.ndarray:
    """The inverse of `cut`: an 8-bit picture of a size.

    Args:
        outputs: gives the tiles (n, h, w, c) of a slice.
    """
    tiling, chunk = _tiling(size, shape), chunk_of(shape)
    count, parts = len(tiling), []
    for first in range(0, _parts(size, shape) * count, count):
        end = first + count
        slices = (slice(at, min(at + chunk, end)) for at in range(first, end, chunk))
        parts.append(to_bytes(blend(map(outputs, slices), tiling)))
    return joined(parts, size[-1])


def _tiling(size: Size, shape: Size) -> Tiling:
    return Tiling((size[0], size[1]), shape, OVERLAP)


def _parts(size: Size, shape: Size) -> int:
    """As many as `planes` gives."""
    return size[-1] if shape[-1] == 1 else 1
