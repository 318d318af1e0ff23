"""What the map of codes draws of each sample when one comes near: a picture, bars or curves."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aecore.data.arrays import resized, to_bytes

SIDE = 48  # pixels, at most, of an image's longer side
MOST_BYTES = 64 * 2**20  # of all images of a map, on the graphics card
WORST = 3.0  # standard deviations at which a bar ends
MOST_BARS = 15
STEPS, MOST_CURVES = 32, 4
MISSING = 0  # instead of a value from 1 to 255, where 128 is the mean


@dataclass(frozen=True)
class Thumbnails:
    """How samples of a kind are drawn.

    drawn: "image", "bars" or "curves", which the browser knows. values: of samples (n, ...) what
    it draws from, 8-bit (n, height, width, channels): pixels; a bar's or a step's value across, a
    line for each curve.
    """

    drawn: str
    values: Callable[[np.ndarray], np.ndarray]


def image_values(images: np.ndarray) -> np.ndarray:
    """Images (n, h, w, c), 8-bit or in [0, 1], as 8-bit pictures; the more, the smaller."""
    count, height, width, channels = images.shape
    stored = 1 if channels == 1 else 4  # bytes of a pixel on the graphics card
    scale = min(
        1.0, SIDE / max(height, width), (MOST_BYTES / (count * height * width * stored)) ** 0.5
    )
    if scale == 1:
        return images if images.dtype == np.uint8 else to_bytes(images)
    shape = (max(1, int(height * scale)), max(1, int(width * scale)), channels)
    return np.stack([resized(image, shape) for image in images])


def row_values(rows: np.ndarray) -> np.ndarray:
    """Prepared rows (n, width) as heights of bars; of more than fifteen values every so many."""
    shown = rows[:, :: -(-rows.shape[1] // MOST_BARS)]
    return _heights(shown)[:, None, :, None]


def window_values(windows: np.ndarray) -> np.ndarray:
    """Windows (n, steps, channels) as heights of 32 steps of the first four channels."""
    at = np.linspace(0, windows.shape[1] - 1, STEPS).round().astype(int)
    return _heights(windows[:, at, :MOST_CURVES].transpose(0, 2, 1))[..., None]


def _heights(values: np.ndarray) -> np.ndarray:
    heights = 128 + 127 * np.clip(values / WORST, -1, 1)
    return np.where(np.isnan(heights), MISSING, np.nan_to_num(heights).round()).astype(np.uint8)


THUMBNAILS = {
    "image": Thumbnails("image", image_values),
    "table": Thumbnails("bars", row_values),
    "series": Thumbnails("curves", window_values),
}
