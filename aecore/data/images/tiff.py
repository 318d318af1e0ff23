"""Checks a TIFF's directory before Pillow and libtiff rely on its numbers."""

import struct
from math import ceil

from aecore.data.images.signatures import RAW
from aecore.data.limits import MEGAPIXEL, Refused

DAMAGED = "it is damaged or truncated"
BOMB = "it is far larger than it seems (a decompression bomb)"
ORDERS = {b"II*\0": ("<", "H", "L"), b"MM\0*": (">", "H", "L"), b"II+\0": ("<", "Q", "Q")}
WIDTH, HEIGHT, COMPRESSION, STRIPS, ROWS = 256, 257, 259, 273, 278
TILE_WIDTH, TILE_HEIGHT, TILES = 322, 323, 324
COMPRESSIONS = {1, 2, 3, 4, 5, 7, 8, 32773, 32946, 50000}  # none, fax, LZW, JPEG, deflate, zstd
PACKINGS = {  # that exist, but are not supported
    6: "old-style JPEG", 34712: "JPEG 2000", 33003: "JPEG 2000", 33005: "JPEG 2000",
    34887: "LERC", 34892: "lossy DNG", 34925: "LZMA", 50001: "WebP", 50002: "JPEG XL",
}  # fmt: skip
SUBFILE, PHOTOMETRIC, SAMPLES, FORMAT, DNG = 254, 262, 277, 339, 50706
BITS, SENSOR, LINEAR_RAW = 258, 32803, 34892  # the last two are values of PHOTOMETRIC
POINTERS = {330, 34665, 34853, 40965}  # to further directories, which pixels do not need
TEXTS = {1, 2, 6, 7}  # types that are read as a whole, not number by number
UNKNOWN_TYPE = 0
MOST_ENTRIES = 4096
MOST_NUMBERS = 2**17
MOST_PLANES = 8  # samples per pixel that may have separate strips
LARGEST_TILE = 40 * MEGAPIXEL


def without_pointers(content: bytes) -> bytes:
    """The TIFF without links from its first directory to others.

    Raises:
        Refused: its entries would cost memory or time out of proportion.
    """
    if content[:4] not in ORDERS:
        raise Refused(DAMAGED)
    order, number, long = ORDERS[content[:4]]
    layout = order + "HH" + long
    (place,) = _read(order + long, content, 8 if long == "Q" else 4)
    (entries,) = _read(order + number, content, place)
    if entries > MOST_ENTRIES:
        raise Refused(DAMAGED)
    place += struct.calcsize(order + number)
    safe, values, counts = bytearray(content), {}, {}
    for _ in range(entries):
        tag, kind, count = _read(layout, content, place)
        if count > MOST_NUMBERS and kind not in TEXTS:
            raise Refused(BOMB)
        if tag in POINTERS:
            struct.pack_into(order + "H", safe, place + 2, UNKNOWN_TYPE)
        place += struct.calcsize(layout)
        if tag not in values:  # the first of a kind counts
            counts[tag] = count
            values[tag] = _read(order + {1: "B", 3: "H"}.get(kind, long), content, place)[0]
        place += struct.calcsize(order + long)
    if content[8:10] == b"CR" or _is_raw(values):
        raise Refused(RAW)
    if (packing := values.get(COMPRESSION, 1)) not in COMPRESSIONS:
        name = PACKINGS.get(packing, f"number {packing}")
        raise Refused("it is a TIFF with an unsupported compression ({})", name)
    _check_parts(values, counts)
    return bytes(safe)


def _is_raw(values: dict[int, int]) -> bool:
    """Whether it is a camera RAW file, or only the preview that comes first in many."""
    is_preview = values.get(SUBFILE, 0) & 1
    return bool(DNG in values or is_preview or values.get(PHOTOMETRIC) in (SENSOR, LINEAR_RAW))


def unread(content: bytes) -> Refused:
    """Why Pillow does not read a TIFF: the format of its pixels."""
    order, number, long = ORDERS[content[:4]]
    (place,) = _read(order + long, content, 8 if long == "Q" else 4)
    (entries,) = _read(order + number, content, place)
    place, step = place + struct.calcsize(order + number), struct.calcsize(order + "HH" + long * 2)
    values, size = {}, struct.calcsize(order + long)
    for start in range(place, place + entries * step, step):
        tag, kind, count = _read(order + "HH" + long, content, start)
        at = start + step - size
        width = {1: 1, 3: 2}.get(kind, size)
        if count * width > size:  # the values lie elsewhere
            (at,) = _read(order + long, content, at)
        layout = order + {1: "B", 3: "H"}.get(kind, long)
        if tag in (BITS, SAMPLES, FORMAT):
            values[tag] = _read(layout, content, at)[0]
    channels, bits = values.get(SAMPLES, 1), values.get(BITS, 1)
    what = "floating-point " if values.get(FORMAT) == 3 else ""
    return Refused(
        "it is a TIFF with {} channel{} of {} {}bits, which is not supported: save it as 8- or "
        "16-bit grey or RGB, or as 32-bit floating-point grey",
        channels, "s" if channels > 1 else "", bits, what,
    )  # fmt: skip


def _check_parts(values: dict[int, int], counts: dict[int, int]) -> None:
    """Refuses tiles larger than an image may be, and more parts than the image consists of."""
    width, height = values.get(WIDTH, 0), values.get(HEIGHT, 0)
    if TILES in values or TILE_WIDTH in values:
        across, down = max(1, values.get(TILE_WIDTH, 1)), max(1, values.get(TILE_HEIGHT, 1))
        if across * down > LARGEST_TILE:
            raise Refused(BOMB)
        parts = ceil(width / across) * ceil(height / down)
    else:
        parts = ceil(height / max(1, values.get(ROWS, height)))
    if max(counts.get(STRIPS, 0), counts.get(TILES, 0)) > MOST_PLANES * max(1, parts):
        raise Refused(BOMB)


def _read(layout: str, content: bytes, place: int) -> tuple[int, ...]:
    try:
        return struct.unpack_from(layout, content, place)
    except struct.error as problem:
        raise Refused(DAMAGED) from problem
