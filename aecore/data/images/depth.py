"""Pixels of more than 8 bits become 8-bit ones: two of their values become black and white.

Pillow reads 16-bit grey, 32-bit and floating-point images as they are, but of 16-bit colour only
the upper byte of each value. The lower bytes are decoded by a second pass, as if they were the
upper ones of a file of the other byte order. Of a TIFF it mirrors 8-bit values that count from
white, but no deeper ones, and it takes some types of values for others.
"""

import io
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from aecore.data.images.tiff import BITS, FORMAT, PHOTOMETRIC
from aecore.data.limits import Refused
from aecore.data.splits import Levels

BAND = 2**20  # pixels converted at a time
WHITES = (1, 2**8 - 1, 2**10 - 1, 2**12 - 1, 2**14 - 1, 2**16 - 1)  # of floats and of cameras
PLANAR = "its 16-bit channels lie in separate planes, which is not supported: interleave them"
UPPER_BITS = "only the upper 8 bits of each 16-bit channel read"
_PLANES = 284  # a tag of a TIFF: 2 if each channel lies by itself
# (format, bits) of a TIFF's values → their type, which Pillow takes for uint8 and for int32
_MISTAKEN = {(2, 8): np.int8, (1, 32): np.uint32}
_OTHER_ORDER = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}


class Depth(NamedTuple):
    """Of a deep image: its values that became black and white, its least and its largest one."""

    black: float
    white: float
    low: float
    high: float


def usual_levels(low: float, high: float) -> Levels:
    """Which values are black and white where they run from `low` to `high`."""
    if low >= 0:
        for white in WHITES:
            if high <= white:
                return 0.0, float(white)
    return low, high if high > low else low + 1


def is_deep(image: Image.Image) -> bool:
    """Whether an image has other values than those from 0 to 255, its lower bytes aside."""
    return image.mode.startswith("I") or image.mode == "F" or _mistaken(image) is not None


def lower_bytes(image: Image.Image, content: bytes) -> tuple[Image.Image | None, tuple[str, ...]]:
    """The lower bytes of 16-bit colour, if that is what an image is, or a note that they are lost.

    Args:
        image: opened, but not decoded; what Pillow makes of it are the upper bytes.
        content: the file.

    Raises:
        Refused: Pillow would take each byte of it for a value.
    """
    tiles: list[Any] = getattr(image, "tile", [])
    modes = {_raw_mode(each.args) for each in tiles}
    planar = image.format == "TIFF" and _tag(image, _PLANES) == 2
    if planar and _tag(image, BITS) == 16 and modes & set("RGBA"):
        raise Refused(PLANAR)
    kind, _, order = next((mode for mode in modes if ";16" in mode), "").partition(";16")
    if kind in ("", "I"):
        return None, ()
    if kind not in ("RGB", "RGBX", "RGBA") or planar or "transparency" in image.info:
        return None, (UPPER_BITS,)
    lower: Any = Image.open(io.BytesIO(content), formats=(str(image.format),))
    mode = f"{kind};16{_OTHER_ORDER[order]}"
    lower.tile = [
        type(each)(*each[:3], mode if isinstance(each.args, str) else (mode, *each.args[1:]))
        for each in lower.tile
    ]
    lower.load()
    return lower, ()


def eight_bits(
    image: Image.Image, lower: Image.Image | None, levels: Levels | None
) -> tuple[Image.Image, tuple[str, ...], Depth]:
    """A deep image in 8 bits, what was done to it, and what it was.

    Args:
        image: deep grey, or the upper bytes of 16-bit colour.
        lower: the lower bytes of colour.
        levels: black and white; by default the usual ones that hold all values of the image.

    Raises:
        Refused: none of its pixels is a number.
    """
    low, high, missing = np.inf, -np.inf, 0
    for _, values in _values(image, lower):
        finite = values[np.isfinite(values)]
        low, high = finite.min(initial=low), finite.max(initial=high)
        missing += values.size - finite.size
    if low > high:
        raise Refused("none of its pixels is a number")
    low, high = float(low), float(high)
    black, white = map(float, levels or usual_levels(low, high))
    start, end = (white, black) if _from_white(image) else (black, white)
    pixels = np.empty((image.height, image.width, 3)[: 2 if lower is None else 3], np.uint8)
    for top, values in _values(image, lower):
        values = np.nan_to_num(values, nan=low if start < end else high, posinf=high, neginf=low)
        values = (values - start) / (end - start) * 255
        pixels[top : top + len(values)] = np.clip(values + 0.5, 0, 255)
    notes = (f"{start:,g} taken as black and {end:,g} as white",)
    if low < black or high > white:
        notes += ("values beyond black or white clipped",)
    if missing:
        many = f"{missing:,} pixels that are not numbers"
        notes += (f"{'1 pixel that is not a number' if missing == 1 else many} filled in",)
    return Image.fromarray(pixels), notes, Depth(black, white, low, high)


def bands(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """Parts of an image from top to bottom, each with the row it starts at."""
    rows = max(1, BAND // image.width)
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def _values(image: Image.Image, lower: Image.Image | None) -> Iterator[tuple[int, np.ndarray]]:
    """Values (rows, width) or (rows, width, 3) of each band, and the row it starts at."""
    if lower is None:
        kind = _mistaken(image)
        for top, band in bands(image):
            values = np.asarray(band)
            yield top, (values if kind is None else values.view(kind)).astype(np.float64)
        return
    for (top, upper), (_, rest) in zip(bands(image), bands(lower), strict=True):
        yield top, 256 * np.asarray(upper, np.float64)[..., :3] + np.asarray(rest)[..., :3]


def _raw_mode(arguments: Any) -> str:
    """How pixels lie in a file, of what Pillow has for its decoder; empty if that says nothing."""
    first = arguments[0] if isinstance(arguments, tuple) and arguments else arguments
    return first if isinstance(first, str) else ""


def _mistaken(image: Image.Image) -> type[np.generic] | None:
    """The type of a TIFF's values, where Pillow takes them for those of another type."""
    if image.format != "TIFF":
        return None
    return _MISTAKEN.get((_tag(image, FORMAT, 1), _tag(image, BITS)))


def _from_white(image: Image.Image) -> bool:
    """Whether the least value of a deep image is white, as in many X-rays."""
    return image.format == "TIFF" and _tag(image, PHOTOMETRIC, 1) == 0


def _tag(image: Any, number: int, missing: int = 0) -> int:
    """The first value of a TIFF's tag."""
    value = image.tag_v2.get(number, missing)
    return value[0] if isinstance(value, tuple) else value
