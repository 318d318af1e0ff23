"""An uploaded table as others see it: read by a reader, which may die of it."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from aecore.data.limits import MB, Refused, megabytes
from aecore.data.names import LONGEST
from aecore.data.reading.confinement import Allowance
from aecore.data.reading.process import Reader, ReadingEnded
from aecore.data.splits import MOST_ROWS
from aecore.data.tables.columns import Column
from aecore.data.tables.dialect import Dialect
from aecore.data.tables.seeing import END, LOOK, REFUSED, ROWS, look, take

MOST_BYTES = 500 * MB
MOST_CELLS = 64_000_000
LOOKING = Allowance(memory=2560 * MB, seconds=30, each=30, answer=MB)
TAKING = Allowance(memory=3072 * MB, seconds=600, each=600, answer=8 * MOST_CELLS)


@dataclass(frozen=True)
class Look:
    """What was found out of a table's first rows.

    dialect: how the CSV file is written; None of a Parquet file. rows: how many were looked at.
    first: the cells of the first of them, as text. refused: rows that cannot be used, sentences.
    total: about how many rows there are.
    """

    dialect: Dialect | None
    columns: tuple[Column, ...]
    rows: int
    first: tuple[tuple[str, ...], ...]
    refused: tuple[str, ...]
    total: int


@dataclass(frozen=True)
class Taken:
    """The cells of a table as numbers.

    values: (rows, columns), NaN where missing. columns: with all their categories, and the format
    in which dates were read. notes: what could not be used, sentences. texts: all cells of the file
    as they are, if asked for.
    """

    values: np.ndarray
    columns: tuple[Column, ...]
    notes: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...] = ()


def look_at(
    name: str, content: bytes, dialect: Dialect | None = None, reader: Reader | None = None
) -> Look:
    """Finds out what a CSV or Parquet file holds.

    Args:
        dialect: how the CSV file is written; found out if None.

    Raises:
        Refused: it cannot be read as a table.
    """
    words = {"dialect": dialect.to_dict() if dialect else None}
    for answer, _ in _read(look, words, name, content, LOOKING, reader):
        match answer:
            case [
                str(kind),
                found,
                list(columns),
                int(rows),
                list(first),
                list(refused),
                int(total),
            ] if kind == LOOK:
                try:
                    return Look(
                        Dialect.from_dict(found) if found else None,
                        tuple(map(Column.from_dict, columns)),
                        rows,
                        tuple(tuple(map(str, row)) for row in first),
                        tuple(map(str, refused)),
                        total,
                    )
                except (TypeError, ValueError, KeyError):
                    break
    raise Refused("Reading it gave no answer that can be used.")


def take_cells(
    name: str,
    content: bytes,
    dialect: Dialect | None,
    columns: Sequence[tuple[int, Column]],
    reader: Reader | None = None,
    tell: Callable[[int], None] = lambda rows: None,
    texts: bool = False,
    most: int = MOST_ROWS,
) -> Taken:
    """Reads all cells of some columns.

    Args:
        columns: the place of each in the file, and what it is.
        tell: is told how many rows have been read.
        texts: whether the text of all cells is wanted, too. most: rows that there may be.

    Raises:
        Refused: it cannot be read, or is too large.
    """
    asked = [[place, c.kind, c.date_format, c.unit] for place, c in columns]
    words = {"dialect": dialect.to_dict() if dialect else None, "columns": asked,
             "texts": texts, "most": most}  # fmt: skip
    parts: list[np.ndarray] = []
    written: list[tuple[str, ...]] = []
    cells = 0
    for answer, arrays in _read(take, words, name, content, TAKING, reader):
        match answer:
            case [str(kind), int(rows), list(found)] if kind == ROWS:
                written += [tuple(map(str, row)) for row in found]
                values = arrays.get("values", np.zeros(0))
                if values.ndim != 2 or values.shape[1] != len(asked) or values.dtype != np.float64:
                    break
                parts.append(values)
                if (cells := cells + values.size) > MOST_CELLS:
                    raise Refused(
                        "The table has more than {:,} cells: leave out columns.", MOST_CELLS
                    )
                tell(rows)
            case [
                str(kind),
                list(known),
                list(formats),
                list(counts),
                list(problems),
                int(lost),
                list(refused),
            ] if kind == END:
                if {len(known), len(formats), len(counts), len(problems)} != {len(asked)}:
                    break
                found = _as_read(columns, known, formats)
                notes = _notes(found, counts, problems, lost, refused)
                values = np.concatenate(parts) if parts else np.zeros((0, len(asked)))
                return Taken(values, tuple(found), tuple(notes), tuple(written))
    raise Refused("Reading it gave no answer that can be used.")


def _read(
    work, words: Any, name: str, content: bytes, allowance: Allowance, reader: Reader | None
) -> Iterator[tuple[Any, dict[str, np.ndarray]]]:
    if len(content) > MOST_BYTES:
        raise Refused("The file is larger than {}.", megabytes(MOST_BYTES))
    try:
        for answer, arrays in (reader or Reader()).read(work, words, [(name, content)], allowance):
            match answer:
                case [str(kind), str(reason)] if kind == REFUSED:
                    raise Refused("{}", reason)
            yield answer, arrays
    except ReadingEnded as problem:
        raise Refused("{}", problem) from problem


def _as_read(
    columns: Sequence[tuple[int, Column]], known: list[list[str]], formats: list[str]
) -> list[Column]:
    return [
        dataclasses.replace(
            column, categories=tuple(map(str, found)), date_format=str(date_format)[:LONGEST]
        )
        for (_, column), found, date_format in zip(columns, known, formats, strict=True)
    ]


def _notes(
    columns: list[Column], counts: list, problems: list, lost: int, refused: list
) -> list[str]:
    notes = []
    if lost:
        shown = "; ".join(map(str, refused))
        were = "1 line was" if lost == 1 else f"{lost:,} lines were"
        notes.append(f"{were} left out: {shown}{' …' if lost > len(refused) else ''}")
    for column, count, cells in zip(columns, counts, problems, strict=True):
        if count:
            shown = "; ".join(f"row {int(row) + 1:,}: {text!r}" for row, text in cells)
            are = "1 cell is" if count == 1 else f"{count:,} cells are"
            notes.append(
                f"{column.name}: {are} not a {column.kind} and counted as missing ({shown}"
                f"{'; …' if count > len(cells) else ''})"
            )
    return notes
