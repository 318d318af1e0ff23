"""Dates as people and machines write them: the format of a column, and its cells as seconds."""

import datetime
import re
from typing import Any

import numpy as np

ISO = "ISO8601"
DAY = 86_400  # seconds
DAYS = (  # of those that fit alike, the first is taken
    "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%d-%m-%Y", "%m-%d-%Y", "%Y-%m-%d", "%Y.%m.%d",
    "%d.%m.%y", "%m/%d/%y", "%d/%m/%y", "%d-%m-%y", "%m-%d-%y",
    "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y",
    "%d-%b-%y", "%d/%b/%Y",
)  # fmt: skip
CLOCKS = (
    "%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%H:%M:%S,%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M:%S.%f %p",
    "%H.%M.%S",
)  # fmt: skip
LOGGED = (  # by C's ctime, in mails, by web servers
    "%a %b %d %H:%M:%S %Y", "%a, %d %b %Y %H:%M:%S", "%a, %d %b %Y %H:%M:%S %z",
    "%d/%b/%Y:%H:%M:%S", "%d/%b/%Y:%H:%M:%S %z",
)  # fmt: skip
COMPACT = {8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}  # by their digits
DATE_FORMATS = (
    ISO,
    *DAYS,
    *(day + gap + clock for gap in (" ", ", ") for day in DAYS for clock in CLOCKS),
    *LOGGED,
    *COMPACT.values(),
)
_DIGITS = (
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])?(?:[0-5]\d){0,2}$"
)
EPOCHS = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}  # whole numbers since 1970, in a second
FIRST, LAST = 631_152_000, 4_102_444_800  # seconds of 1990 and of 2100
DATE_SHARE = 0.98  # of the cells that must be dates
SAMPLE = 200  # cells on which every format is tried, about
ALIKE = 0.15  # by which steps may differ; months differ by 10%


def find_date_format(filled) -> str:
    """The usual format in which nearly all of some cells are dates, or an empty text.

    Args:
        filled: a pandas Series of cleaned cells, none missing.
    """
    if not sampled(filled).str.contains(r"\d", na=False).mean() >= DATE_SHARE:
        return ""
    best = best_date_format(filled)
    return best if dates(filled, best).notna().mean() >= DATE_SHARE else ""


def best_date_format(filled, known: str = "") -> str:
    """The usual format in which most of some cells are dates, where it is known that they are.

    Of several (1/2/2024 may be in January or in February), the known one; else the one in which
    most steps from each time to the next are about as long, and the others differ least.
    """
    some = sampled(filled)
    formats = dict.fromkeys([known, *_likely(some)] if known else _likely(some))
    counts = {each: int(dates(some, each).notna().sum()) for each in formats}
    fitting = [each for each, count in counts.items() if count > DATE_SHARE * max(counts.values())]
    if len(fitting) < 2:
        return fitting[0] if fitting else known or ISO

    def fit(date_format: str) -> tuple[int, bool, float, int]:
        seconds = dates(filled, date_format).dropna()
        steps = np.diff(seconds).round(3)
        return len(seconds), date_format == known, alike(steps), -len(np.unique(steps))

    return max(fitting, key=fit)


def alike(steps) -> float:
    """The share of steps that are about as long as the usual one, as those of months are."""
    usual = np.median(steps) if len(steps) else 0.0
    return float(np.mean(np.abs(steps - usual) <= ALIKE * abs(usual))) if len(steps) else 0.0


def sampled(cells):
    """Some of the cells, from all over."""
    return cells.iloc[:: max(1, len(cells) // SAMPLE)]


def _shape(text: str) -> str:
    """'31.01.24 9:05 AM' → '0.0.0 0:0 a': what formats that may fit have in common."""
    text = re.sub(r" [+-](?=\d{4}$)", " +", text)  # of a zone
    text = re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", text))
    return re.sub(r"\s+", " ", text)


def _likely(some) -> list[str]:
    """Formats of the commonest shapes among some cells, so that few have to be tried."""
    if compact := compact_of(some):
        return [compact]
    found = numeric(some)
    if found.notna().all() and (unit := epoch_of(found.min(), found.max())):
        return [unit]
    if dates(some, ISO).notna().all():
        return [ISO]
    shapes = _unzoned(some).map(_shape).value_counts().index[:3]
    return [ISO, *(each for shape in shapes for each in _OF_SHAPE.get(shape, ()))]


_OF_SHAPE: dict[str, list[str]] = {}  # formats by what they look like
_EXAMPLE = datetime.datetime(2024, 1, 31, 10, 20, 30, 400_000, datetime.UTC)
for _format in (*DATE_FORMATS[1:], *CLOCKS):
    _OF_SHAPE.setdefault(_shape(_EXAMPLE.strftime(_format)), []).append(_format)


def epoch_of(low: float, high: float) -> str:
    """The unit in which two numbers are times since 1970, from 1990 to 2100; or an empty text."""
    for unit, second in EPOCHS.items():
        hours = unit == "s" and low >= 1_990_010_100  # more likely 2024013110: a day and an hour
        if FIRST * second <= low <= high < LAST * second and not hours:
            return unit
    return ""


def compact_of(cells) -> str:
    """The format in which all cells are dates of digits alone, such as 20240131; else empty."""
    length = len(cells.iloc[0])
    found = COMPACT.get(length, "")
    if not found or not (cells.str.len() == length).all():
        return ""
    fitting = cells.str.match(_DIGITS, na=False).all() and dates(cells, found).notna().all()
    return found if fitting else ""


def numeric(cells):
    """Cells as floats; NaN where one is no number."""
    import pandas as pd

    found: Any = pd.to_numeric(cells, errors="coerce")
    return found.astype("float64")


def is_clock(column) -> bool:
    """Whether the cells of a column are times of a day."""
    return column.date_format in CLOCKS


def with_clock(days: np.ndarray, clocks: np.ndarray) -> np.ndarray:
    """Dates (n,) with the times of day that stand beside them; as they are if they do without."""
    known = days[~np.isnan(days)]
    again = len(np.unique(known)) < len(known)  # else the clock may tell how long something took
    return days + clocks % DAY if again and whole_days(days) else days


def whole_days(seconds: np.ndarray) -> bool:
    """Whether no date has a time of day."""
    return not np.any(seconds[~np.isnan(seconds)] % DAY)


def _unzoned(cells):
    """Without a word for UTC, which is taken for granted."""
    zoned = cells.str.endswith(("UTC", "GMT"), na=False)
    return cells.where(~zoned, cells.str[:-3].str.rstrip()) if zoned.any() else cells


def dates(cells, date_format: str):
    """Cleaned cells as seconds since 1970 (UTC if they tell no zone); NaN where one is no date.

    Args:
        date_format: of pandas, or a key of `EPOCHS`.
    """
    import pandas as pd

    if date_format in EPOCHS:
        seconds = numeric(cells) / EPOCHS[date_format]
        return seconds.where(seconds.between(0, LAST))
    if date_format.endswith("%H.%M.%S"):  # 1.2.3 is rather a version
        cells = cells.where(cells.str.contains(r"\d\d\.\d\d\.\d\d$", na=False))
    found = pd.to_datetime(_unzoned(cells), format=date_format, errors="coerce", utc=True)
    seconds = (found - pd.Timestamp("1970-01-01", tz="UTC")) / pd.Timedelta(seconds=1)
    return seconds.astype("float64")
