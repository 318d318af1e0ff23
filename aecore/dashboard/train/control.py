"""The buttons of a training, while it runs and after it has ended."""

from collections.abc import Callable

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.into_view import scroll_to
from aecore.dashboard.parts.sentences import rerun_part, sentences
from aecore.dashboard.parts.text import sentence_of
from aecore.dashboard.parts.undo import delete_runs
from aecore.dashboard.services import jobs, store, train, visitor, whose
from aecore.runs.control import (
    ask_pause,
    ask_rate,
    ask_stop,
    default_epochs,
    default_rate,
    good_epoch,
    may_continue,
    may_resume,
)
from aecore.runs.owner import NotYours, check_change
from aecore.runs.requests import PAUSE, STOP, requested
from aecore.runs.run import Run
from aecore.runs.status import Status


def running_buttons(key: str, run: Run, status: Status) -> None:
    """Pause, stop, cancel and another learning rate; or what was asked for already."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if _somebody_elses(run):
            return
        if status.state == "queued" and jobs().place(run):
            words = "Trains it before your other queued runs."
            if st.button(
                "Move to front", icon=icons.FIRST, key=f"{key}.first.{run.id}", help=words
            ):
                _do(jobs().prefer, run)
        if status.state == "measuring":
            st.caption("Saving results…")
            return
        if requested(run, STOP) or requested(run, PAUSE):
            st.caption("Stopping…" if requested(run, STOP) else "Pausing…")
            return
        words = "Keeps everything; it can be resumed exactly where it was."
        if st.button("Pause", icon=icons.PAUSE, key=f"{key}.pause.{run.id}", help=words):
            _do(ask_pause, run)
        words = "Ends the training and keeps the model as it is."
        if st.button("Stop", icon=icons.STOP, key=f"{key}.stop.{run.id}", help=words):
            _do(ask_stop, run)
        words = "Ends the training and deletes the run. Can be undone for an hour."
        if st.button("Cancel", icon=icons.DELETE, key=f"{key}.cancel.{run.id}", help=words):
            delete_runs(key, [run], store().cancel)
            st.rerun(scope="app")
        with st.popover("Learning rate", icon=icons.RATE, key=f"{key}.rate.{run.id}"):
            _rate(key, run)


def _rate(key: str, run: Run) -> None:
    st.caption("Constant from now on, replacing the schedule. The change is recorded with the run.")
    wanted = _rate_input(run, f"{key}.rate.value.{run.id}")
    if st.button("Change", key=f"{key}.rate.set.{run.id}"):
        _do(ask_rate, run, wanted)


def resume_buttons(key: str, run: Run, status: Status) -> None:
    """Going on with a run that was left, or from the start if it has no end."""
    if _somebody_elses(run):
        return
    if may_resume(run, status):
        words = "Continues from the last checkpoint, or from the start if there is none."
        if st.button(
            "Resume", icon=icons.START, type="primary", key=f"{key}.resume.{run.id}", help=words
        ):
            _do(train, run, rerun=_rerun_at(run))
    if status.state in ("failed", "interrupted") and may_resume(run, status, restart=True):
        with st.popover("Restart", icon=icons.RESTART, key=f"{key}.anew.{run.id}"):
            st.caption("Training begins at epoch 1; what was learnt so far is discarded.")
            if st.button("Restart training", type="primary", key=f"{key}.restart.{run.id}"):
                _do(train, run, True, rerun=_rerun_at(run))
    if may_continue(run, status):
        kind = "primary" if status.state == "diverged" else "secondary"
        with st.popover(
            "Continue training", icon=icons.CONTINUE, key=f"{key}.on.{run.id}", type=kind
        ):
            _continue(key, run, status)


def _continue(key: str, run: Run, status: Status) -> None:
    start = "from where it ended"
    if status.state == "diverged":
        good = good_epoch(run)
        start = f"from the weights of epoch {good}" if good else "from its starting weights"
    st.caption(
        f"Further epochs {start}, at a constant learning rate. The change is recorded: "
        "the settings alone no longer determine the result."
    )
    epochs = st.number_input(
        "Further epochs", value=default_epochs(run), key=f"{key}.on.epochs.{run.id}"
    )
    rate = _rate_input(run, f"{key}.on.rate.{run.id}")
    if st.button("Continue training", type="primary", key=f"{key}.on.go.{run.id}"):
        _do(jobs().continue_training, run, epochs, rate, whose(), rerun=_rerun_at(run))


def _rate_input(run: Run, key: str) -> float:
    """A number without bounds: beyond them a browser would show it, but keep the one before."""
    usual = float(f"{default_rate(run):.3g}")
    return st.number_input("Learning rate", value=usual, step=usual / 10, format="%g", key=key)


def _rerun_at(run: Run) -> Callable[[], None]:
    """Draws the page again, the training just started in view."""

    def rerun() -> None:
        scroll_to(run.id)
        st.rerun()

    return rerun


def _do(action, run: Run, *arguments, rerun: Callable[[], None] = rerun_part) -> None:
    with sentences():
        check_change(run, visitor())
        action(run, *arguments)
        rerun()


def _somebody_elses(run: Run) -> bool:
    """Says whose a run is, if the visitor may look at it only."""
    try:
        check_change(run, visitor())
    except NotYours as problem:
        st.caption(f"{icons.PERSON} {sentence_of(problem)}")
        return True
    return False


def waiting_words(run: Run) -> str:
    """'Queued: next' or 'Queued: position 3'."""
    place = jobs().place(run)
    if place is None:  # of the command line, or of another server
        return "Queued"
    return f"Queued: position {place + 1}" if place else "Queued: next"


def changes_words(run: Run) -> None:
    """What was changed while it trained, if anything was."""
    if changes := run.changes():
        told = "; ".join(change.in_words() for change in changes)
        st.caption(f"{icons.RATE} Changed during training: {told}.")
