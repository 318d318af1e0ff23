"""Small pictures of samples for the map of codes."""

import numpy as np

from aecore.figures.thumbnails import (
    BELOW,
    HIGH,
    INK,
    WIDE,
    image_thumbnails,
    row_thumbnails,
    window_thumbnails,
)

RANDOM = np.random.default_rng(0)


def marked(picture: np.ndarray, colour) -> np.ndarray:
    return (picture == np.array(colour, np.uint8)).all(axis=-1)


def test_small_images_stay_and_large_ones_shrink():
    digits = RANDOM.integers(0, 256, (3, 28, 28, 1), np.uint8)
    assert image_thumbnails(digits) is digits
    assert image_thumbnails(RANDOM.random((2, 64, 96, 3))).shape == (2, 32, 48, 3)


def test_a_row_has_a_bar_up_or_down_for_each_known_cell():
    (picture,) = row_thumbnails(np.array([[2, -1, np.nan]], np.float32))
    up, down = marked(picture, INK), marked(picture, BELOW)
    third = WIDE // 3
    assert up[:, :third].sum() > 0 and not down[:, :third].any()
    assert down[:, third : 2 * third].sum() > 0 and not up[:, third : 2 * third].any()
    assert up[:, :third].sum() > down.sum()  # a bar is as long as its value
    assert not (up | down)[:, 2 * third :].any()


def test_a_window_is_a_curve_with_gaps_where_nothing_was_measured():
    windows = np.linspace(-2, 2, 50, dtype=np.float32).reshape(1, 50, 1)
    windows[0, 20:30] = np.nan
    (picture,) = window_thumbnails(windows)
    lines = marked(picture, (61, 126, 219))
    assert lines[:, :10].any() and lines[:, -10:].any() and not lines[:, 14:18].any()
    assert lines[:, 0].argmax() > HIGH / 2 > lines[:, -1].argmax()  # it rises


def test_wide_samples_fit():
    assert row_thumbnails(RANDOM.normal(size=(2, 400))).shape == (2, HIGH, WIDE, 3)
    assert window_thumbnails(RANDOM.normal(size=(2, 3, 9))).shape == (2, HIGH, WIDE, 3)
