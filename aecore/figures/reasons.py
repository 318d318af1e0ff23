"""Why a sample is unusual: heat over an image, and the largest shares of columns or channels."""

import numpy as np

from aecore.data.arrays import to_floats

HOT = np.array([0.82, 0.29, 0.36], np.float32)  # the colour of thresholds
DIM = 0.85  # of the image where it is of no weight
SMOOTH = 0.5  # exponent: half a share is seen as 70% of the colour


def heat_over(images: np.ndarray, reasons: np.ndarray) -> np.ndarray:
    """Images (n, h, w, c) in grey, 8-bit or in [0, 1], with the places that count in red.

    Args:
        reasons: (n, h, w), not negative; each image has its own scale.

    Returns:
        (n, h, w, 3) in [0, 1].
    """
    grey = to_floats(images).mean(axis=-1, keepdims=True)
    most = reasons.max(axis=(1, 2), keepdims=True)
    weight = (reasons / np.where(most > 0, most, 1))[..., None] ** SMOOTH
    return (DIM * grey * (1 - weight) + HOT * weight).astype(np.float32)


def largest(shares: np.ndarray, names: tuple[str, ...], most: int = 3) -> list[tuple[str, float]]:
    """The names of the parts with the largest shares (parts,) of a sample's score, and these."""
    order = np.argsort(-shares, kind="stable")[:most]
    return [(names[at], float(shares[at])) for at in order if shares[at] > 0]
