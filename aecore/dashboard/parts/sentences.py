"""Errors of our own making as sentences, and parts of a page that rerun on their own."""

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from aecore.analysis.report import ReportError
from aecore.compute.calls import CallFailed
from aecore.compute.workers import WorkersUnavailable
from aecore.dashboard.parts import icons
from aecore.data.arrays import ArrayError
from aecore.data.splits import DataUnavailable
from aecore.exchange.archive import FileRefused
from aecore.models import SettingError
from aecore.runs.control import WishRefused
from aecore.runs.owner import NotYours
from aecore.runs.run import RunDamaged
from aecore.runs.store import RunKept
from aecore.runs.sweeps import SweepDamaged
from aecore.training.checkpoint import CheckpointDamaged

PROBLEMS = (
    ArrayError,
    CallFailed,
    CheckpointDamaged,
    DataUnavailable,
    FileRefused,
    NotYours,
    ReportError,
    RunDamaged,
    RunKept,
    SettingError,
    SweepDamaged,
    WishRefused,
    WorkersUnavailable,
    OSError,
)


@contextlib.contextmanager
def sentences() -> Iterator[None]:
    """Shows the errors of our own making as a sentence instead of a traceback."""
    try:
        yield
    except PROBLEMS as problem:
        st.error(str(problem), icon=icons.FAILED)


def fragment(function: Callable, *arguments, run_every: float | None = None) -> None:
    """Shows a part of the page that reruns on its own, its errors as sentences too."""

    @functools.wraps(function)
    def guarded(*given):
        with sentences():
            function(*given)

    st.fragment(guarded, run_every=run_every)(*arguments)


def rerun_part() -> None:
    """Reruns the fragment it is called from.

    A press amid a run of the whole page is answered by another run of the whole page, in which
    Streamlit knows of no fragment to rerun: then the page is.
    """
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()


def remembered(slot: str, token: Any, make: Callable[[], Any]) -> Any:
    """What `make` gave for a token, kept in the session under a name until the token changes."""
    kept = st.session_state.get(slot)
    if kept is None or kept[0] != token:
        kept = st.session_state[slot] = (token, make())
    return kept[1]
