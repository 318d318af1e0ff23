"""What the panels of measurements share."""

import numpy as np
import streamlit as st

from aecore.dashboard.parts import icons
from aecore.runs.run import Run
from aecore.transfer.comparing import Mean

LOOKS = {
    "better": (st.success, icons.FINISHED),
    "equal": (st.info, icons.SAME),
    "worse": (st.warning, icons.WARNING),
}


def has_classes(run: Run) -> bool:
    """Whether there is something to classify; it is said if there is not."""
    if len(run.source.classes) > 1:
        return True
    st.info(
        "This data set has no classes, so there is nothing to classify. Similar "
        f"{run.source.kind.samples} are found under *Search*.",
        icon=icons.DATA,
    )
    return False


def share_words(found: Mean) -> str:
    """'86.1 ± 1.2 %', or without an interval."""
    if np.isnan(found.half):
        return f"{100 * found.value:.1f} %"
    return f"{100 * found.value:.1f} ± {100 * found.half:.1f} %"
