"""Arrays, data sets and corruption."""

import gzip
import io
import pickle
import struct
import tarfile

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aecore.data import datasets
from aecore.data.arrays import (
    ArrayError,
    check_images,
    describe_shape,
    picture_shape,
    to_bytes,
    to_pictures,
)
from aecore.data.builtin import BUILTIN, SETS
from aecore.data.corruption import CORRUPTIONS, corrupt, effective_corruption
from aecore.data.datasets import SOURCES, DataUnavailable, load


def test_images_follow_one_convention():
    whole = check_images(np.full((2, 4, 5), 255, np.uint8))
    assert whole.shape == (2, 4, 5, 1) and whole.dtype == np.float32 and whole.max() == 1
    assert check_images(np.zeros((1, 4, 5, 3))).dtype == np.float32
    np.testing.assert_array_equal(to_bytes(check_images(whole)), 255)
    assert describe_shape((28, 20, 1)) == "28 × 20 grey"


@pytest.mark.parametrize(
    "images, word",
    [
        (np.zeros((4, 5)), "4 axes"),
        (np.zeros((0, 4, 5, 1)), "no images"),
        (np.zeros((1, 4, 5, 2)), "channels"),
        (np.full((1, 4, 5, 1), np.nan), "not a number"),
        (np.full((1, 4, 5, 1), 1.01), "[0, 1]"),
        (np.full((1, 4, 5, 1), -0.01), "[0, 1]"),
    ],
)
def test_other_arrays_are_refused(images, word):
    with pytest.raises(ArrayError) as caught:
        check_images(images)
    assert word in str(caught.value)
    with pytest.raises(ArrayError, match="28 × 28 grey"):
        check_images(np.zeros((1, 4, 5, 1)), (28, 28, 1))


@pytest.mark.parametrize(
    "shape, small",
    [((28, 28, 1), (28, 28, 1)), ((96, 96, 3), (96, 96, 3)), ((512, 256, 3), (96, 48, 3)),
     ((8, 512, 1), (2, 96, 1))],
)  # fmt: skip
def test_pictures_to_look_at_are_small(shape, small):
    images = np.linspace(0, 1, int(np.prod(shape)), dtype=np.float32).reshape(1, *shape)
    pictures = to_pictures(images)
    assert pictures.shape == (1, *small) and picture_shape(shape) == small
    assert pictures.dtype == np.uint8 and abs(pictures.mean() / 255 - 0.5) < 0.01
    np.testing.assert_array_equal(to_pictures(to_bytes(images)), pictures)


def test_large_data_sets_are_not_kept_in_memory(monkeypatch):
    monkeypatch.setattr(datasets, "CACHED_BYTES", 0)
    datasets.forget()
    first = load("digits")
    assert load("digits") is first
    load("mnist")
    assert list(datasets._kept) == ["mnist"]
    monkeypatch.setattr(datasets, "CACHED_BYTES", 1e9)
    load("digits")
    assert load("mnist") is not None and list(datasets._kept) == ["digits", "mnist"]


@pytest.mark.parametrize("key", ["mnist", "digits"])
def test_a_data_set_is_split_once_and_for_all(key):
    data, source = load(key), SOURCES[key]
    assert len(data.training) == source.training_size
    parts = [data.training, data.validation, data.test]
    for part in parts:
        assert part.images.shape == (len(part), *source.shape)
        assert part.images.dtype == np.float32
        assert part.images.min() >= 0 and part.images.max() == 1
        assert len(part.labels) == len(part)
        assert set(np.unique(part.labels)) == set(range(len(source.classes)))
    datasets.forget()
    np.testing.assert_array_equal(load(key).validation.labels, data.validation.labels)


def test_mnist_is_whole_and_its_parts_do_not_overlap():
    data = load("mnist")
    assert [len(data.training), len(data.validation), len(data.test)] == [55_000, 5_000, 10_000]
    training = {image.tobytes() for image in data.training.images}
    assert not training & {image.tobytes() for image in data.validation.images}


def test_some_classes_are_learnt_alone_and_all_are_tested():
    whole, threes = load("digits"), load("digits", 50, normal=(3,))
    assert set(threes.training.labels) == set(threes.validation.labels) == {3}
    of_them = whole.training.images[whole.training.labels == 3]
    np.testing.assert_array_equal(threes.training.images, of_them[:50])
    np.testing.assert_array_equal(threes.test.images, whole.test.images)
    with pytest.raises(DataUnavailable, match="0 training and 0 validation samples"):
        load("digits", normal=(10,))


