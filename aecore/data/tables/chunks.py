"""A table's file as pieces of text cells, a bounded number of rows at a time."""

import csv
import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from aecore.data.limits import Refused
from aecore.data.splits import MOST_ROWS
from aecore.data.tables.columns import column_names
from aecore.data.tables.dialect import LONGEST_LINE, Dialect, find_dialect
from aecore.data.tables.parquet import parquet_chunks, parquet_columns, parquet_rows
from aecore.data.tables.table import MOST_COLUMNS

CELLS_AT_ONCE = 1_000_000
PARQUET = b"PAR1"
OTHERS = {  # how files of other kinds begin → what they are
    b"PK\x03\x04": "a ZIP file (Excel's .xlsx is one): save it as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel file: save it as CSV",
    b"\x1f\x8b": "a gzip file: unpack it first",
    b"%PDF": "a PDF file: save the table as CSV",
    b"\x89HDF": "an HDF5 file: save it as CSV or Parquet",
    b"SQLite": "an SQLite database: save the table as CSV",
}
_TOO_LONG = re.compile(r"line (\d+): expected (\d+) fields, saw (\d+)", re.IGNORECASE)


@dataclass
class TableFile:
    """An opened table: its columns' names, and its rows in pieces.

    dialect: None for Parquet. above: lines of a CSV file above its values. unusable: why columns
    cannot be learnt, by place. refused: rows that cannot be used, as sentences; the first of them.
    """

    names: list[str]
    dialect: Dialect | None
    content: bytes
    above: int = 0
    unusable: dict[int, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    lost: int = 0  # rows that cannot be used

    @property
    def at_once(self) -> int:
        """Rows of a piece, at most."""
        return max(1, CELLS_AT_ONCE // len(self.names))

    def chunks(self, most: int = MOST_ROWS, limit: int = MOST_ROWS) -> Iterator:
        """Pieces of the table: DataFrames of text, columns by place, rows counted from 0.

        Args:
            most: rows of a piece.
            limit: rows of the table.

        Raises:
            Refused: the file cannot be read on; the text says where.
        """
        rows = min(most, self.at_once)
        read = 0
        if self.dialect:
            chunks = self._csv(rows)
        else:
            chunks = parquet_chunks(self.content, self.unusable, rows)
        for chunk in chunks:
            read += len(chunk)
            if read > limit:
                raise Refused("The table has more than {:,} rows.", limit)
            yield chunk

    def about(self) -> int:
        """How many rows there are: exactly, or by its line ends, which may be in cells, too."""
        if self.dialect is None:
            return parquet_rows(self.content)
        ended = self.content[-1:] in (b"\n", b"\0")
        return self.content.count(b"\n") + (not ended) - self.above

    def _csv(self, rows: int) -> Iterator:
        import pandas as pd

        dialect = self.dialect
        assert dialect is not None
        options: dict[str, Any] = (
            {"quotechar": dialect.quote} if dialect.quote else {"quoting": csv.QUOTE_NONE}
        )
        try:
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always")
                content = _as_utf8(self.content, dialect.encoding)
                file = io.BytesIO(content)
                file.seek(_start(content, self.above))
                reader: Any = pd.read_csv(
                    file, sep=dialect.delimiter, header=None, names=range(len(self.names)),
                    index_col=False, dtype=str, na_filter=False, chunksize=rows,
                    on_bad_lines="warn", encoding_errors="replace",
                    skipinitialspace=dialect.delimiter == " ", **options,
                )  # fmt: skip
                with reader:
                    for chunk in reader:
                        self._note(told)
                        yield chunk.fillna("")
        except pd.errors.EmptyDataError:
            return
        except (pd.errors.ParserError, ValueError, UnicodeError) as problem:
            raise Refused("The file cannot be read as a table: {}.", _plain(problem)) from problem

    def _note(self, told: list) -> None:
        for warning in told:
            for line, wanted, seen in _TOO_LONG.findall(str(warning.message)):
                self.lost += 1
                if len(self.refused) < 10:
                    place = int(line) + self.above
                    self.refused.append(f"line {place:,} has {seen} cells instead of {wanted}")
        told.clear()


def open_table(content: bytes, dialect: Dialect | None = None) -> TableFile:
    """Opens a CSV or Parquet file.

    Args:
        dialect: how the CSV file is written; found out if None.

    Raises:
        Refused: it is neither, or has too many columns.
    """
    if content[:4] == PARQUET:
        names, unusable = parquet_columns(content)
        check_width(len(names))
        return TableFile(column_names(names), None, content, unusable=unusable)
    for beginning, what in OTHERS.items():
        if content.startswith(beginning):
            raise Refused("This is {}.", what)
    dialect = dialect or find_dialect(content)
    names, above = _csv_names(content, dialect)
    return TableFile(names, dialect, content, above)


def check_width(columns: int) -> None:
    """Refuses a table with too many columns."""
    if columns > MOST_COLUMNS:
        raise Refused(
            "The table has {:,} columns; at most {:,} can be used.", columns, MOST_COLUMNS
        )


def _csv_names(content: bytes, dialect: Dialect) -> tuple[list[str], int]:
    """Names of the columns, and how many lines stand above their values.

    They are those of the header, and more if the rows below are longer or named.
    """
    sample = _as_utf8(content[:LONGEST_LINE], dialect.encoding)
    text = sample[_start(sample, dialect.skip) :].decode("utf-8", "replace")
    lines = io.StringIO(text, newline="")
    rows, above = [], dialect.skip
    space = dialect.delimiter == " "
    options: dict[str, Any] = (
        {"quotechar": dialect.quote} if dialect.quote else {"quoting": csv.QUOTE_NONE}
    )
    try:
        reader = csv.reader(lines, delimiter=dialect.delimiter, skipinitialspace=space, **options)
        for row in reader:
            if len(row) > 1 or "".join(row).strip():
                rows.append(row)
                if len(rows) <= dialect.header:
                    above = dialect.skip + reader.line_num
            if len(rows) > 100 or (rows and len(rows[0]) > MOST_COLUMNS):
                break
    except csv.Error as problem:
        if not rows:
            raise Refused("The file cannot be read as a table: {}.", problem) from problem
    if not rows:
        raise Refused("The file is empty.")
    header, below = rows[0], rows[max(dialect.header, 1) :]
    widths = sorted(map(len, below)) or [len(header)]
    width = max(len(header), widths[len(widths) // 2])
    check_width(width)
    if not dialect.header:
        return column_names([""] * width), above
    if _names_rows(header, below):
        header = ["", *header]
    return column_names([*header, *[""] * (width - len(header))]), above


def _names_rows(header: list[str], below: list[list[str]]) -> bool:
    """Whether the rows have a nameless first cell, as R writes their names."""
    longer = [row for row in below if len(row) == len(header) + 1]
    return len(longer) > 0.9 * len(below) and any(row[-1].strip() for row in longer)


def _start(content: bytes, skip: int) -> int:
    """Where a table begins below some lines."""
    lines = rb"(?:[^\r\n]*(?>\r\n|\r|\n)){%d}" % min(skip, len(content))
    above = re.match(lines, content)
    return above.end() if above else len(content)


def _as_utf8(content: bytes, encoding: str) -> bytes:
    """pandas would look for further modules to read other encodings, which a reader has not."""
    if encoding == "utf-8":
        return content
    return content.decode(encoding, "replace").encode()


def _plain(problem: Exception) -> str:
    first, *_ = str(problem).splitlines() or [""]
    return (
        first.removeprefix("Error tokenizing data. ").removeprefix("C error: ").rstrip(". ")[:200]
    )
