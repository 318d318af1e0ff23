"""Panel: the distribution of the test errors, and the images above a threshold."""

import numpy as np
import streamlit as st

from aecore.analysis.anomaly import flagged_by_class, share_above, threshold_for
from aecore.analysis.report import Report
from aecore.dashboard.parts.charts import chart_config
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import plain
from aecore.dashboard.session import lasting
from aecore.data.names import shortened
from aecore.figures.errors import error_histogram, errors_by_class
from aecore.figures.grid import image_grid
from aecore.runs.run import Run


def errors_panel(run: Run, report: Report) -> None:
    """The panel, drawn from the report alone."""
    fragment(_errors, run, report)


def _errors(run: Run, report: Report) -> None:
    key = run.key
    classes = run.source.classes
    share = st.slider(
        "Flag the worst (% of test images)",
        0.1,
        20.0,
        5.0,
        0.1,
        **lasting(f"{key}.threshold"),
        help="Sets the threshold: images with a larger error are flagged as unusual.",
    )
    threshold = threshold_for(report.errors, share / 100)
    flagged = share_above(report.errors, threshold)
    if len(classes) > 1:
        left, right = st.columns(2, gap="medium")
        with right:
            _by_class(run, report, classes, threshold)
    else:
        left = st.container()
    with left:
        st.markdown("##### All test images")
        st.plotly_chart(
            error_histogram(report.errors, threshold),
            key=f"{key}.histogram",
            config=chart_config(f"{run.id}-errors"),
        )
    st.markdown(
        f"**{flagged:.1%}** of {len(report.errors):,} test images have an error above "
        f"**{threshold:.4f}**. The worst:"
    )
    worst = report.pick("worst")
    worst = worst[report.errors[report.shown[worst]] > threshold]
    if len(worst) == 0:
        st.caption("None of the stored images is among them.")
        return
    indices = report.shown[worst]
    captions = [
        f"{shortened(classes[report.labels[i]], 24)} · {report.errors[i]:.4f}" for i in indices
    ]
    rows = [("Original", report.clean[worst]), ("Reconstructed", report.outputs[worst])]
    st.html(image_grid([(name, np.asarray(images)) for name, images in rows], captions))


def _by_class(run: Run, report: Report, classes: tuple[str, ...], threshold: float) -> None:
    st.markdown("##### By class")
    st.plotly_chart(
        errors_by_class(report.errors, report.labels, classes, threshold),
        key=f"{run.key}.boxes",
        config=chart_config(f"{run.id}-errors-by-class"),
    )
    by_class = flagged_by_class(report.errors, report.labels, threshold)
    often = sorted(by_class, key=lambda label: by_class[label], reverse=True)
    most = ", ".join(f"{plain(classes[c])} ({by_class[c]:.0%})" for c in often[:3])
    least = ", ".join(f"{plain(classes[c])} ({by_class[c]:.1%})" for c in often[:-4:-1])
    st.caption(
        "Boxes show the middle half of a class, whiskers the range from 5 to 95 %. "
        f"Flagged most often: {most}; least often: {least}."
    )
