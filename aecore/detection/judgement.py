"""A run as a detector, judged: everything that pages show of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from aecore.analysis.filling import filled
from aecore.analysis.reconstruction import reconstruct
from aecore.analysis.study import Study, StudyError, Watch
from aecore.data.kinds import kind_of
from aecore.detection.baselines import baselines
from aecore.detection.data import ANOMALY, NORMAL, UNKNOWN, Judged
from aecore.detection.detector import Detector
from aecore.detection.judging import of_steps, scores_of, silent
from aecore.detection.reasons import reasons

__all__ = ["ANOMALY", "NORMAL", "UNKNOWN", "Judgement", "judge", "noticed"]

MOST_SHOWN = 100
SHOWN_VALUES = 2**23  # of samples that are shown: of large ones fewer are kept
BASELINE, DETECTOR = "baseline__", "detector__"  # how names of arrays begin


@dataclass(frozen=True)
class Judgement(Study):
    """A detector on n samples: on normal test data and all that was not learnt.

    Of a series in time the n samples are all its steps; the score is NaN of those in no window,
    or in a gap.

    detector: what judged. scores (n,): larger is more unusual. truth (n,), int8: 1 an anomaly, 0
    normal, -1 unknown. labels (n,): classes. where (n,): places in the data set, of its rows or
    images as they are stored, of a series the steps. learnt (n,), bool: whether the model or the
    calibration saw it, which happens in a series in time alone.
    baselines: key of `BASELINES` → its scores (n,).
    shown (k,): places among the n, the most unusual first: each a sample, in a series the step
    that decides in each of the most unusual windows. starts (k,): the steps at which these windows
    begin, else (0,).
    clean, outputs (k, ...): these samples or windows as they are and as they were reconstructed,
    kept as `Kind.keep` says: 8-bit images, prepared rows and windows with NaN where missing.
    reasons (k, ...): how much each part counts: of images (k, h, w), of rows (k, columns), of
    windows (k, steps, channels); not negative, summing to 1 over a sample, or all 0.
    """

    name: ClassVar[str] = "judgement"
    version: ClassVar[int] = 2

    detector: Detector
    scores: np.ndarray
    truth: np.ndarray
    labels: np.ndarray
    where: np.ndarray
    learnt: np.ndarray
    baselines: dict[str, np.ndarray]
    shown: np.ndarray
    starts: np.ndarray
    clean: np.ndarray
    outputs: np.ndarray
    reasons: np.ndarray

    def to_arrays(self) -> dict[str, np.ndarray]:
        words = {"version": self.version, "detector": self.detector.to_dict()}
        found = {DETECTOR + name: each for name, each in self.detector.to_arrays().items()}
        found |= {BASELINE + key: each for key, each in self.baselines.items()}
        own = {name: each for name, each in vars(self).items() if isinstance(each, np.ndarray)}
        return {"words": np.array(json.dumps(words)), **own, **found}

    @classmethod
    def from_arrays(cls, arrays: dict[str, np.ndarray]) -> Self:
        """The inverse of `to_arrays`.

        Raises:
            StudyError: it is of another version, or something is missing.
        """

        def part(prefix: str) -> dict[str, np.ndarray]:
            return {n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)}

        try:
            words = json.loads(str(arrays["words"]))
            if words["version"] != cls.version:
                raise ValueError("it was made by another version")
            own: dict[str, Any] = {
                name: array
                for name, array in arrays.items()
                if name != "words" and not name.startswith((BASELINE, DETECTOR))
            }
            return cls(
                detector=Detector.from_plain(words["detector"], part(DETECTOR)),
                baselines=part(BASELINE),
                **own,
            )
        except (KeyError, TypeError, ValueError) as problem:
            raise StudyError("The judgement is incomplete: {}.", repr(problem)) from problem


def judge(
    model, judged: Judged, detector: Detector, layout: tuple[int, ...] = (), tell: Watch = silent
) -> Judgement:
    """Judges data with a detector that is fixed, and with all baselines of its kind beside it.

    Args:
        layout: of a table, how many values each column has.
        tell: is told what is being done, and which share of all this is done.

    Raises:
        NotJudged: the model gives no numbers.
    """
    kind = kind_of(judged.samples.shape[1:])
    others = baselines(kind)

    def at(words: str, place: int) -> Callable[[float], None]:
        return lambda share: tell(words, (place + share) / (1 + len(others)))

    watched = at("Scores of the network", 0)
    found = scores_of(
        model, detector.score, detector.state, judged.samples, detector.rounds, watched
    )
    beside = {}
    for place, baseline in enumerate(others, 1):
        watched = at(f"Baseline: {baseline.title}", place)
        watched(0.0)
        beside[baseline.key] = baseline.fit(judged.training, kind).of(judged.samples, watched)
    if judged.time is None:
        shown = _highest(found, _most(judged))
        scores, places, starts = found, shown, np.zeros(0, np.int64)
    else:
        scores = of_steps(found, judged.time.starts, judged)
        shown, places = _windows(found, scores, judged)
        starts = judged.time.starts[shown]
        beside = {key: of_steps(each, judged.time.starts, judged) for key, each in beside.items()}
    clean = judged.samples[shown]
    outputs = reconstruct(model, filled(model, clean, detector.rounds)) if len(clean) else clean
    return Judgement(
        detector, scores, judged.truth, judged.labels, judged.where, judged.learnt, beside,
        places, starts, kind.keep(clean), kind.keep(outputs), reasons(clean, outputs, layout),
    )  # fmt: skip


def noticed(judgement: Judgement, truth: np.ndarray) -> list[str]:
    """What keeps a judgement from telling more, in sentences.

    Args:
        truth: (n,), as that of the judgement, with what people corrected.
    """
    told, known = [], truth[~judgement.learnt]
    normal, unusual = (known == NORMAL).any(), (known == ANOMALY).any()
    if not normal and not unusual:
        told.append(
            "The samples have no labels: they can be ranked, but detection cannot be measured."
        )
    elif not unusual:
        told.append("No judged sample is an anomaly: only false alarms can be measured.")
    elif not normal:
        told.append(
            "All judged samples are anomalies: only the share that is found can be measured."
        )
    calibration = judgement.detector.calibration
    if len(calibration) > 1 and calibration[0] == calibration[-1]:
        told.append(
            "All normal samples have the same score: the threshold cannot tell usual from unusual."
        )
    wanted, count = judgement.detector.threshold.wanted, judgement.detector.threshold.normal
    if judgement.detector.threshold.rule == "false alarms" and (count + 1) * wanted < 1:
        told.append(
            f"With {count:,} normal validation sample{'s' if count > 1 else ''}, no less than one "
            f"false alarm in {count + 1:,} can be guaranteed: the threshold is the largest score."
        )
    return told


def _most(judged: Judged) -> int:
    values = int(np.prod(judged.samples.shape[1:]))
    return max(10, min(MOST_SHOWN, SHOWN_VALUES // values))


def _highest(scores: np.ndarray, most: int) -> np.ndarray:
    """Places of the highest scores, the highest first."""
    return np.argsort(-scores, kind="stable")[:most]


def _windows(
    found: np.ndarray, scores: np.ndarray, judged: Judged
) -> tuple[np.ndarray, np.ndarray]:
    """The windows with the highest scores, apart and not learnt, and the step that decides each."""
    assert judged.time is not None
    free, shown, steps = ~judged.learnt, [], []
    for place in _highest(found, len(found)):
        start = int(judged.time.starts[place])
        within = slice(start, start + judged.time.length)
        if not free[within].all():
            continue
        free[within] = False
        shown.append(place)
        steps.append(start + int(np.argmax(np.nan_to_num(scores[within], nan=-np.inf))))
        if len(shown) == _most(judged):
            break
    return np.array(shown, np.int64), np.array(steps, np.int64)
