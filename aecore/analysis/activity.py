"""How often the units of a code are active."""

import numpy as np

ON = 0.1  # a unit is on above this; sigmoid and normalised codes reach about 1


def activity(codes: np.ndarray) -> dict[str, float]:
    """Of codes (n, latent_size): share of units on in an image, and units never on (dead)."""
    on = codes > ON
    return {"active": float(on.mean()), "dead": float((~on.any(axis=0)).sum())}
