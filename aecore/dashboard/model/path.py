"""Part of a panel: an image's path through the network, layer by layer."""

import streamlit as st

from aecore.analysis.activations import Activations, activations
from aecore.analysis.report import Report
from aecore.dashboard.parts.picking import pick_image
from aecore.dashboard.services import calls
from aecore.dashboard.session import remembered
from aecore.figures.path import network_path
from aecore.runs.run import Run


def image_path(run: Run, report: Report) -> None:
    """Shows what each layer makes of an image of the visitor's choice."""
    st.markdown("##### One image, layer by layer")
    with st.container(width=320):
        image = pick_image(run, report, "path")
    shown: Activations = remembered(
        "image path",
        (run.path, image.tobytes()),
        lambda: calls().analyse(run.model_path, activations, image, run.key == "variational"),
    )
    st.html(network_path(shown, "the selected image"))
    spread = " The code is the mean, with whiskers of one standard deviation." * (
        len(shown.deviations) > 0
    )
    skipped = f" {shown.skipped} more layers are not shown." * (shown.skipped > 0)
    st.caption(
        "The height of a layer is the logarithm of the number of its values. Orange is positive, "
        "blue negative, dark zero, each layer on a scale of its own; of large layers the strongest "
        f"values are shown.{spread}{skipped}"
    )
