"""The denoising autoencoder: from a corrupted image back to the clean one."""

from dataclasses import dataclass

from aecore.data.kinds import kind_of
from aecore.models import fields
from aecore.models.base import Autoencoder, Shape, connect, dense_stack, image_head
from aecore.models.settings import SettingError, setting


@dataclass(frozen=True, kw_only=True)
class Denoising(Autoencoder):
    """A small U-Net, convolutions through a bottleneck, or the classic dense network."""

    key = "denoising"
    title = "Denoising"
    icon = ":material/deblur:"
    summary = "The network sees a corrupted input and learns to give the clean one."
    reference = "Vincent et al. 2008, doi:10.1145/1390156.1390294"
    recipe = {
        "learning_rate": 4e-3,
        "batch_size": 128,
        "epochs": 5,
        "corruption": "gaussian",
        "corruption_strength": 0.5,
    }

    network: str = setting(
        "bottleneck",
        "Network",
        "Bottleneck: convolutions and a small code, trains in under a minute. U-Net: convolutions "
        "with skip connections, restores best. Dense: the classic network of 2008.",
        choices=("bottleneck", "u-net", "dense"),
    )
    filters: tuple[int, ...] = fields.filters(
        (16, 32), only_with=("network", ("bottleneck", "u-net"))
    )
    hidden_layers: tuple[int, ...] = setting(
        (512,),
        "Hidden layers",
        "Units of each hidden layer before the code, mirrored after it.",
        minimum=1,
        maximum=4096,
        only_with=("network", ("dense",)),
    )
    latent_size: int = fields.latent_size(64, only_with=("network", ("bottleneck", "dense")))
    activation: str = fields.activation("gelu")
    normalization: str = fields.normalization("batch")
    output_activation: str = fields.output_activation()

    @classmethod
    def recipe_on(cls, shape: Shape, samples: int) -> tuple[dict, dict]:
        training, hyperparameters = super().recipe_on(shape, samples)
        if not kind_of(shape).local:
            hyperparameters["network"] = "dense"
        return training | {"corruption": "masking", "corruption_strength": 0.3}, hyperparameters

    @classmethod
    def sizes_on(cls, values: int, code: int) -> dict:
        return {"hidden_layers": (128,), "latent_size": code}

    def check(self, shape: Shape, loss: str) -> None:
        from aecore.models.convolutions import check_halvings

        super().check(shape, loss)
        if self.network != "dense" and not kind_of(shape).local:
            raise SettingError("network", "Tables have no neighbours: choose the dense network.")
        least = {"u-net": 2, "bottleneck": 1, "dense": 0}[self.network]
        if len(self.filters) < least:
            raise SettingError(
                "filters",
                "Filters needs at least {} scale{} for a {} network; it had {}.",
                least,
                "s" * (least > 1),
                self.network,
                len(self.filters),
            )
        if self.network == "bottleneck":
            check_halvings(shape, len(self.filters), "filters")
        if self.network == "u-net":
            check_halvings(shape, len(self.filters) - 1, "filters")

    def build(self, shape: Shape):
        builders = {"u-net": self._u_net, "bottleneck": self._bottleneck, "dense": self._dense}
        return connect(*builders[self.network](shape))

    def uses_xla(self, gpu: bool) -> bool:
        # as for the convolutional type; compiling a U-Net on a GPU has not been timed
        return self.network == "dense" or (gpu and self.network == "bottleneck")

    @property
    def fuses(self) -> bool:
        return self.network != "dense"

    def _u_net(self, shape: Shape):
        from aecore.models.convolutions import u_net_decoder, u_net_encoder

        style = (self.filters, self.activation, self.normalization)
        encoder = u_net_encoder(shape, *style)
        return encoder, u_net_decoder(encoder, shape, *style, self.output_activation)

    def _bottleneck(self, shape: Shape):
        from aecore.models.convolutions import convolutional_decoder, convolutional_encoder

        style = (self.latent_size, self.activation, self.normalization)
        return (
            convolutional_encoder(shape, self.filters, 3, *style),
            convolutional_decoder(shape, self.filters, *style, self.output_activation),
        )

    def _dense(self, shape: Shape):
        import keras

        inputs = keras.Input(shape, name="image")
        x = keras.layers.Flatten()(inputs)
        x = dense_stack(x, self.hidden_layers, self.activation, self.normalization)
        z = keras.layers.Dense(self.latent_size, name="code_units")(x)
        codes = keras.Input((self.latent_size,), name="code")
        x = dense_stack(codes, self.hidden_layers[::-1], self.activation, self.normalization)
        images = image_head(x, shape, self.output_activation)
        return (
            keras.Model(inputs, z, name="encoder"),
            keras.Model(codes, images, name="decoder"),
        )
