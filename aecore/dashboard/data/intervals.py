"""Panel part: intervals of a series that are abnormal, beside a label column."""

import numpy as np
import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import PROBLEMS
from aecore.dashboard.parts.text import many, sentence_of
from aecore.dashboard.parts.uploads import forget_files, kept, kept_row, round_of, uploader
from aecore.dashboard.services import reader
from aecore.dashboard.session import remembered
from aecore.data.limits import MB
from aecore.data.series.intervals import MOST_BYTES, read_intervals, with_intervals
from aecore.data.series.making import Measured

MEMORY = "data.series.intervals"  # in the session: their file
OF = f"{MEMORY}.of"  # in the session: the series that they belong to


def intervals_given(series: int, date_format: str) -> np.ndarray | None:
    """A place for their file; the intervals (n, 2) in it, if there is one that can be used.

    Args:
        series: tells the upload that they belong to from others, with which they are removed.
        date_format: of the series' times.
    """
    if st.session_state.get(OF) != series:
        st.session_state[OF] = series
        forget_files(MEMORY)
    with st.expander("Label intervals", icon=icons.LINES, expanded=bool(kept(MEMORY))):
        st.caption(
            "Instead of a label column: a CSV file with the start and the end of each interval "
            "that is an anomaly: times as in the time column, row numbers from 0, or seconds of a "
            "sound."
        )
        uploader(
            MEMORY, f"{MEMORY}.file.{round_of(MEMORY)}", "CSV file of intervals", MOST_BYTES,
            one=True, type=["csv", "tsv", "txt"], max_upload_size=MOST_BYTES // MB,
        )  # fmt: skip
        kept_row(MEMORY, f"{MEMORY}.remove", "file")
    if not (files := kept(MEMORY)):
        return None

    def read():
        try:
            return read_intervals(*files[0], reader(), date_format)
        except PROBLEMS as problem:
            return problem

    found = remembered(f"{MEMORY}.found", (round_of(MEMORY), date_format), read)
    if isinstance(found, np.ndarray):
        return found
    st.error(sentence_of(found), icon=icons.REFUSED)
    return None


def mark(measured: Measured, intervals: np.ndarray) -> Measured | None:
    """The series with its steps in the intervals marked; None and a sentence if there are none."""
    try:
        marked = with_intervals(measured, intervals)
    except PROBLEMS as problem:
        st.error(sentence_of(problem), icon=icons.REFUSED)
        return None
    inside = int(marked.labels.sum())
    st.caption(
        f"{many(inside, 'step')} of {len(marked.labels):,} lie in "
        f"{many(len(intervals), 'interval')} and are anomalies."
    )
    return marked
