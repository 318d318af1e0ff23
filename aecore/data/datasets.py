"""Built-in data sets, split into training, validation and test before anything else uses them."""

import contextlib
import dataclasses
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from aecore.data import own
from aecore.data.arrays import check_images, to_floats
from aecore.data.builtin import BUILTIN, builtin_source
from aecore.data.own import is_own, own_source
from aecore.data.sklearn_private import first_digits
from aecore.data.splits import SPLIT_SEED, Dataset, DataUnavailable, Source, Split, cut_validation

MOST_CACHED, CACHED_BYTES = 2, 1.5e9
FEWEST_VALIDATED = 100  # validation samples that are kept of a part of a data set
FLOAT = 4  # bytes
_kept: dict[str, Dataset] = {}


def source(key: str) -> Source:
    """The description of a data set, built-in or the user's own.

    Raises:
        DataUnavailable: it is the user's own, and not on this machine.
    """
    return own_source(key) if is_own(key) else SOURCES[key]


def shape_of(key: str) -> tuple[int, ...]:
    """The shape of a data set's samples, wherever these are: of images (height, width, channels),
    of a table's prepared rows (width,)."""
    return own.shape_of(key) if is_own(key) else SOURCES[key].shape


def load(key: str, samples: int | None = None, normal: tuple[int, ...] = ()) -> Dataset:
    """Loads a data set by its key.

    Args:
        key: a key of `SOURCES`, or of a set of the user's own.
        samples: the number of training images to keep, a seeded choice; None, or more than there
            are, keeps all. Validation images are kept in proportion, at least 100.
        normal: the classes that training and validation consist of; none stands for all.

    Raises:
        DataUnavailable: a download failed, a file is damaged, it is not on this machine, or has
            too few samples of the classes.
        KeyError: there is no such data set.
    """
    whole = _load_whole(key).learning(normal)
    if samples is None or samples >= len(whole.training):
        return whole
    share = samples / len(whole.training)
    kept = max(FEWEST_VALIDATED, round(len(whole.validation) * share))
    return dataclasses.replace(
        whole,
        training=whole.training.at(slice(samples)),
        validation=whole.validation.at(slice(kept)),
    )


def forget() -> None:
    """Forgets the data sets that are kept in memory."""
    _kept.clear()


def _load_whole(key: str) -> Dataset:
    """A data set; the last two are kept in memory if they are small enough together."""
    if key not in _kept:
        others = CACHED_BYTES - FLOAT * math.prod(shape_of(key)) * source(key).training_size
        for other in list(_kept):  # the least recently used one is first
            if len(_kept) >= MOST_CACHED or sum(map(_size, _kept.values())) > others:
                del _kept[other]
        found = source(key)
        parts = found.read()
        _kept[key] = parts if isinstance(parts, Dataset) else _split(*parts, found.layout)
    _kept[key] = _kept.pop(key)
    return _kept[key]


def _size(data: Dataset) -> int:
    return sum(part.images.nbytes for part in (data.training, data.validation, data.test))


def _split(seen: Split, test: Split, layout: tuple[int, ...]) -> Dataset:
    """The three parts; images of 8 bits are cut as they are, a quarter of the floats' bytes."""
    kept, held = cut_validation(len(seen))
    return Dataset(
        Split(to_floats(seen.images[kept]), seen.labels[kept]),
        Split(to_floats(seen.images[held]), seen.labels[held]),
        Split(to_floats(test.images), test.labels, test.starts),
        layout,
    )


def _read_mnist() -> tuple[Split, Split]:
    with np.load(Path(__file__).with_name("mnist.npz")) as file:
        return (
            Split(file["x_train"][..., None], file["y_train"].astype(np.int32)),
            Split(file["x_test"][..., None], file["y_test"].astype(np.int32)),
        )


def _read_digits() -> tuple[Split, Split]:
    from sklearn.datasets import load_digits

    digits: Any = load_digits()  # a Bunch
    images = check_images((digits.images / 16).astype(np.float32))
    labels = digits.target.astype(np.int32)
    order = np.random.default_rng(SPLIT_SEED).permutation(len(images))
    test, seen = order[:360], order[360:]
    return Split(images[seen], labels[seen]), Split(images[test], labels[test])


def glimpse(key: str, count: int = 10) -> np.ndarray | None:
    """Some images of a data set (n, h, w, c), without loading it; None if that is impossible."""
    if is_own(key):
        return own.glimpse(key, count)
    if key == "mnist":
        with np.load(Path(__file__).with_name("mnist.npz")) as file:
            images, labels = file["x_test"], file["y_test"]
            firsts = [np.flatnonzero(labels == digit)[0] for digit in range(10)]
            return check_images(images[firsts][:count])
    if key == "digits":
        with contextlib.suppress(OSError, ValueError):
            return check_images((first_digits(count) / 16).reshape(-1, 8, 8, 1))
    return None


def _checked(images: np.ndarray, labels: np.ndarray) -> Split:
    return Split(check_images(images), labels.reshape(-1).astype(np.int32))


def _keras_reader(name: str, title: str) -> Callable[[], tuple[Split, Split]]:
    def read() -> tuple[Split, Split]:
        import keras

        try:
            parts = getattr(keras.datasets, name).load_data()
        except Exception as problem:  # urllib, tarfile, zlib and pickle each raise their own
            raise DataUnavailable(
                "{} is downloaded when it is first used, and that failed ({}). Check the "
                "internet connection and try again; MNIST and the 8×8 digits need none.",
                title,
                problem,
            ) from problem
        (x, y), (test_x, test_y) = parts
        return _checked(x, y), _checked(test_x, test_y)

    return read


_DIGITS = tuple("0123456789")
_GARMENTS = (
    "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot",
)  # fmt: skip
_OBJECTS = (
    "airplane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip

SOURCES: dict[str, Source] = {
    "mnist": Source(
        "MNIST", (28, 28, 1), _DIGITS, 55_000,
        "70,000 handwritten digits; LeCun, Cortes and Burges; CC BY-SA 3.0", _read_mnist, ink=True,
        test_size=10_000,
    ),
    "digits": Source(
        "Digits 8×8", (8, 8, 1), _DIGITS, 1_318,
        "1,797 small handwritten digits; Alpaydin and Kaynak, UCI; CC BY 4.0",
        _read_digits, ink=True, test_size=360,
    ),
    "fashion_mnist": Source(
        "Fashion-MNIST", (28, 28, 1), _GARMENTS, 55_000,
        "70,000 garments; Zalando Research; MIT licence",
        _keras_reader("fashion_mnist", "Fashion-MNIST"), downloaded=True, test_size=10_000,
    ),
    "cifar10": Source(
        "CIFAR-10", (32, 32, 3), _OBJECTS, 45_834,
        "60,000 small colour photos; Krizhevsky, Nair and Hinton",
        _keras_reader("cifar10", "CIFAR-10"), downloaded=True, test_size=10_000,
    ),
    **{key: builtin_source(key) for key in BUILTIN},
}  # fmt: skip
