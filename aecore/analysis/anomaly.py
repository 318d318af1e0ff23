"""Reconstruction errors as anomaly scores: thresholds, and ranks among the test errors."""

import numpy as np


def threshold_for(errors: np.ndarray, share: float) -> float:
    """The error above which a share (0 to 1) of the test errors (n,) lies."""
    return float(np.quantile(errors, 1 - share))


def share_above(errors: np.ndarray, threshold: float) -> float:
    """The share of errors (n,) above a threshold."""
    return float(np.mean(errors > threshold))


def flagged_by_class(errors: np.ndarray, labels: np.ndarray, threshold: float) -> dict[int, float]:
    """Class → the share of its errors above the threshold."""
    return {int(c): share_above(errors[labels == c], threshold) for c in np.unique(labels)}


def share_below(errors: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """The share of test errors (n,) below each new score (m,): at 0.99 only 1% are as large."""
    return np.searchsorted(np.sort(errors), scores, side="left") / len(errors)
