"""A series as it is wanted, from its settings on the Data page."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from aecore.dashboard.data.columns import Chosen
from aecore.dashboard.data.looking import Uploaded
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import PROBLEMS
from aecore.dashboard.parts.text import sentence_of
from aecore.dashboard.session import remembered


@dataclass(frozen=True)
class Wanted:
    """A data set that can be made: how, given its name; and what it will have, in words."""

    make: Callable[[str], str]
    words: str


def all_columns(uploaded: Uploaded) -> list[Chosen]:
    """The columns of a table as they were found."""
    return [Chosen(place, column, True) for place, column in enumerate(uploaded.look.columns)]


def read_once(slot: str, token, words: str, read: Callable):
    """What reading a file gave, kept until the token changes; None and a sentence if it failed."""

    def reading():
        with st.spinner(words):
            try:
                return read()
            except PROBLEMS as problem:
                return problem

    found = remembered(slot, token, reading)
    if isinstance(found, PROBLEMS):
        st.error(sentence_of(found), icon=icons.REFUSED)
        return None
    return found
