"""What people said of single samples of a run's data: normal after all, or an anomaly.

`marks.json` of a run folder has place in the data set → 1 for an anomaly, 0 for normal.
"""

from collections.abc import Iterable

import numpy as np

from aecore.runs.detectors import beside, made_beside
from aecore.runs.files import write_json
from aecore.runs.run import Run, RunDamaged

FILE = "marks.json"


def read_marks(run: Run) -> dict[int, int]:
    """Place in the data set → 1 for an anomaly, 0 for normal.

    Raises:
        RunDamaged: the file cannot be read.
    """
    folder = beside(run)
    if not (folder.path / FILE).exists():
        return {}
    try:
        marks = {int(place): int(mark) for place, mark in folder.read_json(FILE).items()}
    except (AttributeError, TypeError, ValueError) as problem:
        raise RunDamaged("{} of {}: {}", FILE, run.id, problem) from problem
    if not set(marks.values()) <= {0, 1}:
        raise RunDamaged("{} of {}: a mark is neither 0 nor 1.", FILE, run.id)
    return marks


def write_marks(run: Run, places: Iterable[int], mark: int | None) -> None:
    """Marks samples as anomalies (1) or as normal (0), or removes their marks (None).

    Raises:
        OSError: they cannot be written.
        RunDamaged: those of before cannot be read.
    """
    changed = set(places)
    marks = {place: each for place, each in read_marks(run).items() if place not in changed}
    if mark is not None:
        marks |= dict.fromkeys(changed, mark)
    write_json(made_beside(run).path / FILE, {str(place): marks[place] for place in sorted(marks)})


def marked(truth: np.ndarray, where: np.ndarray, marks: dict[int, int]) -> np.ndarray:
    """Known truth (n,) of samples at places (n,), with what was marked instead."""
    if not marks:
        return truth
    places = np.array(list(marks))
    values = np.array(list(marks.values()), truth.dtype)
    order = np.argsort(places)
    at = np.searchsorted(places[order], where).clip(max=len(places) - 1)
    hit = places[order][at] == where
    return np.where(hit, values[order][at], truth)
