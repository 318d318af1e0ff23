"""The deep autoencoder: several layers each way, after greedy layer-wise pre-training or not."""

from dataclasses import dataclass

from aecore.models import fields
from aecore.models.base import DenseAutoencoder, Shape
from aecore.models.settings import SettingError, setting


@dataclass(frozen=True, kw_only=True)
class Deep(DenseAutoencoder):
    """784-1024-256-30-256-1024-784 unless told otherwise."""

    key = "deep"
    title = "Deep"
    icon = ":material/layers:"
    summary = "Several layers each way compress the input into fewer numbers than one layer can."
    reference = "Hinton & Salakhutdinov 2006, doi:10.1126/science.1127647"
    precisions = ("float32", "bfloat16")
    recipe = {"learning_rate": 2.5e-3, "batch_size": 128, "epochs": 8}

    encoder_layers: tuple[int, ...] = fields.layers((1024, 256), "encoder")
    latent_size: int = fields.latent_size(30)
    decoder_layers: tuple[int, ...] = fields.layers((256, 1024), "decoder")
    activation: str = fields.activation("gelu")
    normalization: str = fields.normalization("layer")
    latent_activation: str = fields.latent_activation("linear")
    pretraining_epochs: int = setting(
        0,
        "Pre-training epochs per layer",
        "First trains each pair of layers as a small autoencoder, from the outside in. 0 trains "
        "all layers together from the start.",
        minimum=0,
        maximum=100,
    )

    @classmethod
    def sizes_on(cls, values: int, code: int) -> dict:
        return {"encoder_layers": (128, 64), "latent_size": code, "decoder_layers": (64, 128)}

    def check(self, shape: Shape, loss: str) -> None:
        super().check(shape, loss)
        mirrored = self.decoder_layers == self.encoder_layers[::-1]
        if self.pretraining_epochs and not mirrored:
            raise SettingError(
                "decoder_layers",
                "Pre-training pairs each encoder layer with a decoder layer: the decoder "
                "layers must be {}.",
                ", ".join(map(str, self.encoder_layers[::-1])) or "empty",
            )
