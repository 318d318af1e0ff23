"""Grey values under beta-binomial distributions, as tables that every machine computes alike.

Entropy coding needs the same probabilities in both directions to the last bit. So log α and log β
are rounded to a grid before anything is computed from them, and from there on only additions,
products and quotients are used, which IEEE 754 defines exactly.
"""

from functools import lru_cache

import numpy as np

from aecore.data.arrays import LARGEST_GREY
from aecore.models.variational import LEAST, LOG_SUMS

PER_NAT = 8  # grid points of log α and log β; a coarser grid costs bits, a finer one memory
POINTS = round((LOG_SUMS[1] - LEAST) * PER_NAT) + 1
PART = 2**10  # distributions at a time


def places(log_alpha: np.ndarray, log_beta: np.ndarray) -> np.ndarray:
    """Where in `table` the distributions lie that are nearest to these, any shape."""
    alpha, beta = (
        np.clip(np.rint((each - LEAST) * PER_NAT), 0, POINTS - 1).astype(np.int64)
        for each in (log_alpha, log_beta)
    )
    return alpha * POINTS + beta


@lru_cache(maxsize=1)
def table() -> np.ndarray:
    """The chance of each grey value under each distribution of the grid, (POINTS², 256).

    From one grey value to the next the chance changes by (n - k) / (k + 1) · (k + α) /
    (n - k - 1 + β).
    """
    # rounded to float32, as the last bit of a float64 exponential differs between libraries
    grid = np.exp(LEAST + np.arange(POINTS) / PER_NAT).astype(np.float32).astype(np.float64)
    alphas, betas = np.repeat(grid, POINTS), np.tile(grid, POINTS)
    k = np.arange(LARGEST_GREY)
    found = np.empty((POINTS**2, LARGEST_GREY + 1), np.float32)
    for start in range(0, len(found), PART):
        rows = slice(start, start + PART)
        alpha, beta = alphas[rows, None], betas[rows, None]
        ratios = ((LARGEST_GREY - k) * (k + alpha)) / ((k + 1) * (LARGEST_GREY - 1 - k + beta))
        chances = np.cumprod(np.pad(ratios, ((0, 0), (1, 0)), constant_values=1.0), axis=1)
        found[rows] = chances / np.cumsum(chances, axis=1)[:, -1:]  # summed in order
    return found
