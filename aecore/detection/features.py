"""What a model makes of samples: everything that a score may need."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from aecore.analysis.reconstruction import encode, in_batches, reconstruct

SCALES = 2  # of feature maps: after the first convolution, and after the second
LARGEST = 32  # places along a side of feature maps, at most: of finer ones means are taken


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

    def at(self, chosen: np.ndarray | slice) -> Self:
        """The same of some samples: (n,) bool, indices, or a slice."""
        return type(self)(*(values[chosen] for values in vars(self).values()))


def features(model, samples: np.ndarray) -> Features:
    """Passes samples (n, ...), NaN where missing, through a model; missing ones go in as 0."""
    inputs = inputs_of(samples)
    encoder = model.get_layer("encoder")
    codes, *more = encode(encoder, inputs)
    none = np.zeros((len(samples), 0), np.float32)
    # a variational encoder gives the log-variance too; the U-Net of denoising gives further maps
    spread = np.exp(more[0] / 2) if len(more) == 1 and more[0].shape == codes.shape else none
    return Features(
        samples, reconstruct(model, inputs), codes.reshape(len(codes), -1), spread,
        _maps(encoder, inputs),
    )  # fmt: skip


def inputs_of(samples: np.ndarray) -> np.ndarray:
    """What a model takes of samples (n, ...): 0, the mean, where a value is missing."""
    return np.nan_to_num(samples) if samples.ndim < 4 else samples


def mapped_layers(encoder) -> list[str]:
    """The names of the layers that give the early feature maps; none without convolutions."""
    import keras

    ends: list[str] = []
    for layer in encoder.layers:
        if isinstance(layer, keras.layers.Conv1D | keras.layers.Conv2D):
            ends.append(layer.name)
        elif isinstance(layer, keras.layers.Activation) and ends:
            ends[-1] = layer.name  # which ends the block of that convolution
    return ends[:SCALES]


def together(maps: list[np.ndarray]) -> np.ndarray:
    """Feature maps (n, …, c) of several scales as one, as coarse as the coarsest of them.

    Finer maps give the mean over each place of the coarsest.
    """
    sides = [min(side, LARGEST) for side in maps[-1].shape[1:-1]]
    for axis, side in enumerate(sides, 1):
        maps = [_pooled(part, axis, side) for part in maps]
    return np.concatenate(maps, axis=-1)


def _pooled(maps: np.ndarray, axis: int, side: int) -> np.ndarray:
    """Means over neighbours along an axis, so that `side` places are left."""
    edges = np.linspace(0, maps.shape[axis], side + 1).astype(int)
    sums = np.add.reduceat(maps, edges[:-1], axis=axis)
    return sums / np.diff(edges).reshape([-1, *[1] * (maps.ndim - axis - 1)]).astype(maps.dtype)


def _maps(encoder, inputs: np.ndarray) -> np.ndarray:
    import keras

    names = mapped_layers(encoder)
    if not names or not len(inputs):
        return np.zeros((len(inputs), 0), np.float32)
    taps = keras.Model(encoder.inputs[0], [encoder.get_layer(name).output for name in names])
    return together(in_batches(taps, inputs))
