"""New rows for a model that knows a table, and rows given back in the user's units."""

import dataclasses
from dataclasses import dataclass

import numpy as np

from aecore.data.limits import Refused
from aecore.data.reading.process import Reader
from aecore.data.tables.columns import Column
from aecore.data.tables.making import date_part
from aecore.data.tables.preparation import OTHER
from aecore.data.tables.table import Table
from aecore.data.tables.uploads import look_at, take_cells


@dataclass(frozen=True)
class Rows:
    """New rows.

    values: raw, (n, columns of the table), NaN where missing. header, texts: the file's own cells.
    notes: what could not be used, sentences.
    """

    values: np.ndarray
    header: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def read_rows(name: str, content: bytes, table: Table, reader: Reader | None = None) -> Rows:
    """Reads new rows from a CSV or Parquet file, whose columns are found by their names.

    Raises:
        Refused: it cannot be read, or lacks columns that the model needs.
    """
    seen = look_at(name, content, None, reader)
    header = tuple(column.name for column in seen.columns)
    places = {column: place for place, column in enumerate(header)}
    wanted = [column.of or column.name for column in table.learnt]
    lacking = [column for column in dict.fromkeys(wanted) if column not in places]
    if lacking:
        shown = ", ".join(lacking[:5]) + (" …" if len(lacking) > 5 else "")
        raise Refused("It lacks columns that the model needs: {}.", shown)
    asked = {
        column.of or column.name: dataclasses.replace(column, kind="date") if column.of else column
        for column in table.learnt
    }
    taken = take_cells(
        name, content, seen.dialect,
        [(places[column], described) for column, described in asked.items()],
        reader, texts=True,
    )  # fmt: skip
    at = {column: place for place, column in enumerate(asked)}
    values = np.full((len(taken.values), len(table.columns)), np.nan)
    for part in table.preparation.parts:
        column = table.columns[part.column]
        found = taken.values[:, at[column.of or column.name]]
        if column.part:
            found = date_part(found, column.part)
        elif column.kind == "category":
            found = _recoded(found, taken.columns[at[column.name]].categories, column.categories)
        values[:, part.column] = found
    return Rows(values, header, taken.texts, taken.notes)


def _recoded(found: np.ndarray, names: tuple[str, ...], known: tuple[str, ...]) -> np.ndarray:
    """Places among a file's own categories as places among known ones; unknown ones get -1."""
    place = {name: number for number, name in enumerate(known)}
    codes = np.array([place.get(name, -1) for name in names] or [0], np.float64)
    missing = np.isnan(found)
    return np.where(missing, np.nan, codes[np.where(missing, 0, found).astype(int)])


def in_words(column: Column, values: np.ndarray) -> list[str]:
    """Raw values (n,) of a column as people write them; an empty text where one is missing."""
    if column.kind == "category":
        names = [*column.categories, OTHER]
        return ["" if np.isnan(v) else names[int(v)] for v in values]
    if column.kind == "date" and not column.part:
        times = np.round(np.where(np.isnan(values), 0, values)).astype("datetime64[s]")
        return [
            "" if np.isnan(v) else str(t).removesuffix("T00:00:00").replace("T", " ")
            for v, t in zip(values, times, strict=True)
        ]
    return ["" if np.isnan(v) else f"{v:.6g}" for v in values]
