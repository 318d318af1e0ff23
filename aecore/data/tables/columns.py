"""The columns of a table: what each is, and how its cells become numbers.

A cell is text as the file has it. In an array it is a float: the number itself, a date's seconds
since 1970, or a category's place in the column's list; NaN where it is missing.
"""

import dataclasses
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from aecore.data.names import LONGEST, is_blank, shortened, storable, told_apart
from aecore.data.spreadsheet import MARKED
from aecore.data.tables.dates import (
    CLOCKS,
    alike,
    compact_of,
    dates,
    epoch_of,
    find_date_format,
    numeric,
)
from aecore.data.tables.delimiters import TYPED
from aecore.data.tables.dialect import GROUPED
from aecore.data.tables.missing import MISSING
from aecore.data.tables.units import BOUND, NEGATIVE, around, unit_alone

KINDS = {  # kind → how people call it
    "number": "Number",
    "category": "Category",
    "date": "Date",
    "identifier": "Identifier",
    "constant": "Constant",
    "empty": "Empty",
}
LEARNT = ("number", "category", "date")  # kinds that a network can learn from
DATE_PARTS = {  # what a date can be learnt as → how people call it
    "time": "Time",
    "hour": "Hour",
    "weekday": "Weekday",
}
NUMBER_SHARE = 0.9  # the rest is told as cells that cannot be used
MOST_VALUES = 100  # of a category that is found; more are likely names or texts
MOST_CATEGORIES = 10_000  # that one column may have
FEW_VALUES = 2  # numbers that are no more than that are likely yes or no
SHOWN_VALUES = 8
BINS = 12
TIMES = re.compile(r"time|date|stamp|epoch|unix|zeit|datum|heure|\bts?\b", re.IGNORECASE)
FEWEST_STEPS = 9  # that tell regular times from numbers in order


