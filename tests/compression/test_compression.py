"""Codes as files: what is written is read again exactly, and nothing else is read."""

import dataclasses
import zlib

import numpy as np
import pytest
from damages import damages
from hypothesis import given, settings
from hypothesis import strategies as st

from aecore.analysis.principal import principal_components
from aecore.compression import measures
from aecore.compression.codec import LEVELS, Codec, CodecRefused, fit_codec, level_for, step_of
from aecore.compression.coding import Coder
from aecore.compression.container import MAGIC, NotDecoded, Packed, pack, unpack
from aecore.compression.formats import FORMATS, apart, mosaic, of_size
from aecore.compression.measures import (
    at_bits,
    best,
    measure_codec,
    picture_quality,
    quality,
    set_psnr,
)
from aecore.compression.prior import Prior, fit_prior
from aecore.compression.stream import read_steps, write_steps
from aecore.data.arrays import to_bytes


@pytest.fixture(scope="module")
def coder(digits) -> Coder:
    """The codec of a linear autoencoder: 12 principal components."""
    images = digits.training.images
    found = principal_components(images)
    axes, mean = found.axes[:12], found.mean

    def encode(samples):
        return (samples.reshape(len(samples), -1) - mean) @ axes.T

    def decode(codes):
        return (np.asarray(codes, np.float32) @ axes + mean).reshape(-1, 8, 8, 1)

    checked = digits.validation.images
    codec = fit_codec(decode, encode(images), encode(checked), checked)
    return Coder(dataclasses.replace(codec, digest="0123456789ab"), encode, decode)


@settings(max_examples=30)
@given(
    st.integers(0, LEVELS - 1),
    st.integers(1, 100_000),
    st.binary(max_size=200),
    st.binary(min_size=6, max_size=6),
)
def test_a_container_holds_what_was_packed(level, count, codes, digest):
    packed = Packed(digest.hex(), level, count, codes)
    assert unpack(pack(packed)) == packed


@settings(max_examples=30)
@given(st.data(), st.sampled_from(["gaussian", "laplace"]), st.integers(1, 3))
def test_whole_steps_are_read_as_they_were_written(data, shape, clusters):
    count, size, reach = data.draw(st.integers(1, 20)), data.draw(st.integers(1, 4)), 1000
    seed = data.draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    prior = Prior(
        shape, rng.dirichlet(np.ones(clusters)), rng.normal(size=(clusters, size)),
        rng.uniform(1e-6, 50, (clusters, size)),
    )  # fmt: skip
    chosen = rng.integers(0, clusters, count).astype(np.int32)
    steps = rng.integers(-reach, reach + 1, (count, size)).astype(np.int32)
    content = write_steps(prior, chosen, steps, 0.5, reach)
    again, back, whole = read_steps(prior, content, count, 0.5, reach)
    assert whole and (again == chosen).all() and (back == steps).all()


def test_finer_steps_give_better_images_and_larger_files(coder, digits):
    images = digits.test.images[:60]
    first, last = coder.codec.levels
    sizes, psnrs = [], []
    for level in (first, coder.codec.usual, last):
        content = coder.compress(images, level)
        assert content == coder.compress(images, level)
        sizes.append(len(content))
        psnrs.append(set_psnr(to_bytes(images), coder.decompress(content)))
    assert sizes == sorted(sizes) and psnrs == sorted(psnrs)
    limit = set_psnr(to_bytes(images), to_bytes(coder.decode(coder.encode(images))))
    assert psnrs[1] > limit - 1 and psnrs[2] > limit - 0.2
    good = level_for(coder.codec, lambda level: len(coder.compress(images, level)) > sizes[1])
    assert good == coder.codec.usual + 1


@settings(max_examples=40)
@given(st.data())
def test_a_changed_or_truncated_file_is_refused(coder, digits, data):
    content = coder.compress(digits.test.images[:5], coder.codec.usual)
    damaged = data.draw(damages(content))
    with pytest.raises(NotDecoded):
        coder.decompress(damaged)


def sealed(body: bytes) -> bytes:
    return body + zlib.crc32(body).to_bytes(4, "little")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda c: b"\x89PNG" + c[4:], "not a file that was compressed here"),
        (lambda c: c[:4] + b"\x03" + c[5:], "newer version"),
        (lambda c: sealed(c[:5] + bytes(6) + c[11:-4]), "by another model"),
        (lambda c: sealed(c[:11] + b"\xf0" + c[12:-4]), "header"),
        (lambda c: sealed(c[:11] + b"\xff" + c[12:-4]), "lossless"),
        (lambda c: sealed(c[:12] + b"\x00" + c[13:-4]), "header"),
        (lambda c: sealed(c[:12] + b"\xff\xff\x7f" + c[13:-4]), "header"),
        (lambda c: sealed(c[:12] + b"\x04" + c[13:-4]), "does not decode to what was stored"),
        (lambda c: sealed(c[:12] + b"\x06" + c[13:-4]), "does not decode to what was stored"),
        (lambda c: sealed(c[:12] + b"\x7f" + c[13:-4]), "does not decode to what was stored"),
        (lambda c: sealed(c[:-4] + b"more"), "does not decode to what was stored"),
        (lambda c: sealed(c[:-4] + b"\0\0\0\0"), "does not decode to what was stored"),
    ],
)
def test_foreign_and_forged_files_are_refused_with_the_reason(coder, digits, change, reason):
    content = coder.compress(digits.test.images[:5], coder.codec.usual)
    assert content.startswith(MAGIC)
    with pytest.raises(NotDecoded, match=reason):
        coder.decompress(change(content))


