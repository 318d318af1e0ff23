"""Dates as people and machines write them: the format of a column, and its cells as seconds."""

import numpy as np

ISO = "ISO8601"
DATE_FORMATS = (  # the usual ones; of those that fit alike, the first
    ISO, "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y", "%d/%m/%Y",
    "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M",
    "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%d-%b-%y", "%d-%m-%Y",
)  # fmt: skip
DATE_SHARE = 0.98  # of the cells that must be dates
SAMPLE = 500  # cells on which every format is tried


def find_date_format(filled) -> str:
    """The usual format in which nearly all of some cells are dates, or an empty text.

    Args:
        filled: a pandas Series of cleaned cells, none missing.
    """
    if not _sample(filled).str.contains(r"\d", na=False).mean() >= DATE_SHARE:
        return ""
    best = best_date_format(filled)
    return best if dates(filled, best).notna().mean() >= DATE_SHARE else ""


def best_date_format(filled, known: str = "") -> str:
    """The usual format in which most of some cells are dates, where it is known that they are.

    Of several (1/2/2024 may be in January or in February), the known one; else the one in which
    the steps from each time to the next differ least.
    """
    some = _sample(filled)
    formats = dict.fromkeys([known, *DATE_FORMATS] if known else DATE_FORMATS)
    counts = {each: int(dates(some, each).notna().sum()) for each in formats}
    fitting = [each for each, count in counts.items() if count > DATE_SHARE * max(counts.values())]
    if len(fitting) < 2:
        return fitting[0] if fitting else known or ISO

    def fit(date_format: str) -> tuple[int, bool, int]:
        seconds = dates(filled, date_format).dropna()
        return len(seconds), date_format == known, -len(np.unique(np.diff(seconds).round(3)))

    return max(fitting, key=fit)


def _sample(cells):
    """Some of the cells, from all over."""
    return cells.iloc[:: max(1, len(cells) // SAMPLE)]


def dates(cells, date_format: str):
    """Cleaned cells as seconds since 1970 (UTC if they tell no zone); NaN where one is no date."""
    import pandas as pd

    found = pd.to_datetime(cells, format=date_format, errors="coerce", utc=True)
    seconds = (found - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1)
    return seconds.astype("float64")
