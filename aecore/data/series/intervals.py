"""Intervals of time in which a series is abnormal, from a table of their starts and ends."""

import dataclasses

import numpy as np

from aecore.data.collection import CollectionError
from aecore.data.limits import Refused
from aecore.data.reading.process import Reader
from aecore.data.series.making import Measured
from aecore.data.tables.columns import Column
from aecore.data.tables.dates import COMPACT, EPOCHS
from aecore.data.tables.dialect import Dialect, is_number
from aecore.data.tables.missing import MISSING
from aecore.data.tables.uploads import look_at, take_cells

LABEL = "intervals"  # in place of a column's name
NORMAL, CLASSES = "normal", ("normal", "anomaly")
OF_DIGITS = (*EPOCHS, *COMPACT.values())  # formats of dates that look like numbers
MOST_BYTES = 16 * 2**20


def read_intervals(
    name: str, content: bytes, reader: Reader | None = None, date_format: str = ""
) -> np.ndarray:
    """The first two columns of a table: starts and ends.

    Args:
        date_format: of the series' times, which is tried first.

    Returns:
        (intervals, 2): dates as seconds since 1970, numbers as they are.

    Raises:
        Refused: it has no two such columns, or an end is missing or before its start.
    """
    if len(content) > MOST_BYTES:
        raise Refused("The file of the intervals is larger than 16 MB.")
    look = look_at(name, content, None, reader)
    if len(look.columns) < 2:
        raise Refused("Intervals are a table of two columns: start and end.")
    dialect, columns = look.dialect or Dialect(), []
    for place in (0, 1):
        cells = [row[place].strip() for row in look.first]
        known = [cell for cell in cells if cell.lower() not in MISSING]
        numbers = all(is_number(cell, dialect) for cell in known)
        kind = "date" if not numbers or date_format in OF_DIGITS else "number"
        columns.append((place, Column(look.columns[place].name, kind, date_format=date_format)))
    ends = take_cells(name, content, look.dialect, columns, reader).values
    wrong = np.isnan(ends).any(axis=1) | (ends[:, 1] < ends[:, 0])
    if not len(ends) or wrong.any():
        raise Refused(
            "Interval {:,} has no start and end that are dates or numbers in this order.",
            int(wrong.argmax()) + 1,
        )
    return ends


def with_intervals(measured: Measured, intervals: np.ndarray) -> Measured:
    """A series whose steps within the intervals, both ends included, are anomalies.

    Args:
        intervals: (n, 2), as the series' times: in seconds, or steps from 0 if it has none.

    Raises:
        CollectionError: no step lies in any of them.
    """
    line = measured.timeline
    steps = (intervals - line.start) / line.step
    inside = np.zeros(len(line.values), np.int32)
    # 0.95 s at 8 kHz is 7599.999…, by rounding alone
    near = 4 * (np.spacing(np.abs(intervals)) / line.step + np.spacing(np.abs(steps)))
    ends = [np.ceil(steps[:, 0] - near[:, 0]), np.floor(steps[:, 1] + near[:, 1])]
    for first, last in np.stack(ends, axis=1):
        if last >= 0 and first < len(inside):
            inside[int(max(first, 0)) : int(min(last, len(inside))) + 1] = 1
    if not inside.any():
        raise CollectionError(
            "No step of the series lies in the intervals: are their times of the same kind as its "
            "own?"
        )
    return dataclasses.replace(measured, classes=CLASSES, labels=inside)
