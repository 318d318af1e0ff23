"""Deleting several runs at once, and thinking better of it."""

from collections.abc import Callable

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.labels import run_label
from aecore.dashboard.parts.text import escaped, many, sentence_of
from aecore.dashboard.services import store
from aecore.runs.owner import NotYours
from aecore.runs.run import Run
from aecore.runs.store import Aside, RunKept
from aecore.runs.summary import Summary


def note(words: str) -> None:
    """Shows a message once the page is drawn again."""
    st.session_state.setdefault("runs.notes", []).append(words)


def notes() -> None:
    """Says what there is to say."""
    for words in st.session_state.pop("runs.notes", []):
        st.toast(words, icon=icons.RUNS)


def delete_several(chosen: list[Summary], take: Callable[[Run], Aside]) -> None:
    """Takes runs out of the list, and offers an undo; those that are kept are told of.

    Args:
        take: puts one aside; raises RunKept for one in training.
    """
    taken, kept = [], []
    before = st.session_state.get("runs.deleted")
    st.session_state["runs.deleted"] = taken  # at once: a visitor who leaves ends this script
    for each in chosen:
        label = run_label(each.run)
        try:
            taken.append((label, take(each.run)))
        except (RunKept, NotYours) as problem:
            kept.append(sentence_of(problem))
    if not taken:
        st.session_state["runs.deleted"] = before
    for words in kept:
        note(words)
    st.rerun(scope="app")


def _put_back(taken: list[tuple[str, Aside]]) -> None:
    """Puts back all that can be, and tells of the others."""
    runs, gone = store(), []
    while taken:
        label, aside = taken.pop()
        try:
            runs.put_back(aside)
        except (RunKept, OSError) as problem:
            gone.append(f"{escaped(label)}: {sentence_of(problem)}")
    for words in gone:
        note(words)
    st.rerun()


def undo_several() -> None:
    """Says which runs were just deleted, and offers to put them back."""
    taken = st.session_state.get("runs.deleted")
    if not taken:
        return
    words, undo, close = st.columns([6, 1, 1], vertical_alignment="center")
    told = escaped(taken[0][0]) if len(taken) == 1 else many(len(taken), "run")
    words.info(f"Deleted: {told}. This can be undone for an hour.", icon=icons.DELETE)
    if undo.button("Undo", icon=icons.UNDO, key="runs.undo", width="stretch"):
        _put_back(taken)
    if close.button("Close", key="runs.undo.close", width="stretch"):
        del st.session_state["runs.deleted"]
        st.rerun()
