"""A widget to choose one image: a test image, or one of the user's own."""

from collections import Counter

import numpy as np
import streamlit as st

from aecore.analysis.report import Report
from aecore.dashboard.parts.text import LONGEST_NAME
from aecore.dashboard.session import given_images
from aecore.data.names import shortened, visible
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
    choices, told = {}, Counter()
    for place in report.pick("first"):
        name_of = classes[report.labels[report.shown[place]]]
        told[name_of] += 1  # where there are few classes, several images are of one
        again = f" ({told[name_of]})" if told[name_of] > 1 else ""
        choices[f"Test image: {visible(name_of)}{again}"] = (
            report.clean[place].astype(np.float32) / 255
        )
    usual = range(len(choices))[usual]
    if (given := given_images(run)) is not None:
        for number, (file, image) in enumerate(zip(given.names, given.images, strict=True), 1):
            choices[f"Yours, {number}: {visible(shortened(file, LONGEST_NAME))}"] = image
    chosen = st.selectbox(
        label,
        list(choices),
        index=usual,
        key=f"picked.{name}.{run.id}",
        help="Images that you draw or upload under *Your data* can be selected here.",
    )
    return choices[chosen]
