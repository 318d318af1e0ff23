"""The skeleton that the pages of all types share."""

import streamlit as st

from aecore.dashboard.chooser import choose_run, figures_row
from aecore.dashboard.errors import errors_panel
from aecore.dashboard.latent import latent_space
from aecore.dashboard.own import own_images
from aecore.dashboard.reconstructions import reconstructions
from aecore.dashboard.services import report
from aecore.dashboard.shell import page, sentences
from aecore.dashboard.training import training_panel
from aecore.models import AUTOENCODERS

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
        problem = run.problem()
        if problem:
            st.error(f"This run is damaged: {problem}. The others are not affected.", icon="🧩")
        measured = None
        if not problem and run.usable:
            with sentences():
                measured = report(run)
                figures_row(measured)
        # without a model there is nothing to show but how to make one
        tabs = st.tabs(VIEWS, key="view", on_change="rerun", bind="query-params")
        panels = (reconstructions, latent_space, errors_panel, own_images)
        for tab, panel in zip(tabs[:4], panels, strict=True):
            if tab.open:
                with tab, sentences():
                    if measured is None:
                        st.info("There is no model to show. Choose another, or train one.")
                    else:
                        panel(run, measured)
        if tabs[4].open:
            with tabs[4], sentences():
                training_panel(key, run)
        if tabs[5].open:
            with tabs[5]:
                st.markdown(about)
                st.markdown(f"**Source:** {kind.reference}")
