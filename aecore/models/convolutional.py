"""The convolutional autoencoder: local features with shared weights."""

from dataclasses import dataclass

from aecore.data.kinds import kind_of
from aecore.models import fields
from aecore.models.base import Autoencoder, Shape, connect
from aecore.models.settings import SettingError, setting


@dataclass(frozen=True, kw_only=True)
class Convolutional(Autoencoder):
    """Two convolutions of stride 2, a dense code of 32 numbers, and the way back."""

    key = "convolutional"
    title = "Convolutional"
    icon = ":material/grid_on:"
    summary = "Small filters slide over the input and find the same feature at every position."
    reference = "Masci et al. 2011, doi:10.1007/978-3-642-21735-7_7"
    recipe = {"learning_rate": 4e-3, "batch_size": 128, "epochs": 7}

    filters: tuple[int, ...] = fields.filters((16, 32))
    kernel_size: int = setting(
        3, "Filter size", "Width and height of a filter, in pixels.", minimum=1, maximum=9
    )
    latent_size: int = fields.latent_size(32)
    activation: str = fields.activation("gelu")
    normalization: str = fields.normalization("batch")
    output_activation: str = fields.output_activation()

    @classmethod
    def takes(cls, shape: Shape) -> bool:
        return kind_of(shape).local

    def check(self, shape: Shape, loss: str) -> None:
        from aecore.models.convolutions import check_halvings

        super().check(shape, loss)
        if not self.takes(shape):
            raise SettingError(
                "dataset",
                "Columns of a table have no neighbours, which convolutions need: choose another "
                "type, such as Deep.",
            )
        if not self.filters:
            raise SettingError("filters", "Filters needs at least one convolution; it was empty.")
        check_halvings(shape, len(self.filters), "filters")

    def build(self, shape: Shape):
        from aecore.models.convolutions import convolutional_decoder, convolutional_encoder

        encoder = convolutional_encoder(
            shape,
            self.filters,
            self.kernel_size,
            self.latent_size,
            self.activation,
            self.normalization,
        )
        decoder = convolutional_decoder(
            shape,
            self.filters,
            self.latent_size,
            self.activation,
            self.normalization,
            self.output_activation,
        )
        return connect(encoder, decoder)

    def uses_xla(self, gpu: bool) -> bool:
        return gpu  # on a processor XLA's convolutions are slow

    @property
    def fuses(self) -> bool:
        return True
