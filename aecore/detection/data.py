"""What a detector learns from, and what it then judges; its labels tell nothing before that."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aecore.analysis.rows import nothing_known
from aecore.data.datasets import load
from aecore.data.own import measured
from aecore.data.series.making import UNLABELLED
from aecore.data.series.windows import covering, gather
from aecore.data.splits import Dataset, Source, Split
from aecore.data.stored import stored_labels, stored_places

ANOMALY, NORMAL, UNKNOWN = 1, 0, -1  # in `truth`


@dataclass(frozen=True)
class InTime:
    """Windows of a series in time, whose steps are judged.

    starts (w,): where the windows to judge begin; calibrated (v,): those of validation. length: of
    a window. measured (steps,), bool: at which steps of the whole series there is any value.
    """

    starts: np.ndarray
    calibrated: np.ndarray
    length: int
    measured: np.ndarray


@dataclass(frozen=True)
class Judged:
    """Normal samples to learn from, and samples to judge.

    training, validation (…, ...): normal ones, prepared. samples (n, ...): to judge; of a series in
    time its windows (w, steps, channels), whose steps are the n. labels, where (n,): class and
    place in the stored data set. truth (n,), int8: 1 an anomaly, 0 normal, -1 unknown. learnt (n,),
    bool: whether the model or the calibration saw it. time: of a series in time, else None.
    """

    training: np.ndarray
    validation: np.ndarray
    samples: np.ndarray
    labels: np.ndarray
    truth: np.ndarray
    where: np.ndarray
    learnt: np.ndarray
    time: InTime | None = None


def judged_data(
    dataset: str, source: Source, normal: tuple[int, ...], samples: int | None = None
) -> Judged:
    """The data of a detector: normal test data, and all of the classes that were not learnt.

    Of those every part is judged, for nothing was learnt from any. Where all classes were learnt,
    it is the test part, and of a series in time always all of it.

    Args:
        normal: classes that were learnt; none stands for all.
        samples: the number of training samples that were used, None for all.

    Raises:
        DataUnavailable: it is not on this machine, or has too few normal samples.
    """
    data = load(dataset, samples, normal)
    if source.in_time:
        return _steps(dataset, source, normal, data)
    whole, places = load(dataset), stored_places(dataset)
    parts: list[tuple[Split, np.ndarray]] = [(whole.test, places[2])]
    if normal:
        for part, where in zip((whole.training, whole.validation), places, strict=False):
            others = np.flatnonzero(~np.isin(part.labels, normal))
            parts.append((part.at(others), where[others]))
    labels = np.concatenate([part.labels for part, _ in parts])
    return Judged(
        data.training.images,
        data.validation.images,
        np.concatenate([part.images for part, _ in parts]),
        labels,
        truth_of(labels, source, normal),
        np.concatenate([where for _, where in parts]),
        np.zeros(len(labels), bool),
    )


def _steps(dataset: str, source: Source, normal: tuple[int, ...], data: Dataset) -> Judged:
    series = source.series
    assert series is not None
    values, labels = measured(dataset), stored_labels(dataset)
    starts = covering(values, series.length, series.stride)
    there = ~nothing_known(values)
    learnt = np.zeros(len(values), bool)
    for start in (*data.training.starts, *data.validation.starts):
        learnt[start : start + series.length] = True
    return Judged(
        data.training.images,
        data.validation.images,
        gather(series.apply(values), starts, series.length),
        labels,
        np.where(there, truth_of(labels, source, normal), UNKNOWN),  # a gap has no label
        np.arange(len(values)),
        learnt,
        InTime(starts, data.validation.starts, series.length, there),
    )


def truth_of(labels: np.ndarray, source: Source, normal: Sequence[int]) -> np.ndarray:
    """What is known of samples by their classes (n,): by those learnt, or by the one named normal.

    Returns:
        (n,), int8: 1 an anomaly, 0 normal, -1 unknown.
    """
    normal = normal or source.normal
    if not normal:
        return np.full(len(labels), UNKNOWN, np.int8)
    truth = np.where(np.isin(labels, normal), NORMAL, ANOMALY).astype(np.int8)
    if UNLABELLED in source.classes and (source.table or source.series) is not None:
        nameless = source.classes.index(UNLABELLED)
        truth[(labels == nameless) & (nameless not in normal)] = UNKNOWN
    return truth


def independent(starts: np.ndarray, length: int) -> int:
    """How many windows of a length that begin at ascending steps share no step with another."""
    count, free = 0, -1
    for start in starts:
        if start >= free:
            count, free = count + 1, start + length
    return count
