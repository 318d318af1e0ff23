"""The copy test tells a network that copies from one that does not."""

import numpy as np
import pytest
from tiny import dataset, linear_network, subject

from aecore.analysis.copying import CopyTest, foreign_pictures, share_lost

SHAPE = (4, 4, 1)


def test_a_network_that_copies_loses_nothing():
    found = CopyTest.of(subject(linear_network(np.eye(16), np.eye(16), SHAPE)))
    np.testing.assert_allclose(found.lost, 0, atol=1e-6)
    np.testing.assert_array_equal(found.originals, found.outputs)
    assert found.kinds[0] == "test images" and len(found.lost) == 6


def test_the_mean_image_is_all_lost():
    images = dataset().test.images
    mean = np.broadcast_to(images.mean(axis=0), images.shape)
    assert share_lost(images, mean) == pytest.approx(1, abs=1e-5)
    assert share_lost(images, images * 0) > 1


def test_foreign_pictures_are_of_the_same_shape_and_range():
    images = dataset((5, 7, 3)).test.images
    for name, pictures in foreign_pictures(images).items():
        assert pictures.shape == images.shape and pictures.dtype == np.float32, name
        assert pictures.min() >= 0 and pictures.max() <= 1
    shuffled = foreign_pictures(images)["pixels shuffled"]
    np.testing.assert_allclose(np.sort(shuffled, axis=None), np.sort(images, axis=None))
    assert not np.array_equal(shuffled, images)
