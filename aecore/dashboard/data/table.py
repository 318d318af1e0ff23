"""Panel: create a data set from a table, from upload to first training."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from aecore.dashboard.data.columns import Chosen, edit_columns
from aecore.dashboard.data.elsewhere import fetch_table
from aecore.dashboard.data.long_list import choose_long
from aecore.dashboard.data.looking import TABLES, Uploaded, look_into, memory_of, upload_one
from aecore.dashboard.data.outcome import Outcome, create_button, outcome, progress, show_outcome
from aecore.dashboard.parts.text import many
from aecore.dashboard.parts.uploads import forget_files
from aecore.dashboard.services import reader
from aecore.dashboard.session import lasting
from aecore.data.datasets import source
from aecore.data.limits import megabytes
from aecore.data.names import LONGEST, visible
from aecore.data.splits import MOST_CLASSES, MOST_ROWS, cut_validation, parts_of
from aecore.data.tables.columns import DATE_PARTS
from aecore.data.tables.making import Plan, make_table
from aecore.data.tables.preparation import SCALINGS
from aecore.data.tables.table import MOST_COLUMNS
from aecore.data.tables.uploads import MOST_BYTES
from aecore.data.tables.wide import Long, make_wide

PLACE = "data.table"
MAKING = f"{PLACE}.making"  # in the session: what is to be made in this run of the page
NONE = ""  # no column, no value


@dataclass(frozen=True)
class Wanted:
    """A table that is to be made; long: the columns of a long list that is turned wide."""

    plan: Plan
    long: Long | None = None


def table_maker(train_on: Callable) -> None:
    """The form, what was understood of the file, progress, and what became of it.

    Args:
        train_on: offers to train a type on a set; given its key, a widget's name, and `across`.
    """
    making: Wanted | None = st.session_state.pop(MAKING, None)  # any rerun ends it
    busy = making is not None
    if not busy:
        show_outcome(PLACE, train_on)
    title = st.text_input(
        "Name", max_chars=LONGEST, placeholder="Customers", **lasting(f"{PLACE}.name"),
        disabled=busy, width=420,
    )  # fmt: skip
    file = upload_one(PLACE, "CSV or Parquet file", TABLES, busy)
    fetch_table(PLACE, memory_of(PLACE), busy)
    st.caption(
        f"Up to {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns within {megabytes(MOST_BYTES)}. "
        "The rows are stored on this server."
    )
    uploaded = look_into(PLACE, *file, busy) if file else None
    wanted = _settings(title or "", uploaded, busy) if uploaded else None
    missing = [] if (title or "").strip() else ["a name"]
    if wanted is None:
        missing.append("a file")
    elif not wanted.plan.columns:
        missing.append("a column to learn")
    if create_button(PLACE, missing, busy):
        st.session_state[MAKING] = wanted
        st.session_state.pop(f"{PLACE}.outcome", None)
        st.rerun(scope="app")
    if making is not None and uploaded is not None:
        _make(uploaded, making)


def _settings(title: str, uploaded: Uploaded, busy: bool) -> Wanted:
    chosen = edit_columns(PLACE, uploaded, busy)
    if (long := choose_long(PLACE, uploaded, busy)) is not None:
        every = tuple((c.place, c.column) for c in chosen)
        return Wanted(Plan(title, uploaded.look.dialect, every), long)
    first, second, third, fourth = st.columns([4, 3, 5, 4])
    with first:
        label = choose_label(PLACE, chosen, uploaded.token, busy)
    with second:
        normal = choose_normal(PLACE, label, uploaded.token, busy)
    scaling = third.selectbox(
        "Scaling of numbers", SCALINGS, format_func=SCALINGS.__getitem__,
        **lasting(f"{PLACE}.scaling"), disabled=busy,
        help="Normal distribution: each number becomes the normal quantile of its rank, which "
        "suits outliers and long tails. Either scaling is fitted to training rows only.",
    )  # fmt: skip
    name = label.column.name if label else ""
    learnt = [c for c in chosen if c.learn and c.column.name != name]
    parts = ["time"]
    if any(c.column.kind == "date" for c in learnt):
        parts = fourth.pills(
            "Dates are learnt as", DATE_PARTS, selection_mode="multi", default=["time"],
            format_func=DATE_PARTS.__getitem__, **lasting(f"{PLACE}.dates"), disabled=busy,
            help="Time grows from the first date to the last; hour and weekday repeat.",
        )  # fmt: skip
    wanted = [(c.place, c.column) for c in chosen if c in learnt or c is label]
    if not learnt:
        wanted = []
    return Wanted(Plan(
        title, uploaded.look.dialect, tuple(wanted), name, normal, scaling,
        tuple(part for part in DATE_PARTS if part in parts),
    ))  # fmt: skip


def choose_label(place: str, chosen: list[Chosen], token: str, busy: bool) -> Chosen | None:
    """The column that tells each row's class, if there is one."""
    able = {c.column.name: c for c in chosen if 2 <= c.column.distinct < MOST_CLASSES}
    name = st.selectbox(
        "Label column", [NONE, *able], format_func=lambda name: visible(name) if name else "None",
        **lasting(f"{place}.label.{token}"), disabled=busy,
        help="The class of each row. The model does not learn it; it is used to colour maps and to "
        f"evaluate. It has fewer than {MOST_CLASSES} different values.",
    )  # fmt: skip
    return able.get(name)


def choose_normal(place: str, label: Chosen | None, token: str, busy: bool) -> str:
    """The value of the label column that means normal, if there is one."""
    values = label.column.categories if label else ()
    number = label.place if label else -1
    return st.selectbox(
        "Normal value", [NONE, *values],
        format_func=lambda value: visible(value) if value else "None",
        **lasting(f"{place}.normal.{token}.{number}"), disabled=busy or label is None,
        help="Rows with this value are normal, all others are anomalies to be found.",
    )  # fmt: skip


def _make(uploaded: Uploaded, wanted: Wanted) -> None:
    tell = progress(PLACE, uploaded.look.total)
    file, plan = (uploaded.name, uploaded.content), wanted.plan
    with outcome(PLACE) as keep:
        if wanted.long is None:
            made = make_table(*file, plan, reader(), tell)
        else:
            made = make_wide(*file, plan, wanted.long, reader(), tell)
        seen, test = parts_of(made.rows)
        held = len(cut_validation(len(seen))[1])
        keep(Outcome(
            made.key,
            f"{made.rows:,} rows of {many(len(made.table.learnt), 'column')}; "
            f"{source(made.key).training_size:,} for training, {held:,} for validation, "
            f"{len(test):,} for testing.",
            made.notes,
        ))  # fmt: skip
        forget_files(memory_of(PLACE))
    st.rerun(scope="app")
