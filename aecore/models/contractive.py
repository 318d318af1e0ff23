"""The contractive autoencoder: a code that is robust to small changes of the image."""

from dataclasses import dataclass

from aecore.models import fields
from aecore.models.base import DenseAutoencoder, Shape
from aecore.models.settings import setting


@dataclass(frozen=True, kw_only=True)
class Contractive(DenseAutoencoder):
    """784-128-784 with a penalty on the squared norm of the encoder's Jacobian."""

    key = "contractive"
    title = "Contractive"
    icon = ":material/compress:"
    summary = "Small changes of the input change the code little, except along the data."
    reference = "Rifai et al. 2011, icml.cc/2011/papers/455_icmlpaper.pdf"
    recipe = {"learning_rate": 1e-2, "batch_size": 256, "epochs": 12}

    latent_size: int = fields.latent_size(128)
    latent_activation: str = fields.latent_activation("sigmoid")
    weight: float = setting(
        0.1,
        "Contraction weight λ",
        "Weight of ‖∂z/∂x‖², relative to the reconstruction error summed over the pixels.",
        minimum=0.0,
        maximum=100.0,
        logarithmic=True,
    )

    @classmethod
    def sizes_on(cls, values: int, code: int) -> dict:
        return {"latent_size": min(values, fields.WIDEST)}

    def build(self, shape: Shape):
        import keras

        from aecore.models.penalties import ContractiveModel

        return ContractiveModel.around(
            super().build(shape),
            self.weight,
            shape,
            exact=not self.encoder_layers,
            signs=keras.random.SeedGenerator(),
        )
