"""The bytes of one image → upright pixels in 8-bit grey or colour.

What a file claims is checked before its pixels are decoded, and large images are converted
in bands of rows, so that little more memory is used than for the pixels themselves.
"""

import io
import warnings
from collections.abc import Iterator

import numpy as np
from PIL import Image, UnidentifiedImageError

from aecore.data.images.claims import MOST_DECLARED, check_bytes, check_image
from aecore.data.images.signatures import foreign
from aecore.data.images.tiff import ORDERS, unread
from aecore.data.limits import AT_ONCE, MEGAPIXEL, Limits, Refused, megabytes

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")  # by content; names are not trusted
BAND = 2**20  # pixels converted at a time
LARGEST_EXIF = 2**20
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Larger images are refused after opening and before decoding; Pillow raises at twice this number.
# It is set once per process, since changing warnings or limits around a call is not thread-safe.
Image.MAX_IMAGE_PIXELS = MOST_DECLARED // 2
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
warnings.filterwarnings("ignore", module=r"PIL\..*")


def open_image(
    content: bytes, limits: Limits = AT_ONCE, levels: tuple[float, float] | None = None
) -> tuple[Image.Image, tuple[str, ...]]:
    """Bytes → an upright image in mode L or RGB, and notes on what was done to it.

    Args:
        levels: the values of deep images (16 bits, 32 bits, floats) that become black and white;
            by default the usual ones that include all values of the image. The levels used, and
            the smallest and largest value, are in the image's `info` as "levels" and "extent".

    Raises:
        Refused: not an image, of an unsupported format, too large, or damaged.
    """
    if not content:
        raise Refused("the file is empty")
    if len(content) > limits.file_bytes:
        raise Refused("the file is larger than {}", megabytes(limits.file_bytes))
    if why := foreign(content):
        raise Refused("{}", why)
    try:
        content, cut = check_bytes(content, limits)
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            check_image(image, content, limits)
            notes = _frames(image, cut) + _reduced(image, limits)
            image.load()
            image, more = _plain(image, levels)
            return image, notes + more
    except (Refused, MemoryError):
        raise
    except Image.DecompressionBombError as problem:
        raise Refused("it has more than {:g} megapixels", MOST_DECLARED / MEGAPIXEL) from problem
    except UnidentifiedImageError as problem:
        if content[:4] in ORDERS:
            raise unread(content) from problem
        raise Refused("it is not a PNG, JPEG, WebP, GIF, BMP or TIFF image") from problem
    except Exception as problem:  # Pillow's decoders raise nearly anything on damaged files
        raise Refused("it is damaged or truncated") from problem


def _reduced(image: Image.Image, limits: Limits) -> tuple[str, ...]:
    """Sets a large JPEG to be decoded at a half, a quarter or an eighth of its size."""
    width, height = image.size
    scale = next(s for s in (1, 2, 4, 8) if width * height <= s * s * limits.pixels or s == 8)
    if scale == 1:
        return ()
    image.draft(None, (width // scale, height // scale))
    return (f"reduced from {width} × {height} to {image.width} × {image.height} pixels",)


def _frames(image: Image.Image, cut: bool) -> tuple[str, ...]:
    """Whether there are more; counting them would need the whole file."""
    if image.format == "MPO" or not (cut or getattr(image, "is_animated", False)):
        return ()  # the other pictures of an MPO are previews and depth maps
    return ("the first of its pages" if image.format == "TIFF" else "the first of its frames",)


def _plain(
    image: Image.Image, levels: tuple[float, float] | None
) -> tuple[Image.Image, tuple[str, ...]]:
    turn = _turn(image)
    if image.mode.startswith("I") or image.mode == "F":
        image, notes = _to_eight_bits(image, levels)
    elif image.has_transparency_data:
        image, notes = _on_white(image)
    else:
        image, notes = image.convert("L" if image.mode in ("1", "L") else "RGB"), ()
    return (image if turn is None else image.transpose(turn)), notes


def _turn(image: Image.Image) -> Image.Transpose | None:
    if image.format == "TIFF" or len(image.info.get("exif", b"")) > LARGEST_EXIF:
        return None  # Pillow has rotated a TIFF already
    try:
        return TURNS.get(image.getexif().get(ORIENTATION, 1))
    except Exception:  # the metadata is damaged, the pixels are not
        return None


def _bands(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """Bands of an image from top to bottom, each with its first row."""
    rows = max(1, BAND // image.width)
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def _on_white(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    mode = "L" if image.mode in ("1", "L", "LA", "La") else "RGB"
    canvas, seen_through = Image.new(mode, image.size, "white"), False
    for top, band in _bands(image):
        band = band.convert("RGBA")
        alpha = band.getchannel("A")
        least, _ = alpha.getextrema()
        seen_through |= least != 255
        canvas.paste(band.convert(mode), (0, top), alpha)
    return canvas, ("transparency replaced by white",) if seen_through else ()


def _to_eight_bits(
    image: Image.Image, levels: tuple[float, float] | None
) -> tuple[Image.Image, tuple[str, ...]]:
    """16-bit, 32-bit and float pixels as 8-bit grey."""
    low, high, missing = np.inf, -np.inf, 0
    for _, band in _bands(image):
        values = np.asarray(band, np.float64)
        finite = values[np.isfinite(values)]
        low, high = finite.min(initial=low), finite.max(initial=high)
        missing += values.size - finite.size
    if low > high:
        raise Refused("none of its pixels is a number")
    black, white = levels or usual_levels(float(low), float(high))
    grey = np.empty((image.height, image.width), np.uint8)
    for top, band in _bands(image):
        values = np.nan_to_num(np.asarray(band, np.float64), nan=low, posinf=high, neginf=low)
        values = (values - black) / (white - black) * 255
        grey[top : top + len(values)] = np.clip(values + 0.5, 0, 255)
    notes = (f"{black:,g} taken as black and {white:,g} as white",)
    if low < black or high > white:
        notes += ("values beyond black or white clipped",)
    if missing:
        notes += (f"{missing:,} pixels that are not numbers filled in",)
    plain = Image.fromarray(grey)
    plain.info.update(levels=(black, white), extent=(float(low), float(high)))
    return plain, notes


def usual_levels(low: float, high: float) -> tuple[float, float]:
    """The values of black and white for an image with values from `low` to `high`."""
    if low >= 0:
        for white in (1, 2**8 - 1, 2**10 - 1, 2**12 - 1, 2**14 - 1, 2**16 - 1):
            if high <= white:
                return 0, white
    return low, high if high > low else low + 1
