"""Part of a panel: what was marked, and another training with it."""

import streamlit as st

from aecore.dashboard.applications.anomalies.setup import PLACE
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.into_view import scroll_to
from aecore.dashboard.parts.sentences import rerun_part, sentences
from aecore.dashboard.parts.starting import start
from aecore.dashboard.parts.text import many
from aecore.dashboard.session import watch_run
from aecore.data.relabelled import may_relabel, relabelled
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
        able = run.experiment is not None and may_relabel(run.dataset)
        if st.button(
            "Train again with them",
            icon=icons.START,
            key="anomalies.again",
            disabled=not able,
            help="Copies the data set with your marks as its classes, and trains the same settings "
            "on it. What you marked as normal is in its training data"
            + (" if it is in the training part." if run.source.in_time else ".")
            if able
            else "This data set cannot be copied; the marks count in the figures above.",
        ):
            _train(run, marks)
        if st.button("Remove all marks", icon=icons.UNDO, key="anomalies.unmark"):
            with sentences():
                write_marks(run, marks, None)
                rerun_part()


def _train(run: Run, marks: dict[int, int]) -> None:
    with sentences():
        recipe = run.recipe
        key, normal = relabelled(run.dataset, recipe.normal, marks)
        begun = start(recipe.replace(dataset=key, normal=normal))
        watch_run(PLACE, begun.id)
        scroll_to(begun.id)
        st.query_params.pop("run", None)
        st.rerun(scope="app")