@dataclass(frozen=True)
class Column:
    """A column of a table, as found or as corrected.

    kind: a key of `KINDS`. reason: why, for people. date_format: as `dates.dates` knows them;
    of texts that are times of a day, too.
    unit: what stands around its numbers, with {} in their place, as in "{} %"; empty if nothing.
    of, part: of a column that was made of a date: that column's name, and a key of `DATE_PARTS`.
    categories: the values of a category, most frequent first; where it is found, those of a
    constant or of a number that has few, too. missing, distinct: of the cells that were looked at.
    low, high: of numbers and dates. histogram: counts between them, or of the most frequent
    categories.
    """

    name: str
    kind: str
    reason: str = ""
    date_format: str = ""
    categories: tuple[str, ...] = ()
    missing: int = 0
    distinct: int = 0
    low: float = float("nan")
    high: float = float("nan")
    histogram: tuple[int, ...] = ()
    of: str = ""
    part: str = ""
    unit: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; NaN as None."""
        values = dataclasses.asdict(self)
        return {k: None if v != v else v for k, v in values.items()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        values = dict(values)
        for name in ("low", "high"):
            values[name] = float("nan") if values[name] is None else float(values[name])
        for name in ("categories", "histogram"):
            values[name] = tuple(values[name])
        return cls(**values)


def find_column(name: str, cells, numbers, unit: str = "") -> Column:
    """What a column is, by some of its cells.

    Args:
        cells: a pandas Series of text, without spaces around; missing ones are NA.
        numbers: the same as floats, NaN where a cell is no number.
        unit: of the numbers, as `units.find_unit` finds it.
    """
    filled = cells.dropna()
    told: dict[str, Any] = {"name": name, "unit": unit, "missing": len(cells) - len(filled)}
    told["distinct"] = int(filled.nunique())
    if not len(filled):
        return Column(kind="empty", reason="every cell is empty", **told)
    if told["distinct"] == 1:
        only = str(filled.iloc[0])
        return Column(kind="constant", reason=f"always {only}", categories=(only,), **told)
    bounds = filled.str.match(BOUND)
    if bounds.any() and filled[bounds].nunique() >= filled[~bounds].nunique():
        numbers, told["unit"] = numbers.mask(bounds), ""  # <=50K and >50K are categories
    found = numbers.dropna()
    if epoch := _epoch(name, filled):
        return _of_dates(filled, epoch, f"times in {epoch} since 1970", told)
    likely = TIMES.search(name) or told["distinct"] > FEWEST_STEPS
    if likely and (compact := compact_of(filled)):
        return _of_dates(filled, compact, f"dates as in {filled.iloc[0]}", told)
    if len(found) >= NUMBER_SHARE * len(filled):
        return _of_numbers(filled, found, told)
    date_format = find_date_format(filled)
    if date_format in CLOCKS:  # which alone are no dates; beside a date they are
        told["date_format"] = date_format
    elif date_format:
        return _of_dates(filled, date_format, f"dates as in {filled.iloc[0]}", told)
    if told["distinct"] == len(filled) and len(filled) > MOST_VALUES:
        return Column(kind="identifier", reason="a different value in every cell", **told)
    if told["distinct"] > max(MOST_VALUES, len(filled) // 20):
        reason = f"{told['distinct']:,} different texts"
        return Column(kind="identifier", reason=reason, **told)
    return _of_values(filled, told, f"{told['distinct']:,} different values")


def _epoch(name: str, filled) -> str:
    """The unit of whole numbers in order that are times; an empty text if they are not.

    So are numbers of orders and of articles: either the name has to say it, or the steps.
    """
    found = numeric(filled)
    whole = bool((found == found.round()).all())  # which NaN is not
    if not whole or not found.is_monotonic_increasing:
        return ""
    unit, steps = epoch_of(found.min(), found.max()), np.diff(found)
    regular = len(steps) >= FEWEST_STEPS and np.median(steps) > 1 and alike(steps) >= NUMBER_SHARE
    return unit if TIMES.search(name) or (regular and not _is_id(name)) else ""


def _is_id(name: str) -> bool:
    named = name.strip().casefold()
    return named == "id" or named.endswith(("_id", " id"))


def _of_dates(filled, date_format: str, reason: str, told: dict[str, Any]) -> Column:
    seconds = dates(filled, date_format).dropna()
    return Column(kind="date", reason=reason, date_format=date_format, **told, **_spread(seconds))


def _of_numbers(filled, found, told: dict[str, Any]) -> Column:
    whole = bool((found == found.round()).all())
    if told["distinct"] <= FEW_VALUES and whole:
        return _of_values(filled, told, "only two values")
    in_order = len(found) > MOST_VALUES and bool((found.diff().dropna() == 1).all())
    if whole and told["distinct"] == len(filled) and (in_order or _is_id(told["name"])):
        return Column(kind="identifier", reason="whole numbers, each once", **told)
    unread = len(filled) - len(found)
    reason = f"numbers in {unit_alone(told['unit'])}" if told["unit"] else "numbers"
    bounds = filled[filled.str.match(BOUND)]
    reason += f", {len(bounds):,} of them bounds such as {bounds.iloc[0]}" if len(bounds) else ""
    reason += f", except {unread:,} cell{'s' * (unread > 1)}" if unread else ""
    few = filled.value_counts().index if told["distinct"] <= MOST_VALUES else ()
    return Column(kind="number", reason=reason, categories=tuple(few), **told, **_spread(found))


def _of_values(filled, told: dict[str, Any], reason: str) -> Column:
    counts = filled.value_counts()
    return Column(
        kind="category",
        reason=reason,
        categories=tuple(counts.index[:MOST_VALUES]),
        histogram=tuple(int(count) for count in counts.iloc[:SHOWN_VALUES]),
        **told,
    )


def counted(column: Column, values: np.ndarray) -> Column:
    """A column as all of its values (n,) are: what is missing, and the spread of numbers."""
    known = values[~np.isnan(values)]
    missing = len(values) - len(known)
    if column.kind == "category" or not len(known):
        return dataclasses.replace(column, missing=missing)
    return dataclasses.replace(column, missing=missing, **_spread(known))


def _spread(values) -> dict[str, Any]:
    low, high = float(values.min()), float(values.max())
    counts, _ = np.histogram(values, BINS, (low, high) if high > low else None)
    return {"low": low, "high": high, "histogram": tuple(map(int, counts))}


def cleaned(cells):
    """Text cells without spaces around, and without the apostrophe that marks them as texts.

    NA where nothing is written, or a word for nothing.
    """
    cells = cells.str.strip()
    if cells.str.startswith("'", na=False).any():
        marked = cells.str.startswith(MARKED, na=False)
        cells = cells.mask(marked, cells.str[1:].str.strip())
    return cells.mask(cells.str.lower().isin(MISSING))


def numbers(cells, decimal: str, thousands: str, unit: str = ""):
    """Cleaned cells as floats; NaN where a cell is missing, no number, or too large for one.

    A bound, such as <0.01, is taken for the number.
    """
    if cells.str.contains(f"[{''.join(map(chr, TYPED))}]", na=False).any():
        for sign, typed in TYPED.items():  # much faster than str.translate
            cells = cells.str.replace(chr(sign), typed, regex=False)
    if cells.str.startswith(("<", ">", "≤", "≥", "~", "≈"), na=False).any():
        cells = cells.str.replace(BOUND, "", regex=True)
    if cells.str.endswith((")", "-"), na=False).any():
        cells = cells.str.replace(NEGATIVE, r"-\1\2\3", regex=True)
    if unit:
        cells = cells.str.replace(around(unit), r"\1\2", regex=True)
    if thousands:
        grouped = cells.str.match(GROUPED.format(re.escape(thousands)) + r"(?!\d)", na=False)
        cells = cells.where(~grouped, cells.str.replace(thousands, "", regex=False))
    if decimal != ".":
        cells = cells.mask(cells.str.contains(".", regex=False, na=False))
        cells = cells.str.replace(decimal, ".", regex=False)
    found = numeric(cells)
    return found.where(np.isfinite(found))


def places(cells, known: dict[str, int], most: int = MOST_CATEGORIES):
    """Cleaned cells as places in a growing list of categories; NaN where a cell is missing."""
    values = cells.dropna().unique()
    for value in values:
        if value not in known and len(known) < most:
            known[value] = len(known)
    return cells.map(known).astype("float64")


def column_names(header: Iterable[str]) -> list[str]:
    """Names as typed; 'column 3' where there is none."""
    stripped = [storable(str(name)).strip() for name in header]
    stripped = [name[1:].strip() if name.startswith(MARKED) else name for name in stripped]
    return told_apart(
        f"column {place}" if is_blank(name) else shortened(name, LONGEST)
        for place, name in enumerate(stripped, 1)
    )
