"""The convolutional autoencoder: local features with shared weights."""

from dataclasses import dataclass

from aecore.models.base import ACTIVATIONS, NORMALIZATIONS, Autoencoder, Shape, connect
from aecore.models.settings import SettingError, setting


@dataclass(frozen=True, kw_only=True)
class Convolutional(Autoencoder):
    """Two convolutions of stride 2, a dense code of 32 numbers, and the way back."""

    key = "convolutional"
    title = "Convolutional"
    icon = "🔲"
    summary = "Small filters slide over the image: the same feature is found wherever it lies."
    reference = "Masci et al. 2011, doi:10.1007/978-3-642-21735-7_7"
    recipe = {"learning_rate": 4e-3, "batch_size": 128, "epochs": 15}

    filters: tuple[int, ...] = setting(
        (16, 32),
        "Filters",
        "Filters of each convolution, separated by commas; each one halves the image's sides.",
        minimum=1,
        maximum=256,
    )
    kernel_size: int = setting(
        3, "Filter size", "Side of a filter in pixels.", minimum=1, maximum=9
    )
    latent_size: int = setting(
        32, "Code size", "How many numbers describe one image.", minimum=1, maximum=4096
    )
    activation: str = setting(
        "gelu", "Activation", "Non-linearity of the hidden layers.", choices=ACTIVATIONS
    )
    normalization: str = setting(
        "batch",
        "Normalisation",
        "Rescales each filter's values over the batch or over the image.",
        choices=NORMALIZATIONS,
    )
    output_activation: str = setting(
        "sigmoid",
        "Output",
        "Sigmoid keeps pixels between 0 and 1; linear leaves them free.",
        choices=("sigmoid", "linear"),
    )

    def check(self, shape: Shape, loss: str) -> None:
        from aecore.models.convolutions import check_halvings

        super().check(shape, loss)
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

    @property
    def uses_xla(self) -> bool:
        return False
