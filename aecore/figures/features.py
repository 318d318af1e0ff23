"""Features of pixels with signs, such as weights, as pictures."""

import numpy as np

from aecore.data.arrays import to_bytes


def signed_pictures(features: np.ndarray) -> np.ndarray:
    """Features (n, h, w, c) as 8-bit pictures: grey is zero, bright positive, dark negative.

    Each is stretched to the whole range, for its sign and shape are what is looked at.
    """
    largest = np.abs(features).max(axis=(1, 2, 3), keepdims=True)
    return to_bytes(0.5 + 0.5 * features / np.maximum(largest, 1e-12))
