"""What is written around the numbers of a column: 12.5 %, $1,234, 36 months, (5), <0.01."""

import re
from collections import Counter
from collections.abc import Iterable

from aecore.data.tables.delimiters import TYPED

PLACE = "{}"  # of the number
_CURRENCY = (
    r"[A-Z]{0,3}[$€£¥₩₹₽₺₫₪฿₱]|Rs\b\.?"
    r"|(?:USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|SEK|NOK|DKK|PLN|BRL)\b"
)
_NUMBER = r"(?:\d{1,3}(?:[.,' ]\d{2,3})+|\d+)?(?:[.,]\d*)?(?:[eE][+-]?\d+)?"
_AFTER = r"(?:\s*(?![DdEe][+-]?\d)(?:[^\W\d_]|[%‰°$€£¥₹])[^{}]{0,11})?"
_WRITTEN = re.compile(  # letters before a number are rather a name: user 17, Q1
    rf"([+-]?)((?:(?:{_CURRENCY})\s*)?)([+-]?(?=[.,]?\d){_NUMBER})({_AFTER})"
)
NEGATIVE = r"^([^\d()]{0,4})\(\s*([^()]*\d[^()]*?)\s*\)$|^([^-]*\d)\s?-$"  # of accountants
BOUND = r"^(?:[<>≤≥]=?|[~≈])\s*(?=\S*\d)"  # of what is too little, or too much, to be measured
_HOLDS = 0.9  # of the cells, which are numbers with the unit or without


def find_unit(cells: Iterable[str]) -> str:
    """The unit that most of some cells have, with {} in place of the number; else an empty text."""
    cells = [bare(cell.strip().translate(TYPED)) for cell in cells]
    found = Counter(u for cell in cells if (u := _split(cell)[1]) and u.isprintable())
    if not found:
        return ""
    unit = found.most_common(1)[0][0]
    pattern = re.compile(around(unit))
    alone = [pattern.sub(r"\1\2", cell) for cell in cells]
    fitting = sum(not _split(cell)[1] and bool(_WRITTEN.fullmatch(cell)) for cell in alone)
    carried = sum(one != other for one, other in zip(alone, cells, strict=True))
    return unit if fitting >= _HOLDS * len(cells) and carried > len(cells) / 2 else ""


def without_unit(cell: str) -> str:
    """A number without the unit beside it, whichever it is; other cells as they are."""
    return _split(bare(cell))[0]


def bare(cell: str) -> str:
    """(12.50) and 12.50- with the minus in front, <0.01 as 0.01; other cells as they are."""
    return re.sub(NEGATIVE, r"-\1\2\3", re.sub(BOUND, "", cell))


def with_unit(number: str, unit: str) -> str:
    """A number as it is written in a column of this unit, which may be empty."""
    return unit.replace(PLACE, number) if unit else number


def unit_alone(unit: str) -> str:
    """A unit without the place of the number: % of {} %."""
    return unit.replace(PLACE, "").strip()


def around(unit: str) -> str:
    """A pattern of a cell with this unit, or with a part of it: its groups are sign and number."""
    before, after = (re.escape(part.strip()) for part in unit.split(PLACE))
    return rf"^([+-]?)\s*(?:{before})?\s*(.*?)\s*(?:{after})?$"


def _split(cell: str) -> tuple[str, str]:
    """A cell's number and its unit; the cell and an empty text if there is none."""
    match = _WRITTEN.fullmatch(cell)
    if match is None or not (match[2] or match[4]):
        return cell, ""
    return match[1] + match[3], match[2] + PLACE + match[4]
