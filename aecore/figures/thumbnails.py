"""Samples of each kind as pictures of a few pixels, for maps that show thousands of them."""

import numpy as np

from aecore.data.arrays import resized, to_bytes

SIDE = 48  # pixels, at most, of an image's longer side
WIDE, HIGH = 32, 24  # pixels of a drawing
WORST = 3.0  # standard deviations at which a bar ends
MOST_BARS = 15  # of two pixels each
COLOURS = np.array(
    [[61, 126, 219], [224, 123, 57], [42, 157, 143], [209, 73, 91]], np.uint8
)  # of channels
PAPER, INK, BELOW = (250, 250, 250), (61, 126, 219), (209, 73, 91)


def image_thumbnails(pictures: np.ndarray) -> np.ndarray:
    """Images (n, h, w, c), 8-bit or in [0, 1], as 8-bit pictures no larger than 48 × 48."""
    height, width, channels = pictures.shape[1:]
    scale = min(1.0, SIDE / max(height, width))
    if scale == 1:
        return pictures if pictures.dtype == np.uint8 else to_bytes(pictures)
    shape = (max(1, round(height * scale)), max(1, round(width * scale)), channels)
    return np.stack([resized(picture, shape) for picture in pictures])


def row_thumbnails(rows: np.ndarray) -> np.ndarray:
    """Prepared rows (n, width) as bars, up from the middle or down: (n, 24, 32, 3), 8-bit.

    Where a cell is missing there is no bar; of more than fifteen values every so many are shown.
    """
    shown = rows[:, :: -(-rows.shape[1] // MOST_BARS)]
    drawn = np.full((len(rows), HIGH, WIDE, 3), PAPER, np.uint8)
    across = WIDE // shown.shape[1]
    middle = HIGH // 2
    heights = np.clip(np.nan_to_num(shown) / WORST, -1, 1) * (middle - 1)
    lines = np.arange(HIGH)[None, :, None]  # (1, high, 1)
    up = (lines < middle) & (lines >= middle - heights[:, None].round())
    down = (lines >= middle) & (lines < middle - heights[:, None].round())
    for mask, colour in ((up, INK), (down, BELOW)):
        wide = np.repeat(mask, across, axis=2)  # (n, high, bars * across)
        wide[..., across - 1 :: across] &= across < 3  # a gap between bars that have room for it
        drawn[:, :, : wide.shape[2]][wide] = colour
    drawn[:, middle] = np.where(drawn[:, middle] == PAPER, 200, drawn[:, middle])
    return drawn


def window_thumbnails(windows: np.ndarray) -> np.ndarray:
    """Windows (n, steps, channels) as curves: (n, 24, 32, 3), 8-bit; the first four channels."""
    count, steps, channels = windows.shape
    drawn = np.full((count, HIGH, WIDE, 3), PAPER, np.uint8)
    at = np.linspace(0, steps - 1, WIDE).round().astype(int)
    lines = np.arange(HIGH)[None, :, None]
    for channel in range(min(channels, len(COLOURS)))[::-1]:
        values = windows[:, at, channel]  # (n, wide)
        down = (HIGH - 1) * (0.5 - np.clip(values / WORST, -1, 1) / 2)
        before = np.concatenate([down[:, :1], down[:, :-1]], axis=1)
        before = np.where(np.isnan(before), down, before)
        low, high = np.minimum(down, before), np.maximum(down, before)
        curve = (lines >= np.floor(low)[:, None]) & (lines <= np.ceil(high)[:, None])
        drawn[curve] = COLOURS[channel]  # NaN compares false: a gap
    return drawn


THUMBNAILS = {"image": image_thumbnails, "table": row_thumbnails, "series": window_thumbnails}
