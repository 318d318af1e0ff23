"""Units of a code: their activity, what they draw, and how they add up."""

import keras
import numpy as np
from tiny import dataset, linear_network, network, subject

from aecore.analysis.dictionary import Dictionary, build_up, features

SHAPE = (4, 4, 1)


def weights(seed=0):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(16, 6)), generator.normal(size=(6, 16))


def test_activity_is_counted_unit_by_unit():
    down, up = weights()
    down = np.abs(down)
    down[:, 2] = -1.0  # ReLU never lets it on: images have no negative pixels
    data = dataset()
    found = Dictionary.of(subject(linear_network(down, up, SHAPE, "relu"), data))
    codes = np.maximum(data.test.images.reshape(-1, 16) @ down, 0)
    assert found.dead == 1 and found.rates[2] == 0 and 2 not in found.shown
    np.testing.assert_allclose(found.rates, (codes > 0.1).mean(axis=0), atol=1e-6)
    np.testing.assert_array_equal(found.on, (codes > 0.1).sum(axis=1))
    assert found.counts.sum() == codes.size
    np.testing.assert_allclose(
        found.features.reshape(-1, 16), up[found.shown], atol=2e-3 * np.abs(up).max()
    )


def test_features_of_a_deeper_decoder_are_what_a_unit_adds():
    layers = keras.layers
    model = network(
        lambda x: layers.Dense(3)(layers.Flatten()(x)),
        lambda z: layers.Reshape(SHAPE)(layers.Dense(16)(layers.Dense(5, "tanh")(z))),
        SHAPE,
    )
    decoder = model.layers[-1]
    drawn = features(decoder, np.array([2]), peak=0.7)
    zero, one = decoder(np.array([[0, 0, 0], [0, 0, 0.7]], np.float32)).numpy()
    np.testing.assert_allclose(drawn[0], one - zero, atol=1e-6)


def test_an_image_is_built_up_of_its_strongest_units():
    down, up = weights(1)
    image = dataset().test.images[0]
    built = build_up(linear_network(down, up, SHAPE), image)
    code = image.ravel() @ down
    assert list(built.units) == list(np.argsort(-np.abs(code)))
    for count in (0, 1, 4, 6):
        kept = np.where(np.isin(np.arange(6), built.units[:count]), code, 0)
        np.testing.assert_allclose(built.outputs[count].ravel(), kept @ up, atol=1e-4)
        error = np.square(kept @ up - image.ravel()).sum()
        np.testing.assert_allclose(built.errors[count], error, rtol=1e-4)
    np.testing.assert_allclose(built.outputs[-1], built.whole, atol=1e-5)
