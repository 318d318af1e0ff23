"""The Sweeps page: a list of sweeps, one of them in detail, and the form for a new one."""

import contextlib
import time

import streamlit as st

from aecore.dashboard.frame.page import page
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.points import POLL_SECONDS, progress
from aecore.dashboard.parts.sentences import fragment, sentences
from aecore.dashboard.parts.text import escaped, sentence_of
from aecore.dashboard.parts.undo import undo_notice
from aecore.dashboard.services import store
from aecore.dashboard.sweeps.form import choose_type, sweep_form
from aecore.dashboard.sweeps.view import delete_button, sweep_view
from aecore.models import AUTOENCODERS
from aecore.runs.series import find_points
from aecore.runs.store import NotFound
from aecore.runs.sweeps import SweepDamaged, SweepFile, find_sweep, kept_sweeps

SHOWN = 30  # sweeps of the list, at first


def sweeps_page() -> None:
    """Shows the sweep that the link names, or all."""
    with page("Sweeps"):
        wanted = st.query_params.get("sweep")
        if wanted is not None:
            with contextlib.suppress(NotFound):
                sweep_view(find_sweep(wanted, store()))
                return
            st.query_params.pop("sweep")
            st.warning("The sweep in this link does not exist on this server.", icon=icons.LINK)
        st.title(f"{icons.SWEEPS} Sweeps")
        st.markdown(
            "Train a model at several values of one or two settings: how small can the code be, "
            "which learning rate works best, what do depth and width gain? Each point is an "
            "ordinary run."
        )
        with st.container():  # its place stays: or what is pressed below it now would be lost
            undo_notice("sweeps", "Its runs are still there.", "sweep")
        if (kind := st.query_params.get("type")) in AUTOENCODERS:  # from a page of that type
            choose_type(kind)
            st.query_params.pop("type")
        active = _list_is_active()
        fragment(_list, active, run_every=POLL_SECONDS if active else None)
        fragment(sweep_form)


def _list_is_active() -> bool:
    for file in kept_sweeps(store())[:SHOWN]:
        with contextlib.suppress(SweepDamaged):
            points = find_points(file.read().series, store())
            if any(point.active for point in points.values()):
                return True
    return False


def _list(polling: bool) -> None:
    files = kept_sweeps(store())
    if not files:
        return
    if polling and not _list_is_active():
        st.rerun(scope="app")  # ends the polling
    st.markdown("#### Sweeps so far")
    everything = st.session_state.get("sweeps.all", False)
    for file in files if everything else files[:SHOWN]:
        with st.container(border=True), sentences():
            _row(file)
    if len(files) > SHOWN and not everything:
        st.button(
            f"Show all {len(files)}",
            key="sweeps.show_all",
            on_click=lambda: st.session_state.update({"sweeps.all": True}),
        )


def _row(file: SweepFile) -> None:
    try:
        sweep = file.read()
    except SweepDamaged as problem:
        words, action = st.columns([7, 2], vertical_alignment="center")
        words.error(sentence_of(problem), icon=icons.DAMAGED)
        with action:
            delete_button(file, None)
        return
    points = find_points(sweep.series, store())
    words, bar, action = st.columns([5, 3, 2], vertical_alignment="center", gap="medium")
    kind = AUTOENCODERS[sweep.key]
    with words:
        st.markdown(f"**{escaped(sweep.title)}**")
        made = time.strftime("%d %b %Y %H:%M", time.localtime(file.made))
        st.caption(f"{kind.icon} {kind.title} · {made}")
    share, told = progress(sweep.series, points)
    bar.progress(share, text=told)
    with action:
        st.page_link(
            "pages/sweeps.py", label="Open", icon=icons.SWEEPS, query_params={"sweep": file.id}
        )
