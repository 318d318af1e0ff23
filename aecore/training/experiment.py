"""The experiment: everything that determines a result, validated, to JSON and back."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Self

from aecore.data.corruption import CORRUPTIONS, effective_corruption
from aecore.data.datasets import SOURCES, DataUnavailable, shape_of, source
from aecore.data.kinds import kind_of
from aecore.data.own import is_own
from aecore.data.splits import MOST_CLASSES
from aecore.models import AUTOENCODERS, Autoencoder
from aecore.models.settings import Setting, SettingError, Settings, setting
from aecore.training.checks import check_corruption, check_precision, checked_normal

OPTIMIZERS = ("adam", "adamw", "rmsprop", "sgd")
SCHEDULES = ("cosine", "constant", "exponential")
PRECISIONS = ("float32", "bfloat16")
LOSSES = {
    "bce": "Binary cross-entropy",
    "mse": "Mean squared error",
    "likelihood": "Likelihood of the decoder",
    "mixed": "Squared error and cross-entropy, by column",
}


@dataclass(frozen=True, kw_only=True)
class Experiment(Settings):
    """An autoencoder, its data and its training. The same experiment gives the same weights."""

    autoencoder: Autoencoder = field()
    dataset: str = setting(
        "mnist", "Data set", "The data set to train on.", choices=tuple(SOURCES), also=is_own
    )
    normal: tuple[int, ...] = setting(
        (),
        "Normal classes",
        "The classes to learn, for detecting all others as anomalies. Empty: all classes.",
        minimum=0,
        maximum=MOST_CLASSES - 1,
        most=MOST_CLASSES,
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
        "What it measures depends on the kind of corruption, and so does its default. "
        + "; ".join(
            f"{kind.title}: {kind.strength}, {kind.minimum:g} to {kind.maximum:g}, "
            f"usually {kind.default:g}"
            for name, kind in CORRUPTIONS.items()
            if name != "none"
        )
        + ".",
        minimum=0.0,
        maximum=max(kind.maximum for kind in CORRUPTIONS.values()),
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
    precision: str = setting(
        "float32",
        "Precision",
        "Of matrix products while training. bfloat16 is faster, and rounds each number to about "
        "three digits; weights, loss and optimiser stay float32, and so does the saved model.",
        choices=PRECISIONS,
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
        object.__setattr__(self, "normal", checked_normal(self.normal, self.dataset))
        self.autoencoder.check(self.shape, self.loss)
        check_precision(self.autoencoder, self.precision)
        if self.corruption != "none":
            check_corruption(
                self.autoencoder, self.shape, self.corruption, self.corruption_strength
            )

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of a sample."""
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
        kind, dataset = AUTOENCODERS[key], settings.get("dataset", cls.default("dataset"))
        recipe, hyperparameters = dict(kind.recipe), hyperparameters or {}
        recipe.pop("corruption_strength", None)  # which goes with the recipe's own corruption
        if _is_known(dataset) and not kind_of(shape_of(dataset)).bounded:
            adapted, usual = kind.recipe_on(shape_of(dataset), _training_size(dataset))
            recipe, hyperparameters = recipe | adapted, usual | hyperparameters
        return cls.from_dict(
            {**recipe, **settings, "type": key, "hyperparameters": hyperparameters}
        )

    @classmethod
    def default_strength(cls, key: str, corruption: Any) -> float:
        """The strength of a corruption where none is given: a type's own, or else the kind's."""
        recipe = AUTOENCODERS[key].recipe
        known = isinstance(corruption, str) and corruption in CORRUPTIONS
        if known and corruption not in ("none", recipe.get("corruption")):
            return CORRUPTIONS[corruption].default
        return recipe.get("corruption_strength", cls.default("corruption_strength"))

    def to_dict(self) -> dict[str, Any]:
        values = super().to_dict()
        for name in ("normal", "precision"):  # as earlier versions wrote it, found by it
            if getattr(self, name) == self.default(name):
                del values[name]
        return {
            "type": self.autoencoder.key,
            "hyperparameters": self.autoencoder.to_dict(),
            **values,
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
        if "corruption_strength" not in values:
            values["corruption_strength"] = cls.default_strength(kind.key, values.get("corruption"))
        return cls(autoencoder=kind.from_dict(hyperparameters), **values)

    @classmethod
    def declared_beside(cls, corruption: str) -> dict[str, Setting]:
        """The settings in order, the strength's bounds and meaning those of a corruption."""
        kind, declared = CORRUPTIONS[corruption], cls.declared()
        words = f"The {kind.strength}: {kind.minimum:g} to {kind.maximum:g}."
        bounds = {"minimum": kind.minimum, "maximum": kind.maximum, "step": kind.step}
        strength = dataclasses.replace(declared["corruption_strength"], help=words, **bounds)
        return declared | {"corruption_strength": strength}

    def usual(self) -> dict[str, Any]:
        """What its type's recipe sets everything to, beside this data set and corruption.

        Returns:
            Name → value; the data set is the usual one.
        """
        suited: dict[str, Any] = {} if kind_of(self.shape).bounded else {"dataset": self.dataset}
        recipe = type(self).of(self.autoencoder.key, **suited)
        strength = recipe.corruption_strength
        if self.corruption != recipe.corruption:
            strength = self.default_strength(self.autoencoder.key, self.corruption)
        usual = {"dataset": self.default("dataset"), "corruption_strength": strength}
        return vars(recipe.autoencoder) | vars(recipe) | usual

    @classmethod
    def from_saved(cls, values: dict[str, Any]) -> Self:
        """An experiment from a file, one of an earlier version too, which refused less.

        Raises:
            SettingError: it does not describe an experiment.
        """
        if isinstance(values, dict):
            kind, strength = values.get("corruption"), values.get("corruption_strength")
            if (
                isinstance(kind, str)
                and kind in CORRUPTIONS
                and isinstance(strength, int | float)
                and not isinstance(strength, bool)
            ):
                kind, strength = effective_corruption(kind, strength)
                values = values | {"corruption": kind, "corruption_strength": strength}
        return cls.from_dict(values)

    def replace(self, **changes) -> Self:
        """The same experiment with some settings changed."""
        return dataclasses.replace(self, **changes)


def _is_known(dataset: Any) -> bool:
    """Whether this is the key of a data set, here or elsewhere; others are refused later."""
    return is_own(dataset) or (isinstance(dataset, str) and dataset in SOURCES)


def _training_size(dataset: str) -> int:
    """How many training samples a data set has; of one that is not here, a usual number."""
    try:
        return source(dataset).training_size
    except DataUnavailable:
        return 1000
