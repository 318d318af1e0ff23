"""How a CSV file is written: encoding, delimiter, quotes, header, and how its numbers look."""

import codecs
import dataclasses
import re
from dataclasses import dataclass
from typing import Any, Self

from aecore.data.limits import Refused
from aecore.data.tables.delimiters import (
    TYPED,
    columns_of,
    find_delimiter,
    find_quote,
    rows_of,
    usual_width,
)
from aecore.data.tables.encoding import find_encoding
from aecore.data.tables.heading import below_other_lines, header_rows
from aecore.data.tables.missing import known
from aecore.data.tables.units import find_unit, without_unit

DECIMALS = {".": "point", ",": "comma"}
THOUSANDS = {"": "none", ",": "comma", ".": "point", " ": "space", "'": "apostrophe"}
LOOKED_AT = 200  # lines
LONGEST_LINE = 2**20  # bytes
HOLDS = 0.9  # of the rows of a table that have the same width
_INTEGER = re.compile(r"[+-]?\d+")
# thousands apart, also as in India: 12,34,567; 0,123 is none of them
GROUPED = r"[+-]?[1-9](?:\d{{0,2}}(?:{0}\d{{3}})+|\d?(?:{0}\d{{2}})+{0}\d{{3}})"
_SEPARATOR = re.compile(r'"?sep=."?|sep=', re.IGNORECASE)  # a line of Excel's
_TAIL = r"(?:{}\d*)?(?:[eE][+-]?\d+)?"


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written.

    header: how many of its rows tell about the columns: the first names them, further ones have
    their units and the like. decimal, thousands: the characters in numbers; thousands may be empty,
    and so may the quote. skip: lines above the table.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    header: int = 1
    decimal: str = "."
    thousands: str = ""
    skip: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return dataclasses.asdict(self)

    def skipping(self, skip: int) -> Self:
        """The same with other lines above the table, which may be some that name its columns."""
        left = max(1, self.header - max(0, skip - self.skip))
        return dataclasses.replace(self, skip=skip, header=min(self.header, left))

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        return cls(**values)


def find_dialect(content: bytes) -> Dialect:
    """Finds out how a CSV file is written.

    Args:
        content: the file, or its beginning if that is at least a megabyte.

    Raises:
        Refused: this is no text, or its first line is too long.
    """
    sample = content[:LONGEST_LINE]
    encoding = find_encoding(sample)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    if "\0" in text:
        raise Refused("This is not a text file: it contains NUL characters.")
    whole = len(sample) == len(content)
    lines = re.split(r"\r\n|\r|\n", text)
    if not whole:
        lines = lines[:-1]
        if not lines:
            raise Refused("The first line is longer than {:,} bytes.", LONGEST_LINE)
    if not any(line.strip() for line in lines):
        raise Refused("The file is empty.")
    return Dialect(encoding, **written(lines))


def written(lines: list[str]) -> dict[str, Any]:
    """How the lines of a CSV file are written: all that a `Dialect` says but for the encoding."""
    placed = [(place, line) for place, line in enumerate(lines) if line.strip()]
    if len(placed) > 1 and _SEPARATOR.fullmatch(placed[0][1].strip()):
        del placed[0]
    lines = [line for _, line in placed[:LOOKED_AT]]
    quote = find_quote(lines)
    delimiter = find_delimiter(lines, quote)
    rows = rows_of(lines, delimiter, quote)
    found: dict[str, Any] = {"delimiter": delimiter, "quote": quote}
    found["decimal"], found["thousands"] = _numbers(columns_of(rows[1:] or rows), delimiter)
    apart = {n for n in range(1, len(lines)) if placed[n][0] - placed[n - 1][0] > 1}
    start, named = below_other_lines(rows, apart) if len(rows) == len(lines) else 0, True
    if not start:
        start, named = _beginning(lines, Dialect(**found))
    header = header_rows(rows_of(lines[start:], delimiter, quote), named)
    return found | {"header": header, "skip": placed[start][0]}


def is_number(text: str, dialect: Dialect) -> bool:
    """Whether a cell is a number as the dialect writes them."""
    return bool(_pattern(dialect.decimal, dialect.thousands).fullmatch(text.translate(TYPED)))


def _pattern(decimal: str, thousands: str) -> re.Pattern:
    tail = _TAIL.format(re.escape(decimal))
    plain = r"[+-]?(?:\d+|(?=" + re.escape(decimal) + r"\d))"
    if not thousands:
        return re.compile(f"{plain}{tail}")
    return re.compile(f"(?:{GROUPED.format(re.escape(thousands))}|{plain}){tail}")


