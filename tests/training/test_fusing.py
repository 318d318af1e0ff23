"""Steps with fused functions learn what plain ones do, and leave the network as it was."""

import numpy as np
import pytest
from learning import Keeper, learn
from small import small_experiment

from aecore.models.base import for_use
from aecore.training import fusing

RELU = {"activation": "relu"}
U_NET = {"network": "u-net"}
TOP_K = {"penalty": "top-k", "k": 5}


@pytest.mark.parametrize(
    "key, settings",
    [("convolutional", {}), ("denoising", RELU), ("denoising", U_NET), ("sparse", TOP_K)],
)
def test_losses_and_weights_are_those_of_plain_layers(digits, monkeypatch, key, settings):
    experiment = small_experiment(key, settings, batch_size=512)
    plain, told = learn(experiment, digits)
    calls, function, keeper = [], fusing._function, Keeper()
    monkeypatch.setattr(fusing, "MANY", 1)
    monkeypatch.setattr(fusing, "_function", lambda *of: calls.append(of) or function(*of))
    monkeypatch.setattr("aecore.training.epochs.Epochs._steps_a_report", lambda *_: 1)
    model, again = learn(experiment, digits, observer=keeper)
    assert len(calls) == 1  # layers of equal shapes share it
    assert again[-1] == pytest.approx(told[-1], rel=1e-4)
    for mine, theirs in zip(model.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=2e-3)
    for changed in (model, model.optimizer):
        assert not {"call", "apply"} & set(vars(changed))
    images = digits.test.images[:5]
    np.testing.assert_allclose(for_use(model)(images), for_use(plain)(images), atol=2e-3)
    if key == "convolutional":  # resumed, it is exactly the same
        resumed, history = learn(experiment, digits, keeper.kept)
        assert keeper.kept is not None and history == again
        for mine, theirs in zip(resumed.get_weights(), model.get_weights(), strict=True):
            np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("samples, worth", [(100, False), (60_000, True)])
def test_it_is_for_long_trainings(samples, worth):
    experiment = small_experiment("convolutional", batch_size=128, epochs=5)
    assert fusing.is_worth_it(experiment, False, samples) == worth
    assert not fusing.is_worth_it(small_experiment("deep", batch_size=16), False, samples)
