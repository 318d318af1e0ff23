"""Panel part: the columns of an uploaded table, what each was found to be, and its correction."""

import dataclasses
from dataclasses import dataclass

import pandas
import streamlit as st

from aecore.dashboard.data.looking import Uploaded
from aecore.dashboard.parts.text import plain
from aecore.data.names import visible
from aecore.data.tables.columns import KINDS, LEARNT, Column
from aecore.data.tables.rows import in_words

SHOWN_CATEGORIES = 4
ROWS, ROW_HEIGHT = 12, 35  # that are seen at a time, and pixels of each
TOLD = 5  # names of columns


@dataclass(frozen=True)
class Chosen:
    """A column as it was corrected: its place in the file, what it is, whether to learn it."""

    place: int
    column: Column
    learn: bool


def edit_columns(place: str, uploaded: Uploaded, busy: bool) -> list[Chosen]:
    """A table of the columns, in which kinds are corrected and columns left out."""
    st.markdown("##### Columns")
    key, memory = f"{place}.columns.{uploaded.token}", f"{place}.corrected"
    columns, rows = uploaded.look.columns, uploaded.look.rows
    kept = st.session_state.get(memory, ("", ()))
    if key not in st.session_state:  # it is shown for the first time, or again
        told = (
            kept[1] if kept[0] == uploaded.token else [(c.kind, c.kind in LEARNT) for c in columns]
        )
        st.session_state[f"{key}.shown"] = _frame(columns, told, rows)
    edited = st.data_editor(
        st.session_state[f"{key}.shown"],
        key=key,
        hide_index=True,
        disabled=True if busy else ("column", "reason", "missing", "values", "range"),
        height=ROW_HEIGHT * (min(len(columns), ROWS) + 1) + 3,
        row_height=ROW_HEIGHT,
        column_config=_config(),
    )
    told = list(zip(map(str, edited["kind"]), map(bool, edited["learn"]), strict=True))
    st.session_state[memory] = (uploaded.token, told)
    chosen = [
        Chosen(at, _corrected(column, kind), learn)
        for at, (column, (kind, learn)) in enumerate(zip(columns, told, strict=True))
    ]
    vain = [c.column.name for c in chosen if c.learn and c.column.kind not in LEARNT]
    if vain:
        names = ", ".join(map(plain, vain[:TOLD])) + (" …" if len(vain) > TOLD else "")
        st.caption(f"Only numbers, categories and dates can be learnt, so these are not: {names}.")
    return [dataclasses.replace(c, learn=c.learn and c.column.kind in LEARNT) for c in chosen]


def _corrected(column: Column, kind: str) -> Column:
    if kind == column.kind:
        return column
    return dataclasses.replace(column, kind=kind, reason="your choice", date_format="")


def _frame(columns: tuple[Column, ...], told, rows: int) -> pandas.DataFrame:
    return pandas.DataFrame(
        {
            "column": [visible(column.name) for column in columns],
            "kind": [kind for kind, _ in told],
            "learn": [learn for _, learn in told],
            "values": [list(column.histogram) for column in columns],
            "range": [_range(column) for column in columns],
            "missing": [column.missing / max(rows, 1) for column in columns],
            "reason": [visible(column.reason) for column in columns],
        }
    )


def _range(column: Column) -> str:
    """'1.5 to 20', or the most frequent categories."""
    if column.low == column.low:
        number = dataclasses.replace(column, part="")
        return " to ".join(in_words(number, pandas.Series([column.low, column.high]).to_numpy()))
    shown = column.categories[:SHOWN_CATEGORIES]
    more = ", …" if len(column.categories) > len(shown) else ""
    return ", ".join(map(visible, shown)) + more


def _config() -> dict:
    config = st.column_config
    return {
        "column": config.TextColumn("Column", pinned=True),
        "kind": config.SelectboxColumn(
            "Kind", options=list(KINDS), format_func=lambda kind: KINDS[str(kind)], required=True,
            help="What the column holds. Correct it where it is wrong.",
        ),
        "learn": config.CheckboxColumn(
            "Learn", help="Whether the model learns the column. Numbers, categories and dates can "
            "be learnt.",
        ),
        "values": config.BarChartColumn(
            "Values", y_min=0, help="How frequent values are: a histogram of a number, or the most "
            "frequent categories.",
        ),
        "range": config.TextColumn("Range or categories"),
        "missing": config.NumberColumn("Missing", format="percent"),
        "reason": config.TextColumn("Why this kind"),
    }  # fmt: skip
