"""The bytes of one image → upright pixels in 8-bit grey or colour.

What a file claims is checked before its pixels are decoded, and large images are converted
in bands of rows, so that little more memory is used than for the pixels themselves.
"""

import io
import warnings

from PIL import Image, UnidentifiedImageError

from aecore.data.images.claims import MOST_DECLARED, check_bytes, check_image
from aecore.data.images.depth import bands, eight_bits, is_deep, lower_bytes
from aecore.data.images.signatures import foreign
from aecore.data.images.tiff import ORDERS, unread
from aecore.data.limits import AT_ONCE, MEGAPIXEL, Limits, Refused, megabytes
from aecore.data.splits import Levels

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")  # by content; names are not trusted
LARGEST_EXIF = 2**20
DEPTH = "depth"  # in the `info` of an image that had more than 8 bits
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
    content: bytes, limits: Limits = AT_ONCE, levels: Levels | None = None
) -> tuple[Image.Image, tuple[str, ...]]:
    """Bytes → an upright image in mode L or RGB, and notes on what was done to it.

    Args:
        levels: the values of deep images (16 bits, 32 bits, floats) that become black and white,
            or white and black if the file counts from white; by default the usual ones that
            include all values of the image. The `info` of such an image has its `Depth`.

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
            lower, lost = lower_bytes(image, content)
            image.load()
            image, done = _plain(image, lower, levels)
            return image, notes + lost + done
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
    image: Image.Image, lower: Image.Image | None, levels: Levels | None
) -> tuple[Image.Image, tuple[str, ...]]:
    turn, depth, notes = _turn(image), None, ()
    if lower is not None or is_deep(image):
        alpha = image.getchannel("A") if image.mode == "RGBA" else None
        image, notes, depth = eight_bits(image, lower, levels)
        if alpha is not None:
            image.putalpha(alpha)
    if image.has_transparency_data:
        image, laid = _on_white(image)
        notes += laid
    else:
        image = image.convert("L" if image.mode in ("1", "L") else "RGB")
    image.info = {} if depth is None else {DEPTH: depth}  # and nothing that the file says
    return (image if turn is None else image.transpose(turn)), notes


def _turn(image: Image.Image) -> Image.Transpose | None:
    if image.format == "TIFF" or len(image.info.get("exif", b"")) > LARGEST_EXIF:
        return None  # Pillow has rotated a TIFF already
    try:
        return TURNS.get(image.getexif().get(ORIENTATION, 1))
    except Exception:  # the metadata is damaged, the pixels are not
        return None


def _on_white(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    mode = "L" if image.mode in ("1", "L", "LA", "La") else "RGB"
    canvas, seen_through = Image.new(mode, image.size, "white"), False
    for top, band in bands(image):
        band = band.convert("RGBA")
        alpha = band.getchannel("A")
        least, _ = alpha.getextrema()
        seen_through |= least != 255
        canvas.paste(band.convert(mode), (0, top), alpha)
    return canvas, ("transparency replaced by white",) if seen_through else ()
