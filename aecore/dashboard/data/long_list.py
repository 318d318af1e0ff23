"""Panel part: a long list of (user, item, rating), to be turned into a table wide."""

import streamlit as st

from aecore.dashboard.data.looking import Uploaded
from aecore.dashboard.session import lasting
from aecore.data.names import visible
from aecore.data.tables.wide import Long, find_long

WORDS = {  # field → label
    "user": "Becomes rows",
    "item": "Becomes columns",
    "rating": "Becomes cells",
}


def choose_long(place: str, uploaded: Uploaded, busy: bool) -> Long | None:
    """Whether a table is a long list, and which of its columns is which; None if it is none."""
    names = [column.name for column in uploaded.look.columns]
    if len(names) < len(WORDS):
        return None
    found = find_long(uploaded.look)
    key = f"{place}.long.{uploaded.token}"
    wanted = st.toggle(
        "Long format: convert to wide", found is not None, **lasting(key), disabled=busy,
        help="Each row of the file is one rating. In the wide table, a row is a user and a column "
        "an item. What was not rated is missing, and what a model fills in there is a "
        "recommendation.",
    )  # fmt: skip
    if not wanted:
        return None
    proposed = found or Long(*names[:3])
    told = {}
    for cell, (field, label) in zip(st.columns(len(WORDS)), WORDS.items(), strict=True):
        told[field] = cell.selectbox(
            label, names, index=names.index(getattr(proposed, field)), format_func=visible,
            **lasting(f"{key}.{field}"), disabled=busy,
        )  # fmt: skip
    return Long(**told)
