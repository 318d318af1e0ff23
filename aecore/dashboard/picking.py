"""One image to look at closely: a test image, or one of the visitor's own."""

import numpy as np
import streamlit as st

from aecore.analysis.report import Report
from aecore.dashboard.words import LONGEST_NAME
from aecore.runs.run import Run


def pick_image(
    run: Run, report: Report, name: str, label: str = "Image", usual: int = 0
) -> np.ndarray:
    """Lets the visitor choose an image; (height, width, channels) in [0, 1].

    Args:
        name: of the widget, unique on the page.
        label: what stands above it.
        usual: the place of the test image that is chosen at first.
    """
    classes = run.source.classes
    choices = {}
    for place in report.pick("first"):
        label_of = classes[report.labels[report.shown[place]]]
        choices[f"Test image: {label_of}"] = report.clean[place].astype(np.float32) / 255
    given = st.session_state.get(f"{run.key}.given.{run.id}")
    if given is not None:
        names, images, _ = given
        for number, (file, image) in enumerate(zip(names, images, strict=True), 1):
            choices[f"Yours, {number}: {file[:LONGEST_NAME]}"] = image
    chosen = st.selectbox(
        label,
        list(choices),
        index=range(len(report.pick("first")))[usual],
        key=f"{run.key}.{name}.{run.id}",
        help="What you draw or upload under *Your images* can be chosen here too.",
    )
    return choices[chosen]
