"""Where the user's own rows come from: a grid, a file, or cells copied from a spreadsheet."""

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from aecore.dashboard.parts.text import escaped
from aecore.dashboard.parts.uploads import kept, kept_row, one_of, round_of, uploader
from aecore.dashboard.services import reader
from aecore.dashboard.session import lasting, remembered
from aecore.data.limits import MB
from aecore.data.names import visible
from aecore.data.tables.columns import Column
from aecore.data.tables.filling import rows_of
from aecore.data.tables.preparation import OTHER
from aecore.data.tables.rows import Rows, read_rows, wanted_columns
from aecore.data.tables.table import Table
from aecore.data.tables.units import unit_alone
from aecore.runs.run import Run

WAYS = {
    "edit": ":material/edit: Edit",
    "upload": ":material/upload: Upload",
    "paste": ":material/content_paste: Paste",
}
MOST_BYTES = 20 * MB
MOST_ROWS = 20_000
UPLOADS = "own.rows"
MOST_NAMED = 12  # columns


def given_rows(run: Run, first: np.ndarray, table: Table) -> Rows | None:
    """The rows that the visitor gave; None if there are none yet.

    Args:
        first: prepared rows (n, width) that the grid begins with.
    """
    way = st.segmented_control(
        "Source",
        WAYS,
        default="edit",
        required=True,
        format_func=WAYS.__getitem__,
        **lasting(f"{run.key}.rows.way"),
        label_visibility="collapsed",
    )
    return GIVE[way](run, first, table)


def _edited(run: Run, first: np.ndarray, table: Table) -> Rows | None:
    st.caption("Edit or empty cells, or add rows. The grid starts with test rows of the data set.")
    key = f"own.grid.{run.id}.{zlib.crc32(first.tobytes())}"
    memory, begun = f"{key}.edited", f"{key}.begun"
    if key not in st.session_state:  # it is shown for the first time, or again
        again = memory in st.session_state
        st.session_state[begun] = st.session_state[memory] if again else _grid(first, table)
    start = st.session_state[begun]
    config: dict[str, Any] = {
        str(place): _described(column) for place, column in enumerate(table.learnt)
    }
    edited = st.data_editor(
        start,
        num_rows="dynamic",
        hide_index=True,
        column_config=config,
        key=key,
        height="content",
    )
    st.session_state[memory] = edited.reset_index(drop=True).astype(start.dtypes)
    edited = edited.dropna(how="all")
    if not len(edited):
        return None
    cells = [_cells(column, edited[str(place)]) for place, column in enumerate(table.learnt)]
    return rows_of(table, np.stack(cells, axis=1))


def _uploaded(run: Run, first: np.ndarray, table: Table) -> Rows | None:
    uploader(
        UPLOADS,
        f"{run.key}.rows.uploader.{round_of(UPLOADS)}",
        f"A CSV or Parquet file of at most {MOST_BYTES // MB} MB and {MOST_ROWS:,} rows",
        MOST_BYTES,
        type=["csv", "tsv", "txt", "parquet"],
        max_upload_size=MOST_BYTES // MB,
        accept_multiple_files=True,
    )
    kept_row(UPLOADS, f"{run.key}.rows.remove", "file")
    files = kept(UPLOADS)
    if not files:
        _needed(table)
        return None
    return _read(run, table, *one_of(files, f"{run.key}.rows"))


def _pasted(run: Run, first: np.ndarray, table: Table) -> Rows | None:
    text: str = (
        st.text_area(
            "Rows",
            placeholder="Cells copied from a spreadsheet, or lines of CSV",
            **lasting(f"{run.key}.rows.text.{run.id}"),
            height=160,
            help="With a line of column names, or with all of the model's columns in their order.",
        )
        or ""
    )
    if not text.strip():
        _needed(table)
        return None
    content = text.strip("\r\n").encode("utf-8", "replace")
    return _read(run, table, "pasted.csv", content)


GIVE: dict[str, Callable[[Run, np.ndarray, Table], Rows | None]] = {
    "edit": _edited,
    "upload": _uploaded,
    "paste": _pasted,
}


def _needed(table: Table) -> None:
    names = wanted_columns(table)
    shown = ", ".join(visible(name) for name in names[:MOST_NAMED])
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    st.caption(
        f"Columns that the model takes: {escaped(shown)}{more}. Cells may be empty; other columns "
        "are kept as they are."
    )


def _read(run: Run, table: Table, name: str, content: bytes) -> Rows | None:
    token = (run.path, name, content)
    with st.spinner("Reading…"):
        rows = remembered(
            "own.rows.read", token, lambda: read_rows(name, content, table, reader(), MOST_ROWS)
        )
    return rows if len(rows.values) else None


def _grid(first: np.ndarray, table: Table) -> pd.DataFrame:
    """Prepared rows, a column of the type of each learnt column."""
    values = table.preparation.back(first)
    return pd.DataFrame(
        {str(place): _typed(column, values[:, place]) for place, column in enumerate(table.learnt)}
    )


def _typed(column: Column, values: np.ndarray) -> pd.Series:
    if column.kind == "category":
        names = [*column.categories, OTHER]
        words = [None if np.isnan(value) else names[int(value)] for value in values]
        return pd.Series(words, dtype="object")
    if _is_date(column):
        return pd.Series(pd.to_datetime(np.round(values), unit="s"))
    return pd.Series([float(f"{value:.6g}") for value in values], dtype="float64")


def _cells(column: Column, values: pd.Series) -> np.ndarray:
    """Cells of the grid as raw values."""
    if column.kind == "category":
        place = {name: number for number, name in enumerate(column.categories)} | {OTHER: -1}
        return np.array([place.get(value, np.nan) for value in values], np.float64)
    if _is_date(column):
        seconds = (pd.to_datetime(values) - pd.Timestamp(0)) / pd.Timedelta(seconds=1)
        return seconds.to_numpy(np.float64)
    found = np.array(values, np.float64)
    return np.where(np.isfinite(found), found, np.nan)


def _described(column: Column) -> Any:
    label = visible(column.name)
    if column.kind == "category":
        return st.column_config.SelectboxColumn(label, options=[*column.categories, OTHER])
    if _is_date(column):
        return st.column_config.DatetimeColumn(label)
    unit = f" ({visible(unit_alone(column.unit))})" if column.unit else ""
    return st.column_config.NumberColumn(label + unit)


def _is_date(column: Column) -> bool:
    return column.kind == "date" and not column.part
