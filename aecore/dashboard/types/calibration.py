"""Panel part of the variational type: the uncertainty of the decoder, and its calibration."""

import numpy as np
import streamlit as st

from aecore.analysis.calibration import Calibration, measured
from aecore.analysis.report import Report
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.services import study
from aecore.figures.grid import image_grid
from aecore.figures.lines import counted, line_chart
from aecore.runs.run import Run

PREDICTED = {"bernoulli": "predicted probability", "beta-binomial": "predicted mean"}
MEANS = {
    "bernoulli": "Each pixel has a probability of being on; the curve compares it with the mean "
    "grey value of the pixels that were given this probability.",
    "beta-binomial": "Each pixel has a distribution over 256 grey values; the curve compares its "
    "mean with the mean grey value of the pixels that were given this mean.",
}


def calibration(run: Run, report: Report) -> None:
    """Mean, sample and uncertainty of some images, and how well the spread is predicted."""
    with st.spinner("Comparing predicted and actual spread…"):
        found = study(run, Calibration)
    gaussian = found.kind == "gaussian"
    st.markdown(f"##### Calibration of the decoder's distribution ({found.kind})")
    doubt = found.deviations.astype(np.float32)
    rows = [
        ("Original", found.clean),
        ("Mean", found.means),
        ("Sample", found.samples),
        ("Uncertainty", doubt / max(float(doubt.max()), 1e-6)),
    ]
    st.html(image_grid(rows, side=84))
    left, right = st.columns(2, gap="medium")
    with left:
        line = [float(found.promised.min()), float(found.promised.max())]
        curves = {"this model": (found.promised, found.kept), "perfect": (line, line)}
        titles = (
            ("expected coverage", "actual coverage")
            if gaussian
            else (PREDICTED[found.kind], "mean grey value")
        )
        chart(line_chart(curves, *titles), f"{run.id}-calibration")
    with right:
        chart(
            counted(found.scores, found.edges, "error / standard deviation", "share of pixels"),
            f"{run.id}-z-scores",
        )
    gap = float(np.abs(found.kept - found.promised).max())
    verdict = "well calibrated" if gap < 0.05 else "not well calibrated"
    what = (
        "Each pixel has its own mean and standard deviation; the curve compares the share of "
        "pixels within central intervals with what a normal distribution predicts, for pixels with "
        "a standard deviation above 0.05."
        if gaussian
        else MEANS[found.kind]
    )
    count = min(measured(run.shape), len(report.errors))
    st.caption(
        f"{what} On {count:,} test images the largest gap is "
        f"{gap:.2f}: **{verdict}**. The uncertainty is largest along the edges of strokes. Pixels "
        "are modelled as independent, so a sample is speckled where the mean is smooth."
    )
