"""What settings of an experiment must fulfil together: classes and data, corruption and data."""

from aecore.data.corruption import CORRUPTIONS
from aecore.data.datasets import DataUnavailable, source
from aecore.data.kinds import kind_of
from aecore.models.base import Autoencoder, Shape
from aecore.models.settings import SettingError


def checked_normal(normal: tuple[int, ...], dataset: str) -> tuple[int, ...]:
    """The classes to learn in order, each once; all of a data set's are none in particular.

    Raises:
        SettingError: the data set has no such class.
    """
    chosen = tuple(sorted(set(normal)))
    if not chosen:
        return ()
    try:
        data = source(dataset)
    except DataUnavailable:  # it may be on another machine
        return chosen
    if chosen[-1] >= len(data.classes):
        raise SettingError(
            "normal",
            "{} has no class number {}; its classes are numbered from 0 to {}.",
            data.title, chosen[-1], len(data.classes) - 1,
        )  # fmt: skip
    return () if len(chosen) == len(data.classes) else chosen


def check_precision(autoencoder: Autoencoder, precision: str) -> None:
    """Refuses a precision by which a type gains nothing.

    Raises:
        SettingError: the text says what is possible.
    """
    if precision not in autoencoder.precisions:
        raise SettingError(
            "precision",
            "The {} autoencoder is not trained faster in {}: choose {}.",
            autoencoder.title.lower(), precision, " or ".join(autoencoder.precisions),
        )  # fmt: skip


def check_corruption(
    autoencoder: Autoencoder, shape: Shape, corruption: str, strength: float
) -> None:
    """Refuses a corruption that a type or a kind of data cannot have, or not as strong.

    Raises:
        SettingError: the text says what is possible.
    """
    if not autoencoder.knows_clean_images:
        raise SettingError(
            "corruption",
            "A Gaussian decoder cannot learn from corrupted images: choose no corruption, or the "
            "Bernoulli decoder.",
        )
    data, kind = kind_of(shape), CORRUPTIONS[corruption]
    if corruption not in data.corruptions:
        raise SettingError(
            "corruption",
            "{} are corrupted by {}, not by {}.",
            data.samples.capitalize(), " or ".join(data.corruptions[1:]), corruption,
        )  # fmt: skip
    if not kind.takes(strength):
        raise SettingError(
            "corruption_strength",
            "{}: the strength ({}) must {} between {:g} and {:g}; it was {:g}.{}",
            kind.title,
            kind.strength,
            "be a whole number" if kind.whole else "lie",
            kind.minimum,
            kind.maximum,
            strength,
            " Less changes nothing." if strength < kind.minimum else "",
        )
