"""Panel: create a data set from a time series, from upload to first training."""

from collections.abc import Callable

import streamlit as st

from aecore.dashboard.data.apart import settings_apart
from aecore.dashboard.data.course import settings_of_course, settings_of_sound
from aecore.dashboard.data.looking import TABLES, look_into, memory_of, upload_one
from aecore.dashboard.data.outcome import Outcome, create_button, outcome, show_outcome
from aecore.dashboard.data.wanted import ASKED, Wanted
from aecore.dashboard.parts.uploads import forget_files, round_of
from aecore.dashboard.session import lasting
from aecore.data.limits import megabytes
from aecore.data.names import LONGEST
from aecore.data.series.container import is_sound
from aecore.data.series.series import MOST_CHANNELS
from aecore.data.series.timeline import MOST_STEPS
from aecore.data.tables.uploads import MOST_BYTES

PLACE = "data.series"
SLOTS = ("measured", "apart")  # where what was read is kept
READING = tuple(f"{PLACE}.{slot}.{ASKED}" for slot in SLOTS)  # in the session: while it is read
ROWS = {  # what a row of the table is → its words, and the settings for it
    "steps": ("One series: a row is a step", settings_of_course),
    "series": ("Many short series: a row is a series", settings_apart),
}


def series_maker(train_on: Callable) -> None:
    """The form, the series with its windows, and what became of it.

    Args:
        train_on: offers to train a type on a set; given its key, a widget's name, and `across`.
    """
    show_outcome(PLACE, train_on)
    title = st.text_input(
        "Name", max_chars=LONGEST, placeholder="Pump sensors", **lasting(f"{PLACE}.name"), width=420
    )
    file = upload_one(PLACE, "CSV, Parquet or WAV file", [*TABLES, "wav"], busy=False)
    st.caption(
        f"Up to {MOST_STEPS:,} steps of {MOST_CHANNELS} channels within {megabytes(MOST_BYTES)}. "
        "The values are stored on this server."
    )
    wanted = _settings(*file) if file else None
    missing = [] if (title or "").strip() else ["a name"]
    if file is None:
        for slot in SLOTS:
            st.session_state.pop(f"{PLACE}.{slot}", None)
        missing.append("a file")
    elif wanted is None:
        missing.append("windows that can be cut")
    if create_button(PLACE, missing, busy=False) and wanted is not None:
        st.session_state.pop(f"{PLACE}.outcome", None)
        with st.spinner("Writing the data set…"), outcome(PLACE) as keep:
            keep(Outcome(wanted.make(title or ""), wanted.words))
            forget_files(memory_of(PLACE))
        st.rerun(scope="app")


def _settings(name: str, content: bytes) -> Wanted | None:
    if is_sound(content):
        return settings_of_sound(PLACE, name, content, str(round_of(memory_of(PLACE))))
    uploaded = look_into(PLACE, name, content, busy=False)
    if uploaded is None:
        return None
    rows = st.segmented_control(
        "Rows", ROWS, default="steps", format_func=lambda key: ROWS[key][0], required=True,
        **lasting(f"{PLACE}.rows"),
        help="A row holds the values of all channels at one time; or a row is a short series of "
        "its own, such as a heartbeat, and all rows are equally long.",
    )  # fmt: skip
    return ROWS[rows][1](PLACE, uploaded)
