"""Rows of a table and stretches of a series as samples, and back as cells in the user's units.

A row is a sample. A stretch is cut into windows, one after the other without overlap, the last of
them filled up with missing values; a note before the codes says how much of it was there, and when
the stretch begins. Missing values are not stored: they come back as the model reconstructs them.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from aecore.analysis.own_data import plain_time
from aecore.compression.container import INVALID, NotDecoded
from aecore.data.series.stretch import Stretch
from aecore.data.splits import Source
from aecore.data.spreadsheet import as_csv
from aecore.data.tables.filling import as_texts, rows_of
from aecore.data.tables.making import DAY
from aecore.data.tables.rows import Rows

NOTE = struct.Struct("<H?dd")  # steps of the last window, whether there are times, start and step
LATEST = 1e12  # seconds since 1970, either way
ABSOLUTE, DAYS, WRONG = "mean absolute error", "mean absolute error, days", "share wrong"

Given = Rows | Stretch


@dataclass(frozen=True)
class Cells:
    """A table of texts and numbers in the user's units.

    stretch: of a series, the same as numbers; each row is one of its steps.
    """

    header: tuple[str, ...]
    rows: list[list[Any]]
    stretch: Stretch | None = field(default=None, compare=False)

    @property
    def row(self) -> str:
        """What a row is called."""
        return "row" if self.stretch is None else "step"

    def as_csv(self) -> str:
        """The same as CSV."""
        return as_csv(self.header, self.rows)


@dataclass(frozen=True)
class PartError:
    """How far the known values of a column or a channel are off, and what that number is.

    error: NaN if none is known. missing: how many values are.
    """

    name: str
    error: float
    measure: str
    missing: int


@dataclass(frozen=True)
class Way:
    """What differs between kinds.

    note: bytes before the codes. prepared: samples, NaN where missing, and the note. given: cells
    to compare sizes with. written: cells of outputs. errors: by part, given outputs. tested: at
    most so many of prepared test samples as if they were given.
    """

    note: int
    prepared: Callable[[Source, Any], tuple[np.ndarray, bytes]]
    given: Callable[[Source, Any], Cells]
    written: Callable[[Source, np.ndarray, bytes], Cells]
    errors: Callable[[Source, Any, np.ndarray], tuple[PartError, ...]]
    tested: Callable[[Source, np.ndarray, int], Given]


def _prepared_rows(source: Source, rows: Rows) -> tuple[np.ndarray, bytes]:
    assert source.table is not None
    return source.table.preparation.apply(rows.values), b""


def _given_rows(source: Source, rows: Rows) -> Cells:
    """The file's own cells of the columns that the model knows."""
    assert source.table is not None
    wanted = {name for column in source.table.learnt for name in (column.name, column.of)}
    places = [place for place, name in enumerate(rows.header) if name in wanted]
    texts = [[row[place].strip() for place in places] for row in rows.texts]
    return Cells(tuple(rows.header[place] for place in places), texts)


def _written_rows(source: Source, outputs: np.ndarray, note: bytes) -> Cells:
    table = source.table
    assert table is not None
    texts = as_texts(table, table.preparation.back(outputs))
    return Cells(tuple(column.name for column in table.learnt), texts)


def _row_errors(source: Source, rows: Rows, outputs: np.ndarray) -> tuple[PartError, ...]:
    table = source.table
    assert table is not None
    preparation = table.preparation
    found = []
    seen = preparation.back(preparation.apply(rows.values))
    back = preparation.back(outputs)
    for place, (column, part) in enumerate(zip(table.learnt, preparation.parts, strict=True)):
        if part.places:
            known = ~np.isnan(seen[:, place])
            away, measure = (seen[:, place] != back[:, place]).astype(float), WRONG
        else:
            raw, day = rows.values[:, part.column], column.kind == "date" and not column.part
            known, away = ~np.isnan(raw), np.abs(raw - back[:, place]) / (DAY if day else 1)
            measure = DAYS if day else ABSOLUTE
        found.append(_part(column.name, away, known, measure))
    return tuple(found)


def _prepared_windows(source: Source, stretch: Stretch) -> tuple[np.ndarray, bytes]:
    series = source.series
    assert series is not None
    steps, length = len(stretch.values), series.length
    count = -(-steps // length)
    filled = np.full((count * length, len(series.channels)), np.nan, np.float32)
    filled[:steps] = series.apply(stretch.values)
    note = NOTE.pack(steps - (count - 1) * length, stretch.timed, stretch.start, stretch.step)
    return filled.reshape(count, *series.shape), note


def _given_steps(source: Source, stretch: Stretch) -> Cells:
    """The channels alone: times are regular, and take next to nothing here."""
    assert source.series is not None
    rows = [list(map(_number, row)) for row in stretch.values]
    return Cells(source.series.channels, rows, stretch)


def _written_steps(source: Source, outputs: np.ndarray, note: bytes) -> Cells:
    series = source.series
    assert series is not None
    last, timed, start, step = NOTE.unpack(note)
    count, length = len(outputs), series.length
    sound = 1 <= last <= length and abs(start) <= LATEST and 0 < step * count * length <= LATEST
    if not sound:  # NaN is neither
        raise NotDecoded(INVALID)
    steps = (count - 1) * length + last
    values = series.back(outputs.reshape(-1, len(series.channels))[:steps])
    stretch = Stretch(values, np.zeros(0, int), start, step, timed, ())
    times = map(plain_time, stretch.times(np.arange(steps)))
    rows = [[time, *map(_number, row)] for time, row in zip(times, values, strict=True)]
    return Cells(("time" if timed else "step", *series.channels), rows, stretch)


def _step_errors(source: Source, stretch: Stretch, outputs: np.ndarray) -> tuple[PartError, ...]:
    series = source.series
    assert series is not None
    flat = outputs.reshape(-1, len(series.channels))[: len(stretch.values)]
    away = np.abs(series.back(flat) - stretch.values)
    return tuple(
        _part(name, each, ~np.isnan(each), ABSOLUTE)
        for name, each in zip(series.channels, away.T, strict=True)
    )


def _test_rows(source: Source, test: np.ndarray, most: int) -> Rows:
    assert source.table is not None
    return rows_of(source.table, source.table.preparation.back(test[:most]))


def _test_steps(source: Source, test: np.ndarray, most: int) -> Stretch:
    """Windows that do not overlap, one after the other."""
    series = source.series
    assert series is not None
    windows = test[:: max(1, -(-series.length // series.stride))][:most]
    values = series.back(windows.reshape(-1, len(series.channels)))
    starts = np.arange(len(windows)) * series.length
    return Stretch(values, starts, 0.0, 1.0, False, ())


def _part(name: str, away: np.ndarray, known: np.ndarray, measure: str) -> PartError:
    error = float(away[known].mean()) if known.any() else float("nan")
    return PartError(name, error, measure, int((~known).sum()))


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.6g}"


WAYS: dict[str, Way] = {
    "table": Way(0, _prepared_rows, _given_rows, _written_rows, _row_errors, _test_rows),
    "series": Way(
        NOTE.size, _prepared_windows, _given_steps, _written_steps, _step_errors, _test_steps
    ),
}
