"""The Jacobian in full, beside the closed form and finite differences."""

import keras
import numpy as np
from tiny import dataset, linear_network, network, subject

from aecore.analysis.contraction import Contraction, nudge
from aecore.analysis.jacobian import jacobian_norms, jacobians

SHAPE = (4, 4, 1)


def test_the_jacobian_is_that_of_finite_differences():
    layers = keras.layers
    model = network(
        lambda x: layers.Dense(3, "tanh")(layers.Dense(5, "gelu")(layers.Flatten()(x))),
        lambda z: layers.Reshape(SHAPE)(layers.Dense(16)(z)),
        SHAPE,
    )
    encoder = model.get_layer("encoder")
    image = dataset().test.images[:1].astype(np.float64)
    found = jacobians(encoder, image.astype(np.float32))[0]  # (3, 16)
    step = 1e-2
    for pixel in (0, 7, 15):
        nudged = np.repeat(image, 2, axis=0).reshape(2, 16)
        nudged[0, pixel] += step
        nudged[1, pixel] -= step
        up, down = encoder(nudged.reshape(2, *SHAPE).astype(np.float32)).numpy()
        np.testing.assert_allclose(found[:, pixel], (up - down) / (2 * step), atol=2e-3)


def test_the_spectrum_is_that_of_the_weights():
    down = np.random.default_rng(0).normal(size=(16, 5))
    model = linear_network(down, down.T, SHAPE)
    found = Contraction.of(subject(model))
    singular = np.linalg.svd(down, compute_uv=False)
    np.testing.assert_allclose(found.spectrum[:5], singular, rtol=1e-4)
    np.testing.assert_allclose(found.norms, np.linalg.norm(down), rtol=1e-4)
    np.testing.assert_allclose(found.strengths[0, :5], singular, rtol=1e-4)
    images = dataset().test.images[:3]
    np.testing.assert_allclose(
        jacobian_norms(model.get_layer("encoder"), images), np.linalg.norm(down), rtol=1e-4
    )
    first = found.directions[0, 0].astype(float).ravel()
    np.testing.assert_allclose(np.linalg.norm(first @ down), singular[0], rtol=1e-2)


def test_a_nudge_moves_a_code_as_far_as_it_is_told():
    model = linear_network(np.eye(16), np.eye(16), SHAPE)
    images = dataset().test.images
    assert not nudge(model, images, 0.0).movement.any()
    found = nudge(model, images, 0.2, seed=3)
    noise = np.random.default_rng(3).normal(size=images.shape)
    flat = images.reshape(-1, 16)
    spread = np.linalg.norm(flat - flat.mean(axis=0), axis=1).mean()
    expected = np.linalg.norm(0.2 * noise.reshape(-1, 16), axis=1) / spread
    np.testing.assert_allclose(found.movement, expected, rtol=1e-4)
    np.testing.assert_allclose(found.outputs, images + 0.2 * noise, atol=1e-5)
    assert found.inputs.min() >= 0 and found.inputs.max() <= 1
