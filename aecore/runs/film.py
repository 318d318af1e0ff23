"""The film of a training: a few validation images and their codes, at moments of the training."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np

from aecore.data.kinds import kind_of

MOST_FRAMES, FEWEST_FRAMES = 60, 12
MOST_IMAGES, FEWEST_IMAGES = 10, 4  # rebuilt in each frame
MOST_PLACED = 500  # samples whose codes are placed on the map
MOST_BYTES = 2_000_000  # of all frames' images, before they are compressed
OF_IMAGES = ("originals", "inputs", "outputs", "epochs")  # which earlier versions wrote alone
OF_CODES = ("losses", "places", "labels")


@dataclass(frozen=True)
class Film:
    """Images rebuilt at some moments of a training, and where their codes lay.

    originals, inputs (m, *shape) and outputs (frames, m, *shape), images in 8 bits; epochs
    (frames,) passed until each frame, increasing; losses (frames,) of training in the epoch so far,
    before the first step of the untrained network on validation data, NaN where unknown; places
    (frames, n, 2) of codes, and the classes of their samples: labels (n,). Films of earlier
    versions have no codes, n = 0, and losses of NaN.
    """

    originals: np.ndarray
    inputs: np.ndarray
    outputs: np.ndarray
    epochs: np.ndarray
    losses: np.ndarray
    places: np.ndarray
    labels: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int16))

    def __len__(self) -> int:
        return len(self.epochs)

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> Self | None:
        """A film from the arrays of its file; None if there are none."""
        if not arrays:
            return None
        count = len(arrays["epochs"])
        told = {
            "losses": np.full(count, np.nan, np.float32),
            "places": np.zeros((count, 0, 2), np.float16),
            "labels": np.zeros(0, np.int16),
        }
        return cls(**(told | arrays))


def frames_for(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many samples of a shape are rebuilt in a frame, and how many frames are kept, at most."""
    each = kind_of(shape).reduce(np.zeros((1, *shape), np.float32)).nbytes
    images = MOST_BYTES // (each * MOST_FRAMES // 2)
    images = max(FEWEST_IMAGES, min(MOST_IMAGES, images))
    return images, max(FEWEST_FRAMES, min(MOST_FRAMES, MOST_BYTES // (each * images)))


def superfluous(epochs: list[float]) -> int:
    """Which frame is missed least: the inner one between the two that are closest.

    Closeness is that of the square roots of the epochs, for a training changes fastest in its
    beginning. The first and the last frame stay.
    """
    passed = np.sqrt(epochs)
    return 1 + int(np.argmin(passed[2:] - passed[:-2]))
