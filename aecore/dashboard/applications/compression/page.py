"""The Compression page: a run as a codec."""

from collections.abc import Callable

import streamlit as st

from aecore.dashboard.applications.compression.files import compress
from aecore.dashboard.applications.compression.guide import guide
from aecore.dashboard.applications.compression.lossless import lossless
from aecore.dashboard.applications.compression.measured import measured
from aecore.dashboard.applications.compression.opening import decompress
from aecore.dashboard.frame.page import page
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.any_run import choose_any_run
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.tabs import tabbed
from aecore.dashboard.services import store
from aecore.runs.run import Run
from aecore.runs.store import shipped, shipped_variants

FIRST = ("deep", "convolutional", "undercomplete", "linear", "contractive", "variational", "sparse",
         "overcomplete")  # fmt: skip
PLACE = "compression"  # what keys of the session begin with


def compression_page() -> None:
    """Shows what files a run's codec makes, beside other formats, and reads them again."""
    with page("Compression"):
        st.title(f"{icons.COMPRESSION} Compression")
        st.markdown(
            "Store images, rows of a table or a stretch of a series as a small file that holds "
            "only their quantised, entropy-coded latent codes, and get them back with the decoder; "
            "images also without any loss, by a variational autoencoder. Every file is compared "
            "with common formats."
        )
        tabbed(
            {
                "Compress": lambda: _of_a_run(compress),
                "Lossless": lossless,
                "Decompress": lambda: fragment(decompress, [*offered(), *store().runs()]),
                "Curves": lambda: _of_a_run(measured),
                "Guide": guide,
            }
        )


def _of_a_run(panel: Callable[[Run], None]) -> None:
    own = [run for run in store().runs() if run.usable]
    run = choose_any_run(
        PLACE,
        FIRST[0],
        (*offered(), *own),
        "A shipped model, or one of your own runs. Larger codes give better results and larger "
        "files.",
    )
    if run is not None:
        fragment(panel, run)


def offered() -> list[Run]:
    """The shipped runs whose code alone gives the samples back."""
    found = [run for key in FIRST for run in (shipped(key), *shipped_variants(key))]
    return [run for run in found if run.usable]
