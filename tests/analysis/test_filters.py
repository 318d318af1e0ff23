"""Classical filters, tuned on validation images, beside the network."""

import numpy as np
import pytest
from PIL import Image
from tiny import dataset, linear_network, subject

from aecore.analysis.filters import (
    Filters,
    apply,
    bicubic,
    filters_for,
    median,
    restore,
    strengths_of,
)
from aecore.data.corruption import CORRUPTIONS, corrupt

SHAPE = (8, 8, 1)
KINDS = [kind for kind in CORRUPTIONS if kind != "none"]


def identity():
    return linear_network(np.eye(64), np.eye(64), SHAPE)


def smooth(channels=1):
    rows, columns = np.mgrid[:8, :8] / 8
    image = np.stack([(rows + columns) / 2] * channels, axis=-1).astype(np.float32)
    return np.stack([image, image[::-1], image[:, ::-1]])


@pytest.mark.parametrize("channels", [1, 3])
def test_every_filter_takes_noise_away(channels):
    clean = smooth(channels)
    noisy = np.asarray(corrupt(clean, "gaussian", 0.2, 0))
    before = np.square(noisy - clean).mean()
    for name, (tool, values) in filters_for("gaussian").items():
        errors = [np.square(apply(tool, value, noisy) - clean).mean() for value in values]
        assert min(errors) < 0.6 * before, name
        assert apply(tool, values[0], noisy).shape == clean.shape


def test_the_median_takes_a_single_speck_away():
    image = np.zeros((5, 5, 1), np.float32)
    image[2, 2] = 1
    assert median(image, 3).max() == 0 and median(image, 1).max() == 1


def test_bicubic_is_pillows_of_the_small_image():
    clean = smooth()
    blocks = np.asarray(corrupt(clean, "downscaling", 2.0, 0))
    small = clean[0].reshape(4, 2, 4, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(blocks[0, ::2, ::2, 0], small, atol=1e-6)
    expected = np.asarray(Image.fromarray(small).resize((8, 8), Image.Resampling.BICUBIC))
    np.testing.assert_allclose(bicubic(blocks[0], 2)[..., 0], expected, atol=1e-6)
    assert np.square(apply(bicubic, 2, blocks) - clean).mean() < np.square(blocks - clean).mean()


@pytest.mark.parametrize("side, factor", [(28, 3), (7, 2), (33, 4)])
def test_bicubic_of_sides_that_are_no_multiple(side, factor):
    clean = np.random.default_rng(0).random((2, side, side, 1)).astype(np.float32)
    blocks = np.asarray(corrupt(clean, "downscaling", float(factor), 0))
    enlarged = apply(bicubic, factor, blocks)
    assert enlarged.shape == clean.shape
    padded = np.pad(clean[0, ..., 0], (0, -side % factor))
    blocked = padded.reshape(len(padded) // factor, factor, -1, factor).mean(axis=(1, 3))
    full = Image.fromarray(blocked).resize(padded.shape, Image.Resampling.BICUBIC)
    expected = np.clip(np.asarray(full), 0, 1)[:side, :side]
    np.testing.assert_allclose(enlarged[0, ..., 0], expected, atol=1e-5)


def test_downscaling_keeps_any_shape():
    images = dataset((7, 5, 3)).test.images[:2]
    for factor in (0.0, 1.0, 2.0, 3.0):
        assert corrupt(images, "downscaling", factor, 0).shape == images.shape
    np.testing.assert_allclose(corrupt(images, "downscaling", 1.0, 0), images, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_the_study_knows_every_corruption(kind):
    trained = CORRUPTIONS[kind].default
    found = Filters.of(subject(identity(), dataset(SHAPE, 60), (kind, trained)))
    assert trained in found.strengths and list(found.strengths) == strengths_of(kind, trained)
    assert found.names[0] == "as it is" and found.names[-1] == "this model"
    np.testing.assert_allclose(found.psnr[0], found.psnr[-1], atol=1e-4)  # it copies
    assert found.psnr.shape == (len(found.names), len(found.strengths))
    for name, values in found.settings.items():
        assert len(values) == len(found.strengths), name
    if kind == "gaussian":  # a tuned filter is never worse than doing nothing, by much
        assert (found.psnr[1] > found.psnr[0] - 0.5).all()


@pytest.mark.parametrize("side", [7, 10, 28])
def test_bicubic_fits_images_that_are_no_whole_blocks(side):
    images = dataset((side, side + 1, 3)).test.images[:2]
    for factor in (2, 3):
        blocks = np.asarray(corrupt(images, "downscaling", factor, 0))
        assert apply(bicubic, factor, blocks).shape == images.shape


def test_restoring_gives_every_way():
    values = {"median": 3.0, "non-local means": 0.2, "total variation": 0.1}
    ways = restore(identity(), smooth(), "gaussian", 0.1, values)
    assert list(ways) == ["as it is", *values, "this model"]
    np.testing.assert_allclose(ways["as it is"], ways["this model"], atol=1e-6)
