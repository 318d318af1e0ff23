"""A detector: a score with what it learnt, and a threshold with how it was chosen and on what."""

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from aecore.analysis.filling import ROUNDS
from aecore.data.names import LONGEST
from aecore.data.splits import MOST_CLASSES
from aecore.detection.scores import SCORES
from aecore.detection.thresholds import Threshold

VERSION = 1
RULES = ("false alarms", "cost", "f1", "hand")
STATE = "state__"  # how the names of its learnt arrays begin in a file
DOT = "__"  # stands for a dot in these names, which must be plain words


@dataclass(frozen=True)
class Detector:
    """What a run needs beside its model to flag anomalies.

    score: a key of `SCORES`; state: what it learnt, name → array. threshold: above which it flags.
    calibration (m,): scores of normal validation data, ascending, with what rounding may add to
    them. normal: the names of the classes that were learnt; empty if all were. dataset: the key of
    the data set. rounds: in how many the model fills missing values of a sample before the pass
    that is scored.
    """

    score: str
    state: dict[str, np.ndarray]
    threshold: Threshold
    calibration: np.ndarray
    normal: tuple[str, ...]
    dataset: str
    rounds: int = 0

    def to_dict(self) -> dict[str, Any]:
        """All but the arrays, as plain values for JSON."""
        return {
            "version": VERSION,
            "score": self.score,
            "threshold": dataclasses.asdict(self.threshold),
            "normal": list(self.normal),
            "dataset": self.dataset,
            "rounds": self.rounds,
        }

    def to_arrays(self) -> dict[str, np.ndarray]:
        """The arrays, by names that are plain words."""
        state = {STATE + name.replace(".", DOT): value for name, value in self.state.items()}
        return {"calibration": self.calibration, **state}

    @classmethod
    def from_plain(cls, words: Any, arrays: dict[str, np.ndarray]) -> Self:
        """The inverse of `to_dict` and `to_arrays`.

        Raises:
            ValueError: they describe no detector.
        """
        try:
            if words["version"] != VERSION:
                raise ValueError("it was made by another version")
            detector = cls(
                words["score"],
                {
                    name.removeprefix(STATE).replace(DOT, "."): value
                    for name, value in arrays.items()
                    if name.startswith(STATE)
                },
                _threshold(words["threshold"]),
                arrays["calibration"],
                tuple(words["normal"]),
                words["dataset"],
                words.get("rounds", 0),  # which older ones did not tell
            )
        except (KeyError, TypeError, AttributeError) as problem:
            raise ValueError(f"a detector is described incompletely ({problem!r})") from problem
        if not isinstance(detector.score, str) or detector.score not in SCORES:
            raise ValueError("it has an unknown score")
        if type(detector.rounds) is not int or not 0 <= detector.rounds <= ROUNDS:
            raise ValueError("it fills missing values in more rounds than any does")
        names = (*detector.normal, detector.dataset)
        if len(names) > MOST_CLASSES + 1 or not all(
            isinstance(name, str) and len(name) <= 4 * LONGEST for name in names
        ):
            raise ValueError("its classes or its data set are not names")
        scores = detector.calibration
        if (
            scores.ndim != 1
            or scores.dtype != np.float64
            or not len(scores)
            or not np.isfinite(scores).all()
            or (np.diff(scores) < 0).any()
        ):
            raise ValueError("its calibration is not an ascending list of scores")
        return detector


def described(detector: Detector) -> str:
    """Score, threshold and what it rests on, in sentences; class names are a stranger's."""
    threshold = detector.threshold
    rule = {
        "false alarms": f"chosen for at most {100 * threshold.wanted:.3g}% false alarms",
        "cost": "chosen by the costs of missed anomalies and false alarms",
        "f1": "chosen for the best F1",
        "hand": "chosen by hand",
    }[threshold.rule]
    normal = f" Normal: {', '.join(detector.normal)}." if detector.normal else ""
    return (
        f"Score: {SCORES[detector.score].title}. Threshold: {threshold.value:.4g}, {rule} and "
        f"calibrated on {threshold.normal:,} normal validation samples.{normal}"
    )


def _threshold(values: dict[str, Any]) -> Threshold:
    """A checked threshold."""
    names = [field.name for field in dataclasses.fields(Threshold)]
    if set(values) != set(names) or values["rule"] not in RULES:
        raise ValueError("its threshold is incomplete")
    numbers = {name: float(values[name]) for name in names if name not in ("rule", "normal")}
    found = Threshold(rule=values["rule"], normal=int(values["normal"]), **numbers)
    shares = (found.wanted, found.share, found.low, found.high)
    if not math.isfinite(found.value) or not all(0 <= s <= 1 for s in shares) or found.normal < 1:
        raise ValueError("its threshold is not a number, or its shares are not between 0 and 1")
    return found
