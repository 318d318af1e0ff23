"""What every page has: set-up, navigation, the account, the trainings under way."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import streamlit as st

from aecore import environment
from aecore.dashboard.frame.account import account, gate
from aecore.dashboard.frame.contrast import CONTRAST
from aecore.dashboard.frame.lecture import leave_lecture, lecture_style, lecture_switch
from aecore.dashboard.frame.navigation import NAME, navigation
from aecore.dashboard.frame.style import STYLE
from aecore.dashboard.frame.tray import tray
from aecore.dashboard.frame.upload_limit import admit_uploads, bound_uploads
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.into_view import begin_at_top
from aecore.dashboard.parts.sentences import sentences, show_notes
from aecore.dashboard.parts.text import sentence_of
from aecore.dashboard.private.streamlit import browser_session
from aecore.dashboard.services import spare_the_collector, wake_workers
from aecore.dashboard.session import drawing

ICON = str(Path(__file__).with_name("icon.png"))


@contextlib.contextmanager
def page(title: str) -> Iterator[None]:
    """Sets a page up, shows its content with known errors as sentences, then wakes the workers.

    Each page stands on its own: a deep link may be the first request a server ever gets.
    """
    st.set_page_config(page_title=f"{title} · {NAME}", page_icon=ICON, layout="wide")
    st.html(STYLE + CONTRAST + lecture_style())
    if problems := environment.problems():
        for problem in problems:
            st.error(sentence_of(problem), icon=icons.REFUSED)
        st.stop()
    begin_at_top(title)
    bound_uploads()
    gate()
    admit_uploads(browser_session())
    with st.sidebar:
        navigation()
        account()
        tray()
        lecture_switch()
    show_notes()
    with sentences(), drawing(title):
        yield
    leave_lecture()
    wake_workers()  # only now: importing TensorFlow twice over would delay the first picture
    spare_the_collector()
