"""Checks of the detector of an imported run."""

import numpy as np

from aecore.detection.judging import fitted_state, judge_new
from aecore.detection.scores import SCORES
from aecore.exchange.archive import FileRefused
from aecore.runs.detectors import ARRAYS, WORDS, keep_detector, kept_detector, needed_detector
from aecore.runs.run import Run

TRIED = 8  # samples
MOST_ROWS = 4096  # of an array that a score learns


def check_detector_words(run: Run) -> None:
    """The detector is whole, of the run's data set, and its score is one that the run can have.

    Raises:
        FileRefused, RunDamaged: the text names the file.
    """
    there = [(run.path / name).exists() for name in (WORDS, ARRAYS)]
    if not any(there):
        return
    if not all(there):
        raise FileRefused("{} and {} go together.", WORDS, ARRAYS)
    detector = needed_detector(run)
    if detector.dataset != run.dataset or not set(detector.normal) <= set(run.source.classes):
        raise FileRefused("{} is of another data set.", WORDS)
    if not SCORES[detector.score].takes(run.source.kind, run.key):
        raise FileRefused("{} has a score that the run cannot have.", WORDS)
    keep_detector(run, detector)


def try_detector(run: Run) -> None:
    """Judges a few samples; what the score learnt must look as if it had been learnt here.

    Raises:
        FileRefused: the run's model cannot have such a detector.
    """
    detector = kept_detector(run)
    if detector is None:
        return
    import keras

    model = keras.models.load_model(run.model_path, compile=False)
    samples = np.random.default_rng(0).uniform(size=(TRIED, *run.shape)).astype(np.float32)
    try:
        here = fitted_state(model, detector.score, samples, samples)
        alike = here.keys() == detector.state.keys() and all(
            _alike(detector.state[name], like) for name, like in here.items()
        )
        if alike:
            judge_new(model, detector, samples, run.source.layout)
    except Exception as problem:  # arrays that do not go together; NumPy raises many kinds
        raise FileRefused(
            "{}: the values its score learnt do not work with this model.", ARRAYS
        ) from problem
    if not alike:
        raise FileRefused("{}: the values its score learnt belong to another model.", ARRAYS)


def _alike(value: np.ndarray, like: np.ndarray) -> bool:
    """Whether an array is of the kind and shape of another, but for the number of its rows."""
    if value.dtype.kind != like.dtype.kind or value.shape[1:] != like.shape[1:]:
        return False
    if value.ndim != like.ndim or (value.ndim and len(value) > max(len(like), MOST_ROWS)):
        return False
    if value.dtype.kind == "U":
        return bool(np.array_equal(value, like))
    return bool(np.isfinite(value).all() and (value.ndim or 0 < value <= MOST_ROWS or like <= 0))
