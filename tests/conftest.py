"""What all tests share: quiet Keras, small data, small experiments."""

import pytest

from aecore.compute.preload import import_keras

import_keras()

from aecore.data.datasets import Dataset, load  # noqa: E402
from aecore.models import AUTOENCODERS  # noqa: E402
from aecore.training.experiment import Experiment  # noqa: E402

SMALL = {  # hyperparameters that suit 8×8 digits and a test's patience
    "linear": {"latent_size": 8},
    "undercomplete": {"latent_size": 8},
    "overcomplete": {"latent_size": 80},
    "sparse": {"latent_size": 80},
    "denoising": {"filters": (4, 8), "latent_size": 8},
    "contractive": {"latent_size": 16},
    "deep": {"encoder_layers": (32, 16), "latent_size": 6, "decoder_layers": (16, 32)},
    "convolutional": {"filters": (4, 8), "latent_size": 8},
    "variational": {"encoder_layers": (32,), "latent_size": 2, "decoder_layers": (32,)},
}


def small_experiment(key: str, hyperparameters: dict | None = None, **settings) -> Experiment:
    """An experiment on the 8×8 digits that takes a second or two."""
    return Experiment.of(
        key,
        {**SMALL[key], **(hyperparameters or {})},
        **{"dataset": "digits", "epochs": 1, "batch_size": 64, **settings},
    )


@pytest.fixture(scope="session")
def digits() -> Dataset:
    """The 8×8 digits."""
    return load("digits")


@pytest.fixture(params=AUTOENCODERS)
def key(request) -> str:
    """The key of each type in turn."""
    return request.param
