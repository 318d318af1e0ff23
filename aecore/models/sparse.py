"""The sparse autoencoder: few units of a large code are active for any one image."""

from dataclasses import dataclass

from aecore.models import fields
from aecore.models.base import DenseAutoencoder, Shape
from aecore.models.settings import SettingError, setting


@dataclass(frozen=True, kw_only=True)
class Sparse(DenseAutoencoder):
    """A large code kept sparse by L1, by the KL divergence from a rare activity, or by top-k."""

    key = "sparse"
    title = "Sparse"
    icon = ":material/grain:"
    summary = "The code is large, but only a few of its units are active for each input."
    reference = "Ng 2011, CS294A notes; Makhzani & Frey 2013, arXiv:1312.5663"
    precisions = ("float32", "bfloat16")
    recipe = {"learning_rate": 2e-3, "batch_size": 256, "epochs": 20}

    latent_size: int = fields.latent_size(1024)
    penalty: str = setting(
        "kl",
        "Sparsity penalty",
        "KL: keeps the mean activation of each unit close to a target. L1: penalises all activity. "
        "Top-k: keeps only the k strongest units of each image.",
        choices=("kl", "l1", "top-k"),
    )
    target: float = setting(
        0.05,
        "Target activity ρ",
        "Desired mean activation of each unit over the images.",
        minimum=0.001,
        maximum=0.5,
        only_with=("penalty", ("kl",)),
    )
    weight: float = setting(
        2.0,
        "Penalty weight",
        "Weight of the penalty, relative to the reconstruction error summed over the pixels.",
        minimum=0.0,
        maximum=100.0,
        only_with=("penalty", ("kl", "l1")),
    )
    k: int = setting(
        25,
        "Active units k",
        "Number of units that stay active for an image.",
        minimum=1,
        maximum=4096,
        only_with=("penalty", ("top-k",)),
    )

    @classmethod
    def sizes_on(cls, values: int, code: int) -> dict:
        return {"latent_size": min(4 * values, fields.WIDEST), "k": code}

    def check(self, shape: Shape, loss: str) -> None:
        super().check(shape, loss)
        if self.penalty == "top-k" and self.k > self.latent_size:
            raise SettingError(
                "k",
                "Active units k must not exceed the latent size {}; it was {}.",
                self.latent_size,
                self.k,
            )

    def code(self, x):
        import keras
        from keras import ops

        rare = keras.initializers.Constant(-2.0)  # sigmoid(-2) = 0.12: units start rarely active
        if self.penalty == "kl":
            return keras.layers.Dense(
                self.latent_size, "sigmoid", bias_initializer=rare, name="code_units"
            )(x)
        x = keras.layers.Dense(self.latent_size, name="code_units")(x)
        if self.penalty == "l1":
            return keras.layers.Activation("relu")(x)
        # normalised units compete on equal terms; without it most of them die (see Makhzani)
        x = keras.layers.BatchNormalization(scale=False, momentum=0.9)(x)
        x = keras.layers.Activation("relu")(x)
        strongest = ops.top_k(x, self.k)[0]  # (n, k), descending
        return x * ops.cast(x >= strongest[:, -1:], x.dtype)

    def uses_xla(self, gpu: bool) -> bool:
        return gpu or self.penalty != "top-k"  # on a processor XLA finds the strongest slowly

    @property
    def fuses(self) -> bool:
        return self.penalty == "top-k"

    def penalties(self, shape: Shape) -> list:
        from aecore.models.penalties import ActivityKL, ActivityL1

        if self.penalty == "kl":
            return [ActivityKL(self.weight, self.target, shape, name="kl")]
        if self.penalty == "l1":
            return [ActivityL1(self.weight, shape, name="l1")]
        return []
