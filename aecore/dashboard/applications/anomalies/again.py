"""Part of a panel: what was marked, and another training with it."""

import streamlit as st

from aecore.dashboard.applications.anomalies.setup import PLACE
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.into_view import scroll_to
from aecore.dashboard.parts.sentences import rerun_part, sentences
from aecore.dashboard.parts.starting import start
from aecore.dashboard.parts.text import many
from aecore.dashboard.services import calls
from aecore.dashboard.session import watch_run
from aecore.data.datasets import source
from aecore.data.relabelled import relabelled
from aecore.runs.marks import read_marks, write_marks
from aecore.runs.run import Run


def train_again(run: Run) -> None:
    """How many were marked, and buttons that train with the marks or remove them."""
    marks = read_marks(run)
    if not marks:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        unit = "step" if run.source.in_time else run.source.kind.sample
        st.markdown(f"**{many(len(marks), unit)}** marked.", width="content")
        able = run.experiment is not None
        if st.button(
            "Retrain with these marks",
            icon=icons.START,
            key="anomalies.again",
            disabled=not able,
            help="Copies the data set with your marks as its classes, and trains the same settings "
            "on it."
            if able
            else "This model was imported without the settings that it was trained with.",
        ):
            _train(run, marks)
        if st.button("Remove all marks", icon=icons.UNDO, key="anomalies.unmark"):
            with sentences():
                write_marks(run, marks, None)
                rerun_part()
    if able and run.source.in_time:
        st.caption(
            "All marks count in the results above, but only those in the training part are used "
            "for training: a model cannot judge what it has learnt, and neighbouring windows share "
            "steps. To train on another part, choose another normal stretch in the form for new "
            "detectors."
        )
    elif able:
        st.caption(
            "Samples marked as normal are used for training; those marked as anomalies are not."
        )


def _train(run: Run, marks: dict[int, int]) -> None:
    with sentences():
        recipe = run.recipe
        with st.spinner("Copying the data…"):
            by_worker = source(run.dataset).downloaded  # Keras, which only workers load, has it
            copied = calls().relabelled if by_worker else relabelled
            key, normal = copied(run.dataset, recipe.normal, marks)
        begun = start(recipe.replace(dataset=key, normal=normal))
        watch_run(PLACE, begun.id)
        scroll_to(begun.id)
        st.query_params.pop("run", None)
        st.rerun(scope="app")
