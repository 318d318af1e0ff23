"""What a reader does with an uploaded table: tells what its columns are, and reads its cells."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from aecore.data.limits import Refused
from aecore.data.reading.job import Answer, Order, needs
from aecore.data.splits import MOST_ROWS
from aecore.data.tables.chunks import TableFile, open_table
from aecore.data.tables.columns import (
    KINDS,
    Column,
    cleaned,
    find_column,
    numbers,
    places,
)
from aecore.data.tables.dates import ISO, best_date_format, dates, sampled
from aecore.data.tables.dialect import Dialect
from aecore.data.tables.units import find_unit

LOOKED_AT = 5_000  # rows, to find out what the columns are
SHOWN = 20  # rows
TEXTS_AT_ONCE = 500  # rows
LONGEST_CELL = 200  # characters that are shown
FIRST_PROBLEMS = 3  # cells of a column that are told one by one
REFUSED, LOOK, ROWS, END = "refused", "look", "rows", "end"


@needs("aecore.data.tables.preloading")
def look(order: Order) -> Iterator[Answer]:
    """A reader's job: how a file is written, what its columns are, and its first rows."""
    try:
        table = _open(order)
        cells = next(table.chunks(LOOKED_AT), None)
        if cells is None or not len(cells):
            if table.dialect is not None and table.dialect.header:
                raise Refused("The table has no rows below the line of column names.")
            raise Refused("The table has no rows.")
        columns = [_found(table, place, cells) for place in range(len(table.names))]
    except Refused as problem:
        yield [REFUSED, str(problem)], {}
        return
    dialect = table.dialect.to_dict() if table.dialect else None
    first = [[str(cell)[:LONGEST_CELL] for cell in row] for row in cells.head(SHOWN).values]
    more = len(cells) == min(LOOKED_AT, table.at_once)
    total = table.about() if more else len(cells)
    described = [column.to_dict() for column in columns]
    yield [LOOK, dialect, described, len(cells), first, table.refused, max(total, len(cells))], {}


@needs("aecore.data.tables.preloading")
def take(order: Order) -> Iterator[Answer]:
    """A reader's job: all cells of the wanted columns as numbers, some rows at a time.

    The words are {"dialect", "columns": [[place, kind, date format, unit], …], "texts", "most"}:
    whether the text of all cells is wanted as well, and how many rows there may be. A last answer
    has each column's categories and format of dates, and what could not be used. A given format of
    dates is used unless another fits more of the first cells.
    """
    wanted = [(int(p), str(k), str(form), str(u)) for p, k, form, u in order.words["columns"]]
    known: list[dict[str, int]] = [{} for _ in wanted]
    problems: list[list[Any]] = [[] for _ in wanted]
    counts, judged, row = [0] * len(wanted), set(), 0
    try:
        table = _open(order)
        with_texts = order.words["texts"]
        for cells in table.chunks(
            TEXTS_AT_ONCE if with_texts else MOST_ROWS, int(order.words["most"])
        ):
            values = np.empty((len(cells), len(wanted)))
            for column, (place, kind, date_format, unit) in enumerate(wanted):
                texts = cleaned(cells[place])
                if kind == "date" and column not in judged and texts.notna().any():
                    judged.add(column)  # by more cells than were looked at
                    date_format = best_date_format(texts.dropna(), date_format)
                    wanted[column] = place, kind, date_format, unit
                found = _values(table, texts, kind, date_format, unit, known[column])
                values[:, column] = found
                unread = np.flatnonzero(texts.notna().to_numpy() & np.isnan(found.to_numpy()))
                counts[column] += len(unread)
                for at in unread[: FIRST_PROBLEMS - len(problems[column])]:
                    problems[column].append([row + int(at), str(texts.iloc[at])[:LONGEST_CELL]])
            row += len(cells)
            texts = cells.to_numpy().tolist() if with_texts else []
            yield [ROWS, row, texts], {"values": values}
    except Refused as problem:
        yield [REFUSED, str(problem)], {}
        return
    formats = [date_format for _, _, date_format, _ in wanted]
    found = [list(k) for k in known]
    yield [END, found, formats, counts, problems, table.lost, table.refused], {}


def _open(order: Order) -> TableFile:
    name, content = next(order.files())
    order.begin(name)
    dialect = order.words["dialect"]
    return open_table(content, Dialect.from_dict(dialect) if dialect else None)


def _found(table: TableFile, place: int, cells) -> Column:
    texts = cleaned(cells[place])
    values, filled, unit = _numbers(table, texts), texts.dropna(), ""
    if values.notna().sum() <= len(filled) / 2 and (unit := find_unit(sampled(filled))):
        values = _numbers(table, texts, unit)
    found = find_column(table.names[place], texts, values, unit)
    reason = table.unusable.get(place, found.reason)
    return dataclasses.replace(found, reason=reason)


def _numbers(table: TableFile, texts, unit: str = ""):
    """Of a Parquet file, numbers are written with a point."""
    dialect = table.dialect or Dialect()
    return numbers(texts, dialect.decimal, dialect.thousands, unit)


def _values(table: TableFile, texts, kind: str, date_format: str, unit: str, known: dict[str, int]):
    assert kind in KINDS
    if kind == "date":
        return dates(texts, date_format or ISO)
    if kind == "identifier":
        return places(texts, known, MOST_ROWS)
    return _numbers(table, texts, unit) if kind == "number" else places(texts, known)
