"""A series of which one stretch alone is learnt from."""

import dataclasses

import numpy as np

from aecore.data.collection import keep_values
from aecore.data.datasets import source
from aecore.data.own import measured
from aecore.data.series.making import scale_of
from aecore.data.series.windows import cut
from aecore.data.splits import LONGEST_WORD
from aecore.data.stored import stored_labels


def learning_from(key: str, first: int, last: int) -> str:
    """Copies a series so that one stretch of it alone is learnt from; the key of the copy.

    Args:
        key: of a series in time. first, last: the first step of the stretch, and the one after it.

    Raises:
        DataUnavailable, NoWindows: it cannot be made; the text says why.
        OSError: it cannot be written.
    """
    known, values, labels = source(key), np.array(measured(key)), stored_labels(key)
    series = known.series
    assert series is not None
    parts = cut(values, series.length, series.stride, (first, last))
    mean, scale = scale_of(values[first : parts.training.max() + series.length])
    more = f", steps {first + 1:,} to {last:,} learnt"
    described = dataclasses.replace(
        known,
        title=known.title[: LONGEST_WORD - len(more)] + more,
        training_size=len(parts.training),
        test_size=len(parts.test),
        series=dataclasses.replace(series, mean=mean, scale=scale, learnt=(first, last)),
    )
    return keep_values(described, values, labels)
