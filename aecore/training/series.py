"""Series: experiments that differ in one thing, to be laid side by side.

Each point of a series is an ordinary run; what has been trained already is found again, because
an experiment determines its result. The figures of the series of MNIST ship with the program.
"""

from collections.abc import Callable
from dataclasses import dataclass

from aecore.training.experiment import Experiment


@dataclass(frozen=True)
class Series:
    """Experiments by what is said of them: label → experiment."""

    title: str
    points: dict[str, Experiment]


def varied(base: Experiment, changes: dict[str, tuple[dict, dict]], title: str) -> Series:
    """A series of one experiment under several changes.

    Args:
        base: what stays.
        changes: label → (hyperparameters, settings of the experiment) that are changed.

    Raises:
        SettingError: a change does not go with the rest.
    """
    points = {}
    for label, (hyperparameters, settings) in changes.items():
        values = base.to_dict() | settings
        values["hyperparameters"] = values["hyperparameters"] | hyperparameters
        points[label] = Experiment.from_dict(values)
    return Series(title, points)


# type's key → what makes its series from an experiment of the type, which gives data and training
SERIES: dict[str, tuple[Callable[[Experiment], Series], ...]] = {}


def all_series(base: Experiment) -> list[Series]:
    """The series of a type, on the data and with the training of an experiment."""
    return [make(base) for make in SERIES.get(base.autoencoder.key, ())]
