"""Checks of what a file claims about itself, before a decoder relies on it.

Each check is against files that cost far more memory or time than their size suggests. The checks
are cheap: they look at a few bytes, or count a pattern in them.
"""

import math
import re
from collections import Counter

from PIL import Image

from aecore.data.images.tiff import BOMB, without_pointers
from aecore.data.limits import MEGAPIXEL, Limits, Refused

LONGEST_SIDE = 65_535  # the maximum of JPEG; decoders keep buffers of several rows
MOST_DECLARED = 256 * MEGAPIXEL  # of a JPEG, which is reduced while it is decoded
MOST_PROGRESSIVE = 64 * MEGAPIXEL  # of a progressive one, which is decoded as a whole
MOST_SCANNED = 1600 * MEGAPIXEL  # pixels of a JPEG times its passes: 40 of 40 megapixels
# Of a JPEG: segments of up to 64 kB; before its pixels the bytes between them, and headers and
# EXIF, whose numbers become Python objects in Pillow
MOST = {"segments": 4096, "stray": 2**16, "headers": 16, "exifs": 16}
MOST_RUNS = 4 * MEGAPIXEL  # pixels of a run-length encoded BMP, which Pillow decodes in Python
BARE = {0x00, 0x01, 0xC8, 0xFF, *range(0xD0, 0xDA), *range(0xF0, 0xFE)}  # without a length
SCAN, END, PROGRESSIVE = 0xDA, 0xD9, 0xC2
MARKER = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]")  # the end of the pixels of a scan
GIF_EXTENSION, GIF_IMAGE, GIF_END, GIF_CONTROL = 0x21, 0x2C, 0x3B, b"!\xf9"
MOST_BLOCKS = 2**17  # of a GIF; 255 bytes each


def check_bytes(content: bytes, limits: Limits) -> tuple[bytes, bool]:
    """Checks a file before it is opened.

    Returns:
        The part of it to open, and whether it is a GIF whose further frames were dropped.

    Raises:
        Refused: even opening it would cost too much.
    """
    if content.startswith(b"\xff\xd8"):
        _check_jpeg(content)
    elif content.startswith((b"II", b"MM")):
        return without_pointers(content), False
    elif content.startswith((b"GIF87a", b"GIF89a")):
        return _first_frame(content)
    elif content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        _check_size(_webp_pixels(content), limits.pixels)  # its decoder allocates memory on opening
    return content, False


def _check_size(pixels: int, most: int) -> None:
    if pixels > most:
        megapixels, at_most = pixels / MEGAPIXEL, most / MEGAPIXEL
        raise Refused("it has {:.4g} megapixels; at most {:g} are read", megapixels, at_most)


def _webp_pixels(content: bytes) -> int:
    """Width times height of a WebP, or of its canvas."""
    kind, low = content[12:16], "little"
    if kind == b"VP8X":
        sides = (int.from_bytes(content[i : i + 3], low) + 1 for i in (24, 27))
    elif kind == b"VP8L":
        packed = int.from_bytes(content[21:25], low)
        sides = ((packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1)
    else:
        sides = (int.from_bytes(content[i : i + 2], low) & 0x3FFF for i in (26, 28))
    return math.prod(sides)


def check_image(image: Image.Image, content: bytes, limits: Limits) -> None:
    """Checks an opened image before it is decoded.

    Raises:
        Refused: it is too large, has no pixels, or takes too long.
    """
    pixels = image.width * image.height
    if pixels == 0:
        raise Refused("it has no pixels")
    is_jpeg = content.startswith(b"\xff\xd8")
    most = MOST_DECLARED if is_jpeg and pixels > limits.pixels else limits.pixels
    _check_size(pixels, most)
    if max(image.size) > LONGEST_SIDE:
        raise Refused("it is wider or higher than {:,} pixels", LONGEST_SIDE)
    if is_jpeg:
        _check_scans(content, pixels)
    tile = getattr(image, "tile", [("",)])  # of an opened image
    if image.format == "BMP" and tile[0][0] == "bmp_rle" and pixels > MOST_RUNS:
        megapixels = MOST_RUNS / MEGAPIXEL
        raise Refused("a run-length encoded BMP is read up to {:g} megapixels", megapixels)


def _check_scans(content: bytes, pixels: int) -> None:
    """Counts the passes of a JPEG up to its end, after which phones append videos."""
    scans, place = 0, 2
    for _ in range(MOST["segments"]):
        found = MARKER.search(content, place)
        if found is None or (marker := content[found.end() - 1]) == END:
            return
        scans += marker == SCAN
        if marker == PROGRESSIVE and pixels > MOST_PROGRESSIVE:
            megapixels = pixels / MEGAPIXEL
            raise Refused("it is a progressive JPEG of {:.4g} megapixels; save it as a "
                          "baseline one, or smaller", megapixels)  # fmt: skip
        if scans * pixels > MOST_SCANNED:
            break
        place = found.end()
        if marker not in BARE:
            place += int.from_bytes(content[place : place + 2])
    raise Refused("decoding it would take too long: it has too many passes")


def _check_jpeg(content: bytes) -> None:
    """Counts what precedes the pixels; Pillow keeps all of it as objects."""
    place, seen = 2, Counter()
    while (found := content.find(b"\xff", place)) >= 0 and found + 4 <= len(content):
        seen["stray"] += found - place
        place, marker = found, content[found + 1]
        if marker == 0xDA:  # the pixels start
            return
        if marker in BARE:
            seen["stray"] += 1
            place += 1
        else:
            seen["segments"] += 1
            seen["exifs"] += marker == 0xE1 and content.startswith(b"Exif", place + 4)
            seen["headers"] += 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xCC)
            place += 2 + int.from_bytes(content[place + 2 : place + 4])
        if any(seen[what] > most for what, most in MOST.items()):
            raise Refused(BOMB)


def _first_frame(content: bytes) -> tuple[bytes, bool]:
    """A GIF reduced to its first frame, and whether there are more.

    Comments and other extensions, which Pillow keeps as blocks, are left out.
    """
    place = 13 + _palette_size(content[10])
    head, control, frame, blocks = content[:place], b"", b"", 0
    while place < len(content) and content[place] != GIF_END:
        begin, kind = place, content[place]
        if kind == GIF_IMAGE and frame:
            return head + control + frame + bytes((GIF_END,)), True
        blocks += 1
        place += 1
        if kind in (GIF_IMAGE, GIF_EXTENSION):
            place += 10 + _palette_size(content[place + 8]) if kind == GIF_IMAGE else 1
            while place < len(content) and content[place] and blocks <= MOST_BLOCKS:
                place += 1 + content[place]
                blocks += 1
            place += 1
        if blocks > MOST_BLOCKS:
            raise Refused(BOMB)
        if kind == GIF_IMAGE:
            frame = content[begin:place]
        elif content.startswith(GIF_CONTROL, begin) and not frame:
            control = content[begin:place]
    return head + control + frame + bytes((GIF_END,)), False


def _palette_size(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0
