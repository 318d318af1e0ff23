"""An uploaded table → a data set of the user's own.

data.json     title, classes, columns, preparation
values.bin    (rows, columns), 64-bit floats, NaN where a cell is missing
labels.bin    (rows,), 32-bit integers, indices into the classes
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
from aecore.data.splits import MOST_CLASSES, Source, cut_validation, parts_of
from aecore.data.tables.columns import DATE_PARTS, LEARNT, Column, counted
from aecore.data.tables.dialect import Dialect
from aecore.data.tables.preparation import NotPreparable, fit
from aecore.data.tables.table import Table
from aecore.data.tables.uploads import take_cells

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
UNLABELLED = "(no label)"
DAY, HOUR = 86_400, 3_600  # seconds


@dataclass(frozen=True)
class Plan:
    """A data set to be made of a table.

    columns: the place of each wanted column in the file, and what it is. label: the name of the
    column that tells each row's class, which is not learnt; normal: the class that is normal. Both
    may be empty. date_parts: what dates are learnt as, keys of `DATE_PARTS`.
    """

    title: str
    dialect: Dialect | None
    columns: tuple[tuple[int, Column], ...]
    label: str = ""
    normal: str = ""
    scaling: str = "standard"
    date_parts: tuple[str, ...] = ("time",)


@dataclass(frozen=True)
class Made:
    """A data set that was made: its key, its rows, and what could not be used, as sentences."""

    key: str
    rows: int
    table: Table
    notes: tuple[str, ...]


def make_table(
    name: str,
    content: bytes,
    plan: Plan,
    reader: Reader | None = None,
    tell: Callable[[int], None] = lambda rows: None,
) -> Made:
    """Makes a data set of a CSV or Parquet file.

    Args:
        tell: is told how many rows have been read.

    Raises:
        CollectionError, NotPreparable, Refused: it cannot be made; the text says why.
        OSError: it cannot be written.
    """
    title = checked_title(plan.title)
    wanted = [
        (place, column if column.name != plan.label else Column(column.name, "category"))
        for place, column in plan.columns
        if column.kind in LEARNT or column.name == plan.label
    ]
    if plan.label and plan.label not in [column.name for _, column in wanted]:
        raise CollectionError("There is no column {}.", plan.label)
    taken = take_cells(name, content, plan.dialect, wanted, reader, tell)
    at = [column.name for column in taken.columns].index(plan.label) if plan.label else None
    classes, labels = _classes(taken.columns[at], taken.values[:, at]) if at is not None else (
        ("row",), np.zeros(len(taken.values), np.int32),
    )  # fmt: skip
    if plan.normal and plan.normal not in classes:
        raise CollectionError("No row of the column {} is {!r}.", plan.label, plan.normal)
    kept = [place for place in range(len(taken.columns)) if place != at]
    values = taken.values[:, kept]
    values, columns = _with_date_parts(values, [taken.columns[p] for p in kept], plan.date_parts)
    known, notes = ~np.isnan(values).all(axis=1), taken.notes
    if lost := int((~known).sum()):
        values, labels = values[known], labels[known]
        were = "1 row was" if lost == 1 else f"{lost:,} rows were"
        notes = (*notes, f"{were} left out: all columns that are learnt are empty")
    if len(values) < FEWEST:
        raise CollectionError(
            "A data set needs at least {} rows; the table has {}.", FEWEST, len(values)
        )
    columns = [counted(column, values[:, at]) for at, column in enumerate(columns)]
    table = fitted(values, columns, plan)
    tell(len(values))  # the last moment at which it can be ended
    key = store_table(title, table, values, classes, labels)
    return Made(key, len(values), table, notes)


def fitted(values: np.ndarray, columns: Sequence[Column], plan: Plan) -> Table:
    """A table whose preparation follows from the training rows among raw ones (n, columns)."""
    preparation = fit(values[training_rows(len(values))], columns, plan.scaling)
    return Table(tuple(columns), preparation, plan.label, plan.normal)


def training_rows(count: int) -> np.ndarray:
    """Which rows of a set of the user's are for training."""
    seen, _ = parts_of(count)
    return seen[cut_validation(len(seen))[0]]


def _classes(column: Column, values: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
    names = list(column.categories)
    if len(names) > MOST_CLASSES - 1:
        raise CollectionError(
            "The column {} has {:,} different values; a label has at most {}.",
            column.name, len(names), MOST_CLASSES - 1,
        )  # fmt: skip
    missing = np.isnan(values)
    labels = np.where(missing, len(names), values).astype(np.int32)
    return tuple([*names, UNLABELLED] if missing.any() else names), labels


def _with_date_parts(
    values: np.ndarray, columns: Sequence[Column], parts: Sequence[str]
) -> tuple[np.ndarray, list[Column]]:
    """Dates as the numbers that are wanted of them: columns of their own."""
    found, described = [], []
    for place, column in enumerate(columns):
        seconds = values[:, place]
        if column.kind != "date":
            found.append(seconds)
            described.append(column)
            continue
        if "time" in parts:
            found.append(seconds)
            described.append(column)
        for part in parts:
            name = f"{column.name} ({DATE_PARTS[part].lower()})"
            made = Column(name, "number", of=column.name, part=part, date_format=column.date_format)
            if part == "hour":
                found.append(date_part(seconds, part))
                described.append(made)
            if part == "weekday":
                found.append(date_part(seconds, part))
                described.append(dataclasses.replace(made, kind="category", categories=WEEKDAYS))
    if not found:
        raise NotPreparable("No column is left to learn from.")
    return np.stack(found, axis=1), described


def date_part(seconds: np.ndarray, part: str) -> np.ndarray:
    """The hour (0 to 24) or the weekday (Monday: 0) of seconds since 1970."""
    if part == "hour":
        return seconds % DAY / HOUR
    return (np.floor(seconds / DAY) + 3) % 7  # the first of January 1970 was a Thursday


def store_table(
    title: str, table: Table, values: np.ndarray, classes: tuple[str, ...], labels: np.ndarray
) -> str:
    """Keeps a table as a data set of the user's own, and returns its key."""
    source = Source(
        title, (table.preparation.width,), classes, training_size(len(values)),
        f"{len(values):,} rows of your own", table=table,
    )  # fmt: skip
    return keep_values(source, values, labels)
