"""A widget to choose one sample: of the test data, or one of the user's own."""

from collections import Counter

import numpy as np
import streamlit as st

from aecore.analysis.report import Report
from aecore.dashboard.parts.text import LONGEST_NAME
from aecore.dashboard.session import given_images
from aecore.data.arrays import to_floats
from aecore.data.names import shortened, visible
from aecore.figures.samples import names_of
from aecore.runs.run import Run


def pick_sample(run: Run, report: Report, name: str, label: str = "", usual: int = 0) -> np.ndarray:
    """Lets the visitor choose a sample as a model takes it, NaN where a value is missing.

    Args:
        name: of the widget, unique on the page.
        label: what stands above it, by default what a sample is called.
        usual: the place of the test sample that is chosen at first.
    """
    kind = report.kind
    choices, told = {}, Counter()
    places = report.pick("first")
    names = names_of(run.source, report.labels, report.shown[places], report.starts)
    for place, name_of in zip(places, names, strict=True):
        told[name_of] += 1  # where there are few classes, several images are of one
        again = f" ({told[name_of]})" if told[name_of] > 1 else ""
        choices[f"Test {kind.sample}: {visible(name_of)}{again}"] = to_floats(report.clean[place])
    usual = range(len(choices))[usual]
    if (given := given_images(run)) is not None:
        for number, (file, image) in enumerate(zip(given.names, given.images, strict=True), 1):
            choices[f"Yours, {number}: {visible(shortened(file, LONGEST_NAME))}"] = image
    chosen = st.selectbox(
        label or kind.sample.capitalize(),
        list(choices),
        index=usual,
        key=f"picked.{name}.{run.id}",
        help=f"{kind.samples.capitalize()} of yours under *Your data* can be selected here.",
    )
    return choices[chosen]
