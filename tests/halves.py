"""Encoders and decoders that people save as two files."""

import keras
import numpy as np
from keras import layers as L
from keras import ops


class Sampling(L.Layer):
    """As in Keras' own example of a variational autoencoder."""

    def __init__(self, **words):
        super().__init__(**words)
        self.seed_generator = keras.random.SeedGenerator(1337)

    def call(self, inputs):
        mean, log_variance = inputs
        noise = keras.random.normal(ops.shape(mean), seed=self.seed_generator)
        return mean + ops.exp(0.5 * log_variance) * noise


Sampling.__module__ = "__main__"  # of a notebook


def stirred(model):
    """All weights random."""
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(0, 0.2, w.shape) for w in model.get_weights()])
    return model


def functional():
    """28 × 28 × 1 → 9 → 28 × 28 × 1."""
    image = keras.Input((28, 28, 1))
    encoder = keras.Model(image, L.Dense(9, "relu")(L.Flatten()(image)))
    code = keras.Input((9,))
    x = L.Dense(784, "sigmoid")(code)
    return stirred(encoder), stirred(keras.Model(code, L.Reshape((28, 28, 1))(x)))


def sequential():
    """64 → 5 → 64."""
    encoder = keras.Sequential([L.Input((64,)), L.Dense(16, "relu"), L.Dense(5)])
    return stirred(encoder), stirred(keras.Sequential([L.Input((5,)), L.Dense(64, "sigmoid")]))


def maps():
    """8 × 8 × 1 → 4 × 4 × 6 → 8 × 8 × 1, of Keras' names for both."""
    image = keras.Input((8, 8, 1))
    x = L.Conv2D(6, 3, strides=2, padding="same", activation="relu")(image)
    code = keras.Input((4, 4, 6))
    y = L.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid")(code)
    return stirred(keras.Model(image, x, name="m")), stirred(keras.Model(code, y, name="m"))


def variational(order: str = "mean, log_variance, sample"):
    """64 → 3 → 64, with the outputs of the encoder in an order."""
    image = keras.Input((8, 8, 1))
    x = L.Dense(16, "relu")(L.Flatten()(image))
    outputs = {"log_variance": L.Dense(3, name="z_log_var")(x)}
    outputs["mean"] = L.Dense(3, name="z_mean")(x)
    outputs["sample"] = Sampling(name="z")([outputs["mean"], outputs["log_variance"]])
    encoder = keras.Model(image, [outputs[name] for name in order.split(", ")], name="encoder")
    weights = [
        np.random.default_rng(number).normal(0, 0.2, w.shape)
        for number, w in enumerate(encoder.get_weights()[:6])
    ]
    encoder.set_weights([*weights, *encoder.get_weights()[6:]])
    code = keras.Input((3,))
    y = L.Reshape((8, 8, 1))(L.Dense(64, "sigmoid")(code))
    return encoder, stirred(keras.Model(code, y, name="decoder"))


HALVES = {"functional": functional, "sequential": sequential, "maps": maps}
