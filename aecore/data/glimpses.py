"""A few samples of a table or a series, in the user's units."""

import numpy as np

from aecore.data.datasets import source
from aecore.data.own import measured
from aecore.data.series.windows import cut, gather
from aecore.data.tables.rows import in_words


def first_rows(key: str, count: int) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Names of the columns of a table, and its first rows as people write them.

    Raises:
        DataUnavailable: the set is not on this machine, or damaged.
    """
    table = source(key).table
    assert table is not None
    values = np.array(measured(key)[:count])
    columns = [in_words(column, values[:, at]) for at, column in enumerate(table.columns)]
    return tuple(column.name for column in table.columns), list(zip(*columns, strict=True))


def some_windows(key: str, count: int) -> np.ndarray:
    """Evenly spaced windows (n, steps, channels) of a series, for training where time is cut.

    Raises:
        DataUnavailable: the set is not on this machine, or damaged.
    """
    series = source(key).series
    assert series is not None
    values = measured(key)
    if series.apart:
        places = np.linspace(0, len(values) - 1, min(count, len(values))).astype(int)
        return values[places].reshape(-1, *series.shape)
    starts = cut(values, series.length, series.stride, series.learnt).training
    places = np.linspace(0, len(starts) - 1, min(count, len(starts))).astype(int)
    return gather(values, starts[places], series.length)