def _numbers(columns: list[list[str]], delimiter: str) -> tuple[str, str]:
    """Decimal and thousands characters with which most cells are numbers; a point if in doubt."""
    columns = [[without_unit(cell) for cell in column] for column in columns]
    cells = [cell for column in columns for cell in column if not _INTEGER.fullmatch(cell)]
    best, most = (".", ""), (0, False)
    # 1,234 may be either; where a semicolon cuts, the comma is most likely a decimal one
    for decimal in reversed(DECIMALS) if delimiter == ";" else DECIMALS:
        for thousands in THOUSANDS:
            if thousands == decimal or delimiter == " " == thousands:
                continue
            pattern = _pattern(decimal, thousands)
            count = sum(bool(pattern.fullmatch(cell)) for cell in cells)
            likely = thousands not in DECIMALS or _groups(columns, thousands, delimiter)
            if count and (count, likely) > most:
                best, most = (decimal, thousands), (count, likely)
    return best


def _groups(columns: list[list[str]], thousands: str, delimiter: str) -> bool:
    """Whether 1,234 is likely above a thousand: beside smaller integers, or in quotes for it."""
    grouped = re.compile(GROUPED.format(re.escape(thousands)))
    return thousands == delimiter or any(
        any(map(grouped.fullmatch, column))
        and any(len(cell) < 4 and cell.isdigit() for cell in column)
        for column in columns
    )


def _beginning(lines: list[str], dialect: Dialect) -> tuple[int, bool]:
    """The line with which the table begins, and whether it names the columns."""

    def cut(start: int) -> list[list[str]]:
        return rows_of(lines[start:], dialect.delimiter, dialect.quote)

    width, _, agreed = usual_width(cut(0))
    if agreed < HOLDS:
        return 0, _has_header(cut(0), dialect)
    usual = [row for row in cut(0) if len(row) == width]
    while width > 2 and not any(row[width - 1].strip() for row in usual):
        width -= 1  # delimiters may end each row, but not the header
    start = next((place for place in range(len(lines)) if len(cut(place)[0]) >= width), 0)
    comments = 0
    while start + comments + 1 < len(lines) and lines[start + comments].startswith("#"):
        comments += 1
    below = lines[start + comments :]
    if sum(line.startswith("#") for line in below) > len(below) / 2:
        comments = 0  # a first column whose values begin so
    header = _has_header(cut(start + comments), dialect)
    if comments:  # one may be the header, as NumPy writes it
        is_header = not header or (comments == 1 < width)
        return start + comments - is_header, True
    if start and not header and not lines[start - 1].startswith("#"):
        above = cut(start - 1)[0]
        if len(above) > 1 or start + 1 == width == 2:  # shorter than its rows, as R writes it
            numbers = {is_number(cell, dialect) for cell in map(known, above) if cell}
            if len(numbers) == 1:
                return start - 1, numbers == {False}
            return start - 1, _has_header(cut(start - 1), dialect)  # it lacks its last cells
    return start, header


def _has_header(rows: list[list[str]], dialect: Dialect) -> bool:
    """Whether the first row differs from those below as names differ from values."""
    first, below = [known(cell).translate(TYPED) for cell in rows[0]], rows[1:]
    number = _pattern(dialect.decimal, dialect.thousands).fullmatch
    numbers = [cell for cell in first if number(cell)]
    if not below:
        return not numbers
    columns = columns_of(below)
    units = [
        (cell, unit)
        for cell, column in zip(first, columns, strict=False)
        if cell and (unit := find_unit(column))
    ]
    if units:  # 5 kg is a value above 6 kg, weight is a name
        return sum(find_unit([cell]) == unit for cell, unit in units) < len(units) / 2
    above = [  # the columns of numbers
        cell
        for cell, column in zip(first, columns, strict=False)
        if sum(map(bool, map(number, column))) > len(column) / 2
    ]
    if not numbers and any(above):
        return True
    if numbers:  # there are names like 2019, too
        named = [cell for cell in above if cell]
        if sum(not number(cell) for cell in named) > len(named) / 2:
            return True
        distances = first[0] and [list(column) for column in zip(*rows, strict=False)] == rows
        if not _count_up(numbers) or _count_up(below[0]) or distances:
            return False
        again = sum(cell in column for cell, column in zip(first, columns, strict=False))
        return again < len(numbers) / 2
    again = sum(
        name in column for name, column in zip(first, columns, strict=False) if name
    )  # texts alone: names do not come again below
    return again == 0 and len(set(first)) == len(first)


def _count_up(cells: list[str]) -> bool:
    """Whether the whole numbers of a row are three or more that follow each other."""
    found = [int(cell) for cell in cells if re.fullmatch(r"\d{1,9}", cell)]
    return len(found) > 2 and found == [*range(found[0], found[0] + len(found))]
