"""Separates strokes from their background: which is lighter, its shading, and dust.

A sheet photographed by hand has a shadow across it, dark corners, specks, and a table beside it;
a digit on it should still be recognizable. Images are 8-bit, mode L or RGB.
"""

from typing import Any

import numpy as np
from PIL import Image

FAINT = 0.1  # ink below this share of the strongest does not count when cropping
FAINTEST = 10  # of 255: a sheet with nothing stronger is empty
GROUND_SIDE = 256  # pixels; the background is smooth, and estimated at this size
WIDEST_STROKE = 0.4  # of the shorter side; on an uneven background, anything wider belongs to it
LEAST_LIGHT = 64  # of 255: the least background by which strokes are divided
SPECK = 0.04  # of the largest piece of ink: smaller pieces are dust
NOT_A_SPECK = 0.1  # of the largest: may be the subject if the largest lies at the border
TABLE = 0.15  # of the border: what covers more of it is not ink


def has_light_ground(image: Image.Image) -> bool:
    """Whether there is dark ink on a lighter background, even with uneven light."""
    values = _small(image)
    rest = values - _ground_of_border(values)
    skew = float((rest**3).mean())
    if np.abs(rest).max() < FAINTEST or skew == 0:  # nothing on it
        return float(np.median(border(values))) > 127
    return skew < 0


def on_black(image: Image.Image) -> Image.Image:
    """Makes the background of light ink black, and the strongest ink white.

    The background is the median of the border or, if the border is uneven, what remains after
    everything as narrow as a stroke is removed.
    """
    values = np.asarray(image, np.float32).reshape(image.height, image.width, -1)
    light = np.median(border(values), axis=0)  # (channels,)
    ink = np.clip(values - light, 0, None)
    if image.mode == "L" and _is_uneven(image, float(ink.max())):
        ground = _ground(image)
        ink = np.clip(values - ground, 0, None) / np.maximum(255 - ground, LEAST_LIGHT) * 255
    strongest = float(ink.max())
    if strongest < FAINTEST:
        return Image.new(image.mode, image.size)
    ink = (ink / strongest * 255).astype(np.uint8)
    return Image.fromarray(ink if image.mode == "RGB" else ink[..., 0])


def without_specks(image: Image.Image) -> Image.Image:
    """Ink on black without small pieces, and without pieces that enter from the border."""
    from scipy import ndimage

    values = np.asarray(image).reshape(image.height, image.width, -1)
    found: Any = ndimage.label(values.max(axis=-1) > FAINT * 255, np.ones((3, 3)))
    pieces, count = found
    if count < 2:
        return image
    sizes = np.bincount(pieces.ravel(), minlength=count + 1).astype(float)
    sizes[0] = 0
    edge = border(pieces)
    along = np.bincount(edge, minlength=count + 1)
    for intruder, enough in ((along > TABLE * len(edge), SPECK / 4), (along > 0, NOT_A_SPECK)):
        others = np.where(intruder, 0, sizes)
        if others.max() > enough * sizes.max():
            sizes = others
    dropped = sizes < SPECK * sizes.max()
    dropped[0] = False
    values = np.where(dropped[pieces][..., None], 0, values).astype(np.uint8)
    return Image.fromarray(values if image.mode == "RGB" else values[..., 0])


def ink_box(image: Image.Image) -> tuple[int, int, int, int]:
    """(left, top, right, bottom) of the ink on black; the whole image if there is none."""
    ink = np.asarray(image).reshape(image.height, image.width, -1).max(axis=-1) > FAINT * 255
    if not ink.any():
        return (0, 0, image.width, image.height)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def border(values: np.ndarray) -> np.ndarray:
    """The outermost pixels (n, ...) of (h, w, ...)."""
    return np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])


def _small(image: Image.Image) -> np.ndarray:
    """Grey values (h, w), no side above `GROUND_SIDE`, averaged to reduce noise."""
    image = image.convert("L")
    scale = min(1, GROUND_SIDE / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return np.asarray(image.resize(size, Image.Resampling.BOX), np.float32)


def _ground_of_border(values: np.ndarray) -> np.ndarray:
    """A quadratic surface fitted to the border (h, w), without ink that touches it."""
    height, width = values.shape
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)  # (h, w, 6)
    known, edge = border(values), border(terms)
    kept = np.abs(known - np.median(known)) <= 3 * max(1, np.abs(known - np.median(known)).mean())
    weights = np.linalg.lstsq(edge[kept], known[kept], rcond=None)[0]
    return terms @ weights


def _is_uneven(image: Image.Image, strongest: float) -> bool:
    edge = border(_small(image))
    low, high = np.percentile(edge, (5, 95))
    return high - low > FAINT / 2 * strongest


def _ground(image: Image.Image) -> np.ndarray:
    """The image without light and narrow structures (h, w, 1)."""
    from scipy import ndimage

    values = _small(image)
    reach = max(3, round(WIDEST_STROKE * min(values.shape)))
    ground = Image.fromarray(ndimage.grey_opening(values, (reach, reach)))
    return np.asarray(ground.resize(image.size, Image.Resampling.BILINEAR))[..., None]
