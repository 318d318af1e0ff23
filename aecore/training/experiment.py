"""The experiment: everything that determines a result, validated, JSON both ways."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Self

from aecore.data.corruption import CORRUPTIONS
from aecore.data.datasets import SOURCES, shape_of
from aecore.data.own import is_own
from aecore.models import AUTOENCODERS, Autoencoder
from aecore.models.settings import SettingError, Settings, setting

OPTIMIZERS = ("adam", "adamw", "rmsprop", "sgd")
SCHEDULES = ("cosine", "constant", "exponential")
LOSSES = {
    "bce": "Binary cross-entropy",
    "mse": "Mean squared error",
    "likelihood": "Likelihood of the decoder",
}


@dataclass(frozen=True, kw_only=True)
class Experiment(Settings):
    """An autoencoder, its data and its training. The same experiment gives the same weights."""

    autoencoder: Autoencoder = field()
    dataset: str = setting(
        "mnist", "Data set", "The data set to train on.", choices=tuple(SOURCES), also=is_own
    )
    samples: int = setting(
        0,
        "Training images (0: all)",
        "Number of training images. With fewer images, training is faster and overfits sooner.",
        minimum=0,
        maximum=1_000_000,
    )
    corruption: str = setting(
        "none",
        "Corruption",
        "How the inputs are corrupted. The targets are always the clean images.",
        choices=tuple(CORRUPTIONS),
    )
    corruption_strength: float = setting(
        0.5,
        "Corruption strength",
        "Standard deviation, share of pixels, or side of the block, by the kind of corruption.",
        minimum=0.0,
        maximum=3.0,
        only_with=("corruption", tuple(k for k in CORRUPTIONS if k != "none")),
    )
    loss: str = setting(
        "bce",
        "Loss",
        "The reconstruction loss. Cross-entropy suits pixels in [0, 1] and often learns faster.",
        choices=tuple(LOSSES),
    )
    optimizer: str = setting(
        "adam", "Optimiser", "The algorithm that updates the weights.", choices=OPTIMIZERS
    )
    learning_rate: float = setting(
        1e-3,
        "Learning rate",
        "Step size of the optimiser. Too large diverges, too small is slow.",
        minimum=1e-6,
        maximum=100.0,
        logarithmic=True,
    )
    schedule: str = setting(
        "cosine",
        "Schedule",
        "Cosine and exponential decay lower the learning rate to a thousandth by the last epoch.",
        choices=SCHEDULES,
    )
    weight_decay: float = setting(
        0.004,
        "Weight decay",
        "Fraction of each weight removed per step, multiplied by the learning rate.",
        minimum=0.0,
        maximum=1.0,
        only_with=("optimizer", ("adamw",)),
    )
    batch_size: int = setting(
        256, "Batch size", "Number of images per step.", minimum=1, maximum=8192
    )
    epochs: int = setting(
        20, "Epochs", "Number of passes over the training images.", minimum=1, maximum=1000
    )
    patience: int = setting(
        0,
        "Early stopping (0: off)",
        "Stops after this many epochs without a lower validation loss and restores the best "
        "weights.",
        minimum=0,
        maximum=1000,
    )
    seed: int = setting(
        0,
        "Seed",
        "Seed of the random numbers. The same seed gives the same model.",
        minimum=0,
        maximum=2**31 - 1,
    )

    def __post_init__(self):
        super().__post_init__()
        self.autoencoder.check(self.shape, self.loss)
        if self.corruption != "none":
            if not self.autoencoder.knows_clean_images:
                raise SettingError(
                    "corruption",
                    "A Gaussian decoder cannot learn from corrupted images: choose no corruption, "
                    "or the Bernoulli decoder.",
                )
            kind = CORRUPTIONS[self.corruption]
            if self.corruption_strength > kind.maximum:
                raise SettingError(
                    "corruption_strength",
                    "{}: the strength ({}) must lie between 0 and {:g}; it was {:g}.",
                    kind.title,
                    kind.strength,
                    kind.maximum,
                    self.corruption_strength,
                )

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of the images."""
        return shape_of(self.dataset)

    @classmethod
    def of(cls, key: str, hyperparameters: dict[str, Any] | None = None, **settings) -> Self:
        """The experiment of a type by its recipe, with some settings changed.

        Raises:
            SettingError: there is no such type, or a value is out of range.
        """
        if key not in AUTOENCODERS:
            raise SettingError(
                "type", "There is no type {!r}; there are: {}.", key, ", ".join(AUTOENCODERS)
            )
        kind = AUTOENCODERS[key]
        return cls.from_dict(
            {
                **kind.recipe,
                **settings,
                "type": key,
                "hyperparameters": hyperparameters or {},
            }
        )

    def to_dict(self) -> dict[str, Any]:
        return {
            "type": self.autoencoder.key,
            "hyperparameters": self.autoencoder.to_dict(),
            **super().to_dict(),
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        if not isinstance(values, dict) or values.get("type") not in AUTOENCODERS:
            raise SettingError("type", "An experiment names its type: {}.", ", ".join(AUTOENCODERS))
        values = dict(values)
        kind = AUTOENCODERS[values.pop("type")]
        hyperparameters = values.pop("hyperparameters", {})
        for name in values:
            if name not in cls.declared():
                raise SettingError(name, "There is no setting {!r} of an experiment.", name)
        return cls(autoencoder=kind.from_dict(hyperparameters), **values)

    def replace(self, **changes) -> Self:
        """The same experiment with some settings changed."""
        return dataclasses.replace(self, **changes)
