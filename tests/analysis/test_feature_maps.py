"""Feature maps are what the convolutions give."""

import keras
import numpy as np
from scipy.signal import correlate2d
from tiny import linear_network, network

from aecore.analysis.feature_maps import feature_maps, first_filters

SHAPE = (8, 8, 1)


def test_a_map_is_the_correlation_with_its_filter():
    layers = keras.layers
    convolution = layers.Conv2D(3, 3, padding="same", use_bias=False)
    model = network(
        lambda x: layers.Dense(2)(layers.Flatten()(layers.Activation("relu")(convolution(x)))),
        lambda z: layers.Reshape(SHAPE)(layers.Dense(64)(z)),
        SHAPE,
    )
    image = np.random.default_rng(0).uniform(size=SHAPE).astype(np.float32)
    ((title, maps),) = feature_maps(model, image)
    assert title == "Layer 1: 3 maps of 8 × 8"
    for plane, kernel in zip(maps, first_filters(model), strict=True):
        expected = np.maximum(correlate2d(image[..., 0], kernel[..., 0], "same"), 0)
        low, high = expected.min(), expected.max()
        stretched = (expected - low) / max(high - low, 1e-12)
        np.testing.assert_allclose(plane[..., 0], stretched, atol=1e-4)


def test_a_dense_encoder_has_none():
    model = linear_network(np.eye(64)[:, :3], np.eye(64)[:3], SHAPE)
    assert feature_maps(model, np.zeros(SHAPE, np.float32)) == []
    assert len(first_filters(model)) == 0
