"""Hand-made networks whose every number is known, and data sets of random images."""

import keras
import numpy as np

from aecore.analysis.study import Subject
from aecore.data.splits import Dataset, Split


def network(encoder, decoder, shape):
    """An autoencoder of two functions of tensors, as ours are: sub-models of known names."""
    image = keras.Input(shape, name="image")
    codes = encoder(image)
    first = keras.Model(image, codes, name="encoder")
    inputs = keras.Input(codes[0].shape[1:] if isinstance(codes, list) else codes.shape[1:])
    second = keras.Model(inputs, decoder(inputs), name="decoder")
    again = keras.Input(shape)
    code = first(again)
    return keras.Model(again, second(code[0] if isinstance(codes, list) else code))


def linear_network(down: np.ndarray, up: np.ndarray, shape, activation="linear"):
    """z = s(x W), x' = z V, for W (pixels, k) and V (k, pixels)."""
    layers = keras.layers
    dense = layers.Dense(down.shape[1], activation, use_bias=False, name="code_units")
    pixels = layers.Dense(up.shape[1], use_bias=False, name="pixels")
    model = network(
        lambda x: dense(layers.Flatten()(x)), lambda z: layers.Reshape(shape)(pixels(z)), shape
    )
    dense.set_weights([down.astype(np.float32)])
    pixels.set_weights([up.astype(np.float32)])
    return model


def dataset(shape=(4, 4, 1), count=120, classes=3, seed=0) -> Dataset:
    """Random images whose brightness grows with their class."""
    generator = np.random.default_rng(seed)

    def split(n: int) -> Split:
        labels = np.arange(n) % classes
        bright = (labels[:, None, None, None] + generator.uniform(size=(n, *shape))) / classes
        return Split(bright.astype(np.float32), labels)

    return Dataset(split(count), split(count // 2), split(count // 2))


def subject(model, data=None, corruption=("none", 0.0)) -> Subject:
    """What a study is made of."""
    return Subject(model, data or dataset(), corruption)
