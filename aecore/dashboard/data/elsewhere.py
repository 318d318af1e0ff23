"""Panel part: a table of scikit-learn or openml.org in the place of an uploaded one."""

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import PROBLEMS, rerun_part
from aecore.dashboard.parts.text import sentence_of
from aecore.dashboard.parts.uploads import keep_file
from aecore.dashboard.services import calls
from aecore.dashboard.session import lasting
from aecore.data.tables.catalogue import SCIKIT

MOST_NUMBER = 10**9 - 1


def fetch_table(place: str, memory: str, busy: bool) -> None:
    """Offers the tables that others keep; the chosen one is kept as if it was uploaded."""
    with st.popover("From scikit-learn or OpenML", icon=icons.DOWNLOAD, disabled=busy):
        name = st.selectbox(
            "Table of scikit-learn", SCIKIT, format_func=SCIKIT.__getitem__,
            **lasting(f"{place}.scikit"),
        )  # fmt: skip
        what = name if st.button("Use this table", key=f"{place}.scikit.use") else None
        number = st.number_input(
            "Number at openml.org", 1, MOST_NUMBER, 61, **lasting(f"{place}.openml"),
            help="As in the address of the data set: openml.org/d/61. It is downloaded when it is "
            "first used, and kept on this server.",
        )  # fmt: skip
        if st.button("Fetch", icon=icons.DOWNLOAD, key=f"{place}.openml.use"):
            what = int(number)
        if what is None:
            return
        with st.spinner("Fetching the table…"):
            try:
                fetched = calls().fetch(what)
            except PROBLEMS as problem:
                st.error(sentence_of(problem), icon=icons.REFUSED)
                return
        keep_file(memory, *fetched)
        rerun_part()
