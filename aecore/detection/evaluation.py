"""How well scores separate anomalies from normal samples, with intervals from the bootstrap.

Throughout, truth (n,) is 1 for an anomaly and 0 for a normal sample, and a larger score is more
unusual. Measures that need both raise `OneSided` where one of them is absent. Samples that are not
independent, such as the steps of a series, come with blocks (n,), int: the bootstrap draws all
samples of a block or none of them. None stands for independent samples.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aecore.data.refusal import Refusal

REPETITIONS = 400  # of the bootstrap, at most
DRAWS = 10_000_000  # samples drawn for one bootstrap, about: fewer repetitions on large sets
LEAST_REPETITIONS = 100
LEVEL = 0.95  # of an interval
LEAST_BLOCKS = 3  # of each class, of which an interval is told
POINTS = 512  # of a curve that is drawn


class OneSided(Refusal):
    """There are only anomalies, or none, so that nothing can be compared."""


@dataclass(frozen=True)
class Interval:
    """A figure, and the bounds of its 95% interval; NaN where too few blocks tell it."""

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


def roc(
    truth: np.ndarray, scores: np.ndarray, seed: int = 0, blocks: np.ndarray | None = None
) -> Curve:
    """False alarm rate (x) against recall (y), from (0, 0) to (1, 1)."""
    unusual, normal = (part[0, ::-1].cumsum() for part in _grouped(truth, scores))
    x, y = (np.concatenate([[0], part / part[-1]]) for part in (normal, unusual))
    return Curve(*_thinned(x, y), bootstrapped(truth, scores, "roc_auc", seed, blocks))


def precision_recall(
    truth: np.ndarray, scores: np.ndarray, seed: int = 0, blocks: np.ndarray | None = None
) -> Curve:
    """Recall (x) against precision (y), from the highest threshold down."""
    unusual, normal = (part[0, ::-1].cumsum() for part in _grouped(truth, scores))
    x, y = unusual / unusual[-1], unusual / (unusual + normal)
    area = bootstrapped(truth, scores, "average_precision", seed, blocks)
    return Curve(*_thinned(x, y), area)


def bootstrapped(
    truth: np.ndarray, scores: np.ndarray, measure: str = "roc_auc", seed: int = 0,
    blocks: np.ndarray | None = None,
) -> Interval:  # fmt: skip
    """A measure of `MEASURES` with its interval: anomalies and normal samples drawn anew."""
    value, drawn = repeated(truth, scores, measure, seed, blocks)
    return interval(value, drawn, counted_blocks(truth, blocks))


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
    truth: np.ndarray, scores: np.ndarray, measure: str, seed: int,
    blocks: np.ndarray | None = None,
) -> tuple[float, np.ndarray]:  # fmt: skip
    """A measure, and its values on blocks drawn with replacement from each of the classes."""
    function = MEASURES[measure]
    value = float(function(*_grouped(truth, scores))[0])
    place, groups = _between(truth, scores)
    blocks = np.arange(len(truth)) if blocks is None else blocks
    classes = []
    for kind in (1, 0):
        members = truth == kind
        named, block = np.unique(blocks[members], return_inverse=True)
        classes.append((place[members], block, len(named)))
    generator = np.random.default_rng(seed)
    repetitions = int(np.clip(DRAWS // len(truth), LEAST_REPETITIONS, REPETITIONS))
    drawn = np.empty(repetitions)
    for repetition in range(repetitions):
        counts = [
            np.bincount(at, _times(generator, count)[block], groups)[None]
            for at, block, count in classes
        ]
        drawn[repetition] = function(*counts)[0]
    return value, drawn


def _times(generator: np.random.Generator, count: int) -> np.ndarray:
    """How often each of some blocks is among as many that are drawn with replacement."""
    return np.bincount(generator.integers(0, count, count), minlength=count)


def counted_blocks(truth: np.ndarray, blocks: np.ndarray | None) -> tuple[int, int] | None:
    """How many blocks of anomalies and of normal samples there are; None without blocks."""
    if blocks is None:
        return None
    unusual, normal = (len(np.unique(blocks[truth == kind])) for kind in (1, 0))
    return unusual, normal


def _between(truth: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, int]:
    """Where scores lie among those of the anomalies (n,), ascending, and how many places there are.

    Both measures depend on nothing else, and of many normal samples few places are left.
    """
    levels = np.unique(scores[truth == 1])
    place = np.searchsorted(levels, scores)
    at = levels[np.minimum(place, len(levels) - 1)] == scores
    return (2 * place + at).astype(np.int32), 2 * len(levels) + 1


def interval(
    value: float, drawn: np.ndarray, counts: tuple[int, int] | None = None, lowest: float = 0.0
) -> Interval:
    """A figure with its interval from repetitions (r,) of it.

    Repetitions of few blocks vary too little, so that the interval is widened as Student's is
    (Hesterberg 2015, doi:10.1080/00031305.2015.1089789).

    Args:
        counts: of blocks of each class. lowest: that the figure can be; the highest is 1.
    """
    ends = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    if counts is not None:
        ends = np.clip(value + (ends - value) * _widening(min(counts)), lowest, 1)
    low, high = map(float, ends)
    return Interval(float(value), low, high)


def _widening(count: int) -> float:
    """By how much an interval from so many blocks is wider than its quantiles tell."""
    if count < LEAST_BLOCKS:
        return float("nan")
    from scipy.special import ndtri, stdtrit

    level = (1 + LEVEL) / 2
    return float(stdtrit(count - 1, level) / ndtri(level) * np.sqrt(count / (count - 1)))


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
