"""The detector of a run, kept beside its model, and the judgement it comes to.

detector.json          the score, the threshold with how it was chosen, what was learnt
detector.npz           what the score learnt, and the scores of normal validation data
study-judgement.npz    the detector on the run's data set

Those of a shipped model lie in the directory of runs: where the package is installed nothing is
written. Before that they are those that ship with it, if any do.
"""

import contextlib
from pathlib import Path

from aecore.analysis.study import StudyError, Watch
from aecore.detection.data import judged_data
from aecore.detection.detector import Detector
from aecore.detection.judgement import Judgement, judge
from aecore.detection.judging import NotJudged, fit_detector, silent
from aecore.detection.scores import SCORES, usual
from aecore.environment import runs_directory
from aecore.runs.files import read_arrays, write_arrays, write_json
from aecore.runs.run import Run, RunDamaged
from aecore.runs.same_model import same_model

WORDS, ARRAYS = "detector.json", "detector.npz"
SHIPPED = ".shipped"  # in the directory of runs: a folder for each shipped model
LEARNT_SHARE = 0.1  # of the time of a judgement, about: what passes before the first score


def beside(run: Run) -> Run:
    """The folder of a run's detector: that of the run, but of a shipped model one of its own."""
    return Run(runs_directory() / SHIPPED / run.id) if run.shipped else run


def made_beside(run: Run) -> Run:
    """The folder `beside` a run, to write into: that of a shipped model is created.

    Raises:
        OSError: it cannot be created.
    """
    folder = beside(run)
    if run.shipped:
        folder.path.mkdir(parents=True, exist_ok=True)
    return folder


def judgement_path(run: Run) -> Path:
    """The file of the judgement of a run; it need not exist."""
    own = beside(run).study_path(Judgement.name)
    return own if own.exists() else run.study_path(Judgement.name)


def kept_judgement(run: Run) -> Judgement | None:
    """The judgement that is kept with a run; None if there is none of this version."""
    with contextlib.suppress(StudyError, RunDamaged):
        arrays = Run(judgement_path(run).parent).study_arrays(Judgement.name)
        return Judgement.from_arrays(arrays) if arrays else None


def kept_detector(run: Run) -> Detector | None:
    """The detector of a run; None if it has none.

    Raises:
        RunDamaged: a file of it cannot be read.
    """
    folder = beside(run)
    if not (folder.path / WORDS).exists():
        folder = run  # one that ships
    if not (folder.path / WORDS).exists():
        return None
    try:
        return Detector.from_plain(folder.read_json(WORDS), read_arrays(folder.path / ARRAYS))
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


def keep_detector(run: Run, detector: Detector, folder: Run | None = None) -> None:
    """Replaces the detector of a run.

    Args:
        folder: where it is kept, by default `beside` the run.

    Raises:
        OSError: the folder cannot be written.
    """
    path = (folder or made_beside(run)).path
    write_arrays(path / ARRAYS, detector.to_arrays())
    write_json(path / WORDS, detector.to_dict())


def keep_judgement(run: Run, judgement: Judgement, folder: Run | None = None) -> None:
    """Replaces the judgement of a run, and its detector by the one that judged.

    Args:
        folder: as of `keep_detector`.
    """
    keep_detector(run, judgement.detector, folder)
    write_arrays((folder or beside(run)).study_path(Judgement.name), judgement.to_arrays())


def forget_detector(run: Run) -> None:
    """Deletes the detector of a run whose model is replaced."""
    for name in (WORDS, ARRAYS):
        (beside(run).path / name).unlink(missing_ok=True)


def fit(run: Run, model, score: str = "") -> Detector:
    """A new detector of a run, fitted to the normal data of its data set.

    Args:
        model: of the run, loaded. score: a key of `SCORES`; empty for the usual one.

    Raises:
        DataUnavailable: the data set is not on this machine, or has too few normal samples.
        NotJudged: the score is none for this run, or the model gives no numbers.
    """
    return _fit(run, model, score, _judged(run))


def make_judgement(
    run: Run, model, score: str = "", tell: Watch = silent, folder: Run | None = None
) -> Judgement:
    """Judges a run's data set by its detector, and keeps both, if the folder is writable.

    Args:
        model: of the run, loaded. score: of a new detector; empty for the one that is kept, or,
            where there is none or it is damaged, one with the usual score.
        tell: is told what is being done, and which share of all is done.
        folder: as of `keep_detector`.

    Raises:
        DataUnavailable, NotJudged: as of `fit`.
        ModelReplaced: the run was trained further in the meantime.
    """

    def further(words: str, share: float) -> None:
        tell(words, LEARNT_SHARE + (1 - LEARNT_SHARE) * share)

    with same_model(run):
        tell("Reading the data", 0.0)
        judged, detector = _judged(run), None
        if not score:
            with contextlib.suppress(RunDamaged):  # a damaged one is replaced
                detector = kept_detector(run)
        if detector is None:
            tell("Learning what is normal", 0.0)
            detector = _fit(run, model, score, judged)
        found = judge(model, judged, detector, run.source.layout, further)
    with contextlib.suppress(OSError):
        keep_judgement(run, found, folder)
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
    return fit_detector(model, judged, score, normal, run.dataset, layout=run.source.layout)
