"""The labelled samples that representations are compared on."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.study import affordable
from aecore.data.refusal import Refusal
from aecore.data.series.making import UNLABELLED
from aecore.data.splits import Dataset, Source, Split

POOL = 20_000  # training samples that labels are drawn from, at most
JUDGED = 10_000  # test samples, at most


class NotClassified(Refusal):
    """There is nothing to classify; the text says why."""


@dataclass(frozen=True)
class Labelled:
    """Samples with their classes.

    training, test (n, ...): 0, the mean, where a value is missing; labels, truth (n,): their
    classes. available: labelled training samples in the whole data set.
    """

    training: np.ndarray
    labels: np.ndarray
    test: np.ndarray
    truth: np.ndarray
    available: int


def labelled(data: Dataset, source: Source, pool: int = POOL, judged: int = JUDGED) -> Labelled:
    """The labelled samples of a data set, as many as are used.

    Raises:
        NotClassified: there are no labels, or those of one class only.
    """
    known, test = (_with_labels(part, source) for part in (data.training, data.test))
    samples = source.kind.samples
    if not len(known) or not len(test):
        raise NotClassified("This data set has no labels, so there is nothing to classify.")
    if len(np.unique(known.labels)) < 2:
        raise NotClassified(
            "All labelled training {} are of one class, so there is nothing to classify.", samples
        )
    shape, available = known.images.shape[1:], len(known)
    known = known.at(slice(affordable(pool, shape, copies=4)))
    test = test.at(slice(affordable(judged, shape, copies=4)))
    return Labelled(
        np.nan_to_num(known.images), known.labels, np.nan_to_num(test.images), test.labels,
        available,
    )  # fmt: skip


def _with_labels(part: Split, source: Source) -> Split:
    if UNLABELLED not in source.classes or source.kind.bounded:
        return part
    return part.at(np.flatnonzero(part.labels != source.classes.index(UNLABELLED)))
