"""The overcomplete autoencoder: a code larger than the input can simply copy it."""

from dataclasses import dataclass

from aecore.models import fields
from aecore.models.base import DenseAutoencoder, Shape
from aecore.models.settings import setting


@dataclass(frozen=True, kw_only=True)
class Overcomplete(DenseAutoencoder):
    """784-1024-784 unless told otherwise, with a choice of constraints against copying."""

    key = "overcomplete"
    title = "Overcomplete"
    icon = ":material/open_in_full:"
    summary = "The code is larger than the input, so the network could simply copy it."
    reference = "Vincent et al. 2010, jmlr.org/papers/v11/vincent10a.html"
    recipe = {"learning_rate": 1e-3, "batch_size": 256, "epochs": 30}

    latent_size: int = fields.latent_size(1024)
    latent_activation: str = fields.latent_activation("relu")
    regularizer: str = setting(
        "none",
        "Constraint",
        "Prevents copying: an L1 penalty on the code, weight decay, or noise on the code. "
        "Corruption of the input is set under Data.",
        choices=("none", "l1", "weight decay", "noise"),
    )
    strength: float = setting(
        1e-2,
        "Strength",
        "L1: weight of the sum of activations. Weight decay: weight of half the sum of squared "
        "weights. Noise: standard deviation of the noise on the code.",
        minimum=0.0,
        maximum=10.0,
        logarithmic=True,
        only_with=("regularizer", ("l1", "weight decay", "noise")),
    )

    @classmethod
    def sizes_on(cls, values: int, code: int) -> dict:
        return {"latent_size": min(2 * values, fields.WIDEST)}

    def penalties(self, shape: Shape) -> list:
        import keras

        from aecore.models.penalties import ActivityL1

        if self.regularizer == "l1":
            return [ActivityL1(self.strength, shape, name="l1")]
        if self.regularizer == "noise":
            return [keras.layers.GaussianNoise(self.strength, name="code_noise")]
        return []

    def build(self, shape: Shape):
        from aecore.models.penalties import WeightDecay

        model = super().build(shape)
        if self.regularizer != "weight decay":
            return model
        kernels = [v for v in model.trainable_variables if v.name == "kernel"]
        return WeightDecay.around(model, kernels, self.strength, shape)
