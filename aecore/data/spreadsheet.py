"""Tables as CSV whose texts a spreadsheet program does not run as formulas.

Names of files, classes and runs may come from others, and a spreadsheet takes a text that begins
with `=` for a formula. Such a cell gets an apostrophe, as OWASP advises ("CSV injection"). When a
table is read, the apostrophe is left out again.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")  # the last four are their full-width forms
MARKED = tuple(f"'{start}" for start in FORMULA_STARTS)  # how `cell` writes such texts
NUMBER = re.compile(  # however it is written: -5,3 and -1.234,5 and -12 % and -3.5 m/s; or a sign
    r"[+-](?:inf|nan|[$€£¥]?[\d., '\u00a0\u202f]*\d(?:e[+-]?\d+)?(?:\s*%)?"
    r"\s*(?:(?:[^\W\d_]|[°‰$€£¥₹])[\w°%/·. ]{0,11})?)?",  # no brackets, so no call of a function
    re.IGNORECASE,
)


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]], delimiter: str = ",") -> str:
    """A table as CSV that is safe to open in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)  # ends lines as in RFC 4180
    writer.writerow(map(cell, header))
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()


def cell(value: Any) -> Any:
    """A value that is safe in a spreadsheet; numbers and harmless texts are unchanged."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(value):
        return f"'{value}"
    return value