def test_a_codec_is_kept_as_arrays_and_a_damaged_one_is_refused(coder):
    arrays = coder.codec.to_arrays()
    again = Codec.from_arrays(arrays).to_arrays()
    assert all((again[name] == arrays[name]).all() for name in arrays)
    for name, change in {"mean": arrays["mean"][:3], "levels": np.array([1, 2]), "x": 0}.items():
        broken = {**arrays, name: change} if name != "x" else {"mean": arrays["mean"]}
        with pytest.raises(CodecRefused):
            Codec.from_arrays(broken)


def test_the_axes_of_a_linear_decoder_are_its_principal_ones(digits):
    """Whatever numbers a linear code is written in, the codec finds PCA's axes."""
    found = principal_components(digits.training.images)
    mixed = np.random.default_rng(0).normal(size=(6, 6)).astype(np.float32)
    axes, mean = found.axes[:6], found.mean
    codes = ((digits.training.images.reshape(-1, 64) - mean) @ axes.T) @ np.linalg.inv(mixed)

    def decode(codes):
        return (codes @ mixed @ axes + mean).reshape(-1, 8, 8, 1)

    checked = digits.validation.images
    known = ((checked.reshape(-1, 64) - mean) @ axes.T) @ np.linalg.inv(mixed)
    codec = fit_codec(decode, codes, known, checked)
    variances = codec.turned(codes).var(axis=0)
    np.testing.assert_allclose(variances, found.variances[:6], rtol=0.02)


def test_clusters_are_used_where_they_save_bits():
    rng = np.random.default_rng(0)
    places = rng.normal(0, 30, (32, 3))

    def codes(n):
        return places[rng.integers(0, 32, n)] + rng.normal(0, 0.3, (n, 3))

    prior = fit_prior(codes(3000), codes(300), 0.5)
    assert len(prior.shares) == 32
    plain = rng.normal(0, 1, (3000, 3))
    assert len(fit_prior(plain, rng.normal(0, 1, (300, 3)), 0.5).shares) == 1


def test_codes_that_do_not_vary_are_refused(digits):
    codes = np.zeros((50, 3), np.float32)
    with pytest.raises(CodecRefused, match="same code"):
        fit_codec(
            lambda codes: np.zeros((len(codes), 8, 8, 1), np.float32), codes, codes,
            digits.validation.images[:50],
        )  # fmt: skip


def test_a_mosaic_gives_its_images_back(digits):
    images = to_bytes(digits.test.images[:7, :, :5])
    for pad in (False, True):
        assert (apart(mosaic(images, pad), images.shape, pad) == images).all()


@pytest.mark.parametrize("key", FORMATS)
def test_formats_keep_to_a_size_or_give_their_smallest(digits, key):
    images = to_bytes(digits.test.images[:50])
    size, back = of_size(images, key, 1500)
    assert size <= 1500 and back.shape == images.shape
    assert set_psnr(images, back) > set_psnr(images, of_size(images, key, 1)[1]) - 0.01
    assert of_size(images, key, 1)[0] > 1


def test_a_curve_is_read_between_its_points():
    found = best([(0.1, 10.0, 0.1), (0.2, 9.0, 0.2), (0.4, 20.0, 0.3)])
    assert found["bits"] == [0.1, 0.4]
    assert at_bits(found, 0.2) == pytest.approx(15)
    assert np.isnan(at_bits(found, 0.05)) and at_bits(found, 1.0) == 20


def test_a_picture_is_measured_in_bands_as_it_is_at_once(monkeypatch):
    picture = np.random.default_rng(0).integers(0, 256, (40, 23, 3)).astype(np.uint8)
    other = np.roll(picture, 1, axis=0)
    whole = quality(picture[None], other[None])
    monkeypatch.setattr(measures, "BAND", 7)
    assert picture_quality(picture, other) == pytest.approx(whole, rel=1e-4)


def test_a_measurement_tells_how_far_it_is_and_ends_when_it_is_stopped(coder, digits):
    told = []

    def watch(stage, fraction):
        told.append((stage, fraction))
        if "PCA" in stage:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        measure_codec(coder, digits, 0, watch)
    stages, fractions = zip(*told, strict=True)
    assert set(stages) == {"Measuring the model", "Measuring PCA"}
    assert fractions[0] == 0 and list(fractions) == sorted(set(fractions)) and fractions[-1] < 1


def test_four_levels_halve_the_step():
    assert step_of(8) == step_of(4) / 2
