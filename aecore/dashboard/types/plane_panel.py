"""Part of the variational type's panel: two numbers of the code, decoded under the mouse."""

import numpy as np
import streamlit as st

from aecore.analysis.report import Report
from aecore.dashboard.parts.parts_shown import parts_shown
from aecore.dashboard.parts.placing import own_places
from aecore.dashboard.parts.plane import latent_plane
from aecore.dashboard.parts.text import escaped
from aecore.dashboard.services import browser_decoder
from aecore.runs.run import Run

REACHES = 3.0  # standard deviations of the prior that the plane shows


def plane_panel(run: Run, report: Report, order: np.ndarray) -> None:
    """The latent plane; order: the latent dimensions by decreasing KL term."""
    st.markdown("##### The latent plane")
    size = report.architecture.code_size
    if size == 1:
        st.info("A latent size of 1 has no plane; use the slider under *Latent space*.")
        return
    decoder = browser_decoder(run)
    if not decoder.steps:
        st.info(
            f"This decoder cannot run in the browser: {escaped(decoder.reason)}. Use the sliders "
            "under *Latent space*."
        )
        return
    numbers = (0, 1)
    if size > 2:
        known = [int(i) for i in order]
        left, right, _ = st.columns([1, 1, 2])
        name = "z{}".format
        across = left.selectbox(
            "Across", known, format_func=lambda i: name(i + 1), key=f"plane.across.{run.id}"
        )
        others = [i for i in known if i != across]
        up = right.selectbox(
            "Up",
            others,
            format_func=lambda i: name(i + 1),
            key=f"plane.up.{run.id}",
            help="The latent dimensions with the largest KL come first; all others are set to 0.",
        )
        numbers = (across, up)
    codes = report.latent.lift(report.latent.places)
    placed = own_places(run)
    latent_plane(
        f"plane.{run.id}.{numbers[0]}.{numbers[1]}",
        run.source,
        decoder,
        numbers,
        codes,
        report.labels[report.mapped],
        REACHES,
        parts_shown(run, report),
        report.latent.lift(placed[1].places) if placed is not None else None,
    )
