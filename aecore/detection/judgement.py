"""A run as a detector, judged: everything that pages show of it."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from aecore.analysis.study import Study
from aecore.detection.detector import Detector

ANOMALY, NORMAL, UNKNOWN = 1, 0, -1  # in `truth`


@dataclass(frozen=True)
class Judgement(Study):
    """A detector on n samples: on normal test data and all that was not learnt.

    Of a series in time the n samples are all its steps, those in no window with a score of NaN.

    detector: what judged. scores (n,): larger is more unusual. truth (n,), int8: 1 an anomaly, 0
    normal, -1 unknown. labels (n,): classes. where (n,): places in the data set, of its rows or
    images as they are stored, of a series the steps. learnt (n,), bool: whether the model or the
    calibration saw it, which happens in a series in time alone.
    baselines: key of `BASELINES` → its scores (n,) and those of normal validation data (m,).
    shown (k,): places among the n, the most unusual first: each a sample, in a series the step
    that decides in each of the most unusual windows. starts (k,): the steps at which these windows
    begin, else (0,).
    clean, outputs (k, ...): these samples or windows as they are and as they were reconstructed,
    kept as `Kind.keep` says: 8-bit images, prepared rows and windows with NaN where missing.
    reasons (k, ...): how much each part counts: of images (k, h, w), of rows (k, columns), of
    windows (k, steps, channels); not negative, summing to 1 over a sample, or all 0.
    """

    name: ClassVar[str] = "judgement"

    detector: Detector
    scores: np.ndarray
    truth: np.ndarray
    labels: np.ndarray
    where: np.ndarray
    learnt: np.ndarray
    baselines: dict[str, tuple[np.ndarray, np.ndarray]]
    shown: np.ndarray
    starts: np.ndarray
    clean: np.ndarray
    outputs: np.ndarray
    reasons: np.ndarray
