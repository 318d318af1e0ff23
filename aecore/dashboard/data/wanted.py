"""A series as it is wanted, from its settings on the Data page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from aecore.dashboard.data.columns import Chosen
from aecore.dashboard.data.looking import Uploaded
from aecore.dashboard.data.outcome import progress
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import PROBLEMS, rerun_part
from aecore.dashboard.parts.text import sentence_of
from aecore.dashboard.session import is_remembered, remembered

MANY_ROWS = 50_000  # take more than a moment to read
ASKED = "asked"  # how a key of the session ends while the whole page is to run for reading
Tell = Callable[[int], None]


@dataclass(frozen=True)
class Wanted:
    """A data set that can be made: how, given its name; and what it will have, in words."""

    make: Callable[[str], str]
    words: str


def all_columns(uploaded: Uploaded) -> list[Chosen]:
    """The columns of a table as they were found."""
    return [Chosen(place, column, True) for place, column in enumerate(uploaded.look.columns)]


def read_once(slot: str, token, words: str, read: Callable[[Tell], Any], rows: int = 0):
    """What reading a file gave, kept until the token changes; None and a sentence if it failed.

    Args:
        read: reads it; may tell how many rows have been read.
        rows: about how many there are: of many the page shows progress, and reading can be stopped.
    """
    if rows >= MANY_ROWS and not is_remembered(slot, token) and not _may_begin(slot, token):
        return None

    def reading():
        if rows >= MANY_ROWS:
            return _told(lambda: read(progress(slot, rows)))
        with st.spinner(words):
            return _told(lambda: read(lambda rows: None))

    found = remembered(slot, token, reading)
    if st.session_state.pop(f"{slot}.{ASKED}", None) is not None:  # as a fragment again
        st.session_state.pop(f"{slot}.reading.begun", None)
        st.rerun(scope="app")
    if isinstance(found, PROBLEMS):
        st.error(sentence_of(found), icon=icons.REFUSED)
        return None
    return found


def _told(read: Callable):
    try:
        return read()
    except PROBLEMS as problem:
        return problem


def _may_begin(slot: str, token) -> bool:
    """Whether reading begins in this run, which is one of the whole page: a click ends it."""
    asked, begun = f"{slot}.{ASKED}", f"{slot}.reading.begun"
    if st.session_state.get(begun) == token:  # it was ended
        st.session_state.pop(asked, None)
        st.caption("Reading was stopped.")
        if st.button("Read the file", icon=icons.START, key=f"{slot}.again"):
            st.session_state.pop(begun, None)
            rerun_part()
        return False
    if st.session_state.get(asked) != token:
        st.session_state[asked] = token
        st.rerun(scope="app")
    st.session_state[begun] = token
    return True
