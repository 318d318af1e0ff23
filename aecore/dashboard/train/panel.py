"""Panel: set up an experiment and train it in the background."""

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart_config
from aecore.dashboard.parts.choices import is_there
from aecore.dashboard.parts.form import (
    choose_dataset,
    experiment_form,
    fill_form,
    gpu_box,
    reset_form,
)
from aecore.dashboard.parts.into_view import TOP, place_to_scroll_to, scroll_to
from aecore.dashboard.parts.links import forget_link, keep_link, link_button, link_problems
from aecore.dashboard.parts.script import code_button
from aecore.dashboard.parts.sentences import fragment, rerun_part, sentences
from aecore.dashboard.parts.starting import is_under_way, start
from aecore.dashboard.parts.text import count, escaped, many
from aecore.dashboard.services import architecture, report
from aecore.dashboard.session import watch_run
from aecore.dashboard.train.advice import few_steps
from aecore.dashboard.train.live import how_it_was_made, watch
from aecore.dashboard.train.watched import any_active, watched_runs
from aecore.data.datasets import source
from aecore.data.kinds import kind_of
from aecore.figures.network import network_drawing
from aecore.figures.numbers import proportion
from aecore.runs.run import Run
from aecore.training.differences import differences
from aecore.training.experiment import Experiment

MOST_TOLD = 8  # settings in which a training differs from the defaults


def training_panel(key: str, at_hand: Run | None) -> None:
    """The form, what is training now, what has just ended, and how the model at hand was made."""
    watched = watched_runs(key)
    place_to_scroll_to(TOP)
    with st.container():  # its place stays: or a click in the form now would be lost
        watch(key, watched)
    fragment(_set_up, key, at_hand, any_active(watched))
    if at_hand is not None and at_hand not in watched:
        st.divider()
        fragment(how_it_was_made, key, at_hand)


def _set_up(key: str, at_hand: Run | None, training: bool) -> None:
    """The form; while a run of this type trains, folded to what is special about the next one."""
    if not training:
        st.markdown("#### Train a model")
        st.caption(
            "The question mark beside each setting explains it. Training continues when you leave "
            "the page."
        )
        if at_hand is not None and at_hand.experiment is not None:
            st.caption(
                f"The model above: {escaped(differences(at_hand.experiment, most=MOST_TOLD))}."
            )
        _form(key, at_hand)
        return
    line = st.container()
    with st.expander("Change settings", icon=icons.SETTINGS):
        experiment = _form(key, at_hand)
    if experiment is not None:
        line.markdown(f"**Next training:** {escaped(differences(experiment, most=MOST_TOLD))}")


def _form(key: str, at_hand: Run | None) -> Experiment | None:
    with st.container():  # what is told comes and goes, and moves nothing below it
        _fill(key, at_hand)
        link_problems(key)
    experiment, problems = experiment_form(key)
    with st.container():
        if experiment is not None:
            keep_link(experiment)
            few_steps(experiment)
    gpu = gpu_box(key)
    row = st.container(horizontal=True, vertical_alignment="center")  # or two where it is narrow
    if row.button(
        "Train",
        type="primary",
        icon=icons.START,
        disabled=experiment is None,
        key=f"{key}.train",
    ) and (experiment is not None):
        _start(key, experiment, gpu)
    if problems:
        row.markdown(f":red[Correct {many(len(problems), 'setting')} above.]", width="content")
    if row.button("Reset to defaults", icon=icons.RESET, key=f"{key}.defaults"):
        st.session_state[f"{key}.fill"] = "default"
        rerun_part()
    if row.button(
        "Copy from the model above",
        icon=icons.COPY,
        key=f"{key}.copied",
        disabled=at_hand is None or at_hand.experiment is None,
        help="Fills in the settings of the model selected at the top of the page.",
    ):
        st.session_state[f"{key}.copy"] = True
        rerun_part()
    with row:
        link_button(experiment, at_hand)
        code_button(experiment, source(experiment.dataset) if experiment else None)
        st.page_link(
            "pages/sweeps.py",
            label="Sweep…",
            icon=icons.SWEEPS,
            query_params={"type": key},
            help="Train several models that differ in one or two of these settings.",
        )
    if experiment is not None:
        _drawing(experiment, at_hand)
    return experiment


def _fill(key: str, at_hand: Run | None) -> None:
    """Sets the form to the defaults or to the model at hand, if that was pressed."""
    if st.session_state.pop(f"{key}.fill", None) == "default":
        reset_form(key)
        forget_link(key)
    elif st.session_state.pop(f"{key}.copy", False) and at_hand is not None:
        fill_form(at_hand.recipe)
        forget_link(key)
        if not is_there(at_hand.dataset):
            title = escaped(at_hand.source.title)
            st.warning(f"The data set {title} no longer exists. Choose another.", icon=icons.DATA)
            choose_dataset(key, Experiment.default("dataset"))


def _start(key: str, experiment: Experiment, gpu: bool) -> None:
    with sentences():
        if is_under_way(experiment):  # a double click asks for it twice
            st.info(
                "This exact training is already running. Change a setting, such as the seed.",
                icon=icons.SAME,
            )
            return
        run = start(experiment, gpu)
        watch_run(key, run.id)
        scroll_to(run.id)
        st.rerun(scope="app")


def _drawing(experiment: Experiment, at_hand: Run | None) -> None:
    kind = experiment.autoencoder
    with sentences():
        shown = at_hand.experiment if at_hand is not None else None
        if (
            at_hand is not None
            and shown is not None
            and shown.autoencoder == kind
            and (at_hand.shape == experiment.shape)
        ):
            network = report(at_hand).architecture
        else:
            with st.spinner("Building the network…"):
                network = architecture(kind, experiment.shape)
        share = proportion(network.compression)
        share += f" (larger than the {kind_of(experiment.shape).sample})" * (
            network.compression < 1
        )
        st.caption(
            f"**{count(network.parameters)}** parameters · latent size "
            f"**{network.code_size:,}** · compression **{share}** · bar height: logarithm of the "
            "layer size"
        )
        st.plotly_chart(
            network_drawing(network),
            key=f"{kind.key}.network",
            config=chart_config(f"{kind.key}-network", modeBarButtons=[["toImage"]]),
        )
