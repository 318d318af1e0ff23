"""Lossless files: every pixel comes back, in about as many bits as the bound promises."""

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import small_experiment

from aecore.analysis.likelihood import lower_bound
from aecore.compression.baselines import lossless_sizes
from aecore.compression.bits_back import GROUP, Networks, groups, read_images, write_images
from aecore.compression.codec import CodecRefused
from aecore.compression.container import NotDecoded
from aecore.compression.grey import places, table
from aecore.compression.lossless import Lossless, lossless_of
from aecore.data.arrays import to_bytes
from aecore.models.base import for_use
from aecore.training.fit import build


def network(data, **hyperparameters):
    """A model that has learnt nothing, which is no reason to give other pixels."""
    experiment = small_experiment("variational", hyperparameters)
    return for_use(build(experiment, data.training.images))


@pytest.fixture(scope="module")
def model(digits):
    return network(digits, decoder="beta-binomial", latent_size=4)


@pytest.fixture(scope="module")
def lossless(model) -> Lossless:
    return lossless_of(model)


def networks(seed: int, shape: tuple[int, ...], size: int) -> Networks:
    """Networks of random weights, wild or tame by the seed."""
    rng = np.random.default_rng(seed)
    values, scale = int(np.prod(shape)), rng.choice([0.1, 3.0])
    down, up = rng.normal(0, scale, (2, values, size)), rng.normal(0, scale, (2, size, values))

    def posterior(pixels):
        assert len(pixels) == GROUP
        return tuple(pixels.reshape(GROUP, -1) @ each for each in down)

    def likelihood(codes):
        assert codes.shape == (GROUP, size)
        return tuple((codes @ each).reshape(GROUP, *shape) for each in up)

    return Networks(shape, size, posterior, likelihood)


@settings(max_examples=25)
@given(st.data(), st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_every_pixel_comes_back_whatever_the_networks_say(data, seed, count):
    shape = data.draw(st.sampled_from([(1, 1, 1), (3, 2, 1), (2, 2, 3)]))
    made = networks(seed, shape, data.draw(st.integers(1, 6)))
    images = np.random.default_rng(seed).integers(0, 256, (count, *shape)).astype(np.uint8)
    content = write_images(images, made)
    again = read_images(content, count, made)
    assert again is not None and (again == images).all()
    for other in (count - 1, count + 1, 100 * count):
        assert other == 0 or read_images(content, other, made) is None


def test_groups_take_every_image_once():
    for count in (1, 2, 15, 16, 17, 100):
        taken = np.concatenate([np.arange(count)[rows] for rows in groups(count)])
        assert (taken == np.arange(count)).all()
        assert max(rows.stop - rows.start for rows in groups(count)) <= GROUP


def test_tables_hold_the_beta_binomial_distribution():
    from scipy.stats import betabinom

    for alpha, beta in ((-12.0, 0.0), (0.5, -1.25), (6.0, 6.0)):
        expected = betabinom.pmf(np.arange(256), 255, np.exp(alpha), np.exp(beta))
        found = table()[places(np.array(alpha), np.array(beta))]
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-12)


def test_a_file_of_images_is_about_as_small_as_the_bound(model, lossless, digits):
    images = to_bytes(digits.test.images)
    content = lossless.compress(images)
    assert content == lossless.compress(images)
    assert (lossless.decompress(content) == images).all()
    bound = -lower_bound(model, digits.test.images)["elbo"] / np.log(2)  # bits an image
    assert 8 * len(content) / len(images) < 1.02 * bound + 1


def test_formats_keep_a_flat_picture_small():
    sizes = lossless_sizes(np.full((9, 16, 16, 3), 7, np.uint8))
    assert list(sizes) == ["PNG", "WebP", "gzip", "bz2"] and max(sizes.values()) < 200


def sealed(body: bytes) -> bytes:
    return body + zlib.crc32(body).to_bytes(4, "little")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda c: c[:-1], "damaged or cut off"),
        (lambda c: c[:40] + bytes([c[40] ^ 1]) + c[41:], "damaged or cut off"),
        (lambda c: sealed(c[:5] + bytes(6) + c[11:-4]), "by another model"),
        (lambda c: sealed(c[:12] + b"\x04" + c[13:-4]), "does not decode to what was stored"),
        (lambda c: sealed(c[:12] + b"\x7f" + c[13:-4]), "does not decode to what was stored"),
        (lambda c: sealed(c[:-4] + b"more"), "does not decode to what was stored"),
        (lambda c: sealed(c[:-4] + b"\0\0\0\0"), "does not decode to what was stored"),
        (lambda c: sealed(c[:-14]), "does not decode to what was stored"),
        (lambda c: sealed(c[:13]), "does not decode to what was stored"),
    ],
)
def test_forged_files_are_refused_with_the_reason(lossless, digits, change, reason):
    content = lossless.compress(to_bytes(digits.test.images[:5]))
    with pytest.raises(NotDecoded, match=reason):
        lossless.decompress(change(content))


def test_other_decoders_are_refused(digits):
    with pytest.raises(CodecRefused, match="beta-binomial"):
        lossless_of(network(digits))
