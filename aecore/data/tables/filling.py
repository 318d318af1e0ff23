"""Rows in the user's units, and missing cells filled with what a model proposes."""

from dataclasses import dataclass

import numpy as np

from aecore.data.spreadsheet import as_csv
from aecore.data.tables.columns import MISSING, Column
from aecore.data.tables.preparation import OTHER
from aecore.data.tables.rows import Rows
from aecore.data.tables.table import Table

ISO = ("", "ISO8601")


@dataclass(frozen=True)
class Filled:
    """Rows whose missing cells were filled: all cells as texts; cells (n, header): which were."""

    texts: list[list[str]]
    cells: np.ndarray


def fill(rows: Rows, table: Table, proposed: np.ndarray) -> Filled:
    """Fills the cells in which nothing is written; every other cell stays as it is.

    Args:
        proposed: raw values of the learnt columns, (n, learnt).
    """
    texts = [list(row) for row in rows.texts]
    filled = np.zeros((len(texts), len(rows.header)), bool)
    for column, values in zip(table.learnt, proposed.T, strict=True):
        if column.name not in rows.header:  # of a date
            continue
        at = rows.header.index(column.name)
        written = rows.formats.get(column.name, column.date_format)
        words = in_words(column, values, decimal=rows.dialect.decimal, date_format=written)
        for row, cells in enumerate(texts):
            if cells[at].strip().lower() in MISSING:
                cells[at] = words[row]
                filled[row, at] = True
    return Filled(texts, filled)


def filled_csv(rows: Rows, filled: Filled) -> str:
    """Filled rows as CSV, with the delimiter that they came with."""
    return as_csv(rows.header, filled.texts, rows.dialect.delimiter)


def rows_of(table: Table, values: np.ndarray) -> Rows:
    """Rows of raw values of the learnt columns (n, learnt)."""
    raw = np.full((len(values), len(table.columns)), np.nan)
    raw[:, [part.column for part in table.preparation.parts]] = values
    header = tuple(column.name for column in table.learnt)
    formats = dict.fromkeys(header, ISO[0])
    return Rows(raw, header, tuple(map(tuple, as_texts(table, values))), (), formats=formats)


def as_texts(table: Table, values: np.ndarray, digits: int = 6) -> list[list[str]]:
    """Raw values of the learnt columns (n, learnt) as people write them."""
    columns = [
        in_words(column, each, digits) for column, each in zip(table.learnt, values.T, strict=True)
    ]
    return [list(row) for row in zip(*columns, strict=True)]


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
    return ["" if gone else word for gone, word in zip(missing, words, strict=True)]


def _dates(seconds: np.ndarray, date_format: str) -> list[str]:
    times = np.round(seconds).clip(-6.2e10, 2.5e11).astype("int64").astype("datetime64[s]")
    if date_format in ISO:
        return [str(time).removesuffix("T00:00:00").replace("T", " ") for time in times]
    return [time.item().strftime(date_format) for time in times]
