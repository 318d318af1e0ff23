"""A decoder as plain numbers gives what Keras gives."""

import json

import keras
import numpy as np
import pytest
from scipy.special import erf
from small import SMALL
from tiny import network

from aecore.analysis.portable import ACTIVATIONS, portable_decoder
from aecore.models import AUTOENCODERS
from aecore.models.base import for_use

SHAPE = (3, 3, 1)
BENDS = {
    "relu": lambda x: np.maximum(0, x),
    "gelu": lambda x: 0.5 * x * (1 + erf(x / np.sqrt(2))),
    "leaky_relu": lambda x: np.where(x < 0, 0.2 * x, x),
    "elu": lambda x: np.where(x < 0, np.expm1(x), x),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}


def run(portable, codes: np.ndarray) -> np.ndarray:
    """The steps once more, in NumPy."""
    content = portable.to_bytes(latent=codes.shape[1])
    length = int(np.frombuffer(content[:4], "<u4")[0])
    assert length % 4 == 0
    words = json.loads(content[4 : 4 + length])
    weights = np.frombuffer(content[4 + length :], "<f4")
    x, start = codes.astype(np.float64), 0

    def take(count):
        nonlocal start
        start += count
        return weights[start - count : start]

    for kind, *rest in words["steps"]:
        if kind == "dense":
            x = x @ take(rest[0] * rest[1]).reshape(rest) + take(rest[1])
        elif kind == "normalise":
            deviation = np.sqrt(x.var(axis=1, keepdims=True) + rest[0])
            x = (x - x.mean(axis=1, keepdims=True)) / deviation * take(x.shape[1])
            x = x + take(x.shape[1])
        elif kind == "scale":
            x = x * take(x.shape[1]) + take(x.shape[1])
        elif kind == "probabilities":
            ends = np.cumsum(rest[0])
            for end, width in zip(ends, rest[0], strict=True):
                if width > 1:
                    part = np.exp(x[:, end - width : end])
                    x[:, end - width : end] = part / part.sum(axis=1, keepdims=True)
        else:
            x = BENDS[rest[0]](x)
    assert start == len(weights)
    return x.reshape(-1, *words["shape"])


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("normalization", ["none", "layer", "batch"])
@pytest.mark.parametrize("decoder", ["bernoulli", "gaussian"])
def test_the_steps_give_what_keras_gives(activation, normalization, decoder):
    keras.utils.set_random_seed(1)
    model = AUTOENCODERS["variational"](
        **SMALL["variational"],
        activation=activation,
        normalization=normalization,
        decoder=decoder,
    ).build((4, 5, 3))
    part = model.get_layer("decoder")
    part.set_weights(
        [np.random.default_rng(0).uniform(0.1, 1, w.shape) for w in part.get_weights()]
    )
    codes = np.random.default_rng(1).normal(size=(7, 2)).astype(np.float32)
    expected = part(codes, training=False)
    expected = np.asarray(expected[0] if decoder == "gaussian" else expected)
    np.testing.assert_allclose(run(portable_decoder(model), codes), expected, atol=1e-4)


@pytest.mark.parametrize("layout", [(1, 3, 1, 2), (1, 1, 1)])
def test_a_row_has_probabilities_as_keras_gives_them(layout):
    width = sum(layout)
    made = AUTOENCODERS["variational"](**SMALL["variational"]).build((width,))
    model = for_use(made, layout)
    codes = np.random.default_rng(1).normal(size=(7, 2)).astype(np.float32)
    expected = np.asarray(model.get_layer("decoder")(codes))
    found = portable_decoder(model, layout)
    assert not found.reason
    np.testing.assert_allclose(run(found, codes), expected, atol=1e-4)


def test_what_a_browser_cannot_run_says_why():
    layers = keras.layers

    def upwards(z):
        x = layers.Reshape((3, 3, 1))(layers.Dense(9)(z))
        return layers.Conv2D(1, 3, padding="same", name="blur")(x)

    def joined(z):
        a, b = layers.Dense(9)(z), layers.Dense(9)(z)
        return layers.Reshape(SHAPE)(layers.Add(name="sum")([a, b]))

    def swished(z):
        return layers.Reshape(SHAPE)(layers.Dense(9, "silu")(z))

    for decoder, reason in ((upwards, "blur"), (joined, "sum"), (swished, "silu")):
        model = network(lambda x: layers.Dense(2)(layers.Flatten()(x)), decoder, SHAPE)
        found = portable_decoder(model)
        assert found.steps == [] and reason in found.reason
