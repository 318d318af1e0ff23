"""What every page has: set-up, navigation, the tray of trainings, sentences for errors."""

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from aecore.analysis.report import ReportError
from aecore.compute.calls import CallFailed
from aecore.compute.workers import WorkersUnavailable
from aecore.dashboard.lasting import drawing
from aecore.dashboard.services import everyones, store, wake_workers
from aecore.dashboard.style import STYLE
from aecore.dashboard.visitors import account, gate, names_shown, visitor
from aecore.dashboard.words import STATE_WORDS, duration, escaped
from aecore.data.arrays import ArrayError
from aecore.data.splits import DataUnavailable
from aecore.models import AUTOENCODERS, SettingError
from aecore.runs.archive import FileRefused
from aecore.runs.control import WishRefused
from aecore.runs.label import read_label
from aecore.runs.owner import NotYours, may_see, owner
from aecore.runs.run import Run, RunDamaged
from aecore.runs.store import RunKept
from aecore.runs.sweeps import SweepDamaged
from aecore.training.checkpoint import CheckpointDamaged

NAME = "Autoencoder Studio"
TRAY_SECONDS = 2.0
SHOWN = 5  # trainings in the tray
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
def page(title: str, icon: str) -> Iterator[None]:
    """Sets a page up, shows its content with known errors as sentences, then wakes the workers.

    Each page stands on its own: a deep link may be the first request a server ever gets.
    """
    st.set_page_config(page_title=f"{title} · {NAME}", page_icon=icon, layout="wide")
    st.html(STYLE)
    gate()
    with st.sidebar:
        navigation()
        account()
        tray()
    with sentences(), drawing(title):
        yield
    wake_workers()  # only now: importing TensorFlow twice over would delay the first picture


@contextlib.contextmanager
def sentences() -> Iterator[None]:
    """Shows the errors of our own making as a sentence instead of a traceback."""
    try:
        yield
    except PROBLEMS as problem:
        st.error(str(problem), icon="⚠️")


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


def navigation() -> None:
    """Links to all pages."""
    st.markdown(f"### 🪞 {NAME}")
    st.page_link("app.py", label="Home", icon="🏠")
    words = "Data sets at hand, and how to make one of your own images."
    st.page_link("pages/data.py", label="Data", icon="🗂️", help=words)
    words = "All runs in one table: find, compare, rename, export or delete them."
    st.page_link("pages/runs.py", label="Runs", icon="📚", help=words)
    words = "The same training at many values of a setting, or of two."
    st.page_link("pages/sweeps.py", label="Sweeps", icon="📈", help=words)
    st.caption("Kinds of autoencoder")
    for key, kind in AUTOENCODERS.items():
        st.page_link(f"pages/{key}.py", label=kind.title, icon=kind.icon, help=kind.summary)


def runs_that_are(*states: str, key: str | None = None) -> list[Run]:
    """Runs in one of the states, of one type if `key` is given, oldest first."""
    found = []
    for run in store().runs(key):
        with contextlib.suppress(RunDamaged):
            if run.status().state in states:
                found.append(run)
    return found[::-1]


def tray() -> None:
    """The trainings that are under way, whoever started them, on every page."""
    active = bool(_under_way())
    fragment(_tray, active, run_every=TRAY_SECONDS if active else None)


def _under_way() -> list[Run]:
    """All that train or wait, those that train first."""
    found = []
    for run in everyones().runs():
        with contextlib.suppress(RunDamaged):
            status = run.status()
            if status.active:
                found.append(((status.state == "queued", status.queued), run))
    return [run for _, run in sorted(found, key=lambda each: each[0])]


def _tray(polling: bool) -> None:
    runs = _under_way()
    if not runs:
        if polling:
            st.rerun(scope="app")  # ends the polling
        return
    st.divider()
    st.caption("Training now")
    who = visitor()
    mine = [run for run in runs if may_see(run, who)]
    for run in mine[:SHOWN]:
        with contextlib.suppress(RunDamaged):
            _row(run)
    if len(mine) > SHOWN:
        st.caption(f"… and {len(mine) - SHOWN} more that wait or train")
    others = [run for run in runs if run not in mine]
    if others and names_shown():
        for run in others[:SHOWN]:
            with contextlib.suppress(RunDamaged):
                st.text(f"👤 {owner(run).name}: {STATE_WORDS[run.status().state]}")
    elif others:
        st.caption(f"{len(others)} of others train or wait")


def _row(run: Run) -> None:
    kind, status = AUTOENCODERS[run.key], run.status()
    title = escaped(read_label(run.path).name) or kind.title
    st.page_link(
        f"pages/{kind.key}.py",
        label=f"{title}: {STATE_WORDS[status.state]}",
        icon=kind.icon,
        query_params={"view": "Train"},
    )
    if status.state != "queued":
        left = f" · {duration(status.seconds_left)} left" if status.seconds_left else ""
        epoch = f"epoch {status.epoch} of {status.epochs}{left}"
        st.progress(min(status.fraction, 1.0), text=epoch if status.epoch else status.stage)
