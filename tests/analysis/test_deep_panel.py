"""What the deep type shows, against scikit-learn and finite differences."""

import keras
import numpy as np
import pytest
from sklearn.linear_model import Ridge
from tiny import dataset, linear_network, network, subject

from aecore.analysis import gradients as study
from aecore.analysis.gradients import Gradients, gradient_norms
from aecore.analysis.readouts import RIDGE, LayerReadouts, read_out
from aecore.models.deep import Deep

SHAPE = (4, 4, 1)


def deep(**settings):
    keras.utils.set_random_seed(3)
    sizes = {"encoder_layers": (9, 7), "latent_size": 2, "decoder_layers": (7, 9)}
    return Deep(**{**sizes, **settings}).build(SHAPE)


def test_gradients_are_those_of_finite_differences():
    model, images = deep(activation="tanh", normalization="none"), dataset().training.images
    kernels = [v for v in model.trainable_variables if v.name == "kernel"]
    loss, norms = gradient_norms(model, kernels, images)

    def cross_entropy():
        outputs = np.clip(np.asarray(model(images), np.float64), 1e-7, 1 - 1e-7)
        return -(images * np.log(outputs) + (1 - images) * np.log(1 - outputs)).mean()

    assert loss == pytest.approx(cross_entropy(), rel=1e-4)
    for kernel, norm in ((kernels[2], norms[2]), (kernels[-1], norms[-1])):
        before, step, slopes = kernel.numpy(), 1e-2, []
        for place in np.ndindex(*before.shape):
            sides = []
            for way in (step, -step):
                moved = before.copy()
                moved[place] += way
                kernel.assign(moved)
                sides.append(cross_entropy())
            slopes.append((sides[0] - sides[1]) / (2 * step))
        kernel.assign(before)
        expected = np.linalg.norm(slopes) / np.linalg.norm(before)
        assert norm == pytest.approx(expected, rel=2e-2)


def test_the_first_steps_of_several_networks(monkeypatch):
    monkeypatch.setattr(study, "STACK", (12, 8, 6))
    monkeypatch.setattr(study, "CODE", 3)
    monkeypatch.setattr(study, "STEPS", 6)
    monkeypatch.setattr(study, "MEASURED", (0, 6))
    monkeypatch.setattr(study, "PRETRAINED", 25)
    found = Gradients.of(subject(None))
    assert found.norms.shape == (len(found.names), 2, 8) and found.losses.shape == (5, 2)
    assert found.layers[0] == "1: 12" and found.layers[3] == "4: 3"
    assert np.isfinite(found.norms).all() and (found.norms > 0).all()
    first, adam = found.norms[0, 0], found.norms[2, 0]
    np.testing.assert_allclose(first, adam, rtol=1e-5)  # the same weights before the first step
    assert first.max() / first[0] > 100  # nine sigmoids let little through
    normed = found.norms[found.names.index("sigmoid, layer norm, Adam"), 0]
    assert normed.max() / normed[0] < first.max() / first[0]
    assert found.losses[1, 0] < found.losses[0, 0]  # pre-training starts nearer the goal
    again = Gradients.from_arrays(found.to_arrays())
    assert again.names == found.names and (again.losses == found.losses).all()


def test_a_read_out_is_a_ridge_regression():
    generator = np.random.default_rng(0)
    features, others = generator.normal(size=(80, 5)), generator.normal(size=(9, 5))
    targets = np.sin(features @ generator.normal(size=(5, 3)))
    penalty = RIDGE * features.var(axis=0).sum() / 5 * len(features)
    expected = Ridge(alpha=penalty).fit(features, targets).predict(others)
    np.testing.assert_allclose(read_out(features, targets, others), expected, atol=1e-5)
    assert np.isfinite(read_out(np.zeros((8, 4)), targets[:8], np.zeros((2, 4)))).all()


def test_what_a_layer_keeps_is_what_can_be_read_from_it():
    """A code that passes every pixel on loses nothing; one of two pixels cannot hold the others."""
    data = dataset()
    whole, two = np.eye(16), np.eye(16)[:, :2]
    kept = LayerReadouts.of(subject(linear_network(whole, whole, SHAPE), data))
    assert kept.names == ["code_units"] and kept.widths == [16]
    assert kept.sse[0] < 1e-2
    lost = LayerReadouts.of(subject(linear_network(two, two.T, SHAPE), data))
    test = data.test.images.reshape(len(data.test), -1)
    known = data.training.images.reshape(len(data.training), -1)
    best = Ridge(alpha=1e-6).fit(known[:, :2], known).predict(test[:, :2])
    assert lost.sse[0] == pytest.approx(np.square(best - test).sum(axis=1).mean(), rel=1e-2)


@pytest.mark.parametrize("normalization", ["none", "layer", "batch"])
def test_every_layer_of_a_deep_encoder_is_read(normalization):
    found = LayerReadouts.of(subject(deep(normalization=normalization)))
    assert found.widths == [9, 7, 2]
    assert found.outputs.shape == (3, 10, *SHAPE) and found.outputs.dtype == np.uint8
    assert np.isfinite(found.sse).all()


def test_an_encoder_without_a_layer_we_know_is_read_at_its_code():
    layers = keras.layers
    model = network(
        lambda x: layers.ELU()(layers.Dense(3)(layers.Flatten()(x))),
        lambda z: layers.Reshape(SHAPE)(layers.Dense(16)(z)),
        SHAPE,
    )
    found = LayerReadouts.of(subject(model))
    assert found.names == ["code"] and found.widths == [3] and np.isfinite(found.sse).all()
