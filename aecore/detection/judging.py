"""A detector is fitted to normal data, and judges samples."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from aecore.analysis.filling import filled
from aecore.analysis.reconstruction import BATCH, reconstruct
from aecore.analysis.rows import nothing_known
from aecore.analysis.study import affordable
from aecore.data.arrays import describe_shape
from aecore.data.refusal import Refusal
from aecore.data.series.series import Series
from aecore.data.series.windows import gather
from aecore.detection.data import Judged, independent
from aecore.detection.detector import Detector
from aecore.detection.features import Features, features, rounds_of
from aecore.detection.over_time import step_scores
from aecore.detection.reasons import reasons
from aecore.detection.scores import SCORES
from aecore.detection.thresholds import USUAL_SHARE, false_alarms

MOST_FITTED = 20_000  # normal samples of a part that a score is fitted to
CHUNK = 2**22  # values of samples that are judged at a time
SEED = 0
FOLDS = 5  # of validation samples, where a score learns from them and they are to be judged
ENOUGH = 1000  # of these: what a score learns from so many depends little on each
ROUNDING = 2.0**-20  # of the largest number: more than sums of float32 in another order differ by
ROUNDED = 256  # samples that tell what that does to a score, at most
STEPS_BY = "least"  # a step is flagged when all windows that it is in are


def silent(*_) -> None:
    """For work whose progress nobody watches."""


class NotJudged(Refusal):
    """Data cannot be judged; the text says why."""


@dataclass(frozen=True)
class New:
    """New samples, judged.

    scores (n,): NaN where nothing is known, or a step is in no window. flagged (n,), bool. outputs
    (n, ...): their reconstructions, prepared; reasons (n, ...): as `reasons` gives them. Of a
    stretch of a series the n are its steps, and both are (n, channels), the mean of the windows
    that a step is in.
    """

    scores: np.ndarray
    flagged: np.ndarray
    outputs: np.ndarray
    reasons: np.ndarray


def fit_detector(
    model, judged: Judged, score: str, normal: Sequence[str], dataset: str,
    share: float = USUAL_SHARE, layout: tuple[int, ...] = (),
) -> Detector:  # fmt: skip
    """A detector fitted to normal data, with a threshold for a share of false alarms.

    Of more than 20,000 normal samples of a part it looks at so many, drawn by a fixed seed.

    Args:
        judged: of which normal training and validation data alone are used.
        score: a key of `SCORES`. normal: names of the classes learnt. dataset: its key.
        layout: of a table, how many values each column has.

    Raises:
        NotJudged: there are too few normal samples, or the model gives no numbers.
    """
    parts = _some(judged.training), _some(judged.validation)
    rounds = rounds_of(model, *parts, layout)
    training, validation = (_features(model, part, rounds) for part in parts)
    state = SCORES[score].fit(training, validation)
    if FOLDS <= len(validation) < ENOUGH and len(validation) == len(judged.validation):
        calibration = _cross_fitted(score, training, validation)
    elif judged.time is not None and len(validation) < len(judged.validation):
        calibration = scores_of(model, score, state, judged.validation, rounds)  # of neighbours
    else:
        calibration = _checked(SCORES[score].of(state, validation).astype(np.float64))
    count = len(calibration)
    if judged.time is not None:
        calibration = of_steps(calibration, judged.time.calibrated, judged)
        calibration = calibration[~np.isnan(calibration)]
        count = independent(judged.time.calibrated, judged.time.length)
    calibration = np.sort(calibration) + _rounding(score, state, validation)
    threshold = false_alarms(calibration, share, count)
    return Detector(score, state, threshold, calibration, tuple(normal), dataset, rounds)


def fitted_state(
    model, score: str, training: np.ndarray, validation: np.ndarray
) -> dict[str, np.ndarray]:
    """What a score learns from normal training and validation samples."""
    return SCORES[score].fit(_features(model, training), _features(model, validation))


def _cross_fitted(score: str, training: Features, validation: Features) -> np.ndarray:
    """Scores of few validation samples, each by what is learnt without it and its neighbours.

    What learnt from them gives them lower scores than new normal samples get, and a threshold
    among these would flag too many (cross-conformal prediction: Vovk 2015,
    doi:10.1007/s10472-013-9368-4).
    """
    folds = np.arange(len(validation)) * FOLDS // len(validation)
    parts = []
    for fold in range(FOLDS):
        state = SCORES[score].fit(training, validation.at(folds != fold))
        parts.append(SCORES[score].of(state, validation.at(folds == fold)))
    return _checked(np.concatenate(parts).astype(np.float64))


def _rounding(score: str, state: dict[str, np.ndarray], found: Features) -> float:
    """What rounding may add to the score of one of some samples.

    A network does not give the same numbers for a sample at another place of a batch, and data
    that is all the same would else be flagged for that.
    """
    rng = np.random.default_rng(SEED)
    found = found.at(slice(affordable(ROUNDED, found.samples.shape[1:], values=CHUNK)))

    def moved(values: np.ndarray) -> np.ndarray:
        signs = rng.integers(0, 2, values.shape, np.int8) * 2 - 1
        return values + signs * (ROUNDING * np.abs(values).max(initial=0))

    outputs, codes, maps = map(moved, (found.outputs, found.codes, found.maps))
    apart = dataclasses.replace(found, outputs=outputs, codes=codes, maps=maps)
    of = SCORES[score].of
    return float((of(state, apart) - of(state, found)).max(initial=0))


def of_steps(scores: np.ndarray, starts: np.ndarray, judged: Judged) -> np.ndarray:
    """Scores of windows as those of the steps of a series in time; NaN in its gaps."""
    time = judged.time
    assert time is not None
    found = step_scores(scores, starts, time.length, len(time.measured), STEPS_BY)
    return np.where(time.measured, found, np.nan)


def scores_of(
    model,
    score: str,
    state: dict[str, np.ndarray],
    samples: np.ndarray,
    rounds: int = 0,
    tell: Callable[[float], None] = silent,
) -> np.ndarray:
    """Scores (n,), float64, of prepared samples (n, ...), NaN where missing, a part at a time.

    Args:
        rounds: in which missing values are filled. tell: is told before each part which share of
            the samples has its scores.

    Raises:
        NotJudged: some are no numbers.
    """
    size = affordable(len(samples), samples.shape[1:], values=CHUNK) if len(samples) else 1
    size = max(size - size % BATCH, min(size, BATCH))  # batches are those of all samples at once
    parts = [np.zeros(0)]
    for start in range(0, len(samples), size):
        tell(start / len(samples))
        found = _features(model, samples[start : start + size], rounds)
        parts.append(SCORES[score].of(state, found))
    return _checked(np.concatenate(parts).astype(np.float64))


def _checked(scores: np.ndarray) -> np.ndarray:
    if not np.isfinite(scores).all():
        raise NotJudged(
            "Some scores are not finite: these samples are too far from the training data."
        )
    return scores


def judge_new(model, detector: Detector, samples: np.ndarray, layout: tuple[int, ...] = ()) -> New:
    """Judges new samples (n, ...), prepared as the model takes them, NaN where missing.

    Args:
        layout: of a table, how many values each column has.

    Raises:
        NotJudged: they have another shape, or the model gives no numbers.
    """
    _check_shape(model, samples.shape[1:])
    scores = scores_of(model, detector.score, detector.state, samples, detector.rounds)
    scores[nothing_known(samples)] = np.nan
    outputs = (
        reconstruct(model, filled(model, samples, detector.rounds)) if len(samples) else samples
    )
    flagged = scores > detector.threshold.value  # NaN is not
    return New(scores, flagged, outputs, reasons(samples, outputs, layout))


def judge_stretch(
    model, detector: Detector, series: Series, values: np.ndarray, starts: np.ndarray
) -> New:
    """Judges a stretch of a series, step by step.

    Args:
        values: (steps, channels) in the user's units, NaN where missing.
        starts: steps at which its windows begin (`Stretch.starts`).

    Raises:
        NotJudged: it has other channels, or the model gives no numbers.
    """
    _check_shape(model, (series.length, *values.shape[1:]))
    windows = gather(series.apply(values), starts, series.length)
    found = judge_new(model, detector, windows)
    scores = step_scores(found.scores, starts, series.length, len(values), STEPS_BY)
    scores[nothing_known(values)] = np.nan
    squared = np.square(np.nan_to_num(windows - found.outputs))
    outputs, errors = (_over_steps(part, starts, len(values)) for part in (found.outputs, squared))
    known = np.nan_to_num(errors)
    sums = known.sum(axis=1, keepdims=True)
    flagged = scores > detector.threshold.value
    return New(scores, flagged, outputs, known / np.where(sums > 0, sums, 1))


def _features(model, samples: np.ndarray, rounds: int = 0) -> Features:
    """What a model makes of samples; refused where these are no numbers."""
    found = features(model, samples, rounds)
    if not (np.isfinite(found.outputs).all() and np.isfinite(found.codes).all()):
        raise NotJudged(
            "The model gives no numbers for some of the {:,} samples: perhaps its training "
            "diverged, or values are far from those that it learnt.",
            len(samples),
        )
    return found


def _over_steps(windows: np.ndarray, starts: np.ndarray, steps: int) -> np.ndarray:
    """The mean of the windows (w, length, channels) that each step is in, NaN where none."""
    total, count = np.zeros((steps, windows.shape[-1])), np.zeros((steps, 1))
    for start, window in zip(starts, windows, strict=True):
        total[start : start + len(window)] += window
        count[start : start + len(window)] += 1
    return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)


def _some(samples: np.ndarray) -> np.ndarray:
    """Samples drawn by a fixed seed, all where there are few."""
    most = affordable(MOST_FITTED, samples.shape[1:], copies=4)
    if len(samples) <= most:
        return samples
    chosen = np.random.default_rng(SEED).choice(len(samples), most, replace=False)
    return samples[np.sort(chosen)]


def _check_shape(model, shape: tuple[int, ...]) -> None:
    taken = tuple(model.input_shape[1:])
    if shape != taken:
        raise NotJudged(
            "The model takes samples of {}, not of {}.", describe_shape(taken),
            describe_shape(shape),
        )  # fmt: skip
