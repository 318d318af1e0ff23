"""What a network makes of codes, and the training samples nearest to that."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.reconstruction import encode, in_batches
from aecore.data.datasets import load
from aecore.generation.memorising import nearest


@dataclass(frozen=True)
class Drawn:
    """Generated samples beside training data.

    samples (n, ...): decoded codes. nearest (n, ...), distances (n,), labels (n,): the nearest
    training sample of each, how far it is (Euclidean), and its class. searched: how many training
    samples there are.
    """

    samples: np.ndarray
    nearest: np.ndarray
    distances: np.ndarray
    labels: np.ndarray
    searched: int


def decoded(model, codes: np.ndarray, layout: tuple[int, ...] = ()) -> np.ndarray:
    """Codes (n, latent_size) → samples (n, ...); of a table each category is the likeliest one.

    Args:
        layout: of a table, how many values each column has.
    """
    outputs = in_batches(model.get_layer("decoder"), np.asarray(codes, np.float32))[0]
    start = 0
    for width in layout:
        if width > 1:
            part = outputs[:, start : start + width]
            outputs[:, start : start + width] = np.eye(width)[part.argmax(axis=1)]
        start += width
    return outputs


def encoded(model, samples: np.ndarray) -> np.ndarray:
    """Samples (n, ...), NaN where a value is missing → codes (n, latent_size)."""
    codes = encode(model.get_layer("encoder"), np.nan_to_num(samples))[0]
    return codes.reshape(len(codes), -1)


def beside_training(
    model, codes: np.ndarray, dataset: str, samples: int | None, normal: tuple[int, ...]
) -> Drawn:
    """Decodes codes, and finds the nearest of the training samples that a run learnt from.

    Args:
        dataset, samples, normal: as of `load`.

    Raises:
        DataUnavailable: the data set is not on this machine.
    """
    data = load(dataset, samples, normal)
    made = decoded(model, codes, data.layout)
    distances, places = nearest(made, data.training.images)
    known = data.training
    return Drawn(made, known.images[places], distances, known.labels[places], len(known))
