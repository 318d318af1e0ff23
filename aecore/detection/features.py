"""What a model makes of samples: everything that a score may need."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.reconstruction import encode, reconstruct


@dataclass(frozen=True)
class Features:
    """A model on n samples.

    samples (n, ...): prepared, NaN where missing. outputs (n, ...): reconstructions. codes (n, k).
    spread (n, k): standard deviations of a variational code, else (n, 0). maps (n, h, w, c) or
    (n, steps, c): early feature maps of a convolutional encoder, else (n, 0).
    """

    samples: np.ndarray
    outputs: np.ndarray
    codes: np.ndarray
    spread: np.ndarray
    maps: np.ndarray

    def __len__(self) -> int:
        return len(self.samples)


def features(model, samples: np.ndarray) -> Features:
    """Passes samples (n, ...), NaN where missing, through a model; missing ones go in as 0."""
    inputs = np.nan_to_num(samples) if samples.ndim < 4 else samples
    codes, *more = encode(model.get_layer("encoder"), inputs)
    none = np.zeros((len(samples), 0), np.float32)
    spread = np.exp(more[0] / 2) if more else none
    return Features(
        samples, reconstruct(model, inputs), codes.reshape(len(codes), -1), spread, none
    )
