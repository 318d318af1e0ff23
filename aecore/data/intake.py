"""Uploaded bytes → checked arrays, and refusals with reasons. Never raises for bad content."""

import io
import warnings
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "WEBP", "BMP")  # Pillow sniffs the content; a file's name is not believed
MOST_FILES = 200
MOST_BYTES = 20 * 2**20  # a file
MOST_PIXELS = 40_000_000  # an image
LIMITS = (
    f"up to {MOST_FILES} files of at most {MOST_BYTES // 2**20} MB "
    f"and {MOST_PIXELS // 10**6} megapixels each"
)
INK_BOX = 20 / 28  # MNIST's digits fill a 20 × 20 box of their 28 × 28
FAINT = 0.1  # ink below this share of the strongest does not count when cropping
FAINTEST = 10  # of 255: a sheet without anything stronger is empty


class Refused(ValueError):
    """One file cannot be used; the text says why."""


@dataclass(frozen=True)
class OldPreparation:
    """How an image is made like those a model knows.

    polarity: "keep", "invert", or "auto", which makes the background dark.
    centre: crop to the ink, scale it to MNIST's box and centre it by its mass.
    """

    polarity: str = "auto"
    centre: bool = True


@dataclass(frozen=True)
class Intake:
    """What became of some files: names and images (n, h, w, c), and (name, reason) of the rest."""

    names: tuple[str, ...]
    images: np.ndarray
    refusals: tuple
    notes: tuple = ()


@dataclass(frozen=True)
class Limits:
    files: int = 200
    words: str = "up to 200 files"


AT_ONCE = Limits()
UPLOAD_TYPES = ["png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff", "zip"]


@dataclass(frozen=True)
class Opened:
    name: str
    image: object
    notes: tuple


@dataclass(frozen=True)
class Refusal:
    name: str
    reason: str


def each_image(files, limits=AT_ONCE):
    for name, content in files:
        try:
            image, notes = open_image(content)
            yield Opened(name, image, notes)
        except Refused as r:
            yield Refusal(name, str(r))


def read_uploads(files, shape, preparation, limits=AT_ONCE):
    from aecore.data.preparation import prepare

    names, images, refusals = [], [], []
    for found in each_image(files):
        if isinstance(found, Refusal):
            refusals.append(found)
        else:
            names.append(found.name)
            images.append(prepare(found.image, shape, preparation))
    stacked = np.stack(images) if images else np.zeros((0, *shape), np.float32)
    return Intake(tuple(names), stacked, tuple(refusals), ())


def open_image(content):
    return open_image_old(content), ()


def open_image_old(content: bytes) -> Image.Image:
    """Bytes → an upright image in mode L or RGB, transparency laid on white.

    Raises:
        Refused: not an image, of a format that is not read, too large, or damaged.
    """
    if not content:
        raise Refused("the file is empty")
    if len(content) > MOST_BYTES:
        raise Refused(f"the file is larger than {MOST_BYTES // 2**20} MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise Refused(f"it has more than {MOST_PIXELS // 10**6} megapixels")
            image.load()
            return _plain(ImageOps.exif_transpose(image))
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise Refused("it is far larger than it seems (a decompression bomb)") from problem
    except Image.UnidentifiedImageError as problem:
        raise Refused("it is not a PNG, JPEG, WebP or BMP image") from problem
    except Exception as problem:  # Pillow's decoders raise nearly anything on damaged files
        raise Refused("it is damaged or cut off") from problem


def _plain(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        values = np.asarray(image, np.float64)
        low, high = values.min(), values.max()
        scaled = (values - low) / max(high - low, 1e-12) * 255
        return Image.fromarray(scaled.astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return image.convert("L" if image.mode in ("1", "L", "LA") else "RGB")


def prepare_old(
    image: Image.Image, shape: tuple[int, int, int], preparation: OldPreparation
) -> np.ndarray:
    """An image as a model of (height, width, channels) sees it, float32 in [0, 1]."""
    height, width, channels = shape
    image = image.convert("L" if channels == 1 else "RGB")
    if preparation.polarity == "invert" or (
        preparation.polarity == "auto" and channels == 1 and has_light_border(image)
    ):
        image = ImageOps.invert(image)
    if preparation.centre:
        image = centred(image, height, width)
    else:
        image = ImageOps.pad(image, (width, height), Image.Resampling.LANCZOS)
    return (np.asarray(image, np.float32) / 255).reshape(height, width, channels)


def has_light_border(image: Image.Image) -> bool:
    """Whether the outermost pixels are light, as of dark ink on paper."""
    values = np.asarray(image.convert("L"))
    border = np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])
    return float(np.median(border)) > 127


def centred(image: Image.Image, height: int, width: int) -> Image.Image:
    """The way MNIST was made: ink scaled into a box, its centre of mass in the middle.

    The ground, as told by the border, becomes black and the strongest ink white.
    """
    values = np.asarray(image, np.float32).reshape(image.height, image.width, -1)
    border = np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])
    values = np.clip(values - np.median(border, axis=0), 0, None)  # (h, w, channels)
    strongest = float(values.max())
    if strongest < FAINTEST:
        return Image.new(image.mode, (width, height))
    values = values / strongest * 255
    ink = values.max(axis=-1) > FAINT * 255
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    values = values[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    digit = Image.fromarray(values.astype(np.uint8).squeeze())
    scale = INK_BOX * min(height / digit.height, width / digit.width)
    size = (max(1, round(digit.width * scale)), max(1, round(digit.height * scale)))
    digit = digit.resize(size, Image.Resampling.LANCZOS)
    mass = np.asarray(digit.convert("L"), np.float64) + 1e-9
    # MNIST's mass lies on pixel 14 of 0 to 27, counted at the pixels' upper left corners
    middle_x = (mass.sum(axis=0) @ np.arange(size[0])) / mass.sum()
    middle_y = (mass.sum(axis=1) @ np.arange(size[1])) / mass.sum()
    left = min(max(round(width / 2 - middle_x), 0), width - size[0])
    top = min(max(round(height / 2 - middle_y), 0), height - size[1])
    canvas = Image.new(image.mode, (width, height))
    canvas.paste(digit, (left, top))
    return canvas
