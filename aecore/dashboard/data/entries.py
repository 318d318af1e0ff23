"""Panel parts: what the list of data sets says of each kind, and shows of it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pandas
import streamlit as st

from aecore.dashboard.parts.text import many, plain
from aecore.data import own
from aecore.data.arrays import describe_shape
from aecore.data.glimpses import first_rows, some_windows
from aecore.data.kinds import IMAGES, SERIES, TABLE
from aecore.data.names import shortened, visible
from aecore.data.series.timeline import interval
from aecore.data.splits import Source
from aecore.figures.grid import image_grid
from aecore.figures.sparklines import sparklines

PICTURES = 10
WINDOWS = 6
ROWS, COLUMNS = 4, 3  # of the glimpse of a table
LONGEST_HEAD = 14  # characters
PLURALS = {"number": "numbers", "category": "categories", "date": "dates"}


@dataclass(frozen=True)
class Entry:
    """How sets of one kind are listed.

    usual: the key of the type that is offered first. told: what there is, in words, given the
    description and the number of samples on disk. glimpse: shows a few samples.
    """

    usual: str
    told: Callable[[Source, int], list[str]]
    glimpse: Callable[[str], None]


def _images(known: Source, count: int) -> list[str]:
    words = [f"{count:,} images, {describe_shape(known.shape)}"]
    if known.levels is not None:
        black, white = known.levels
        words.append(f"Images of more than 8 bits: {black:,g} is black, {white:,g} is white")
    return words


def _pictures(key: str) -> None:
    st.html(image_grid([("", own.glimpse(key, PICTURES))], side=56))


def _table(known: Source, count: int) -> list[str]:
    table = known.table
    assert table is not None
    kinds = Counter(column.kind for column in table.learnt)
    learned = ", ".join(
        f"{number:,} {kind if number == 1 else PLURALS[kind]}" for kind, number in kinds.items()
    )
    cells = count * len(table.columns)
    missing = sum(column.missing for column in table.columns)
    words = [f"{count:,} rows × {many(len(table.columns), 'column')}", f"Learnt: {learned}"]
    if missing:
        words.append(f"{many(missing, 'cell')} missing ({missing / cells:.1%})")
    if table.label:
        normal = f", of which {plain(table.normal)} is normal" if table.normal else ""
        words.append(f"Label: {plain(table.label)}{normal}")
    return words


def _rows(key: str) -> None:
    header, rows = first_rows(key, ROWS)
    shown = pandas.DataFrame([[visible(cell) for cell in row[:COLUMNS]] for row in rows])
    shown.columns = [visible(shortened(name, LONGEST_HEAD)) for name in header[:COLUMNS]]
    st.dataframe(shown, hide_index=True, key=f"data.{key}.glimpse")


def _series(known: Source, count: int) -> list[str]:
    series = known.series
    assert series is not None
    every = f", {interval(series.step)} apart" if series.start else ""
    words = [f"{count:,} short series of {series.length:,} steps"]
    if not series.apart:
        words = [
            f"{many(count, 'step')}{every}, {many(len(series.channels), 'channel')}",
            f"Windows of {series.length:,} steps, stride {series.stride:,}",
            "Channels: " + ", ".join(map(plain, series.channels)),
        ]
    if series.label:
        normal = f", of which {plain(series.normal)} is normal" if series.normal else ""
        words.append(f"Label: {plain(series.label)}{normal}")
    return words


def _windows(key: str) -> None:
    own.measured(key)  # or it is damaged
    st.html(_curves(key))


@st.cache_resource(show_spinner=False, max_entries=64)
def _curves(key: str) -> str:
    return sparklines(some_windows(key, WINDOWS), WINDOWS // 2)


ENTRIES = {
    IMAGES.key: Entry("convolutional", _images, _pictures),
    TABLE.key: Entry("undercomplete", _table, _rows),
    SERIES.key: Entry("convolutional", _series, _windows),
}
