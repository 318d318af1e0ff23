"""Seeded corruption of images, the same for training, evaluation and display.

Written with Keras operations, so that it runs compiled inside the training loop as well as on
a handful of images; Keras is imported when a function is called.
"""

import zlib
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

LEAST_BLUR = 0.05  # pixels: has no effect; a much smaller one divides zero by zero in float32
BLUR_REACH = 7  # pixels to each side: 2.3 standard deviations at the strongest blur


@dataclass(frozen=True)
class Corruption:
    """A kind of corruption and its strengths.

    strength: what the number means. minimum: the least that has an effect. step: of a widget.
    whole: only whole numbers are valid.
    """

    title: str
    strength: str
    minimum: float
    maximum: float
    step: float
    default: float
    whole: bool = False

    def takes(self, strength: float) -> bool:
        """Whether a strength lies within the bounds, and is whole if it has to be."""
        whole = not self.whole or strength == int(strength)
        return self.minimum <= strength <= self.maximum and whole


_SHARES: dict[str, Any] = {"minimum": 0.01, "maximum": 1.0, "step": 0.05}

CORRUPTIONS: dict[str, Corruption] = {
    "none": Corruption("None", "no strength", 0.0, 3.0, 0.05, 0.5),
    "gaussian": Corruption("Gaussian noise", "standard deviation", **_SHARES, default=0.5),
    "salt-pepper": Corruption(
        "Salt and pepper", "share of pixels set to 0 or 1", **_SHARES, default=0.3
    ),
    "masking": Corruption(
        "Masking (pixel dropout)", "share of pixels set to 0", **_SHARES, default=0.5
    ),
    "block": Corruption(
        "Missing block", "side of the block, share of the image's", **_SHARES, default=0.4
    ),
    "blur": Corruption("Blur", "standard deviation, pixels", 0.3, 3.0, 0.1, 1.0),
    "downscaling": Corruption(
        "Downscaling", "how many times smaller", 2.0, 3.0, 1.0, 2.0, whole=True
    ),
}


def effective_corruption(kind: str, strength: float) -> tuple[str, float]:
    """A kind and strength of earlier versions, converted to what they did to the images.

    Strengths that changed nothing become "none"; fractions of a whole number were rounded.
    """
    declared = CORRUPTIONS[kind]
    if kind == "none" or not 0 <= strength <= declared.maximum:
        return kind, strength
    strength = float(round(strength)) if declared.whole else strength
    if strength < declared.minimum:
        return "none", CORRUPTIONS["none"].default
    return kind, strength


OWN_SEED = 11  # of the noise on a user's own rows and windows


def corrupt(samples, kind: str, strength: float, seed, layout: tuple[int, ...] = ()):
    """Corrupts samples, which makes them the inputs of a model.

    Args:
        samples: images (n, height, width, channels) in [0, 1], prepared rows of a table (n, width)
            or windows of a series (n, steps, channels), NaN where a value is missing; array or
            tensor.
        kind: a key of `CORRUPTIONS`.
        strength: 0 changes nothing; its meaning and bounds are declared with the kind.
        seed: an int, or a `keras.random.SeedGenerator` for fresh noise at every call.
        layout: of a table, how many values each column has.

    Returns:
        A tensor of the same shape. The colours of a pixel, and the values of a column, are dropped
        together. Images stay in [0, 1]; missing values are 0, which is the mean.
    """
    from keras import ops

    samples = ops.convert_to_tensor(samples, "float32")
    if len(samples.shape) < 4:
        samples = ops.where(ops.isnan(samples), 0.0, samples)
    if kind == "none" or strength == 0:
        return samples
    if len(samples.shape) < 4:
        return _VALUE_KINDS[kind](samples, strength, _generator(seed), layout)
    return ops.clip(_KINDS[kind](samples, strength, _generator(seed)), 0.0, 1.0)


def corrupt_each(
    images: np.ndarray, kind: str, strength: float, layout: tuple[int, ...] = ()
) -> np.ndarray:
    """Corrupts a user's own images, each with noise that depends only on the image.

    So an image has the same error on a page and on the command line, with or without others. Rows
    and windows are many: their noise depends on their place.

    Args:
        images: (n, height, width, channels) in [0, 1], or rows or windows as of `corrupt`.
    """
    if images.ndim < 4:
        return np.asarray(corrupt(images, kind, strength, OWN_SEED, layout))
    if kind == "none" or len(images) == 0:
        return images
    seeds = [zlib.crc32(np.asarray(image, np.float32).tobytes()) % 2**31 for image in images]
    parts = [corrupt(i[None], kind, strength, s) for i, s in zip(images, seeds, strict=True)]
    return np.concatenate([np.asarray(part) for part in parts])


