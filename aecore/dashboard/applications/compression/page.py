"""The Compression page: a run as a codec."""

import streamlit as st

from aecore.dashboard.applications.compression.files import compress, decompress
from aecore.dashboard.applications.compression.guide import guide
from aecore.dashboard.applications.compression.measured import measured
from aecore.dashboard.frame.page import page
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.labels import labels_with_types
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.tabs import linked_tabs
from aecore.dashboard.services import store
from aecore.dashboard.session import lasting
from aecore.runs.run import Run
from aecore.runs.store import shipped, shipped_variants

FIRST = ("deep", "convolutional", "undercomplete", "linear", "contractive", "variational", "sparse",
         "overcomplete")  # fmt: skip
WIDGET = "compression.model"


def compression_page() -> None:
    """Shows what files a run's codec makes, beside image formats, and reads them again."""
    with page("Compression"):
        st.title(f"{icons.COMPRESSION} Compression")
        st.markdown(
            "Store images as a small file that holds only their quantised, entropy-coded latent "
            "codes, and get them back with the decoder. Every file is compared with JPEG, WebP, "
            "AVIF and PCA."
        )
        tabs = linked_tabs(("Compress", "Decompress", "Curves", "Guide"))
        if tabs["Decompress"].open:
            with tabs["Decompress"]:
                fragment(decompress, [*offered(), *store().runs()])
        if tabs["Guide"].open:
            with tabs["Guide"]:
                guide()
        for title, panel in {"Compress": compress, "Curves": measured}.items():
            if tabs[title].open:
                with tabs[title]:
                    fragment(panel, _choose())


def offered() -> list[Run]:
    """The shipped runs on images whose code alone gives the images back."""
    found = [run for key in FIRST for run in (shipped(key), *shipped_variants(key))]
    return [run for run in found if run.usable and run.source.kind.bounded]


def _choose() -> Run:
    """The run whose codec is shown; it stands in the address, except for the first."""
    own = [run for run in store().runs() if run.usable and run.source.kind.bounded]
    runs = {run.id: run for run in (*offered(), *own)}
    wanted = st.query_params.get("run")
    if WIDGET not in st.session_state and wanted in runs:
        st.session_state[WIDGET] = wanted
    elif wanted is not None and wanted not in runs:
        st.query_params.pop("run")
        st.warning("The run in this link cannot be used here.", icon=icons.LINK)
    if st.session_state.get(WIDGET) not in runs:
        st.session_state.pop(WIDGET, None)
    labels = labels_with_types(runs.values())
    id = st.selectbox(
        "Model",
        list(runs),
        format_func=labels.__getitem__,
        **lasting(WIDGET),
        help="A shipped model, or one of your own runs on images. Larger codes give better images "
        "and larger files.",
    )
    if id == next(iter(runs)):
        st.query_params.pop("run", None)
    else:
        st.query_params["run"] = id
    return runs[id]
