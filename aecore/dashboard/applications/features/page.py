"""The Features page: one model's code as the input of classifiers, and of a search."""

from functools import partial

import streamlit as st

from aecore.dashboard.applications.features.few_labels import few_labels_panel
from aecore.dashboard.applications.features.fine_tuning import fine_tuning_panel
from aecore.dashboard.applications.features.guide import guide
from aecore.dashboard.applications.features.layers import layers_panel
from aecore.dashboard.applications.features.search import search_panel
from aecore.dashboard.frame.page import page
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.any_run import choose_any_run
from aecore.dashboard.parts.tabs import tabbed
from aecore.dashboard.parts.text import escaped

PLACE = "features"  # what keys of the session begin with
USUAL = "convolutional"  # the shipped run that the page opens with
PANELS = {
    "Few labels": few_labels_panel,
    "Search": search_panel,
    "Fine-tuning": fine_tuning_panel,
    "Layers": layers_panel,
}


def features_page() -> None:
    """Shows the run that the link names, or a shipped one."""
    with page("Features"):
        st.title(f"{icons.FEATURES} Features")
        st.markdown(
            "What is a code worth, beyond reconstruction? Classify with few labels, and search for "
            "similar samples, beside raw data and PCA."
        )
        run = choose_any_run(PLACE, USUAL)
        if run is None:
            return
        st.caption(f"Data: {escaped(run.source.title)}")
        panels = {title: partial(panel, run) for title, panel in PANELS.items()}
        tabbed({**panels, "Guide": guide})
