"""A table of many short series of one length, one a row → a data set of the user's own.

data.json     title, classes, length
values.bin    (series, steps), 64-bit floats, NaN where nothing was measured
labels.bin    (series,), 32-bit integers, indices into the classes
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from aecore.data.collection import (
    FEWEST,
    CollectionError,
    checked_title,
    keep_values,
    training_size,
)  # fmt: skip
from aecore.data.reading.process import Reader
from aecore.data.series.making import classes_of
from aecore.data.series.series import Series
from aecore.data.series.windows import LONGEST, SHORTEST
from aecore.data.splits import Source
from aecore.data.tables.columns import Column
from aecore.data.tables.dialect import Dialect
from aecore.data.tables.making import training_rows
from aecore.data.tables.uploads import take_cells

CHANNEL = "value"


@dataclass(frozen=True)
class Apart:
    """Short series that were read.

    values (series, steps), NaN where missing. classes: names; labels (series,): indices into them.
    notes: what could not be used, sentences.
    """

    values: np.ndarray
    classes: tuple[str, ...]
    labels: np.ndarray
    notes: tuple[str, ...]


def read_apart(
    name: str,
    content: bytes,
    dialect: Dialect | None,
    columns: Sequence[tuple[int, Column]],
    label: str = "",
    reader: Reader | None = None,
    tell: Callable[[int], None] = lambda rows: None,
) -> Apart:
    """Reads one series from each row of a table.

    Args:
        columns: the place of each wanted column: their cells are the steps, in this order.
        label: the name of the column that tells each series' class; may be empty.

    Raises:
        CollectionError, Refused: it cannot be read; the text says why.
    """
    labels = [(place, Column(c.name, "category")) for place, c in columns if c.name == label]
    if label and not labels:
        raise CollectionError("There is no column {}.", label)
    steps = [
        (place, dataclasses.replace(column, kind="number"))
        for place, column in columns
        if column.name != label
    ]
    if not SHORTEST <= len(steps) <= LONGEST:
        raise CollectionError(
            "A row has {:,} columns to be steps of a series; {} to {:,} are possible.",
            len(steps), SHORTEST, LONGEST,
        )  # fmt: skip
    taken = take_cells(name, content, dialect, [*steps, *labels], reader, tell)
    classes, codes = classes_of(taken, label, "series")
    known = ~np.isnan(taken.values[:, : len(steps)]).all(axis=1)
    empty = int((~known).sum())
    were = "1 row without a number was" if empty == 1 else f"{empty:,} rows without a number were"
    notes = (*taken.notes, f"{were} left out") if empty else taken.notes
    values = np.ascontiguousarray(taken.values[known, : len(steps)])
    if len(values) < FEWEST:
        raise CollectionError(
            "A data set needs at least {} rows; the table has {}.", FEWEST, len(values)
        )
    return Apart(values, classes, codes[known], notes)


def make_apart(title: str, read: Apart, label: str = "", normal: str = "") -> str:
    """Makes a data set of short series, and returns its key.

    Raises:
        CollectionError: it cannot be made; the text says why.
        OSError: it cannot be written.
    """
    title = checked_title(title)
    if normal and normal not in read.classes:
        raise CollectionError("No row of the column {} is {!r}.", label, normal)
    count, length = read.values.shape
    learnt = read.values[training_rows(count)]
    scale = float(np.nanstd(learnt))
    series = Series(
        (CHANNEL,), length, length, 0.0, 1.0, (float(np.nanmean(learnt)),),
        (scale if scale > 0 else 1.0,), label, normal, apart=True,
    )  # fmt: skip
    source = Source(
        title, series.shape, read.classes, training_size(count),
        f"{count:,} short series of your own", series=series,
    )  # fmt: skip
    return keep_values(source, read.values, read.labels)
