"""A detector: a score with what it learnt, and a threshold with how it was chosen and on what."""

from dataclasses import dataclass

import numpy as np

from aecore.detection.thresholds import Threshold


@dataclass(frozen=True)
class Detector:
    """What a run needs beside its model to flag anomalies.

    score: a key of `SCORES`; state: what it learnt, name → array. threshold: above which it flags.
    calibration (m,): scores of normal validation data, ascending. normal: the names of the classes
    that were learnt; empty if all were. dataset: the key of the data set.
    """

    score: str
    state: dict[str, np.ndarray]
    threshold: Threshold
    calibration: np.ndarray
    normal: tuple[str, ...]
    dataset: str
