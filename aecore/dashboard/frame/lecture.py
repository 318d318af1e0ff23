"""Lecture mode: larger type, no sidebar, and maps and images as large as the window allows."""

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.session import LECTURE, lecture

LECTURE_STYLE = """
<style>
:root { font-size: 125% !important; --ae-plane: min(100vh - 16rem, 46vw); }
[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"] { display: none; }
[data-testid="stHeader"] { height: 2.25rem; min-height: 0; }
[data-testid="stMainBlockContainer"] { padding: 2.25rem 2rem 2rem; }
[data-testid="stMainBlockContainer"] h1 { font-size: 1.5rem; padding: 0; }
.st-key-head, .st-key-head > * { gap: 0.25rem; }
.st-key-lecture-leave { position: fixed; top: 0.25rem; left: 1.5rem; z-index: 1000000;
  width: auto !important; }
.st-key-lecture-leave button { min-height: 1.75rem; padding: 0 0.6rem; }
.ae-gallery { --side: 240px !important; }
.ae-grid:not(.ae-gallery), .ae-strip { zoom: 1.6; }
.js-plotly-plot :is(.xtick, .ytick, .legend, .g-xtitle, .g-ytitle) text {
  font-size: 18px !important; }
</style>
"""


def lecture_style() -> str:
    """The style sheet of the mode, if it is on; the address says so, and a link begins with it."""
    if LECTURE not in st.session_state:
        st.session_state[LECTURE] = LECTURE in st.query_params
    if not lecture():
        st.query_params.pop(LECTURE, None)
        return ""
    st.query_params.setdefault(LECTURE, "on")
    return LECTURE_STYLE


def lecture_switch() -> None:
    """The way into the mode, at the foot of the sidebar."""
    st.button(
        "Lecture mode",
        icon=icons.LECTURE,
        key="lecture.enter",
        on_click=_switch,
        args=(True,),
        type="tertiary",
        help="Larger type, no sidebar, and maps and images as large as the window allows. The "
        "page's address records this mode.",
    )


def leave_lecture() -> None:
    """The way out of the mode, above the page; nothing outside of it."""
    if lecture():
        st.button(
            "Leave lecture mode",
            icon=icons.CANCEL,
            key="lecture.leave",
            on_click=_switch,
            args=(False,),
        )


def _switch(on: bool) -> None:
    st.session_state[LECTURE] = on
