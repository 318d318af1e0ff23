"""Any size through a model of a fixed one: exact, without seams, without holding all tiles."""

import tracemalloc

import numpy as np
import pytest

from aecore.analysis.tiling import Tiling, joined, planes, rebuild_in_tiles

SIZES = [(1, 1), (1, 40), (3, 5), (20, 21), (21, 22), (27, 28), (28, 28), (29, 57), (100, 63)]


def picture(size, channels=1, seed=0):
    return np.random.default_rng(seed).random((*size, channels), np.float32)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("overlap", [0, 0.1, 0.25, 0.5])
def test_what_the_model_leaves_alone_comes_back(size, overlap):
    image = picture(size)
    rebuilt = rebuild_in_tiles(lambda tiles: tiles, image, Tiling(size, (28, 28, 1), overlap))
    np.testing.assert_allclose(rebuilt, image, atol=1e-6)


def test_tiles_need_not_be_square_and_colours_stay_apart():
    image = picture((50, 33), 3)
    rebuilt = rebuild_in_tiles(lambda tiles: 1 - tiles, image, Tiling((50, 33), (9, 14, 3)))
    np.testing.assert_allclose(rebuilt, 1 - image, atol=1e-6)


def test_an_8_bit_image_is_given_to_the_model_between_0_and_1():
    image = np.array([[0, 51], [102, 255]], np.uint8)[..., None]
    rebuilt = rebuild_in_tiles(lambda tiles: tiles, image, Tiling((2, 2), (8, 8, 1)))
    np.testing.assert_allclose(rebuilt, image / 255, atol=1e-6)


def test_tiles_that_disagree_leave_no_seam():
    rng = np.random.default_rng(0)

    def moody(tiles):
        return tiles + rng.random((len(tiles), 1, 1, 1))

    tiling = Tiling((120, 90), (28, 28, 1))
    rebuilt = rebuild_in_tiles(moody, np.zeros((120, 90, 1), np.float32), tiling)[..., 0]
    steepest = np.pi / 2 / tiling.margins[0]  # of a squared sine over the overlap, tiles 1 apart
    for axis in (0, 1):
        assert 0.01 < np.abs(np.diff(rebuilt, axis=axis)).max() <= steepest
    hard = rebuild_in_tiles(moody, np.zeros((120, 90, 1)), Tiling((120, 90), (28, 28, 1), 0))
    assert np.abs(np.diff(hard[..., 0], axis=0)).max() > 0.5


def test_the_model_is_never_given_more_than_a_chunk_and_watch_can_end_it():
    sizes, told = [], []

    def model(tiles):
        sizes.append(len(tiles))
        return tiles

    tiling = Tiling((100, 100), (28, 28, 1))
    rebuild_in_tiles(model, picture((100, 100)), tiling, told.append, chunk=10)
    assert sizes == told and max(sizes) == 10 and sum(sizes) == len(tiling)

    class Enough(Exception):
        pass

    def stop(tiles):
        raise Enough

    with pytest.raises(Enough):
        rebuild_in_tiles(model, picture((100, 100)), tiling, stop, chunk=10)


def test_memory_does_not_grow_with_the_tiles():
    image = np.zeros((600, 600, 1), np.uint8)
    tiling = Tiling((600, 600), (28, 28, 1), 0.5)
    assert len(tiling) * 28 * 28 * 4 > 5_500_000  # bytes of all tiles at once
    tracemalloc.start()
    rebuild_in_tiles(lambda tiles: tiles, image, tiling, chunk=64)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000  # the blended image takes 1.6 MB


def test_a_grey_model_takes_each_colour_by_itself():
    image = picture((6, 7), 3)
    parts = planes(image, 1)
    assert [part.shape for part in parts] == [(6, 7, 1)] * 3
    np.testing.assert_array_equal(joined(parts, 3), image)
    grey = picture((6, 7))
    (three,) = planes(grey, 3)
    assert three.shape == (6, 7, 3)
    np.testing.assert_allclose(joined([three], 1), grey, atol=1e-6)
    assert joined([np.array([[[10, 11, 11]]], np.uint8)], 1).tolist() == [[[11]]]


@pytest.mark.parametrize("overlap", [-0.1, 0.6])
def test_an_impossible_overlap_is_named(overlap):
    with pytest.raises(ValueError, match="between 0 and"):
        Tiling((10, 10), (8, 8, 1), overlap)
