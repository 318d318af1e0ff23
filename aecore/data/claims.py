"""What a file claims of itself, looked at before a decoder believes it.

Each check is against a file that costs far more memory or time than its size tells. What is
here is cheap: it looks at a few bytes, or counts a pattern in them.
"""

import struct

from PIL import Image

from aecore.data.limits import MEGAPIXEL, Limits, Refused

LONGEST_SIDE = 65_535  # what JPEG can hold; decoders keep buffers of several rows
MOST_EXIFS = 16  # Pillow joins them, and takes a number of one at its word
MOST_SCANNED = 1600 * MEGAPIXEL  # pixels of a JPEG times its passes: 40 of the largest
DAMAGED = "it is damaged or cut off"
BOMB = "it is far larger than it seems (a decompression bomb)"

# TIFF: tags and types of the directory
TILE_SIDES = (322, 323)
COMPRESSION = 259
COMPRESSIONS = {1, 2, 3, 4, 5, 7, 8, 32773, 32946, 50000}  # none, fax, LZW, JPEG, deflate, zstd
POINTERS = {330, 34665, 34853, 40965}  # to further directories, which pixels do not need
TEXTS = {1, 2, 6, 7}  # types that are taken as they are, not number by number
MOST_NUMBERS = 2**17
UNKNOWN_TYPE = 0


def check_bytes(content: bytes) -> bytes:
    """Looks at a file before it is opened; returns what may be.

    Raises:
        Refused: opening it alone would cost too much.
    """
    if content.startswith(b"\xff\xd8") and content.count(b"Exif\0\0") > MOST_EXIFS:
        raise Refused(DAMAGED)
    if content.startswith((b"II", b"MM")):
        return _check_tiff(content)
    return content


def check_image(image: Image.Image, content: bytes, limits: Limits) -> None:
    """Looks at an opened image before it is decoded.

    Raises:
        Refused: it is too large, has no pixels, or takes too long.
    """
    pixels = image.width * image.height
    if pixels == 0:
        raise Refused("it has no pixels")
    if pixels > limits.pixels:
        raise Refused(f"it has more than {limits.pixels / MEGAPIXEL:g} megapixels")
    if max(image.size) > LONGEST_SIDE:
        raise Refused(f"it is wider or higher than {LONGEST_SIDE:,} pixels")
    if content.startswith(b"\xff\xd8") and content.count(b"\xff\xda") * pixels > MOST_SCANNED:
        raise Refused(BOMB)


def _check_tiff(content: bytes) -> bytes:
    """The TIFF without pointers to further directories."""
    order, big = _header(content)
    start = struct.unpack_from(order + ("Q" if big else "L"), content, 8 if big else 4)[0]
    (entries,) = _read(order + ("Q" if big else "H"), content, start)
    start += 8 if big else 2
    layout = order + ("HHQ" if big else "HHL")
    safe, tile = bytearray(content), []
    for number in range(min(entries, 2**12)):
        place = start + number * (20 if big else 12)
        tag, kind, count = _read(layout, content, place)
        if count > MOST_NUMBERS and kind not in TEXTS:
            raise Refused(BOMB)
        value = place + struct.calcsize(layout)
        if tag in POINTERS:
            struct.pack_into(order + "H", safe, place + 2, UNKNOWN_TYPE)
        elif tag in TILE_SIDES:
            tile.append(_number(order, kind, content, value))
        elif tag == COMPRESSION and _number(order, kind, content, value) not in COMPRESSIONS:
            raise Refused("it is packed in a way that is not read")
    if len(tile) > 1 and tile[0] * tile[1] > 40 * MEGAPIXEL:
        raise Refused(BOMB)
    return bytes(safe)


def _header(content: bytes) -> tuple[str, bool]:
    for start, order, big in (
        (b"II*\0", "<", False),
        (b"MM\0*", ">", False),
        (b"II+\0", "<", True),
    ):
        if content.startswith(start):
            return order, big
    raise Refused("it is not a PNG, JPEG, WebP, GIF, BMP or TIFF image")


def _read(layout: str, content: bytes, place: int) -> tuple[int, ...]:
    try:
        return struct.unpack_from(layout, content, place)
    except struct.error as problem:
        raise Refused(DAMAGED) from problem


def _number(order: str, kind: int, content: bytes, place: int) -> int:
    return _read(order + ("H" if kind == 3 else "L"), content, place)[0]
