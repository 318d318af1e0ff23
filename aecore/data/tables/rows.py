"""New rows for a model that knows a table, and its values as people write them."""

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from aecore.data.limits import Refused
from aecore.data.reading.process import Reader
from aecore.data.tables.columns import Column
from aecore.data.tables.dates import EPOCHS, ISO, whole_days
from aecore.data.tables.dialect import Dialect
from aecore.data.tables.making import date_part
from aecore.data.tables.preparation import OTHER
from aecore.data.tables.table import Table
from aecore.data.tables.units import with_unit
from aecore.data.tables.uploads import Look, look_at, take_cells

DAYS = "%Y-%m-%d"  # format of dates none of which has a time
FAR = 10.0  # standard deviations from the mean: perhaps another unit
TOLD = 3  # cells of a column that are told one by one
NAMED = 8  # columns that are named in a sentence


@dataclass(frozen=True)
class Rows:
    """New rows.

    values: raw, (n, columns of the table), NaN where missing, -1 for a category that the model did
    not learn. header, texts: the file's own cells. notes: what could not be used, sentences.
    dialect: how the file is written; formats: of its dates, by column.
    """

    values: np.ndarray
    header: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    dialect: Dialect = field(default_factory=Dialect)
    formats: Mapping[str, str] = field(default_factory=dict)


def wanted_columns(table: Table) -> list[str]:
    """Names of the columns that a file of new rows needs."""
    return list(dict.fromkeys(column.of or column.name for column in table.learnt))


def read_rows(
    name: str,
    content: bytes,
    table: Table,
    reader: Reader | None = None,
    most: int | None = None,
) -> Rows:
    """Reads new rows from a CSV or Parquet file, whose columns are found by their names.

    A CSV file without a header needs exactly the model's columns, in their order.

    Args:
        most: rows that are taken.

    Raises:
        Refused: it cannot be read, has more rows, or lacks columns that the model needs.
    """
    seen, header = _named(name, content, table, look_at(name, content, None, reader), reader)
    places = {column: place for place, column in enumerate(header)}
    asked = {
        column.of or column.name: dataclasses.replace(column, kind="date") if column.of else column
        for column in table.learnt
    }

    def tell(rows: int) -> None:
        if most is not None and rows > most:
            raise Refused("It has more than {:,} rows.", most)

    taken = take_cells(
        name, content, seen.dialect,
        [(places[column], described) for column, described in asked.items()],
        reader, tell, texts=True,
    )  # fmt: skip
    at = {column: place for place, column in enumerate(asked)}
    values = np.full((len(taken.values), len(table.columns)), np.nan)
    notes = list(taken.notes)
    for part in table.preparation.parts:
        column = table.columns[part.column]
        base = column.of or column.name
        found, cells = taken.values[:, at[base]], [row[places[base]] for row in taken.texts]
        if column.part:
            found = date_part(found, column.part)
        elif column.kind == "category":
            found = _recoded(found, taken.columns[at[base]].categories, column.categories)
            notes += _unknown(column, found, cells, part.other)
        elif column.kind == "number" and not part.knots:
            notes += _far(column, np.abs(found - part.mean) > FAR * part.scale, cells)
        values[:, part.column] = found
    formats = {
        name: DAYS if column.date_format == ISO and whole_days(seconds)
        else column.date_format
        for name, column, seconds in zip(asked, taken.columns, taken.values.T, strict=True)
    }  # fmt: skip
    return Rows(
        values, tuple(header), taken.texts, tuple(notes), seen.dialect or Dialect(), formats
    )


def _named(
    name: str, content: bytes, table: Table, seen: Look, reader: Reader | None
) -> tuple[Look, list[str]]:
    """The file as it is understood once it is known which columns are wanted, and their names."""
    wanted = wanted_columns(table)
    header = [column.name for column in seen.columns]
    if set(wanted) <= set(header):
        return seen, header
    if seen.dialect is not None and not seen.dialect.header:
        first = [cell.strip() for cell in seen.first[0]]
        if set(wanted) & set(first):  # names that look like values
            with_header = dataclasses.replace(seen.dialect, header=1)
            seen = look_at(name, content, with_header, reader)
            header = [column.name for column in seen.columns]
    if seen.dialect is not None and not set(wanted) & set(header):
        if len(header) != len(wanted):
            raise Refused(
                "It has none of the model's columns. Rows without a header need {:,} cells, in "
                "this order: {}.",
                len(wanted), _some(wanted),
            )  # fmt: skip
        if seen.dialect.header:
            seen = look_at(name, content, dataclasses.replace(seen.dialect, header=0), reader)
        return seen, wanted
    if lacking := [column for column in wanted if column not in header]:
        raise Refused("It lacks columns that the model needs: {}.", _some(lacking))
    return seen, header


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")


def _recoded(found: np.ndarray, names: tuple[str, ...], known: tuple[str, ...]) -> np.ndarray:
    """Places among a file's own categories as places among known ones; unknown ones get -1."""
    place = {name: number for number, name in enumerate(known)}
    codes = np.array([place.get(name, -1) for name in names] or [0], np.float64)
    missing = np.isnan(found)
    return np.where(missing, np.nan, codes[np.where(missing, 0, found).astype(int)])


def _unknown(column: Column, found: np.ndarray, cells: list[str], other: bool) -> list[str]:
    taken = "as a rare one" if other else "as missing by the model"
    words = f"unknown to the model, taken {taken}"
    return _note(column, np.flatnonzero(found == -1), cells, words)


def _far(column: Column, far: np.ndarray, cells: list[str]) -> list[str]:
    words = "far from the training data, perhaps in another unit"
    return _note(column, np.flatnonzero(far), cells, words)


def _note(column: Column, at: np.ndarray, cells: list[str], words: str) -> list[str]:
    if not len(at):
        return []
    shown = "; ".join(f"row {row + 1:,}: {cells[row].strip()[:80]!r}" for row in at[:TOLD])
    more = "; …" if len(at) > TOLD else ""
    return [f"{column.name}: {len(at):,} value{'s' * (len(at) > 1)} {words} ({shown}{more})"]


def in_words(
    column: Column, values: np.ndarray, digits: int = 6, decimal: str = ".", date_format: str = ""
) -> list[str]:
    """Raw values (n,) of a column as people write them; an empty text where one is missing.

    Args:
        digits: of a number, significant ones. decimal: its character.
        date_format: of pandas; a date is otherwise written as 2024-01-31 12:00:00.
    """
    missing = np.isnan(values)
    known = np.where(missing, 0, values)
    if column.kind == "category":
        names = [*column.categories, OTHER]
        words = [names[int(value)] for value in known]
    elif column.kind == "date" and not column.part:
        words = _dates(known, date_format)
    else:
        words = [f"{value:.{digits}g}".replace(".", decimal) for value in known]
        words = [with_unit(word, column.unit) for word in words]
    return ["" if gone else word for gone, word in zip(missing, words, strict=True)]


def _dates(seconds: np.ndarray, date_format: str) -> list[str]:
    if date_format in EPOCHS:
        return [f"{second * EPOCHS[date_format]:.0f}" for second in seconds]
    times = np.round(seconds).clip(-6.2e10, 2.5e11).astype("int64").astype("datetime64[s]")
    if date_format in ("", ISO):
        return [str(time).removesuffix("T00:00:00").replace("T", " ") for time in times]
    return [time.item().replace(tzinfo=datetime.UTC).strftime(date_format) for time in times]