def test_a_sample_is_part_of_the_whole():
    whole, few = load("mnist"), load("mnist", 1000)
    np.testing.assert_array_equal(few.training.images, whole.training.images[:1000])
    assert len(few.validation) == 100
    assert len(few.test) == len(whole.test)
    assert np.bincount(few.training.labels).min() > 50  # a mixture, not the first class


@pytest.fixture
def keras_home(tmp_path, monkeypatch):
    """An empty cache of keras.datasets, and no network behind it."""

    def offline(*_, **__):
        raise OSError("no network")

    # where keras.utils.get_file looks, unless a KERAS_HOME was set before it was imported
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr("keras.src.utils.file_utils.urlretrieve", offline)
    monkeypatch.setattr("keras.src.utils.file_utils.config.keras_home", lambda: str(tmp_path))
    datasets.forget()
    yield tmp_path
    datasets.forget()


def idx(values: np.ndarray) -> bytes:
    """An array as the gzipped IDX file that Fashion-MNIST comes in."""
    header = struct.pack(">HBB", 0, 8, values.ndim) + struct.pack(f">{values.ndim}I", *values.shape)
    return gzip.compress(header + values.tobytes())


def test_fashion_mnist_comes_through_keras(keras_home):
    random = np.random.default_rng(0)
    folder = keras_home / "datasets" / "fashion-mnist"
    folder.mkdir(parents=True)
    for name, count in (("train", 60_000), ("t10k", 10_000)):
        images = random.integers(0, 256, (count, 28, 28), np.uint8)
        (folder / f"{name}-images-idx3-ubyte.gz").write_bytes(idx(images))
        labels = random.integers(0, 10, count, np.uint8)
        (folder / f"{name}-labels-idx1-ubyte.gz").write_bytes(idx(labels))
    data = load("fashion_mnist")
    assert len(data.training) == SOURCES["fashion_mnist"].training_size
    assert data.test.images.shape == (10_000, 28, 28, 1)
    np.testing.assert_allclose(data.test.images, images[..., None] / np.float32(255))


def test_cifar_comes_through_keras(keras_home, monkeypatch):
    random = np.random.default_rng(0)
    folder = keras_home / "datasets"
    folder.mkdir(parents=True)
    batches = [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]
    path = folder / "cifar-10-batches-py-target_archive"
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for name in batches:
            pixels = random.integers(0, 256, (10_000, 3072), np.uint8)
            content = pickle.dumps({b"data": pixels, b"labels": [i % 10 for i in range(10_000)]})
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    # the archive is ours, so its hash cannot be the published one
    monkeypatch.setattr("keras.src.utils.file_utils.validate_file", lambda *_, **__: True)
    data = load("cifar10")
    assert len(data.training) == SOURCES["cifar10"].training_size
    assert data.test.images.shape == (10_000, 32, 32, 3)
    first = pixels[0].reshape(3, 32, 32).transpose(1, 2, 0) / np.float32(255)
    np.testing.assert_allclose(data.test.images[0], first)


@pytest.mark.parametrize("key", ["fashion_mnist", "cifar10"])
def test_no_network_is_a_sentence(keras_home, key):
    with pytest.raises(DataUnavailable, match="downloaded when it is first used"):
        load(key)


IMAGES = np.random.default_rng(0).random((6, 11, 14, 3), np.float32)


@pytest.mark.parametrize("kind", CORRUPTIONS)
@given(share=st.floats(0, 1), seed=st.integers(0, 2**31 - 1))
@example(share=1e-150, seed=0)
@settings(max_examples=15)
def test_corruption_is_seeded_and_stays_in_range(kind, share, seed):
    strength = share * CORRUPTIONS[kind].maximum
    once = np.asarray(corrupt(IMAGES, kind, strength, seed))
    assert once.shape == IMAGES.shape and once.dtype == np.float32
    assert np.isfinite(once).all() and once.min() >= 0 and once.max() <= 1
    np.testing.assert_array_equal(once, corrupt(IMAGES, kind, strength, seed))


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_no_strength_changes_nothing(kind):
    np.testing.assert_array_equal(corrupt(IMAGES, kind, 0.0, 1), IMAGES)


