"""What a file claims of itself, looked at before a decoder believes it.

Each check is against a file that costs far more memory or time than its size tells. What is
here is cheap: it looks at a few bytes, or counts a pattern in them.
"""

from collections import Counter

from PIL import Image

from aecore.data.images.tiff import BOMB, without_pointers
from aecore.data.limits import MEGAPIXEL, Limits, Refused

LONGEST_SIDE = 65_535  # what JPEG can hold; decoders keep buffers of several rows
MOST_SCANNED = 1600 * MEGAPIXEL  # pixels of a JPEG times its passes: 40 of the largest
# Before a JPEG's pixels: segments of up to 64 kB, bytes between them, and headers and EXIF, whose
# numbers Pillow makes objects of
MOST = {"segments": 4096, "stray": 2**16, "headers": 16, "exifs": 16}
MOST_RUNS = 4 * MEGAPIXEL  # pixels of a run-length encoded BMP, which Pillow decodes in Python
BARE = {0x00, 0x01, 0xC8, 0xFF, *range(0xD0, 0xDA), *range(0xF0, 0xFE)}  # without a length
GIF_EXTENSION, GIF_IMAGE, GIF_END, GIF_CONTROL = 0x21, 0x2C, 0x3B, b"!\xf9"
MOST_BLOCKS = 2**17  # of a GIF; 255 bytes each


def check_bytes(content: bytes) -> tuple[bytes, bool]:
    """Looks at a file before it is opened.

    Returns:
        What of it may be opened, and whether it is a GIF of which the further frames were cut.

    Raises:
        Refused: opening it alone would cost too much.
    """
    if content.startswith(b"\xff\xd8"):
        _check_jpeg(content)
    elif content.startswith((b"II", b"MM")):
        return without_pointers(content), False
    elif content.startswith((b"GIF87a", b"GIF89a")):
        return _first_frame(content)
    return content, False


def check_image(image: Image.Image, content: bytes, limits: Limits) -> None:
    """Looks at an opened image before it is decoded.

    Raises:
        Refused: it is too large, has no pixels, or takes too long.
    """
    pixels = image.width * image.height
    if pixels == 0:
        raise Refused("it has no pixels")
    if pixels > limits.pixels:
        raise Refused("it has more than {:g} megapixels", limits.pixels / MEGAPIXEL)
    if max(image.size) > LONGEST_SIDE:
        raise Refused("it is wider or higher than {:,} pixels", LONGEST_SIDE)
    if content.startswith(b"\xff\xd8") and content.count(b"\xff\xda") * pixels > MOST_SCANNED:
        raise Refused(BOMB)
    if image.format == "BMP" and image.tile[0][0] == "bmp_rle" and pixels > MOST_RUNS:
        megapixels = MOST_RUNS / MEGAPIXEL
        raise Refused("a run-length encoded BMP is read up to {:g} megapixels", megapixels)


def _check_jpeg(content: bytes) -> None:
    """Counts what stands before the pixels; Pillow keeps all of it as objects."""
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
    """A GIF of its first frame alone, and whether there are more.

    Comments and the like, of which Pillow keeps every block, are left out.
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
