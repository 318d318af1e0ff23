"""The features in which generated samples are compared with real ones."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from aecore.analysis.reconstruction import in_batches
from aecore.generation.fitting import principal
from aecore.generation.memorising import flat

CLASSIFIER = Path(__file__).with_name("classifier.keras")
CLASSIFIED = "mnist"  # the data set that it was trained on
MOST_AXES = 32
FEWEST = 4  # training samples for each axis


@dataclass(frozen=True)
class Features:
    """told: what they are, for a sentence. of: samples (n, ...) → features (n, d)."""

    told: str
    of: Callable[[np.ndarray], np.ndarray]


def features_for(dataset: str, training: np.ndarray) -> Features:
    """The features of a data set, the same for every run on it.

    Args:
        training: all training samples of the set (n, ...), NaN where a value is missing.
    """
    if dataset == CLASSIFIED:
        return Features("the features of our small MNIST classifier", classified)
    centre, axes, _ = principal(flat(training))
    axes = axes[: max(1, min(MOST_AXES, len(training) // FEWEST))]
    told = f"the first {len(axes)} principal components of the training data"
    if len(axes) == 1:
        told = "the first principal component of the training data"
    return Features(told, lambda samples: (flat(samples) - centre) @ axes.T)


def classified(images: np.ndarray) -> np.ndarray:
    """The features (n, 64) of images (n, 28, 28, 1): the last layer but one of the classifier."""
    return in_batches(_network(), images)[0]


@cache
def _network():
    import keras

    model = keras.models.load_model(CLASSIFIER, compile=False)
    inner = keras.Model(model.inputs[0], model.get_layer("features").output)
    return lambda images: inner(images, training=False)
