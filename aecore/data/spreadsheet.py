"""Tables as CSV that a spreadsheet program shows and does not run.

Names of files, classes and runs are other people's: one that begins with `=` is a formula to a
spreadsheet. Such a cell gets an apostrophe before it, as OWASP advises ("CSV injection").
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")  # the last four are their full-width forms


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table as CSV, its texts safe to be opened in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)  # ends lines as RFC 4180 has it
    writer.writerow(map(cell, header))
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()


def cell(value: Any) -> Any:
    """A value as it may stand in a spreadsheet: numbers and harmless texts as they are."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS) and not _is_number(value):
        return f"'{value}"
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
