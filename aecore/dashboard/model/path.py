"""Part of a panel: a sample's path through the network, layer by layer."""

import numpy as np
import streamlit as st

from aecore.analysis.activations import Activations, activations
from aecore.analysis.report import Report
from aecore.dashboard.parts.picking import pick_sample
from aecore.dashboard.services import calls
from aecore.dashboard.session import remembered
from aecore.figures.path import network_path
from aecore.runs.run import Run
from aecore.runs.same_model import model_version


def sample_path(run: Run, report: Report) -> None:
    """Shows what each layer makes of a sample of the visitor's choice."""
    kind = report.kind
    st.markdown(f"##### One {kind.sample}, layer by layer")
    with st.container(width=320):
        image = np.nan_to_num(pick_sample(run, report, "path"))
    shown: Activations = remembered(
        "image path",
        (model_version(run), image.tobytes()),
        lambda: calls().analyse(run.model_path, activations, image, run.key == "variational"),
    )
    st.html(network_path(shown, f"the selected {kind.sample}"))
    spread = " The code is the mean, with whiskers of one standard deviation." * (
        len(shown.deviations) > 0
    )
    more = "1 more layer is" if shown.skipped == 1 else f"{shown.skipped} more layers are"
    skipped = f" {more} not shown." * (shown.skipped > 0)
    st.caption(
        "The height of a layer is the logarithm of the number of its values. Orange is positive, "
        "blue negative, dark zero, each layer on a scale of its own; of large layers the strongest "
        f"values are shown.{spread}{skipped}"
    )
