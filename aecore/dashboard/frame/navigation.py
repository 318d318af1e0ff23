"""Links to all pages."""

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.models import AUTOENCODERS

NAME = "Autoencoder Studio"


def navigation() -> None:
    """Links to all pages."""
    st.markdown(f"### {NAME}")
    st.page_link("app.py", label="Home", icon=icons.HOME)
    st.caption("Types")
    for key, kind in AUTOENCODERS.items():
        st.page_link(f"pages/{key}.py", label=kind.title, icon=kind.icon, help=kind.summary)
    st.caption("Applications")
    words = "Learn what is normal, then find what is not."
    st.page_link("pages/anomalies.py", label="Anomalies", icon=icons.ANOMALIES, help=words)
    words = "Images as small files by an autoencoder, compared with JPEG, WebP, AVIF and PCA."
    st.page_link("pages/compression.py", label="Compression", icon=icons.COMPRESSION, help=words)
    words = "Draw samples from any model, and test whether they are good, and not copies."
    st.page_link("pages/generation.py", label="Generation", icon=icons.GENERATION, help=words)
    words = "Classify with few labels, and search, by the code of a model."
    st.page_link("pages/features.py", label="Features", icon=icons.FEATURES, help=words)
    st.caption("Workspace")
    words = "Built-in data sets, and your own."
    st.page_link("pages/data.py", label="Data", icon=icons.DATA, help=words)
    words = "All trained and imported models: find, compare, rename, export or delete them."
    st.page_link("pages/runs.py", label="Runs", icon=icons.RUNS, help=words)
    words = "Train a model at several values of one or two settings."
    st.page_link("pages/sweeps.py", label="Sweeps", icon=icons.SWEEPS, help=words)
