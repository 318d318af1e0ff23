"""Rows in the user's units, and missing cells filled with what a model proposes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from aecore.data.spreadsheet import as_csv
from aecore.data.tables.columns import Column
from aecore.data.tables.missing import MISSING
from aecore.data.tables.rows import ISO, Rows, in_words
from aecore.data.tables.table import Table


@dataclass(frozen=True)
class Filled:
    """Rows whose missing cells were filled: all cells as texts; cells (n, header): which were."""

    texts: list[list[str]]
    cells: np.ndarray


def fill(rows: Rows, table: Table, proposed: np.ndarray) -> Filled:
    """Fills the missing cells; every other one stays as it is, also where it cannot be used.

    A cell is missing if nothing is written in it, a word for nothing, or no finite number.

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
            if _is_missing(column, cells[at]):
                cells[at] = words[row]
                filled[row, at] = True
    return Filled(texts, filled)


def _is_missing(column: Column, text: str) -> bool:
    text = text.strip().lower()
    if text in MISSING:
        return True
    try:
        return column.kind == "number" and not math.isfinite(float(text))
    except ValueError:
        return False


def filled_csv(rows: Rows, filled: Filled) -> str:
    """Filled rows as CSV, with the delimiter that they came with."""
    return as_csv(rows.header, filled.texts, rows.dialect.delimiter)


def rows_of(table: Table, values: np.ndarray) -> Rows:
    """Rows of raw values of the learnt columns (n, learnt)."""
    raw = np.full((len(values), len(table.columns)), np.nan)
    raw[:, [part.column for part in table.preparation.parts]] = values
    header = tuple(column.name for column in table.learnt)
    formats = dict.fromkeys(header, ISO)
    return Rows(raw, header, tuple(map(tuple, as_texts(table, values))), (), formats=formats)


def as_texts(
    table: Table, values: np.ndarray, digits: int = 6, formats: Mapping[str, str] | None = None
) -> list[list[str]]:
    """Raw values of the learnt columns (n, learnt) as people write them; formats: of dates."""
    formats = formats or {}
    columns = [
        in_words(column, each, digits, date_format=formats.get(column.name, ""))
        for column, each in zip(table.learnt, values.T, strict=True)
    ]
    return [list(row) for row in zip(*columns, strict=True)]
