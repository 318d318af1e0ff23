"""Running and just finished trainings, and how the selected model was trained."""

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart_config
from aecore.dashboard.parts.film import show_film
from aecore.dashboard.parts.into_view import TOP, place_to_scroll_to, scroll_to
from aecore.dashboard.parts.labels import STATE_WORDS, run_label
from aecore.dashboard.parts.sentences import fragment, sentences
from aecore.dashboard.parts.text import duration, escaped, plain
from aecore.dashboard.parts.undo import delete_runs
from aecore.dashboard.services import store
from aecore.dashboard.session import dismiss_run, want_run, watch_run
from aecore.dashboard.train.control import (
    changes_words,
    resume_buttons,
    running_buttons,
    waiting_words,
)
from aecore.dashboard.train.watched import MOST_WATCHED
from aecore.data.kinds import Kind
from aecore.figures.curves import loss_curves
from aecore.figures.numbers import significant
from aecore.runs.film import Film
from aecore.runs.origin import Origin
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import Status
from aecore.runs.store import NotFound

POLL_SECONDS = 0.5
OF_LOSS_ALONE = 3  # columns of a history: epoch, loss, val_loss; the film shows these
LOST_SECONDS = 2.0  # a run that seems dead may live: a machine slept, a clock was set
ENDED = {
    "paused": ("info", icons.PAUSE, "Paused."),
    "finished": ("success", icons.FINISHED, "Finished."),
    "stopped": ("info", icons.STOP, "Stopped."),
    "diverged": ("warning", icons.DIVERGED, "Diverged."),
    "failed": ("error", icons.FAILED, "Failed."),
    "interrupted": ("warning", icons.INTERRUPTED, "Interrupted."),
}


def watch(key: str, watched: list[Run]) -> None:
    """A box for each training that is looked at, the first few."""
    for run in watched[:MOST_WATCHED]:
        with st.container(border=True), sentences():
            status = run.status()
            if status.active:
                watch_run(key, run.id)  # so that its end is shown, too
            lost = LOST_SECONDS if status.state == "interrupted" else None
            fragment(_live, key, run.id, run_every=POLL_SECONDS if status.active else lost)
    if (more := len(watched) - MOST_WATCHED) > 0:
        st.caption(f"{more} more {'is' if more == 1 else 'are'} queued, paused or interrupted.")


def _live(key: str, id: str) -> None:
    try:
        run = store().get(id)
        status = run.status()
    except (NotFound, RunDamaged):
        if id in [run.id for run in store().runs(key)]:
            raise
        st.caption("This run was deleted.")
        return
    place_to_scroll_to(id)
    started = f"{key}.was_active.{id}"
    if status.active:
        st.session_state[started] = True
        _progress(key, run, status)
    else:
        if st.session_state.pop(started, False):
            st.rerun(scope="app")  # ends the polling, and lets the chooser know the new model
        _ended(key, run, status)
    with sentences():
        _history(key, run, status.epochs, live=status.active)


def _progress(key: str, run: Run, status: Status) -> None:
    left = f" · {duration(status.seconds_left)} left" if status.seconds_left else ""
    epoch = f" · epoch {status.epoch} of {status.epochs}" if status.epoch else ""
    loss = f" · loss {significant(status.loss, 4)}" if status.loss is not None else ""
    stage = waiting_words(run) if status.state == "queued" else escaped(status.stage)
    device = f" · {escaped(status.device)}" if status.device else ""
    st.progress(min(status.fraction, 1.0), text=f"**{stage}**{epoch}{loss}{left}{device}")
    if status.warning:
        st.warning(escaped(status.warning), icon=icons.DISK)
    running_buttons(key, run, status)


def _ended(key: str, run: Run, status: Status) -> None:
    kind, icon, word = ENDED[status.state]
    if status.state == "stopped" and run.usable:
        word = "Stopped; the model is kept."
    over = status.state in ("finished", "stopped", "diverged") and status.seconds
    label = run_label(run).removesuffix(f", {STATE_WORDS[status.state]}")  # said already
    took = f" in {duration(status.seconds)}{_device_words(status)}" if over else ""
    getattr(st, kind)(f"**{word}** {escaped(label)}{took}. {escaped(status.message)}", icon=icon)
    with st.container(horizontal=True):
        if run.usable and st.button("Show this model", type="primary", key=f"{key}.show.{run.id}"):
            want_run(key, run.id)
            scroll_to(TOP)
            _put_away(key, run)
        resume_buttons(key, run, status)
        words = "Hides it here; the run stays in the list of models."
        if run.usable and status.state not in ("paused", "interrupted"):
            if st.button("Dismiss", key=f"{key}.away.{run.id}", help=words):
                _put_away(key, run)
        elif st.button("Delete", icon=icons.DELETE, key=f"{key}.delete.{run.id}"):
            delete_runs(key, [run], store().put_aside)
            _put_away(key, run)


def _device_words(status: Status) -> str:
    """What it was trained on, so that nobody takes a processor's time for a GPU's."""
    return f" on {escaped(status.device)}" if status.device else ""


def _put_away(key: str, run: Run) -> None:
    dismiss_run(key, run.id)
    st.rerun(scope="app")


def how_it_was_made(key: str, run: Run) -> None:
    """How the model at hand was trained, or where it was imported from."""
    st.markdown("#### Training of the model above")
    with sentences():
        if run.origin is None:
            status = run.status()
            if status.device and status.seconds:
                st.caption(f"Trained in {duration(status.seconds)}{_device_words(status)}.")
            _history(key, run, status.epochs, live=False)
            with st.container(horizontal=True):
                resume_buttons(key, run, status)
            return
        st.caption(
            f"This model was imported from **{plain(run.origin.file)}**, which does not record how "
            f"it was trained. Its code is the output of the layer **{plain(run.origin.layer)}**; "
            f"it is measured on {plain(run.source.title)}."
            + _range_words(run.origin, run.source.kind)
        )


def _range_words(origin: Origin, kind: Kind) -> str:
    ours = kind.ranges[0]
    if origin.takes == origin.gives == ours:
        return ""
    values = "pixels" if kind.bounded else "values"
    return (
        f" It learnt {values} in the range {origin.takes} and gives them in {origin.gives}; a "
        f"layer at each end converts from and to {ours}."
    )


def _history(key: str, run: Run, total: int, live: bool) -> None:
    """The film of a training: its latest frame while live, all of them afterwards."""
    changes_words(run)
    history, film = run.history(), Film.from_arrays(run.previews())
    if film is not None:
        show_film(f"{key}.film.{run.id}", film, history, run.source, total, live)
    elif not history and not live:
        st.caption("No epoch has been completed.")
    if history and (film is None or len(history) > OF_LOSS_ALONE):
        st.plotly_chart(
            loss_curves(history, kind=run.source.kind),
            key=f"{key}.curves.{run.id}",
            config=chart_config(f"{run.id}-loss"),
        )
