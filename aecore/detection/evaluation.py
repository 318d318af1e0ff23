"""How well scores separate anomalies from normal samples, with intervals from the bootstrap.

Throughout, truth (n,) is 1 for an anomaly and 0 for a normal sample, and a larger score is more
unusual. Measures that need both raise `OneSided` where one of them is absent.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aecore.data.refusal import Refusal

REPETITIONS = 400  # of the bootstrap, at most
DRAWS = 10_000_000  # samples drawn for one bootstrap, about: fewer repetitions on large sets
LEAST_REPETITIONS = 100
LEVEL = 0.95  # of an interval
POINTS = 512  # of a curve that is drawn


class OneSided(Refusal):
    """There are only anomalies, or none, so that nothing can be compared."""


@dataclass(frozen=True)
class Interval:
    """A figure, and the bounds of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """A curve over all thresholds, x and y each (k,), with the area under it and its interval."""

    x: np.ndarray
    y: np.ndarray
    area: Interval


@dataclass(frozen=True)
class Confusion:
    """What a threshold flags: true and false alarms, and what it leaves."""

    true_alarms: int
    false_alarms: int
    missed: int
    left: int

    @property
    def precision(self) -> float:
        """The share of alarms that are anomalies; NaN without an alarm."""
        return _share(self.true_alarms, self.true_alarms + self.false_alarms)

    @property
    def recall(self) -> float:
        """The share of anomalies that are flagged; NaN without an anomaly."""
        return _share(self.true_alarms, self.true_alarms + self.missed)

    @property
    def false_alarm_rate(self) -> float:
        """The share of normal samples that are flagged; NaN without a normal sample."""
        return _share(self.false_alarms, self.false_alarms + self.left)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; NaN without an anomaly or an alarm."""
        return _share(2 * self.true_alarms, 2 * self.true_alarms + self.false_alarms + self.missed)


def roc_auc(truth: np.ndarray, scores: np.ndarray) -> float:
    """The chance that an anomaly scores higher than a normal sample; ties count half."""
    return float(_roc_areas(*_grouped(truth, scores))[0])


def average_precision(truth: np.ndarray, scores: np.ndarray) -> float:
    """The mean of the precision over the anomalies, in the order of their scores."""
    return float(_precision_areas(*_grouped(truth, scores))[0])


def precision_at(truth: np.ndarray, scores: np.ndarray, count: int | None = None) -> float:
    """The share of anomalies among the `count` highest scores; usually as many as there are.

    Among equal scores at the border it is what a random order gives in the mean.
    """
    _check(truth)
    count = int(truth.sum()) if count is None else min(count, len(truth))
    border = np.sort(scores)[len(scores) - count]
    above, equal = scores > border, scores == border
    hits = truth[above].sum() + (count - above.sum()) * truth[equal].mean()
    return float(hits / count)


def confusion(truth: np.ndarray, scores: np.ndarray, threshold: float) -> Confusion:
    """What is flagged where a score above the threshold is an alarm; one class may be absent."""
    flagged, unusual = scores > threshold, truth == 1
    return Confusion(
        int((flagged & unusual).sum()), int((flagged & ~unusual).sum()),
        int((~flagged & unusual).sum()), int((~flagged & ~unusual).sum()),
    )  # fmt: skip


def roc(truth: np.ndarray, scores: np.ndarray, seed: int = 0) -> Curve:
    """False alarm rate (x) against recall (y), from (0, 0) to (1, 1)."""
    unusual, normal = (part[0, ::-1].cumsum() for part in _grouped(truth, scores))
    x, y = (np.concatenate([[0], part / part[-1]]) for part in (normal, unusual))
    return Curve(*_thinned(x, y), bootstrapped(truth, scores, "roc_auc", seed))


def precision_recall(truth: np.ndarray, scores: np.ndarray, seed: int = 0) -> Curve:
    """Recall (x) against precision (y), from the highest threshold down."""
    unusual, normal = (part[0, ::-1].cumsum() for part in _grouped(truth, scores))
    x, y = unusual / unusual[-1], unusual / (unusual + normal)
    return Curve(*_thinned(x, y), bootstrapped(truth, scores, "average_precision", seed))


def bootstrapped(
    truth: np.ndarray, scores: np.ndarray, measure: str = "roc_auc", seed: int = 0
) -> Interval:
    """A measure of `MEASURES` with its interval: anomalies and normal samples drawn anew."""
    return interval(*repeated(truth, scores, measure, seed))


def _check(truth: np.ndarray) -> None:
    anomalies = int(np.sum(truth))
    if not 0 < anomalies < len(truth):
        kind = "anomaly" if not anomalies else "normal sample"
        raise OneSided("There is no known {} among these samples to compare with.", kind)


def _grouped(truth: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Anomalies and normal samples of each distinct score, ascending; each (1, groups)."""
    _check(truth)
    groups, place = np.unique(scores, return_inverse=True)
    return tuple(np.bincount(place, truth == kind, len(groups))[None] for kind in (1, 0))  # type: ignore[return-value]


def _roc_areas(unusual: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Areas under the ROC curves of counts (r, groups) by score, ascending; (r,)."""
    below = normal.cumsum(axis=1) - normal / 2
    return (unusual * below).sum(axis=1) / (unusual.sum(axis=1) * normal.sum(axis=1))


def _precision_areas(unusual: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """Average precisions of counts (r, groups) by score, ascending; (r,)."""
    hits = unusual[:, ::-1].cumsum(axis=1)
    flagged = hits + normal[:, ::-1].cumsum(axis=1)
    precision = hits / np.maximum(flagged, 1)
    return (unusual[:, ::-1] * precision).sum(axis=1) / hits[:, -1]


MEASURES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "roc_auc": _roc_areas,
    "average_precision": _precision_areas,
}


def repeated(
    truth: np.ndarray, scores: np.ndarray, measure: str, seed: int
) -> tuple[float, np.ndarray]:
    """A measure, and its values on samples drawn with replacement from each of the classes."""
    function = MEASURES[measure]
    value = float(function(*_grouped(truth, scores))[0])
    place, groups = _between(truth, scores)
    classes = [np.flatnonzero(truth == kind) for kind in (1, 0)]
    generator = np.random.default_rng(seed)
    repetitions = int(np.clip(DRAWS // len(truth), LEAST_REPETITIONS, REPETITIONS))
    drawn = np.empty(repetitions)
    for repetition in range(repetitions):
        counts = [
            np.bincount(place[members[generator.integers(0, len(members), len(members))]],
                        minlength=groups)[None]
            for members in classes
        ]  # fmt: skip
        drawn[repetition] = function(*counts)[0]
    return value, drawn


def _between(truth: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, int]:
    """Where scores lie among those of the anomalies (n,), ascending, and how many places there are.

    Both measures depend on nothing else, and of many normal samples few places are left.
    """
    levels = np.unique(scores[truth == 1])
    place = np.searchsorted(levels, scores)
    at = levels[np.minimum(place, len(levels) - 1)] == scores
    return (2 * place + at).astype(np.int32), 2 * len(levels) + 1


def interval(value: float, drawn: np.ndarray) -> Interval:
    """A figure with its interval from repetitions (r,) of it."""
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(value), float(low), float(high))


def _thinned(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A curve with at most `POINTS` points, the ends among them."""
    if len(x) <= POINTS:
        return x, y
    length = np.concatenate([[0], np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y)))])
    at = np.searchsorted(length, np.linspace(0, length[-1], POINTS))
    at = np.unique(np.clip([0, *at, len(x) - 1], 0, len(x) - 1))
    return x[at], y[at]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
