"""Scores of windows over time: scores of steps, events, and the measures that suit them.

Here truth (steps,) is 1 within an anomaly and 0 elsewhere, and flags (steps,) are bool.
"""

from dataclasses import dataclass

import numpy as np

from aecore.data.refusal import Refusal
from aecore.detection.evaluation import confusion

THRESHOLDS = 250  # of a curve, as in the implementations of VUS
RANDOM_DRAWS = 20


class NoEvent(Refusal):
    """A series has no anomaly to be found."""


@dataclass(frozen=True)
class OverTime:
    """What flags over time are worth.

    f1, precision, recall, false_alarm_rate: over steps, nothing adjusted. starts, stops: of the
    true events (e,), in steps, the stop outside. delays (e,): steps from the start of each to its
    first alarm, NaN if there was none. false_events: runs of flags that touch no true event.
    adjusted_f1: over steps after all of an event counts as found if one step was; adjusted_random:
    the same of as many flags at random places, without which it says nothing (Kim et al. 2022,
    arXiv:2109.05257).
    """

    f1: float
    precision: float
    recall: float
    false_alarm_rate: float
    starts: np.ndarray
    stops: np.ndarray
    delays: np.ndarray
    false_events: int
    adjusted_f1: float
    adjusted_random: float

    @property
    def found(self) -> int:
        """How many events were found."""
        return int((~np.isnan(self.delays)).sum())


def step_scores(
    scores: np.ndarray, starts: np.ndarray, length: int, steps: int, by: str = "mean"
) -> np.ndarray:
    """Scores of steps from those of the windows that cover them; NaN where none does.

    Args:
        scores, starts: (w,) of the windows. by: "mean", or "least": a step is as unusual as the
            most usual of its windows, so that it is flagged only where all of them are.
    """
    covered = np.zeros(steps + 1)
    np.add.at(covered, starts, 1)
    np.add.at(covered, starts + length, -1)
    covered = covered[:steps].cumsum()
    if by == "mean":
        ends = np.zeros(steps + 1)
        np.add.at(ends, starts, scores)
        np.add.at(ends, starts + length, -scores)
        total = ends[:steps].cumsum()
        return np.where(covered > 0, total / np.maximum(covered, 1), np.nan)
    least = np.full(steps, np.inf)
    for offset in range(length):
        np.minimum.at(least, starts + offset, scores)
    return np.where(covered > 0, least, np.nan)


def events(flags: np.ndarray) -> np.ndarray:
    """The runs of flagged steps, (e, 2): where each starts, and the step after its last."""
    edges = np.diff(np.concatenate([[0], np.asarray(flags, np.int8), [0]]))
    return np.stack([np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)], axis=1)