def _generator(seed):
    import keras

    return keras.random.SeedGenerator(seed) if isinstance(seed, int) else seed


def _gaussian(images, strength, seed):
    import keras

    return images + strength * keras.random.normal(keras.ops.shape(images), seed=seed)


def _one_a_pixel(images, seed):
    import keras

    n, height, width, _ = keras.ops.shape(images)
    return keras.random.uniform((n, height, width, 1), seed=seed)


def _salt_pepper(images, strength, seed):
    from keras import ops

    chance = _one_a_pixel(images, seed)  # below s/2: pepper, above 1 - s/2: salt
    peppered = ops.where(chance < strength / 2, 0.0, images)
    return ops.where(chance > 1 - strength / 2, 1.0, peppered)


def _masking(images, strength, seed):
    from keras import ops

    return ops.where(_one_a_pixel(images, seed) < strength, 0.0, images)


def _block(images, strength, seed):
    import keras
    from keras import ops

    n, height, width, _ = ops.shape(images)
    hidden = 1.0
    for axis, size in ((1, height), (2, width)):
        side = max(1, round(strength * size))
        # corners are drawn so that every position of the block in the image is equally likely
        corner = keras.random.uniform((n, 1, 1, 1), seed=seed) * (size - side + 1)
        corner = ops.floor(ops.minimum(corner, size - side + 0.5))
        place = ops.reshape(ops.arange(size, dtype="float32"), (1, -1, 1, 1))
        place = place if axis == 1 else ops.transpose(place, (0, 2, 1, 3))
        inside = ops.logical_and(place >= corner, place < corner + side)
        hidden = hidden * ops.cast(inside, "float32")  # (n, height, width, 1) after both
    return images * (1.0 - hidden)


def _blur(images, strength, seed):
    from keras import ops

    reach = ops.arange(-BLUR_REACH, BLUR_REACH + 1, dtype="float32")
    bell = ops.exp(-0.5 * (reach / max(strength, LEAST_BLUR)) ** 2)
    bell = bell / ops.sum(bell)
    channels = images.shape[-1]
    convolve = partial(ops.depthwise_conv, padding="valid")
    edge = [[0, 0], [BLUR_REACH, BLUR_REACH], [BLUR_REACH, BLUR_REACH], [0, 0]]
    images = ops.pad(images, edge, mode="constant")  # outside the image is black
    column = ops.tile(ops.reshape(bell, (-1, 1, 1, 1)), (1, 1, channels, 1))
    return convolve(convolve(images, column), ops.transpose(column, (1, 0, 2, 3)))


def _downscaling(images, strength, seed):
    from keras import ops

    height, width = images.shape[1:3]
    factor = max(1, round(strength))
    # every block of pixels becomes its mean; an incomplete block is padded with black
    margin = [[0, 0], [0, -height % factor], [0, -width % factor], [0, 0]]
    small = ops.average_pool(ops.pad(images, margin), factor)
    large = ops.repeat(ops.repeat(small, factor, axis=1), factor, axis=2)
    return large[:, :height, :width]


def _value_gaussian(samples, strength, seed, layout):
    return _gaussian(samples, strength, seed)


def _value_masking(rows, strength, seed, layout):
    import keras
    from keras import ops

    if not layout:  # windows: each value by itself
        chance = keras.random.uniform(ops.shape(rows), seed=seed)
        return ops.where(chance < strength, 0.0, rows)
    columns = np.repeat(np.arange(len(layout)), layout)  # of each value
    chance = keras.random.uniform((ops.shape(rows)[0], len(layout)), seed=seed)
    return ops.where(ops.take(chance, columns, axis=1) < strength, 0.0, rows)


_VALUE_KINDS = {"gaussian": _value_gaussian, "masking": _value_masking}
_KINDS = {
    "gaussian": _gaussian,
    "salt-pepper": _salt_pepper,
    "masking": _masking,
    "block": _block,
    "blur": _blur,
    "downscaling": _downscaling,
}
