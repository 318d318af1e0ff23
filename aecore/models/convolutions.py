"""Convolutional stacks: images of any size, padded to what halving needs and cropped again."""

import math

from aecore.models.base import Shape, normalize
from aecore.models.settings import SettingError


def check_halvings(shape: Shape, halvings: int, field: str) -> None:
    """Refuses more halvings than the image's shorter side has pixels for.

    Raises:
        SettingError: for the setting `field`.
    """
    most = int(math.log2(min(shape[:2])))
    if halvings > most:
        raise SettingError(
            field,
            "Images of {} × {} can be halved {} times at most; these settings halve them {} times.",
            shape[0],
            shape[1],
            most,
            halvings,
        )


def margins(shape: Shape, halvings: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Pixels to add (top, bottom), (left, right) so that each side halves that often."""
    multiple = 2**halvings
    down, across = (-side % multiple for side in shape[:2])
    return (down // 2, down - down // 2), (across // 2, across - across // 2)


def pad(x, margin):
    """Adds black margins; nothing where none are needed."""
    import keras

    return keras.layers.ZeroPadding2D(margin)(x) if any(map(any, margin)) else x


def crop(x, margin):
    """The inverse of `pad`."""
    import keras

    return keras.layers.Cropping2D(margin)(x) if any(map(any, margin)) else x


def convolve(x, filters: int, kernel: int, activation: str, normalization: str, stride: int = 1):
    """Convolution, normalisation, activation; a stride of 2 halves each side."""
    import keras

    bias = normalization != "batch"  # batch normalisation has its own
    x = keras.layers.Conv2D(filters, kernel, stride, padding="same", use_bias=bias)(x)
    return keras.layers.Activation(activation)(normalize(x, normalization))


def enlarge(x, filters: int, activation: str, normalization: str):
    """Transposed convolution 4×4 of stride 2, normalisation, activation: doubles each side."""
    import keras

    bias = normalization != "batch"
    x = keras.layers.Conv2DTranspose(filters, 4, 2, padding="same", use_bias=bias)(x)
    return keras.layers.Activation(activation)(normalize(x, normalization))


def convolutional_encoder(
    shape: Shape, filters, kernel: int, latent_size: int, activation: str, normalization: str
):
    """Images → code: convolutions of stride 2, then one dense layer."""
    import keras

    inputs = keras.Input(shape, name="image")
    x = pad(inputs, margins(shape, len(filters)))
    for count in filters:
        x = convolve(x, count, kernel, activation, normalization, stride=2)
    codes = keras.layers.Dense(latent_size, name="code_units")(keras.layers.Flatten()(x))
    return keras.Model(inputs, codes, name="encoder")


def convolutional_decoder(
    shape: Shape, filters, latent_size: int, activation: str, normalization: str, output: str
):
    """Code → images: the way back of `convolutional_encoder`."""
    import keras

    margin = margins(shape, len(filters))
    scale = 2 ** len(filters)
    height, width = ((side + sum(m)) // scale for side, m in zip(shape[:2], margin, strict=True))
    codes = keras.Input((latent_size,), name="code")
    x = keras.layers.Dense(height * width * filters[-1])(codes)
    x = keras.layers.Reshape((height, width, filters[-1]))(x)
    x = keras.layers.Activation(activation)(normalize(x, normalization))
    for count in reversed(filters[:-1]):
        x = enlarge(x, count, activation, normalization)
    x = keras.layers.Conv2DTranspose(shape[-1], 4, 2, padding="same", name="pixels")(x)
    x = keras.layers.Activation(output)(crop(x, margin))
    return keras.Model(codes, x, name="decoder")


def u_net_encoder(shape: Shape, filters, activation: str, normalization: str):
    """Images → the deepest feature maps as a flat code, and the maps of every finer scale."""
    import keras

    inputs = keras.Input(shape, name="image")
    x = pad(inputs, margins(shape, len(filters) - 1))
    skips = []
    for count in filters[:-1]:
        x = convolve(x, count, 3, activation, normalization)
        x = convolve(x, count, 3, activation, normalization)
        skips.append(x)
        x = keras.layers.MaxPooling2D()(x)
    x = convolve(x, filters[-1], 3, activation, normalization)
    x = convolve(x, filters[-1], 3, activation, normalization)
    return keras.Model(inputs, [keras.layers.Flatten()(x), *skips], name="encoder")


def u_net_decoder(encoder, shape: Shape, filters, activation: str, normalization: str, output: str):
    """The code and the finer maps → images: each doubling joins the map of its scale."""
    import keras

    margin = margins(shape, len(filters) - 1)
    code, *skips = (keras.Input(maps.shape[1:]) for maps in encoder.outputs)
    height, width = (side // 2 for side in skips[-1].shape[1:3])
    x = keras.layers.Reshape((height, width, filters[-1]))(code)
    for count, skip in zip(reversed(filters[:-1]), reversed(skips), strict=True):
        x = enlarge(x, count, activation, normalization)
        x = keras.layers.Concatenate()([x, skip])
        x = convolve(x, count, 3, activation, normalization)
        x = convolve(x, count, 3, activation, normalization)
    x = keras.layers.Conv2D(shape[-1], 1, name="pixels")(x)
    x = keras.layers.Activation(output)(crop(x, margin))
    return keras.Model([code, *skips], x, name="decoder")