def blocks(truth: np.ndarray, known: np.ndarray, length: int) -> np.ndarray:
    """Stretches that are about as good as independent samples, for the bootstrap.

    Steps less than a window apart share windows. So each event is one stretch, and what is normal
    is cut into stretches of at least a window, or as much of it as lies between two events.

    Args:
        known: which steps count (steps,), bool; a gap shorter than a window ends no stretch.
        length: of a window.

    Returns:
        (k,), int: the number of the stretch in which each of the k known steps lies.
    """
    at = np.flatnonzero(known)
    if not len(at):
        return at
    unusual = truth[at] == 1
    begins = np.concatenate([[True], np.diff(unusual) | (np.diff(at) > length)])
    run, first = begins.cumsum() - 1, np.flatnonzero(begins)
    last = np.append(first[1:], len(at)) - 1
    spans = at[last] - at[first] + 1
    pieces = np.where(unusual[first], 1, np.maximum(spans // length, 1))
    within = (at - at[first][run]) * pieces[run] // spans[run]
    return (pieces.cumsum() - pieces)[run] + within


def evaluated(
    truth: np.ndarray, flags: np.ndarray, known: np.ndarray | None = None, seed: int = 0
) -> OverTime:
    """Everything that flags over time are measured by.

    Args:
        known: which steps count (steps,), bool; between two of them one that does not count ends
            an event and an alarm. None for all.

    Raises:
        NoEvent: nothing is anomalous.
    """
    known = np.ones(len(truth), bool) if known is None else known
    truth, flags = truth * known, flags & known
    true = events(truth == 1)
    if not len(true):
        raise NoEvent("This series has no known anomaly to find.")
    plain = confusion(truth[known], flags[known], 0.5)
    delays = np.array([_delay(flags[start:stop]) for start, stop in true])
    false = sum(not truth[start:stop].any() for start, stop in events(flags))
    return OverTime(
        plain.f1, plain.precision, plain.recall, plain.false_alarm_rate,
        true[:, 0], true[:, 1], delays, false,
        adjusted_f1(truth, flags),
        random_adjusted_f1(truth, float(np.mean(flags[known])), seed, known),
    )  # fmt: skip


def adjusted_f1(truth: np.ndarray, flags: np.ndarray) -> float:
    """F1 over steps once a single flag in an event counts for all of it (point adjustment)."""
    adjusted = np.array(flags, bool)
    for start, stop in events(truth == 1):
        adjusted[start:stop] = adjusted[start:stop].any()
    return confusion(truth, adjusted, 0.5).f1


def random_adjusted_f1(
    truth: np.ndarray, share: float, seed: int = 0, known: np.ndarray | bool = True
) -> float:
    """The mean of `adjusted_f1` where a share of the known steps is flagged at random."""
    generator = np.random.default_rng(seed)
    draws = [(generator.random(len(truth)) < share) & known for _ in range(RANDOM_DRAWS)]
    return float(np.mean([adjusted_f1(truth, flags) for flags in draws]))


def vus_pr(truth: np.ndarray, scores: np.ndarray, buffer: int) -> float:
    """The volume under the surface of precision and recall over the width of a buffer.

    Labels fade out over half a buffer on either side of an event; an event counts as found by the
    share of events touched; the area under the curve is averaged over the buffers 0 … `buffer`.
    Paparrizos et al. 2022, doi:10.14778/3551793.3551830, section 4.

    Args:
        scores: (steps,), none of them NaN. buffer: steps, at most; usually a period or a window.

    Raises:
        NoEvent: nothing is anomalous.
    """
    true = events(truth == 1)
    if not len(true):
        raise NoEvent("This series has no known anomaly to find.")
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    at = np.linspace(0, len(scores) - 1, THRESHOLDS).astype(int)
    flagged = np.searchsorted(-ranked, -ranked[at], side="right")  # by "at least the threshold"
    areas = [
        _range_area(truth, scores, order, ranked[at], flagged, true, width)
        for width in range(buffer + 1)
    ]
    return float(np.mean(areas))


def _range_area(truth, scores, order, thresholds, flagged, true, width: int) -> float:
    """The area under range-based precision and recall for one buffer."""
    labels = _faded(truth, true, width)
    hits = labels[order].cumsum()[flagged - 1]
    highest = np.array([scores[start:stop].max() for start, stop in events(labels > 0)])
    touched = (highest[None] >= thresholds[:, None]).mean(axis=1)
    positives = (truth.sum() + labels.sum()) / 2
    recall = np.concatenate([[0], np.minimum(hits / positives, 1) * touched])
    precision = np.concatenate([[1], hits / flagged])
    return float(np.sum(np.diff(recall) * (precision[1:] + precision[:-1]) / 2))


def _faded(truth: np.ndarray, true: np.ndarray, width: int) -> np.ndarray:
    """Labels that fall off as sqrt(1 - distance / width) over half the width beside events."""
    labels = (truth == 1).astype(np.float64)
    distance = np.arange(1, width // 2 + 1)
    slope = np.sqrt(1 - distance / max(width, 1))
    for start, stop in true:
        after = distance[stop - 1 + distance < len(labels)]
        after = after[after < width // 2]  # the slope after an event begins at its last step
        labels[stop - 1 + after] += slope[: len(after)]
        before = distance[start - distance >= 0]
        labels[start - before] += slope[: len(before)]
    return np.minimum(labels, 1)


def _delay(flags: np.ndarray) -> float:
    return float(np.argmax(flags)) if np.any(flags) else np.nan