@pytest.mark.parametrize("kind", [kind for kind in CORRUPTIONS if kind != "none"])
def test_every_strength_that_a_kind_declares_changes_the_images(kind):
    declared = CORRUPTIONS[kind]
    for strength in (declared.minimum, declared.default, declared.maximum):
        assert declared.takes(strength)
        assert (to_bytes(np.asarray(corrupt(IMAGES, kind, strength, 1))) != to_bytes(IMAGES)).any()
    assert declared.default + declared.step <= declared.maximum
    for strength in (0.0, declared.minimum * 0.9, declared.maximum * 1.1):
        assert not declared.takes(strength), strength


@pytest.mark.parametrize(
    "kind, strength, meant",
    [
        ("downscaling", 0.5, "none"), ("downscaling", 1.3, "none"), ("downscaling", 2.4, 2.0),
        ("gaussian", 0.0, "none"), ("blur", 0.04, "none"), ("masking", 0.2, 0.2),
    ],
)  # fmt: skip
def test_a_strength_of_an_earlier_version_is_read_as_what_it_did(kind, strength, meant):
    now = effective_corruption(kind, strength)
    assert now[0] == meant if isinstance(meant, str) else now == (kind, meant)
    np.testing.assert_allclose(
        corrupt(IMAGES, *now, 1), corrupt(IMAGES, kind, strength, 1), atol=1e-6
    )


def test_a_strength_means_what_it_says():
    grey = np.full((200, 20, 20, 1), 0.5, np.float32)
    noise = np.asarray(corrupt(grey, "gaussian", 0.1, 0)) - 0.5
    assert noise.std() == pytest.approx(0.1, rel=0.02)
    masked = np.asarray(corrupt(grey, "masking", 0.3, 0))
    assert (masked == 0).mean() == pytest.approx(0.3, abs=0.01)
    speckled = np.asarray(corrupt(grey, "salt-pepper", 0.3, 0))
    assert (speckled == 0).mean() == pytest.approx(0.15, abs=0.01)
    assert (speckled == 1).mean() == pytest.approx(0.15, abs=0.01)
    blocked = np.asarray(corrupt(np.repeat(grey, 10, axis=0), "block", 0.5, 0))
    assert ((blocked == 0).sum(axis=(1, 2, 3)) == 100).all()
    assert len({tuple(np.argwhere(image[..., 0] == 0)[0]) for image in blocked}) > 50
    assert (blocked == 0).any(axis=0).all()  # every pixel is hidden in some image


def test_colours_of_a_pixel_are_dropped_together():
    dropped = np.asarray(corrupt(np.ones((4, 9, 9, 3), np.float32), "masking", 0.5, 0)) == 0
    np.testing.assert_array_equal(dropped.all(axis=-1), dropped.any(axis=-1))


def test_blur_is_a_gaussian_filter():
    from scipy.ndimage import gaussian_filter

    mine = np.asarray(corrupt(IMAGES, "blur", 1.0, 0))[..., 0]
    theirs = gaussian_filter(
        IMAGES[..., 0].astype(np.float64), (0, 1, 1), mode="constant", truncate=7
    )
    np.testing.assert_allclose(mine, theirs, atol=1e-5)


@pytest.mark.parametrize("key", BUILTIN)
def test_tables_and_series_that_ship_are_whole(key):
    data, source = load(key), SOURCES[key]
    assert len(data.training) == source.training_size and data.layout == source.layout
    for part in (data.training, data.validation, data.test):
        assert part.images.shape == (len(part), *source.shape)
        assert part.images.dtype == np.float32
        assert set(part.labels) <= set(range(len(source.classes)))
    described = source.series or source.table
    assert described is not None and source.credit
    # prepared by its training part: means are 0, standard deviations 1
    if source.table:
        assert len(source.table.learnt) == len(source.table.columns)
        numbers = np.flatnonzero(np.repeat(source.layout, source.layout) == 1)
        values = data.training.images[:, numbers]
        np.testing.assert_allclose(np.nanmean(values, axis=0), 0, atol=1e-4)
        np.testing.assert_allclose(np.nanstd(values, axis=0), 1, atol=1e-4)
    assert key in (SETS / "SOURCES.txt").read_text(encoding="utf-8")


def test_what_ships_of_tables_and_series_is_small():
    assert sum(path.stat().st_size for path in SETS.rglob("*") if path.is_file()) < 2_000_000
    assert np.isnan(load("penguins").training.images).any()  # real tables have holes
