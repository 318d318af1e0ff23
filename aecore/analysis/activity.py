"""Activity of the units of a code."""

import numpy as np

ON = 0.1  # a unit is active above this; sigmoid and normalised codes reach about 1


def activity(codes: np.ndarray) -> dict[str, float]:
    """The share of active units per image, and the dead units, of codes (n, latent_size)."""
    on = codes > ON
    return {"active": float(on.mean()), "dead": float((~on.any(axis=0)).sum())}
