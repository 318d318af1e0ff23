"""Ways through the codes: between samples, and along what differs between classes."""

import numpy as np

from aecore.generation.decoding import decoded, encoded


def between(corners: np.ndarray, side: int) -> np.ndarray:
    """Codes between two, three or four codes (c, latent_size), interpolated linearly.

    Returns:
        (1, side, latent_size) between two. Else (side, side, latent_size): the first two codes are
        the upper corners, left and right, the others the lower ones; three share the lower side.
    """
    weights = np.linspace(0, 1, side)[:, None]
    across = (1 - weights) * corners[0] + weights * corners[1]  # (side, latent_size)
    if len(corners) == 2:
        return across[None]
    below = (1 - weights) * corners[2] + weights * corners[-1]
    return (1 - weights)[..., None] * across + weights[..., None] * below


def morph(model, samples: np.ndarray, side: int, layout: tuple[int, ...] = ()) -> np.ndarray:
    """What lies between two, three or four samples (c, ...): rows (r, side, ...), as `between`."""
    codes = between(encoded(model, samples), side)
    made = decoded(model, codes.reshape(-1, codes.shape[-1]), layout)
    return made.reshape(*codes.shape[:2], *made.shape[1:])


def along(
    model,
    sample: np.ndarray,
    direction: np.ndarray,
    steps: np.ndarray,
    layout: tuple[int, ...] = (),
) -> np.ndarray:
    """A sample (...) whose code is moved by multiples (n,) of a direction: samples (n, ...)."""
    return decoded(model, encoded(model, sample[None]) + steps[:, None] * direction, layout)
