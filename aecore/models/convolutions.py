"""Convolutional stacks: images and series of any size, padded to what halving needs, cropped."""

import math

from aecore.data.kinds import kind_of
from aecore.models.base import Shape, normalize
from aecore.models.settings import SettingError


def check_halvings(shape: Shape, halvings: int, field: str) -> None:
    """Refuses more halvings than the shorter side has pixels, or the window steps, for.

    Raises:
        SettingError: for the setting `field`.
    """
    most = int(math.log2(min(shape[:-1])))
    if halvings > most:
        raise SettingError(
            field,
            "{} of {} can be halved {} times at most; these settings halve them {} times.",
            kind_of(shape).samples.capitalize(),
            " × ".join(map(str, shape[:-1])),
            most,
            halvings,
        )


def margins(shape: Shape, halvings: int) -> tuple[tuple[int, int], ...]:
    """Pixels or steps to add before and after each side, so that it halves that often."""
    lacking = [-side % 2**halvings for side in shape[:-1]]
    return tuple((each // 2, each - each // 2) for each in lacking)


def layer(base: str, x, *arguments, **options):
    """Applies the Keras layer of that name for images (2D) or for series (1D), by what x is."""
    import keras

    return getattr(keras.layers, f"{base}{len(x.shape) - 2}D")(*arguments, **options)(x)


def pad(x, margin):
    """Adds margins of zeros; nothing where none are needed."""
    return layer("ZeroPadding", x, _given(margin)) if any(map(any, margin)) else x


def crop(x, margin):
    """The inverse of `pad`."""
    return layer("Cropping", x, _given(margin)) if any(map(any, margin)) else x


def _given(margin):
    """A margin as Keras takes it: of one side alone, not in a list."""
    return margin if len(margin) > 1 else margin[0]


def convolve(x, filters: int, kernel: int, activation: str, normalization: str, stride: int = 1):
    """Convolution, normalisation, activation; a stride of 2 halves each side."""
    import keras

    bias = normalization != "batch"  # batch normalisation has its own
    x = layer("Conv", x, filters, kernel, stride, padding="same", use_bias=bias)
    return keras.layers.Activation(activation)(normalize(x, normalization))


def enlarge(x, filters: int, activation: str, normalization: str):
    """Transposed convolution of size 4 and stride 2, normalisation, activation: doubles sides."""
    import keras

    bias = normalization != "batch"
    x = transpose(x, filters, use_bias=bias)
    return keras.layers.Activation(activation)(normalize(x, normalization))


def transpose(x, filters: int, **options):
    """Transposed convolution of size 4 and stride 2."""
    import keras

    name = f"Conv{len(x.shape) - 2}DTranspose"
    return getattr(keras.layers, name)(filters, 4, 2, padding="same", **options)(x)


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
    sides = [(side + sum(m)) // scale for side, m in zip(shape[:-1], margin, strict=True)]
    codes = keras.Input((latent_size,), name="code")
    x = keras.layers.Dense(math.prod(sides) * filters[-1])(codes)
    x = keras.layers.Reshape((*sides, filters[-1]))(x)
    x = keras.layers.Activation(activation)(normalize(x, normalization))
    for count in reversed(filters[:-1]):
        x = enlarge(x, count, activation, normalization)
    x = transpose(x, shape[-1], name="pixels")
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
        x = layer("MaxPooling", x)
    x = convolve(x, filters[-1], 3, activation, normalization)
    x = convolve(x, filters[-1], 3, activation, normalization)
    return keras.Model(inputs, [keras.layers.Flatten()(x), *skips], name="encoder")


def u_net_decoder(encoder, shape: Shape, filters, activation: str, normalization: str, output: str):
    """The code and the finer maps → images: each doubling joins the map of its scale."""
    import keras

    margin = margins(shape, len(filters) - 1)
    code, *skips = (keras.Input(maps.shape[1:]) for maps in encoder.outputs)
    sides = [side // 2 for side in skips[-1].shape[1:-1]]
    x = keras.layers.Reshape((*sides, filters[-1]))(code)
    for count, skip in zip(reversed(filters[:-1]), reversed(skips), strict=True):
        x = enlarge(x, count, activation, normalization)
        x = keras.layers.Concatenate()([x, skip])
        x = convolve(x, count, 3, activation, normalization)
        x = convolve(x, count, 3, activation, normalization)
    x = layer("Conv", x, shape[-1], 1, name="pixels")
    x = keras.layers.Activation(output)(crop(x, margin))
    return keras.Model([code, *skips], x, name="decoder")
