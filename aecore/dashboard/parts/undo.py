"""Deleting, and the notice that can undo it: on a type's page, of runs, data sets and sweeps."""

from collections.abc import Callable, Iterable
from functools import partial

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.labels import run_label
from aecore.dashboard.parts.sentences import PROBLEMS
from aecore.dashboard.parts.text import escaped, many, plain, sentence_of
from aecore.dashboard.services import store
from aecore.dashboard.session import Deletion, deletions, note, want_run
from aecore.models import AUTOENCODERS
from aecore.runs.run import Run
from aecore.runs.store import Aside


def delete(place: str, deleting: Iterable[Callable[[], Deletion]]) -> None:
    """Deletes things, and has the notice of a place undo it.

    What cannot be deleted is told. If nothing can, the notice of the last deletion stays.

    Args:
        place: as `deletions` takes it.
        deleting: each deletes one thing.
    """
    notice, kept = deletions(place), []
    before = list(notice)
    notice.clear()
    for each in deleting:  # without a look into the session, where the script may be ended
        try:
            notice.append(each())
        except PROBLEMS as problem:
            kept.append(sentence_of(problem))
    notice.extend(() if notice else before)
    for words in kept:
        note(words)


def delete_runs(place: str, runs: Iterable[Run], take: Callable[[Run], Aside]) -> None:
    """Has runs put aside, and the notice of a place put them back.

    Args:
        take: puts one aside: `put_aside` or `cancel` of the store.
    """
    delete(place, [partial(_put_aside, place, run, take) for run in runs])


def _put_aside(place: str, run: Run, take: Callable[[Run], Aside]) -> Deletion:
    label = run_label(run)
    return Deletion(label, partial(_put_back, place, take(run)))


def _put_back(place: str, aside: Aside) -> None:
    run = store().put_back(aside)
    if place in AUTOENCODERS:
        want_run(place, run.id)


def delete_button(run: Run) -> None:
    """Deletes a run of the user's at once; the notice on top of its type's page can undo it."""
    if not store().may_change(run):
        return
    button, words = st.columns([1, 3], vertical_alignment="center")
    if button.button("Delete this run", icon=icons.DELETE, key=f"{run.id}.delete", width="stretch"):
        delete_runs(run.key, [run], store().put_aside)
        st.rerun(scope="app")
    words.caption("Deletes the run for everybody. Can be undone for an hour.")


def undo_notice(place: str, words: str, noun: str = "run") -> None:
    """Says what was just deleted in a place, and offers to put it back.

    Args:
        place: as `deletions` takes it.
        words: what is said beside it.
        noun: what one of several is called.
    """
    deleted = deletions(place)
    if not deleted:
        return
    what = plain(deleted[0].title) if len(deleted) == 1 else many(len(deleted), noun)
    # the style sheet has it float at the foot of the window, wherever on the page one pressed;
    # a toast of Streamlit's can hold no button
    row = st.container(
        key=f"{place}.undo.notice", horizontal=True, vertical_alignment="center", gap="small"
    )
    row.info(f"Deleted: {what}. {words}", icon=icons.DELETE)
    if row.button("Undo", icon=icons.UNDO, key=f"{place}.undo"):
        for each in reversed(deleted.copy()):
            deleted.remove(each)
            try:
                each.put_back()
            except PROBLEMS as problem:
                deleted.append(each)  # to try again
                note(f"{escaped(each.title)}: {sentence_of(problem)}")
        st.rerun()
    if row.button("Close", key=f"{place}.undo.close"):
        deleted.clear()
        st.rerun()
