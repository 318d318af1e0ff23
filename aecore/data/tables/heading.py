"""What stands above the values of a CSV file: lines about the file, names, units and the like.

Loggers, oscilloscopes, surveys and pandas write several such rows.
"""

import re
from collections import Counter

from aecore.data.tables.delimiters import TYPED, columns_of
from aecore.data.tables.missing import known

MOST_HEADER = 5  # rows: names, units, descriptions, kinds of averages
SURE = 0.9
_VALUE = re.compile(r"[<>≤≥~≈]?\s*[+-]?[.,]?\d")  # how a number, a date or a time begins


def header_rows(rows: list[list[str]], named: bool) -> int:
    """How many of the first rows tell about the columns: none, names, or names and units.

    Args:
        named: whether the first has names. It also has where units follow it.
    """
    told = 1
    while told < MOST_HEADER and _tells(rows[told:]):
        told += 1
    values = all(map(_VALUE.match, filter(None, map(known, rows[0]))))
    return told if named or (told > 1 and not values) else 0


def below_other_lines(rows: list[list[str]], apart: set[int]) -> int:
    """The row with the names, where rows about the file stand above it; else 0.

    Args:
        rows: one a line.
        apart: rows above which a blank line stands.
    """
    middle = len(rows) // 2
    width = Counter(map(len, rows[middle:])).most_common(1)[0][0]
    columns = columns_of([row for row in rows[middle:] if len(row) == width])
    places = [place for place, column in enumerate(columns) if _share(column) >= SURE]

    def values(row: list[str]) -> list[bool]:
        cells = [known(row[place]).translate(TYPED) for place in places if place < len(row)]
        return [bool(_VALUE.match(cell)) for cell in cells if cell]

    def has_words(row: list[str]) -> bool:
        return bool(found := values(row)) and not any(found)

    def has_values(row: list[str]) -> bool:
        return len(row) == width and bool(found := values(row)) and all(found)

    last = next((n for n in reversed(range(middle)) if has_words(rows[n])), 0)
    if len(rows[last]) > width or any(map(has_values, rows[:last])) or not _tells(rows[last:]):
        return 0
    first = last
    while first and first not in apart and len(rows[first - 1]) == len(rows[first]):
        if not has_words(rows[first - 1]):
            break
        first -= 1
    return first if last - first < MOST_HEADER else last


def _tells(rows: list[list[str]]) -> bool:
    """Whether the first row has words above the values of the columns."""
    if len(rows) < 3:
        return False
    columns = columns_of(rows[1:])
    cells = [known(cell).translate(TYPED) for cell in rows[0]]
    pairs = [(cell, column) for cell, column in zip(cells, columns, strict=False) if cell]
    above = [cell for cell, column in pairs if _share(column) > 0.5]
    if not above or any(map(_VALUE.match, above)) or any(cell in column for cell, column in pairs):
        return False
    # a name beside a word for a missing value is a row of data
    return len(set(above)) > 1 or len(above) == len(pairs)


def _share(column: list[str]) -> float:
    """The share of the cells of a column that are values."""
    return sum(map(bool, map(_VALUE.match, column))) / max(len(column), 1)
