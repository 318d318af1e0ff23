"""Deleting a run, and thinking better of it."""

from collections.abc import Callable

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.labels import run_label
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.parts.text import plain
from aecore.dashboard.services import store
from aecore.dashboard.session import want_run
from aecore.runs.run import Run
from aecore.runs.store import Aside, type_of


def delete_button(run: Run) -> None:
    """Deletes a run of the user's at once; the notice on top of the page can undo it."""
    if not store().may_change(run):
        return
    button, words = st.columns([1, 3], vertical_alignment="center")
    if button.button("Delete this run", icon=icons.DELETE, key=f"{run.id}.delete", width="stretch"):
        take_away(run, store().put_aside)
        st.rerun(scope="app")
    words.caption("Takes it out of the list, for everybody. It can be undone for an hour.")


def take_away(run: Run, take: Callable[[Run], Aside]) -> None:
    """Has a run put aside, so that the notice on top of the page can undo it.

    The session's state is not looked into once it is done: there the script of a visitor who
    leaves the page ends. A run that cannot be taken leaves the notice of the one before.
    """
    notice, label = st.session_state.setdefault("deleted", {}), run_label(run)
    notice.update(aside=take(run), type=type_of(run.id), label=label)


def undo_notice(key: str) -> None:
    """Says which run of this type was just deleted, and offers to put it back."""
    deleted = st.session_state.get("deleted", {})
    if deleted.get("type") != key:
        return
    words, undo, close = st.columns([6, 1, 1], vertical_alignment="center")
    words.info(f"Deleted: {plain(deleted['label'])}", icon=icons.DELETE)
    if undo.button("Undo", icon=icons.UNDO, key=f"{key}.undo", width="stretch"):
        del st.session_state["deleted"]
        with sentences():
            want_run(key, store().put_back(deleted["aside"]).id)
            st.rerun()
    if close.button("Close", key=f"{key}.undo.close", width="stretch"):
        del st.session_state["deleted"]
        st.rerun()
