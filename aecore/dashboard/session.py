"""Widgets whose values outlive a change of tab or page, however quick.

Streamlit's `persist_state` keeps them on the server. But whoever leaves a tab and is back at once
loses them: the browser has dropped the widgets and makes them up anew, with their defaults, while
the server takes them for those it still had. So in the first whole run of another tab or page the
browser is told every value.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import streamlit as st

DRAWN = "drawn"  # page and tab of the last run that came to its end; None while that changes


@contextlib.contextmanager
def drawing(title: str) -> Iterator[None]:
    """Notes which page and tab the browser shows."""
    place = (title, st.session_state.get("view"))
    if st.session_state.get(DRAWN) != place:
        st.session_state[DRAWN] = None
    yield
    st.session_state[DRAWN] = place


def lasting(key: str) -> dict[str, Any]:
    """Arguments of a widget whose value lasts as long as the session: its key, and the rest."""
    if st.session_state.get(DRAWN) is None and key in st.session_state:
        st.session_state[key] = st.session_state[key]  # what is set is sent
    return {"key": key, "persist_state": "session"}


def want_run(key: str, id: str) -> None:
    """Has a run of a type chosen when the page of the type is drawn next."""
    st.session_state[f"{key}.wanted"] = id


def take_wanted_run(key: str) -> str | None:
    """The id of the run that is to be chosen on the page of a type, once."""
    return st.session_state.pop(f"{key}.wanted", None)
