"""The detector of a run, kept beside its model, and the judgement it comes to.

detector.json          the score, the threshold with how it was chosen, what was learnt
detector.npz           what the score learnt, and the scores of normal validation data
study-judgement.npz    the detector on the run's data set
"""

import contextlib

from aecore.detection.data import judged_data
from aecore.detection.detector import Detector
from aecore.detection.judgement import Judgement, judge
from aecore.detection.judging import NotJudged, fit_detector
from aecore.detection.scores import SCORES, usual
from aecore.runs.files import read_arrays, write_arrays, write_json
from aecore.runs.run import Run, RunDamaged

WORDS, ARRAYS = "detector.json", "detector.npz"


def kept_detector(run: Run) -> Detector | None:
    """The detector of a run; None if it has none.

    Raises:
        RunDamaged: a file of it cannot be read.
    """
    if not (run.path / WORDS).exists():
        return None
    try:
        return Detector.from_plain(run.read_json(WORDS), read_arrays(run.path / ARRAYS))
    except RunDamaged:
        raise
    except Exception as problem:  # zipfile, zlib, NumPy and the disk each raise their own
        raise RunDamaged("{} of {} cannot be read: {}", WORDS, run.id, problem) from problem


def needed_detector(run: Run) -> Detector:
    """The detector of a run.

    Raises:
        RunDamaged: it has none yet, or a file of it cannot be read.
    """
    detector = kept_detector(run)
    if detector is None:
        raise RunDamaged("{} has no detector yet: judge its data first.", run.id)
    return detector


def keep_detector(run: Run, detector: Detector) -> None:
    """Replaces the detector of a run.

    Raises:
        OSError: the folder cannot be written.
    """
    write_arrays(run.path / ARRAYS, detector.to_arrays())
    write_json(run.path / WORDS, detector.to_dict())


def keep_judgement(run: Run, judgement: Judgement) -> None:
    """Replaces the judgement of a run, and its detector by the one that judged."""
    keep_detector(run, judgement.detector)
    write_arrays(run.study_path(Judgement.name), judgement.to_arrays())


def forget_detector(run: Run) -> None:
    """Deletes the detector of a run whose model is replaced."""
    for name in (WORDS, ARRAYS):
        (run.path / name).unlink(missing_ok=True)


def fit(run: Run, model, score: str = "") -> Detector:
    """A new detector of a run, fitted to the normal data of its data set.

    Args:
        model: of the run, loaded. score: a key of `SCORES`; empty for the usual one.

    Raises:
        DataUnavailable: the data set is not on this machine, or has too few normal samples.
        NotJudged: the score is none for this run, or the model gives no numbers.
    """
    return _fit(run, model, score, _judged(run))


def make_judgement(run: Run, model, score: str = "") -> Judgement:
    """Judges a run's data set by its detector, and keeps both, if the folder is writable.

    Args:
        model: of the run, loaded. score: of a new detector; empty for the one that is kept, or
            else one with the usual score.

    Raises:
        DataUnavailable, NotJudged: as of `fit`.
        RunDamaged: the detector cannot be read.
    """
    judged, detector = _judged(run), None if score else kept_detector(run)
    detector = detector or _fit(run, model, score, judged)
    found = judge(model, judged, detector, run.source.layout)
    with contextlib.suppress(OSError):
        keep_judgement(run, found)
    return found


def _judged(run: Run):
    experiment = run.experiment
    normal, samples = (experiment.normal, experiment.samples) if experiment else ((), 0)
    return judged_data(run.dataset, run.source, normal, samples or None)


def _fit(run: Run, model, score: str, judged) -> Detector:
    score = score or usual(run.source.kind, run.key)
    if score not in SCORES or not SCORES[score].takes(run.source.kind, run.key):
        raise NotJudged("{} cannot be judged by the score {:.40}.", run.id, score)
    classes = run.source.classes
    normal = tuple(classes[place] for place in (run.experiment.normal if run.experiment else ()))
    return fit_detector(model, judged, score, normal, run.dataset)
