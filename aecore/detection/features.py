"""What a model makes of samples: everything that a score may need."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from aecore.analysis.filling import TRIED, choose_rounds, filled
from aecore.analysis.reconstruction import encode, in_batches, reconstruct

SCALES = 2  # of feature maps: after the first convolution, and after the second
LARGEST = 32  # places along a side of feature maps, at most: of finer ones means are taken
HIDDEN = 0.25  # of the values of normal samples, to choose in how many rounds they are filled


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


def features(model, samples: np.ndarray, rounds: int = 0) -> Features:
    """Passes samples (n, ...), NaN where missing, through a model that fills them in some rounds.

    As 0, the mean, a missing value would spoil the reconstruction of the known ones, and normal
    samples would be flagged for it.
    """
    inputs = filled(model, samples, rounds)
    encoder = model.get_layer("encoder")
    codes, *more = encode(encoder, inputs)
    none = np.zeros((len(samples), 0), np.float32)
    # a variational encoder gives the log-variance too; the U-Net of denoising gives further maps
    spread = np.exp(more[0] / 2) if len(more) == 1 and more[0].shape == codes.shape else none
    return Features(
        samples, reconstruct(model, inputs), codes.reshape(len(codes), -1), spread,
        _maps(encoder, inputs),
    )  # fmt: skip


def rounds_of(model, training: np.ndarray, validation: np.ndarray, layout: tuple[int, ...]) -> int:
    """In how many rounds a model fills missing values; 0 for images, which have none.

    Args:
        training, validation: normal samples (…, ...). layout: as of `choose_rounds`.
    """
    if validation.ndim == 4:
        return 0
    known = np.concatenate([validation[:TRIED], training[:TRIED]])[:TRIED]
    return choose_rounds(model, known, layout, HIDDEN)


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
