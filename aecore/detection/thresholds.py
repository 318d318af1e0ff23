"""Thresholds: above which score a sample is flagged, and what follows from it."""

import math
from dataclasses import dataclass

import numpy as np

from aecore.data.refusal import Refusal

CONFIDENCE = 0.95
USUAL_SHARE = 0.01  # of false alarms


class NoThreshold(Refusal):
    """A threshold cannot be chosen so; the text says what is missing."""


@dataclass(frozen=True)
class Threshold:
    """A threshold and how it was chosen.

    value: scores above it are flagged. rule: "false alarms" (a wanted share of normal validation
    data, no label used), "cost", "f1" or "hand". wanted: the share of false alarms that was asked
    for; of other rules the one that was found. share: of the normal validation scores above it.
    low, high: an interval of 95% for the share of false alarms on new normal data. normal: how
    many independent normal validation scores it rests on.
    """

    value: float
    rule: str
    wanted: float
    share: float
    low: float
    high: float
    normal: int


def false_alarms(
    calibration: np.ndarray, share: float = USUAL_SHARE, normal: int | None = None
) -> Threshold:
    """The threshold above which at most a share of new normal samples is expected.

    It is the k-th smallest of m normal scores, k = ceil((m + 1)(1 - share)), or the largest where
    there are too few. The share of new normal scores above it follows a beta distribution,
    Beta(m + 1 - k, k), whatever the distribution of the scores (David & Nagaraja 2003, Order
    Statistics, section 2.5), which gives the interval.

    Args:
        calibration: scores of normal validation data (m,), ascending.
        share: of false alarms, in (0, 1).
        normal: how many independent scores these are worth; None for m.

    Raises:
        NoThreshold: there is no score, or the share is none.
    """
    _check(calibration)
    if not 0 < share < 1:
        raise NoThreshold("The share of false alarms lies between 0 and 1; it was {:g}.", share)
    m = len(calibration)
    normal = m if normal is None else normal
    below = min(normal, math.ceil((normal + 1) * (1 - share) - 1e-9))  # or at the threshold
    k = math.ceil(below / normal * m - 1e-9)
    above = _share_above(calibration, calibration[k - 1])
    low, high = (_beta(q, normal - below + 1, below) for q in _ends())
    return Threshold(float(calibration[k - 1]), "false alarms", share, above, low, high, normal)


def at_value(
    calibration: np.ndarray, value: float, normal: int | None = None, rule: str = "hand"
) -> Threshold:
    """A threshold of a value, with the interval of Clopper & Pearson (1934) for its false alarms.

    Args:
        calibration, normal: as of `false_alarms`.

    Raises:
        NoThreshold: there is no score to tell them from.
    """
    _check(calibration)
    share, normal = _share_above(calibration, value), normal or len(calibration)
    x, (lower, upper) = share * normal, _ends()
    low = _beta(lower, x, normal - x + 1) if x > 0 else 0.0
    high = _beta(upper, x + 1, normal - x) if x < normal else 1.0
    return Threshold(float(value), rule, share, share, low, high, normal)


def least_cost(
    calibration: np.ndarray,
    unusual: np.ndarray,
    scores: np.ndarray,
    ratio: float,
    normal: int | None = None,
) -> Threshold:
    """The threshold at which labelled samples cost least.

    Args:
        unusual: whether each is an anomaly (n,), bool. scores (n,).
        ratio: a missed anomaly costs as much as so many false alarms.

    Raises:
        NoThreshold: there are no anomalies among them, or nothing else.
    """
    values, flagged, hits = _counts(unusual, scores)
    cost = (flagged - hits) + ratio * (unusual.sum() - hits)
    return at_value(calibration, values[np.argmin(cost)], normal, "cost")


def best_f1(
    calibration: np.ndarray, unusual: np.ndarray, scores: np.ndarray, normal: int | None = None
) -> Threshold:
    """The threshold with the best F1 on labelled samples, which is too favourable for new ones.

    Args:
        unusual, scores, normal: as of `least_cost`.

    Raises:
        NoThreshold: there are no anomalies among them, or nothing else.
    """
    values, flagged, hits = _counts(unusual, scores)
    f1 = 2 * hits / (flagged + unusual.sum())
    return at_value(calibration, values[np.argmax(f1)], normal, "f1")


def _counts(unusual: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Thresholds, high to low, with the number of samples above each, and of anomalies."""
    if not unusual.any() or unusual.all():
        raise NoThreshold(
            "None of the judged samples is known to be {}, so that this cannot be measured.",
            "normal" if unusual.any() else "an anomaly",
        )
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(unusual[order])
    last = np.flatnonzero(np.diff(ranked, append=-np.inf))  # of equal scores
    below = np.append(ranked[1:], ranked[-1] - 1)[last]
    middles = np.append(ranked[0], (ranked[last] + below) / 2)
    return middles, np.append(0, last + 1), np.append(0, hits[last])


def _check(calibration: np.ndarray) -> None:
    if not len(calibration):
        raise NoThreshold("There is no normal validation data to choose a threshold by.")


def _share_above(calibration: np.ndarray, value: float) -> float:
    above = len(calibration) - np.searchsorted(calibration, value, side="right")
    return float(above / len(calibration))


def _ends() -> tuple[float, float]:
    return (1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2


def _beta(q: float, a: float, b: float) -> float:
    """The quantile q of a beta distribution."""
    from scipy.special import betaincinv

    return float(betaincinv(a, b, q))
