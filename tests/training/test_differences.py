"""What runs are called by: how their settings differ from the defaults of their type."""

import pytest

from aecore.data.splits import Source
from aecore.models import AUTOENCODERS
from aecore.training.differences import differences
from aecore.training.experiment import Experiment
from aecore.training.normal import normal_in_words
from aecore.training.words import setting_in_words


@pytest.mark.parametrize("key", AUTOENCODERS)
def test_the_defaults_of_every_type_are_called_so(key):
    assert differences(Experiment.of(key)) == "default settings"


@pytest.mark.parametrize(
    ("key", "own", "settings", "words"),
    [
        ("undercomplete", {"latent_size": 8}, {"epochs": 5}, "code 8 · 5 epochs"),
        ("undercomplete", {}, {"epochs": 1}, "1 epoch"),
        ("linear", {"tied_start": False}, {}, "tied initial weights off"),
        (
            "deep",
            {"latent_size": 8, "encoder_layers": ()},
            {},
            "code 8 · no encoder layers",
        ),
        (
            "deep",
            {"encoder_layers": (512, 64), "normalization": "none"},
            {},
            "encoder layers 512-64 · no normalisation",
        ),
        ("sparse", {"penalty": "top-k", "k": 9}, {}, "top-k penalty · 9 active units"),
        ("undercomplete", {"latent_activation": "linear"}, {}, "linear code activation"),
        ("undercomplete", {"activation": "leaky_relu"}, {}, "leaky ReLU activation"),
        ("undercomplete", {}, {"corruption": "gaussian"}, "Gaussian noise"),
        ("denoising", {"network": "u-net"}, {"corruption": "none"},
         "U-Net network · no corruption"),
        ("undercomplete", {}, {"dataset": "digits", "samples": 1000},
         "Digits 8×8 · 1,000 training images"),
        ("undercomplete", {}, {"loss": "mse", "optimizer": "adam"}, "mean squared error"),
        (
            "undercomplete",
            {"latent_size": 8},
            {"dataset": "digits", "epochs": 5, "seed": 3, "batch_size": 64},
            "code 8 · Digits 8×8 · 5 epochs +2",
        ),
    ],
)  # fmt: skip
def test_a_run_is_called_by_what_differs(key, own, settings, words):
    assert differences(Experiment.of(key, own, **settings)) == words


def test_a_run_that_learnt_some_classes_says_which():
    linear = Experiment.of("linear", dataset="fashion_mnist", normal=(9,))
    assert differences(linear) == "Fashion-MNIST · only boot"
    assert differences(linear.replace(dataset="mnist")) == "only 9"
    assert normal_in_words((0, 1, 2, 4), "abcde") == "all but d"
    assert normal_in_words((0, 1, 2, 4), "abcdefghij") == "only 4 classes"
    assert normal_in_words((0, 3), ()) == "only class 0, class 3"
    assert normal_in_words((), "ab") == "all classes"


def test_settings_without_effect_are_no_difference():
    idle = Experiment.of("deep", corruption_strength=0.1, weight_decay=0.5)
    assert differences(idle) == "default settings"


def test_a_data_set_of_ones_own_has_its_title_wherever_it_is():
    experiment = Experiment.of("linear", dataset="own-shop-16-grey-0123abcd")
    shop = Source("My shop", (16, 16, 1), ("one",), 100, "")
    assert differences(experiment, shop) == "My shop"
    assert differences(experiment) == "own-shop-16-grey-0123abcd"  # not on this machine


@pytest.mark.parametrize("key", AUTOENCODERS)
def test_every_setting_and_choice_can_be_said(key):
    kind = AUTOENCODERS[key]
    for name, declared in (kind.declared() | Experiment.declared()).items():
        owner = kind if name in kind.declared() else Experiment
        usual = owner.default(name)
        values = declared.choices or ((not usual,) if isinstance(usual, bool) else (usual,))
        said = [setting_in_words(kind, name, value) for value in values]
        assert len(set(said)) == len(said) and all(said)
        assert name == "dataset" or not any("{" in words or "_" in words for words in said)
