"""Panel: set an experiment up, train it in the background, watch it learn."""

import numpy as np
import streamlit as st

from aecore.compute.limits import check_room, memory_limit
from aecore.dashboard.advice import few_steps
from aecore.dashboard.charts import chart_config
from aecore.dashboard.chooser import want_run
from aecore.dashboard.control import (
    changes_words,
    gpu_box,
    resume_buttons,
    running_buttons,
    waiting_words,
)
from aecore.dashboard.form import experiment_form, fill_form, reset_form
from aecore.dashboard.links import forget_link, keep_link, link_button, link_problems
from aecore.dashboard.services import architecture, report, store, train, workers
from aecore.dashboard.shell import fragment, rerun_part, sentences
from aecore.dashboard.watched import MOST_WATCHED, is_under_way, watched_runs
from aecore.dashboard.words import count, duration, escaped, plain, run_label
from aecore.data.datasets import SOURCES
from aecore.data.own import own_keys
from aecore.figures.curves import loss_curves
from aecore.figures.grid import image_grid
from aecore.figures.network import network_drawing
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import Status
from aecore.training.experiment import Experiment
from aecore.training.needs import needs

POLL_SECONDS = 0.5
LOST_SECONDS = 2.0  # a run that seems dead may live: a machine slept, a clock was set
ENDED = {
    "paused": ("info", "⏸️", "Paused."),
    "finished": ("success", "✅", "Finished."),
    "stopped": ("info", "⏹️", "Stopped; what was learnt is kept."),
    "diverged": ("warning", "📈", "Diverged."),
    "failed": ("error", "⚠️", "Failed."),
    "interrupted": ("warning", "🔌", "Interrupted."),
}


def training_panel(key: str, at_hand: Run | None) -> None:
    """The form, what is training now, what has just ended, and how the model at hand was made."""
    watched = watched_runs(key)
    for run in watched[:MOST_WATCHED]:
        with st.container(border=True), sentences():
            status = run.status()
            seen = st.session_state.setdefault(f"{key}.started", [])
            if status.active and run.id not in seen:
                seen.append(run.id)  # whoever saw it under way sees its end
            lost = LOST_SECONDS if status.state == "interrupted" else None
            fragment(_live, key, run.id, run_every=POLL_SECONDS if status.active else lost)
    if (more := len(watched) - MOST_WATCHED) > 0:
        st.caption(f"{more} more are waiting or were left.")
    fragment(_set_up, key, at_hand)
    if at_hand is not None and at_hand not in watched:
        st.divider()
        fragment(_how_it_was_made, key, at_hand)


def _set_up(key: str, at_hand: Run | None) -> None:
    st.markdown("#### Train one of your own")
    st.caption(
        "Every setting has a note behind its question mark. Training goes on when you leave."
    )
    if st.session_state.pop(f"{key}.fill", None) == "default":
        reset_form(key)
        forget_link(key)
    elif st.session_state.pop(f"{key}.copy", False):
        fill_form(at_hand.experiment)
        forget_link(key)
        if at_hand.dataset not in (*SOURCES, *own_keys()):
            title = escaped(at_hand.source.title)
            st.warning(f"{title} is not here any more: choose a data set.", icon="🗂️")
    link_problems(key)
    experiment, problem = experiment_form(key)
    if problem is not None:
        st.error(escaped(str(problem)), icon="✏️")
    else:
        keep_link(experiment)
        few_steps(experiment)
    gpu = gpu_box(key)
    start, defaults, copy, link = st.columns([2, 2, 3, 3])
    if start.button(
        "Train",
        type="primary",
        icon="▶️",
        disabled=experiment is None,
        key=f"{key}.train",
        width="stretch",
    ):
        _start(key, experiment, gpu)
    if defaults.button("Defaults", icon="↩️", key=f"{key}.defaults", width="stretch"):
        st.session_state[f"{key}.fill"] = "default"
        rerun_part()
    if copy.button(
        "Settings of the model above",
        icon="📋",
        key=f"{key}.copied",
        disabled=at_hand is None or at_hand.experiment is None,
        width="stretch",
        help="Fills the form with the settings of the model chosen at the top of the page.",
    ):
        st.session_state[f"{key}.copy"] = True
        rerun_part()
    with link:
        link_button(experiment, at_hand)
    words = "Several trainings that differ in a setting or two, all else as set above."
    st.page_link(
        "pages/sweeps.py", label="Sweep…", icon="📈", query_params={"type": key}, help=words
    )
    if experiment is not None:
        _drawing(experiment, at_hand)


def _start(key: str, experiment: Experiment, gpu: bool) -> None:
    with sentences():
        if is_under_way(experiment):  # a double click asks for it twice
            st.info(
                "This very training is under way, and the same settings give the same model. For "
                "another one change a setting, the seed for instance.",
                icon="🟰",
            )
            return
        if workers().address is None:  # on a cluster the worker knows what it has
            kind = experiment.autoencoder
            network = architecture(kind.key, kind.to_dict(), experiment.shape)
            check_room(needs(experiment, network), memory_limit(), store().directory)
        run = store().create(experiment)
        train(run, gpu=gpu)
        st.toast("It trains: watch it above the form.", icon="▶️")
        st.session_state.setdefault(f"{key}.started", []).append(run.id)
        st.rerun(scope="app")


