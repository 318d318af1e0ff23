"""Small pictures of samples for the map of codes."""

import json
import zlib

import numpy as np

from aecore.figures.atlas import atlas
from aecore.figures.thumbnails import MISSING, MOST_BYTES, image_values, row_values, window_values

RANDOM = np.random.default_rng(0)


def test_small_images_stay_and_large_ones_shrink():
    digits = RANDOM.integers(0, 256, (3, 28, 28, 1), np.uint8)
    assert image_values(digits) is digits
    assert image_values(RANDOM.random((2, 64, 96, 3))).shape == (2, 32, 48, 3)


def test_many_images_fit_on_the_graphics_card():
    photos = np.broadcast_to(np.zeros((1, 32, 32, 3), np.uint8), (20_000, 32, 32, 3))
    small = image_values(photos)
    assert small.shape[1] == small.shape[2] < 32 and small.shape[3] == 3
    assert 0.8 * MOST_BYTES < small.nbytes * 4 / 3 <= MOST_BYTES


def test_a_row_is_a_height_for_each_known_cell():
    (picture,) = row_values(np.array([[3, -1.5, 0, np.nan, 9]], np.float32))
    assert picture.ravel().tolist() == [255, 64, 128, MISSING, 255]
    assert row_values(RANDOM.normal(size=(2, 400))).shape == (2, 1, 15, 1)


def test_a_window_is_heights_along_time_for_each_channel():
    windows = np.linspace(-2, 2, 50, dtype=np.float32).reshape(1, 50, 1)
    windows[0, 20:30] = np.nan
    heights = window_values(windows)[0, 0, :, 0]
    assert (heights[14:18] == MISSING).all() and heights[0] < 128 < heights[-1]
    assert window_values(RANDOM.normal(size=(2, 3, 9))).shape == (2, 4, 32, 1)


def test_every_picture_lies_in_its_cell_of_a_sheet():
    images = RANDOM.integers(1, 256, (5000, 30, 20, 1), np.uint8)
    told = [[f"row {i}", "β"] for i in range(len(images))]
    packed = atlas("image", images, told)
    length = int.from_bytes(packed[:4], "little")
    words, rest = json.loads(packed[4 : 4 + length]), zlib.decompress(packed[4 + length :])
    assert length % 4 == 0 and words["drawn"] == "image" and words["size"] == [20, 30]
    (across, down), sheets = words["cells"], words["sheets"]
    pixels = sheets * down * 30 * across * 20
    laid = np.frombuffer(rest[:pixels], np.uint8).reshape(sheets, down * 30, across * 20)
    assert across * 20 <= 1024 and down * 30 <= 1024 and sheets == 3
    for i in (0, across - 1, across, 2000, 4999):
        sheet, cell = divmod(i, across * down)
        y, x = divmod(cell, across)
        found = laid[sheet, 30 * y : 30 * y + 30, 20 * x : 20 * x + 20]
        np.testing.assert_array_equal(found, images[i, :, :, 0])
    assert rest[pixels:].decode().split("\n")[4999].split("\t") == told[4999]
