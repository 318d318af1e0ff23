"""The skeleton that the pages of all types share."""

import streamlit as st

from aecore.analysis.report import Report, ReportError
from aecore.dashboard.chooser import choose_run, figures_row
from aecore.dashboard.errors import errors_panel
from aecore.dashboard.latent import latent_space
from aecore.dashboard.own import own_images
from aecore.dashboard.reconstructions import reconstructions
from aecore.dashboard.services import report
from aecore.dashboard.shell import page, sentences
from aecore.dashboard.training import training_panel
from aecore.models import AUTOENCODERS
from aecore.runs.run import Run, RunDamaged

VIEWS = ("Reconstructions", "Latent space", "Errors", "Your images", "Train", "About")


def type_page(key: str, about: str) -> None:
    """Shows a type: a model at hand, and a panel a tab.

    Args:
        key: the type's key in the registry.
        about: Markdown that explains the type.
    """
    kind = AUTOENCODERS[key]
    with page(kind.title, kind.icon):
        heading, chooser = st.columns([3, 2], gap="large", vertical_alignment="bottom")
        with heading:
            st.title(f"{kind.icon} {kind.title}")
            st.markdown(kind.summary)
        with chooser:
            run = choose_run(key)
        measured = _measured(run) if run is not None else None
        if measured is not None:
            figures_row(measured)
        tabs = st.tabs(VIEWS, key="view", on_change="rerun", bind="query-params")
        panels = (reconstructions, latent_space, errors_panel, own_images)
        for tab, panel in zip(tabs[:4], panels, strict=True):
            if tab.open:
                with tab, sentences():
                    if measured is None:
                        st.info("There is no model to show yet: train one under *Train*.")
                    else:
                        panel(run, measured)
        if tabs[4].open:
            with tabs[4], sentences():
                training_panel(key, run if measured is not None else None)
        if tabs[5].open:
            with tabs[5]:
                st.markdown(about)
                st.markdown(f"**Source:** {kind.reference}")


def _measured(run: Run) -> Report | None:
    """The report of a run, or a sentence about why it cannot be had."""
    try:
        if run.usable:
            _ = run.status(), run.experiment, run.source
            return report(run)
        problem = run.problem()
    except (RunDamaged, ReportError) as damage:
        problem = str(damage)
    if problem:
        st.error(f"This run is damaged: {problem}. The others are not affected.", icon="🧩")
    return None
