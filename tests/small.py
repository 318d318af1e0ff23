"""Experiments that take a second or two."""

from aecore.training.experiment import Experiment

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
        {**SMALL.get(key, {}), **(hyperparameters or {})},
        **{"dataset": "digits", "epochs": 1, "batch_size": 64, **settings},
    )
