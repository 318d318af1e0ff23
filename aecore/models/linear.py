"""The linear autoencoder, which finds the subspace of principal component analysis."""

from dataclasses import dataclass

import numpy as np

from aecore.models import fields
from aecore.models.base import Autoencoder, Shape, connect, image_head
from aecore.models.settings import setting


@dataclass(frozen=True, kw_only=True)
class Linear(Autoencoder):
    """z = W x + b, x' = W' z + b'."""

    key = "linear"
    title = "Linear"
    icon = ":material/straighten:"
    summary = "One matrix encodes, one decodes: gradient descent finds the same subspace as PCA."
    reference = "Baldi & Hornik 1989, doi:10.1016/0893-6080(89)90014-2"
    recipe = {"loss": "mse", "learning_rate": 1e-2, "batch_size": 512, "epochs": 12}
    losses = ("mse",)
    value_losses = ("mse",)

    latent_size: int = fields.latent_size(32)
    tied_start: bool = setting(
        True,
        "Tied initial weights",
        "Starts with an orthogonal encoder and its transpose as decoder. Both can change during "
        "training.",
    )

    @classmethod
    def recipe_on(cls, shape: Shape, samples: int) -> tuple[dict, dict]:
        training, sizes = super().recipe_on(shape, samples)
        # twice as long as the others: on small tables the subspace turns slowly
        return training | {"epochs": 2 * training["epochs"]}, sizes

    def build(self, shape: Shape):
        import keras

        inputs = keras.Input(shape, name="image")
        x = keras.layers.Flatten()(inputs)  # (n, pixels)
        z = keras.layers.Dense(
            self.latent_size, kernel_initializer="orthogonal", name="code_units"
        )(x)
        encoder = keras.Model(inputs, z, name="encoder")
        codes = keras.Input((self.latent_size,), name="code")
        decoder = keras.Model(codes, image_head(codes, shape, "linear"), name="decoder")
        return connect(encoder, decoder)

    def prepare(self, model, images) -> None:
        """Centres the map on the mean image, so that training has only the subspace to find."""
        down = model.get_layer("encoder").get_layer("code_units")
        up = model.get_layer("decoder").get_layer("pixels")
        rows = images.reshape(len(images), -1)
        mean = rows.mean(axis=0)  # (pixels,)
        if np.isnan(mean).any():  # which is forty times slower
            mean = np.nanmean(rows, axis=0)
        if self.tied_start:
            up.kernel.assign(down.kernel.numpy().T)
        down.bias.assign(-mean @ down.kernel.numpy())
        up.bias.assign(mean)
