"""Panel part: the settings of many short series of one length, one a row."""

import numpy as np
import streamlit as st

from aecore.dashboard.data.looking import Uploaded
from aecore.dashboard.data.outcome import show_notes
from aecore.dashboard.data.table import choose_label, choose_normal
from aecore.dashboard.data.wanted import Wanted, all_columns, read_once
from aecore.dashboard.parts.text import many
from aecore.dashboard.services import reader
from aecore.data.series.apart import make_apart, read_apart
from aecore.data.tables.columns import Column
from aecore.data.tables.dialect import Dialect, is_number
from aecore.figures.sparklines import sparklines

WINDOWS = 8
FEW = ("constant", "category")  # kinds of columns that can be steps if their values are numbers


def settings_apart(place: str, uploaded: Uploaded) -> Wanted | None:
    """Label and normal value, and a few of the series; what is wanted, if it can be made."""
    first, second = st.columns(2)
    columns = all_columns(uploaded)
    with first:
        label = choose_label(place, columns, uploaded.token, busy=False)
    with second:
        normal = choose_normal(place, label, uploaded.token, busy=False)
    name = label.column.name if label else ""
    dialect = uploaded.look.dialect or Dialect()
    asked = [
        (c.place, c.column) for c in columns if c.column.name == name or _is_step(c.column, dialect)
    ]
    read = read_once(
        f"{place}.apart", (uploaded.token, name), "Reading the series…",
        lambda tell: read_apart(uploaded.name, uploaded.content, uploaded.look.dialect, asked, name,
                                reader(), tell),
        uploaded.look.total,
    )  # fmt: skip
    if read is None:
        return None
    show_notes(read.notes)
    count, length = read.values.shape
    places = np.linspace(0, count - 1, min(WINDOWS, count)).astype(int)
    st.markdown("##### Some of the series")
    st.html(sparklines(read.values[places][..., None], WINDOWS // 2))
    words = f"{count:,} series of {many(length, 'step')}"
    st.caption(f"{words}. They are split at random into training, validation and test.")
    return Wanted(lambda title: make_apart(title, read, name, normal), f"{words}.")


def _is_step(column: Column, dialect: Dialect) -> bool:
    """Whether a column has numbers, be they always the same or only two."""
    some = all(is_number(value, dialect) for value in column.categories)
    return column.kind in ("number", "empty") or (column.kind in FEW and some)
