"""What every type promises."""

import dataclasses
import functools
import itertools

import keras
import numpy as np
import pytest
from small import SMALL, small_experiment

from aecore.models import AUTOENCODERS
from aecore.models.base import for_use
from aecore.training.experiment import Experiment
from aecore.training.fit import build, compile_for, fit
from aecore.training.observer import NoObserver

CONVOLUTIONS = 13_585  # parameters of 16 and 32 filters each way, of 3 × 3, normalised by batch
SHAPES = [(28, 28, 1), (9, 13, 3), (16, 7, 1), (8, 8, 3)]


def random_images(shape, count=20) -> np.ndarray:
    return np.random.default_rng(0).random((count, *shape), np.float32)


def train(key, digits):
    experiment = small_experiment(key, epochs=4)
    model = build(experiment, digits.training.images)
    return model, fit(model, experiment, digits, NoObserver())


@pytest.fixture(scope="module")
def learnt(digits):
    """Model and outcome of four epochs of each type by its key; not to change."""
    return functools.cache(lambda key: train(key, digits))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_builds_for_any_shape_and_learns_a_step(key, shape):
    images = random_images(shape)
    experiment = Experiment.of(key, SMALL.get(key))
    experiment.autoencoder.check(shape, experiment.loss)
    model = experiment.autoencoder.build(shape)
    assert model.output_shape == (None, *shape)
    assert model.get_layer("encoder") and model.get_layer("decoder")
    compile_for(model, experiment, 10)
    model.run_eagerly = shape != SHAPES[1]  # that of a step is compiled for the oddest
    loss = model.fit(images, images, epochs=1, verbose=0).history["loss"][0]
    assert np.isfinite(loss)
    assert np.isfinite(model(images)).all()


@dataclasses.dataclass(frozen=True)
class Code:
    """Dense layers to a code and back, between convolutions."""

    latent_size: int
    key = "code"


def dense_parameters(kind, pixels: int) -> int:
    """Weights and biases of dense layers each way, counted by hand from the hyperparameters."""
    before = getattr(kind, "encoder_layers", ())
    after = getattr(kind, "decoder_layers", ())
    heads = 2 if kind.key == "variational" else 1  # mean and log-variance of the code
    to_code, to_pixels = (pixels, *before), (kind.latent_size, *after, pixels)
    dense = sum((a + 1) * b for a, b in itertools.pairwise(to_code))
    dense += heads * (to_code[-1] + 1) * kind.latent_size
    dense += sum((a + 1) * b for a, b in itertools.pairwise(to_pixels))
    normalized = {"none": 0, "layer": 2, "batch": 4}[getattr(kind, "normalization", "none")]
    return dense + normalized * (sum(before) + sum(after))


def test_default_hyperparameters_build_the_network_they_say(key):
    kind, shape = AUTOENCODERS[key](), (28, 28, 1)
    model = kind.build(shape)
    code = model.get_layer("encoder").outputs[0]
    assert code.shape == (None, kind.latent_size)
    if key in ("denoising", "convolutional"):
        counted = CONVOLUTIONS + dense_parameters(Code(kind.latent_size), 7 * 7 * 32)
    else:
        counted = dense_parameters(kind, 28 * 28)
    assert model.count_params() == counted


def test_training_lowers_the_loss_and_names_its_terms(key, learnt):
    _, outcome = learnt(key)
    first, *_, last = outcome.history
    assert outcome.reason == "finished"
    assert np.isfinite(list(last.values())).all()
    assert last["loss"] < first["loss"]
    assert {name for name in last if not name.startswith("val_")} == {
        name.removeprefix("val_") for name in last if name.startswith("val_")
    }


def test_the_model_for_use_is_plain_keras(key, learnt, digits, tmp_path):
    plain = for_use(learnt(key)[0])
    plain.save(tmp_path / "model.keras")
    images = digits.test.images[:16]
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_array_equal(loaded(images), plain(images))
    for layer in [*loaded.get_layer("encoder").layers, *loaded.get_layer("decoder").layers]:
        assert type(layer).__module__.startswith("keras."), layer
    codes = loaded.get_layer("encoder")(images)
    codes = codes if isinstance(codes, list) else [codes]
    decoder = loaded.get_layer("decoder")
    used = codes[: len(decoder.inputs)]
    outputs = decoder(used if len(used) > 1 else used[0])
    outputs = outputs[0] if isinstance(outputs, list) else outputs
    np.testing.assert_allclose(outputs, loaded(images), atol=1e-6)


def test_the_same_seed_gives_the_same_weights(key, learnt, digits):
    (first, told), (second, again) = learnt(key), train(key, digits)
    assert told.history == again.history
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    starts = [build(small_experiment(key, seed=seed), digits.training.images) for seed in (0, 1)]
    start, other = (model.get_weights() for model in starts)
    assert any(not np.array_equal(a, b) for a, b in zip(start, other, strict=True))
