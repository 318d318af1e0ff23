"""The bound, the likelihood and calibration of hand-made variational networks."""

import keras
import numpy as np
import pytest
from scipy.stats import multivariate_normal
from tiny import dataset, linear_network, network, subject

from aecore.analysis.calibration import LEVELS, Calibration, reliability
from aecore.analysis.likelihood import importance_sampled
from aecore.analysis.posterior import Posterior, walk
from aecore.analysis.study import StudyError
from aecore.data.splits import Dataset, Split

SHAPE = (2, 2, 1)
NOISE = 0.3  # standard deviation of the pixels


def factor_model():
    """x = 0.5 + z w + noise, its encoder the true posterior: all is known in closed form."""
    w = np.array([[0.3, -0.2, 0.1, 0.4]])
    precision = 1 + (w @ w.T)[0, 0] / NOISE**2
    layers = keras.layers
    mean = layers.Dense(1, name="mean")
    log_variance = layers.Dense(1, kernel_initializer="zeros", name="log_variance")
    pixels = layers.Dense(4, name="pixels")
    spread = layers.Dense(4, kernel_initializer="zeros", name="log_variances")

    def encoder(x):
        flat = layers.Flatten()(x)
        return [mean(flat), log_variance(flat)]

    model = network(
        encoder,
        lambda z: [layers.Reshape(SHAPE)(pixels(z)), layers.Reshape(SHAPE)(spread(z))],
        SHAPE,
    )
    down = w.T / NOISE**2 / precision
    mean.set_weights([down, -np.full(4, 0.5) @ down])
    log_variance.set_weights([np.zeros((4, 1)), np.array([-np.log(precision)])])
    pixels.set_weights([w, np.full(4, 0.5)])
    spread.set_weights([np.zeros((1, 4)), np.full(4, 2 * np.log(NOISE))])
    generator = np.random.default_rng(5)  # not the seed that the bound draws its codes with
    z = generator.standard_normal((3000, 1))
    images = 0.5 + z @ w + NOISE * generator.standard_normal((3000, 4))
    images = images.reshape(-1, *SHAPE).astype(np.float32)
    split = Split(images, np.zeros(3000, int))
    truth = multivariate_normal(np.full(4, 0.5), w.T @ w + NOISE**2 * np.eye(4))
    return model, Dataset(split, split, split), truth


def test_the_bound_is_tight_where_the_encoder_is_the_posterior():
    model, data, truth = factor_model()
    found = Posterior.of(subject(model, data))
    exact = -truth.logpdf(data.test.images.reshape(-1, 4)).mean()
    assert found.reconstruction + found.kl == pytest.approx(exact, abs=0.03)
    exact = -truth.logpdf(data.test.images[:200].reshape(-1, 4)).mean()
    assert found.likelihood == pytest.approx(exact, abs=1e-3)  # every weight is p(x) itself
    assert found.by_number.sum() == pytest.approx(found.kl, rel=1e-5)
    assert found.used[0] > 0.01 and list(found.order) == [0]


def test_importance_sampling_comes_from_above():
    model, data, truth = factor_model()
    model.get_layer("encoder").get_layer("log_variance").set_weights(
        [np.zeros((4, 1)), np.zeros(1)]
    )
    images = data.test.images[:100]
    few, many = (importance_sampled(model, images, count) for count in (1, 200))
    exact = -truth.logpdf(images.reshape(-1, 4)).mean()
    assert few > many > exact - 0.02
    assert many == pytest.approx(exact, abs=0.05)


def test_a_decoder_with_the_true_spread_is_calibrated():
    model, data, _ = factor_model()
    found = Calibration.of(subject(model, data))
    # from the mean code of each image the pixels lie a little closer than their noise
    np.testing.assert_allclose(found.kept, LEVELS, atol=0.07)
    assert (found.kept >= np.array(LEVELS) - 0.01).all()
    spread = model.get_layer("decoder").get_layer("log_variances")
    spread.set_weights([np.zeros((1, 4)), np.full(4, 2 * np.log(NOISE / 3))])
    assert Calibration.of(subject(model, data)).kept[0] < 0.3  # far too sure


def test_reliability_is_the_mean_of_each_bin():
    chances = np.array([0.01, 0.02, 0.52, 0.53]).reshape(1, 2, 2, 1)
    images = np.array([0.0, 0.2, 1.0, 0.5]).reshape(1, 2, 2, 1)
    promised, kept = reliability(chances, images)
    np.testing.assert_allclose(promised, [0.015, 0.525])
    np.testing.assert_allclose(kept, [0.1, 0.75])


def test_a_walk_goes_straight_from_code_to_code():
    model = linear_network(np.eye(4), np.eye(4), SHAPE)
    start, end = np.zeros(SHAPE, np.float32), np.ones(SHAPE, np.float32)
    images = walk(model, start, end, 5)
    np.testing.assert_allclose(images[:, 0, 0, 0], [0, 0.25, 0.5, 0.75, 1])


@pytest.mark.parametrize("study", [Posterior, Calibration])
def test_a_code_without_a_variance_is_refused(study):
    with pytest.raises(StudyError, match="variance"):
        study.of(subject(linear_network(np.eye(16), np.eye(16), (4, 4, 1)), dataset()))
