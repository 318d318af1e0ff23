"""The buttons beside a training: what can be done to it, under way and after its end."""

import contextlib

import streamlit as st

from aecore.dashboard.services import jobs, store
from aecore.dashboard.shell import runs_that_are, sentences
from aecore.dashboard.words import run_label
from aecore.runs.control import ask_pause, ask_rate, may_resume, may_train_on, usual_rate
from aecore.runs.requests import PAUSE, STOP, requested
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import Status
from aecore.training.changes import LEAST_RATE, MOST_RATE


def running_buttons(key: str, run: Run, status: Status) -> None:
    """Pause, stop, cancel and another learning rate; or what was asked for already."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if status.state == "measuring":
            st.caption("Its end is being written.")
            return
        if requested(run, STOP) or requested(run, PAUSE):
            st.caption("Stopping…" if requested(run, STOP) else "Pausing…")
            return
        words = "Keeps everything and lets others train; it goes on exactly where it was."
        if st.button("Pause", icon="⏸️", key=f"{key}.pause.{run.id}", help=words):
            _do(ask_pause, run)
        words = "Ends here and keeps the model as it is."
        if st.button("Stop", icon="⏹️", key=f"{key}.stop.{run.id}", help=words):
            _do(jobs().stop, run)
        words = "Ends here and removes it. It can be undone for an hour."
        if st.button("Cancel", icon="🗑️", key=f"{key}.cancel.{run.id}", help=words):
            label = run_label(run)
            st.session_state["deleted"] = (key, label, store().cancel(run))
            st.rerun(scope="app")
        with st.popover("Learning rate", icon="🎚️", key=f"{key}.rate.{run.id}"):
            _rate(key, run)


def _rate(key: str, run: Run) -> None:
    st.caption("Constant from now on, instead of the schedule. It is recorded with the run.")
    wanted = _rate_input(run, f"{key}.rate.value.{run.id}")
    if st.button("Change", key=f"{key}.rate.set.{run.id}"):
        _do(ask_rate, run, wanted)


def resume_buttons(key: str, run: Run, status: Status) -> None:
    """Going on with a run that was left, or from the start if it has no end."""
    if may_resume(run, status):
        words = "Goes on from its last checkpoint, exactly where it was; without one, anew."
        if st.button("Resume", icon="▶️", type="primary", key=f"{key}.resume.{run.id}", help=words):
            _do(jobs().submit, run, scope="app")
    if status.state in ("failed", "interrupted") and may_resume(run, status, anew=True):
        words = "Forgets what it learnt, and trains from the start."
        if st.button("Start anew", icon="🔁", key=f"{key}.anew.{run.id}", help=words):
            _do(jobs().submit, run, True, scope="app")
    if may_train_on(run, status):
        with st.popover("Train on", icon="⏩", key=f"{key}.on.{run.id}"):
            _train_on(key, run)


def _train_on(key: str, run: Run) -> None:
    st.caption(
        "More epochs from where it ended, at a constant learning rate. The run tells of it: it is "
        "then no longer what its settings alone would give."
    )
    epochs = st.number_input("Further epochs", 1, 1000, 5, key=f"{key}.on.epochs.{run.id}")
    rate = _rate_input(run, f"{key}.on.rate.{run.id}")
    if st.button("Train on", type="primary", key=f"{key}.on.go.{run.id}"):
        _do(jobs().train_on, run, epochs, rate, scope="app")


def _rate_input(run: Run, key: str) -> float:
    usual = float(f"{usual_rate(run):.3g}")
    return st.number_input(
        "Learning rate", LEAST_RATE, MOST_RATE, usual, step=usual / 10, format="%g", key=key
    )


def _do(action, *arguments, scope: str = "fragment") -> None:
    with sentences():
        action(*arguments)
        st.rerun(scope=scope)


def waiting_words(run: Run) -> str:
    """'Waiting: next' or 'Waiting: place 3 in the queue'."""
    mine = run.status().queued
    with contextlib.suppress(RunDamaged):  # one that was cancelled this moment
        place = 1 + sum(each.status().queued < mine for each in runs_that_are("queued"))
        if place > 1:
            return f"Waiting: place {place} in the queue"
    return "Waiting: next in the queue"


def changes_words(run: Run) -> None:
    """What was changed while it trained, if anything was."""
    if changes := run.changes():
        told = "; ".join(change.in_words() for change in changes)
        st.caption(f"🎚️ Changed on the way: {told}.")