def _drawing(experiment: Experiment, at_hand: Run | None) -> None:
    kind = experiment.autoencoder
    with sentences():
        shown = at_hand and at_hand.experiment and (at_hand.experiment.autoencoder, at_hand.shape)
        if shown == (kind, experiment.shape):
            network = report(at_hand).architecture
        else:
            with st.spinner("Building the network…"):
                network = architecture(kind.key, kind.to_dict(), experiment.shape)
        ratio = network.compression
        share = f"{ratio:.1f} : 1" if ratio >= 1 else f"1 : {1 / ratio:.1f} (larger than the image)"
        st.caption(
            f"**{count(network.parameters)}** parameters · code of **{network.code_size:,}** "
            f"numbers · compression **{share}**"
        )
        st.plotly_chart(
            network_drawing(network),
            key=f"{kind.key}.network",
            config=chart_config(f"{kind.key}-network", modeBarButtons=[["toImage"]]),
        )


def _live(key: str, id: str) -> None:
    try:
        run = store().get(id)
        status = run.status()
    except (KeyError, RunDamaged):
        if id in [run.id for run in store().runs(key)]:
            raise
        st.caption("This run was deleted.")
        return
    started = f"{key}.was_active.{id}"
    if status.active:
        st.session_state[started] = True
        _progress(key, run, status)
    else:
        if st.session_state.pop(started, False):
            st.rerun(scope="app")  # ends the polling, and lets the chooser know the new model
        _ended(key, run, status)
    with sentences():
        _history(key, run, live=status.active)


def _progress(key: str, run: Run, status: Status) -> None:
    left = f" · {duration(status.seconds_left)} left" if status.seconds_left else ""
    epoch = f" · epoch {status.epoch} of {status.epochs}" if status.epoch else ""
    loss = f" · loss {status.loss:.4f}" if status.loss is not None else ""
    stage = waiting_words(run) if status.state == "queued" else status.stage
    st.progress(min(status.fraction, 1.0), text=f"**{stage}**{epoch}{loss}{left}")
    if status.warning:
        st.warning(status.warning, icon="💾")
    running_buttons(key, run, status)


def _ended(key: str, run: Run, status: Status) -> None:
    kind, icon, word = ENDED[status.state]
    over = status.state in ("finished", "stopped", "diverged") and status.seconds
    took = f" in {duration(status.seconds)}" if over else ""
    getattr(st, kind)(f"**{word}** {escaped(run_label(run))}{took}. {status.message}", icon=icon)
    with st.container(horizontal=True):
        if run.usable and st.button("Show this model", type="primary", key=f"{key}.show.{run.id}"):
            want_run(key, run.id)
            _put_away(key, run)
        resume_buttons(key, run, status)
        words = "Takes it off this page; the run stays in the list of models."
        if run.usable and status.state not in ("paused", "interrupted"):
            if st.button("Put away", key=f"{key}.away.{run.id}", help=words):
                _put_away(key, run)
        elif st.button("Delete", icon="🗑️", key=f"{key}.delete.{run.id}"):
            st.session_state["deleted"] = (key, run_label(run), store().put_aside(run))
            _put_away(key, run)


def _put_away(key: str, run: Run) -> None:
    started = st.session_state.get(f"{key}.started", [])
    st.session_state[f"{key}.started"] = [id for id in started if id != run.id]
    st.rerun(scope="app")


def _how_it_was_made(key: str, run: Run) -> None:
    st.markdown("#### How the model above was trained")
    with sentences():
        if run.origin is None:
            _history(key, run, live=False)
            with st.container(horizontal=True):
                resume_buttons(key, run, run.status())
            return
        st.caption(
            f"It was imported from **{plain(run.origin.file)}**, which does not tell how it was "
            f"trained. Its code is the output of the layer **{plain(run.origin.layer)}**; it is "
            f"shown and measured on {plain(run.source.title)}."
        )


def _history(key: str, run: Run, live: bool) -> None:
    """Loss curves, and pictures that sharpen: the latest while live, any epoch afterwards."""
    changes_words(run)
    history = run.history()
    if not history:
        if not live:
            st.caption("No epoch was finished.")
        return
    st.plotly_chart(
        loss_curves(history),
        key=f"{key}.curves.{run.id}",
        config=chart_config(f"{run.id}-loss"),
    )
    previews = run.previews()
    if not previews:
        return
    epochs = previews["epochs"].tolist()
    epoch = epochs[-1]
    if not live and len(epochs) > 1:
        epoch = st.select_slider(
            "Watch it sharpen: epoch", epochs, epochs[-1], key=f"{key}.epoch.{run.id}"
        )
    rows = [("Original", previews["originals"])]
    if not np.array_equal(previews["originals"], previews["inputs"]):
        rows.append(("Corrupted", previews["inputs"]))
    rows.append((f"After epoch {epoch}", previews["outputs"][epochs.index(epoch)]))
    st.html(image_grid(rows))
