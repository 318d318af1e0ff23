"""Steps with products in bfloat16 learn about what plain ones do, where the machine is fast so."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from learning import Keeper, learn
from small import small_experiment

from aecore.compute.training import train
from aecore.models import SettingError
from aecore.models.base import for_use
from aecore.runs import control
from aecore.runs.store import RunStore
from aecore.training import bfloat16, precision
from aecore.training.experiment import PRECISIONS, Experiment


def test_a_product_is_that_of_rounded_numbers_and_so_are_its_gradients():
    draw = np.random.default_rng(0)
    x, kernel, up = (
        tf.constant(draw.normal(size=size).astype("float32")) for size in ((5, 7), (7, 3), (5, 3))
    )
    rounded = [tf.cast(tf.cast(each, tf.bfloat16), tf.float32) for each in (x, kernel, up)]
    with tf.GradientTape() as tape:
        tape.watch((x, kernel))
        found = bfloat16.product(x, kernel)
    of_x, of_kernel = tape.gradient(found, (x, kernel), output_gradients=up)
    low_x, low_kernel, low_up = rounded
    expected = low_x @ low_kernel, low_up @ tf.transpose(low_kernel), tf.transpose(low_x) @ low_up
    for mine, exact in zip((found, of_x, of_kernel), expected, strict=True):
        assert mine.dtype == tf.float32
        np.testing.assert_allclose(mine, exact, rtol=2**-7, atol=2**-7)
    assert np.abs(found - x @ kernel).max() > 1e-4  # or nothing was rounded


@pytest.mark.parametrize(
    "key, settings",
    [
        ("deep", {}),
        ("deep", {"normalization": "batch"}),
        ("sparse", {"penalty": "top-k"}),
        ("variational", {"decoder": "beta-binomial"}),
    ],
)
def test_it_learns_about_the_same_with_the_same_layers(digits, monkeypatch, key, settings):
    experiment = small_experiment(key, settings, epochs=2, batch_size=256)
    plain, told = learn(experiment, digits)
    products, keeper, multiply = [], Keeper(), bfloat16.product
    monkeypatch.setattr(bfloat16, "product", lambda *of: products.append(of) or multiply(*of))
    monkeypatch.setattr("aecore.training.epochs.Epochs._steps_a_report", lambda *_: 1)
    monkeypatch.setattr(type(experiment.autoencoder), "precisions", PRECISIONS)  # or not offered
    low = experiment.replace(precision="bfloat16")
    model, again = learn(low, digits, observer=keeper)
    dense = [each for each in model._flatten_layers() if isinstance(each, keras.layers.Dense)]
    assert len(products) == len(dense) > 1  # each layer's, in a step that is traced once
    assert again[-1] == pytest.approx(told[-1], rel=0.05) and again != told
    for mine, theirs in zip(model.variables, plain.variables, strict=True):
        assert mine.dtype == theirs.dtype
    for mine, theirs in zip(model.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=0.02)
    for changed in (model, model.optimizer):
        assert not {"call", "compute_loss", "apply"} & set(vars(changed))
    images = digits.test.images[:5]
    np.testing.assert_allclose(for_use(model)(images), for_use(plain)(images), atol=0.02)
    if key == "deep":  # resumed, it is exactly the same
        resumed, history = learn(low, digits, keeper.kept)
        assert keeper.kept is not None and history == again
        for mine, theirs in zip(resumed.get_weights(), model.get_weights(), strict=True):
            np.testing.assert_array_equal(mine, theirs)


def test_an_experiment_says_nothing_of_float32_and_refuses_what_gains_nothing():
    usual = Experiment.of("deep")
    assert usual.precision == "float32" and "precision" not in usual.to_dict()
    low = usual.replace(precision="bfloat16")
    assert Experiment.from_dict(low.to_dict()) == low != usual
    with pytest.raises(SettingError, match="is not trained faster in bfloat16: choose float32"):
        Experiment.of("convolutional", precision="bfloat16")


@pytest.mark.parametrize("flags, has", [("avx512f avx512_bf16", True), ("avx2 bmi1", False)])
def test_the_processor_tells_whether_it_has_bfloat16(tmp_path, monkeypatch, flags, has):
    told = tmp_path / "cpuinfo"
    told.write_text(f"processor\t: 0\nflags\t\t: fpu {flags} sse\n")
    monkeypatch.setattr(precision, "PROCESSOR", told)
    assert precision.processor_has_bfloat16.__wrapped__() == has
    monkeypatch.setattr(precision, "PROCESSOR", tmp_path / "none")  # as on other systems
    assert not precision.processor_has_bfloat16.__wrapped__()


def test_a_training_that_would_be_slower_is_refused(tmp_path, monkeypatch):
    run = RunStore(tmp_path).create(small_experiment("deep", precision="bfloat16"))
    control.enqueue(run)
    monkeypatch.setattr(precision, "processor_has_bfloat16", lambda: False)
    status = train(run)
    assert status.state == "failed" and "no instructions for bfloat16" in status.message
