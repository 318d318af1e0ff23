"""What the panels of measurements share."""

import numpy as np
import streamlit as st

from aecore.dashboard.parts import icons
from aecore.runs.run import Run
from aecore.transfer.comparing import Mean
from aecore.transfer.draws import DRAWS

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


def draws_words(counts: list[int], accuracies: list[list[float]]) -> str:
    """What each value is that comes of draws of labels, and whether it has an interval."""
    single = [f"{n:,}" for n, drawn in zip(counts, accuracies, strict=True) if len(drawn) == 1]
    several = f"the mean of {DRAWS} draws of labels with its 95% interval (Student's t)"
    if not single:
        return several
    one = f"that of one draw, without an interval, as there are no more than {single[0]} labels"
    return one if len(single) == len(counts) else f"{several}; the last is {one}"


def share_words(found: Mean) -> str:
    """'86.1 ± 1.2%', or without an interval."""
    if np.isnan(found.half):
        return f"{100 * found.value:.1f}%"
    return f"{100 * found.value:.1f} ± {100 * found.half:.1f}%"
