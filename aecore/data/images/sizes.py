"""The size that suits some images: their own if small, else one of the same proportions."""

from collections.abc import Sequence
from statistics import median

from aecore.data.own import LEAST_SIDE

AS_THEY_ARE = 128  # pixels; images of one common size up to this keep it
LONGER_SIDE = 64  # pixels
MULTIPLE = 4  # two convolutions of stride 2 then need no padding


def suggested_size(sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The size (height, width) that suits images of some sizes (width, height).

    Args:
        sizes: at least one.
    """
    width, height = sizes[0]
    small = min(width, height) >= LEAST_SIDE and max(width, height) <= AS_THEY_ARE
    if small and set(sizes) == {(width, height)}:
        return height, width
    ratio = median(width / height for width, height in sizes)
    longer = min(LONGER_SIDE, median(max(size) for size in sizes))
    exact = (longer / max(1, ratio), longer * min(1, ratio))
    down, across = (max(LEAST_SIDE, MULTIPLE * round(side / MULTIPLE)) for side in exact)
    return down, across
