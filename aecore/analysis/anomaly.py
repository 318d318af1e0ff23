"""What an error says: thresholds, and where a new image stands among the held-out ones."""

import numpy as np


def threshold_for(errors: np.ndarray, share: float) -> float:
    """The error above which `share` (0 to 1) of the held-out errors (n,) lie."""
    return float(np.quantile(errors, 1 - share))


def share_above(errors: np.ndarray, threshold: float) -> float:
    """The share of errors (n,) above a threshold."""
    return float(np.mean(errors > threshold))


def flagged_by_class(errors: np.ndarray, labels: np.ndarray, threshold: float) -> dict[int, float]:
    """Class → share of its errors above the threshold."""
    return {int(c): share_above(errors[labels == c], threshold) for c in np.unique(labels)}


def standing(errors: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """The share of held-out errors (n,) below each new score (m,): 0.99 is rarely so bad."""
    return np.searchsorted(np.sort(errors), scores, side="left") / len(errors)
