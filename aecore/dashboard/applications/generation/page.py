"""The Generation page: one model as a generator."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from aecore.dashboard.applications.generation.all_runs import all_runs_panel
from aecore.dashboard.applications.generation.directions import directions_panel
from aecore.dashboard.applications.generation.guide import guide
from aecore.dashboard.applications.generation.morphs import morphs_panel
from aecore.dashboard.applications.generation.quality import quality_panel
from aecore.dashboard.applications.generation.samples import samples_panel
from aecore.dashboard.frame.page import page
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.any_run import choose_any_run
from aecore.dashboard.parts.measured import measured_panel
from aecore.dashboard.parts.tabs import tabbed
from aecore.dashboard.parts.text import escaped
from aecore.dashboard.services import report
from aecore.generation.study import Generation
from aecore.runs.run import Run

PLACE = "generation"  # what keys of the session begin with
USUAL = "variational-16"  # the shipped run that the page opens with
PANELS = {
    "Samples": samples_panel,
    "Quality": quality_panel,
    "Morphs": morphs_panel,
    "Directions": directions_panel,
    "All models": all_runs_panel,
}


def generation_page() -> None:
    """Shows the run that the link names, or a shipped one."""
    with page("Generation"):
        st.title(f"{icons.GENERATION} Generation")
        st.markdown(
            "Draw codes, decode them, and check whether the samples are new, and as good and "
            "varied as real data."
        )
        run = choose_any_run(PLACE, USUAL)
        if run is None:
            return
        st.caption(f"Data: {escaped(run.source.title)}")
        panels = {title: partial(_drawn, panel, run) for title, panel in PANELS.items()}
        tabbed({**panels, "Guide": guide})


def _drawn(panel: Callable[[Run, Generation], None], run: Run) -> None:
    """A panel of what a run draws from, or a button that has it measured."""
    if not report(run).architecture.decodes_codes:
        st.info(
            "Like every U-Net decoder, this one also needs feature maps from its encoder, so a "
            "code alone gives no sample. Choose a network with a bottleneck.",
            icon=icons.SEARCH,
        )
        return
    measured_panel(
        run,
        Generation,
        "Measure the samples",
        "Before samples can be drawn, a mixture is fitted to the codes. Its samples are then "
        "compared with test data and tested for copies. This takes a minute or two.",
        panel,
    )
