"""The undercomplete autoencoder: a code smaller than the input has to summarise."""

from dataclasses import dataclass

from aecore.models import fields
from aecore.models.base import DenseAutoencoder


@dataclass(frozen=True, kw_only=True)
class Undercomplete(DenseAutoencoder):
    """784-32-784 unless told otherwise."""

    key = "undercomplete"
    title = "Undercomplete"
    icon = ":material/hourglass_empty:"
    summary = (
        "The code is smaller than the input, so it has to keep what matters and drop the rest."
    )
    reference = "Hinton & Salakhutdinov 2006, doi:10.1126/science.1127647"
    recipe = {"learning_rate": 3e-3, "batch_size": 256, "epochs": 40}

    latent_activation: str = fields.latent_activation("relu")

    @classmethod
    def sizes_on(cls, values: int, code: int) -> dict:
        layers = {"encoder_layers": (64,), "decoder_layers": (64,), "activation": "gelu"}
        return layers | {"latent_size": code, "latent_activation": "linear"}
