"""Panel: the distribution of the test errors, and the images above a threshold."""

import streamlit as st

from aecore.analysis.anomaly import flagged_by_class, share_above, threshold_for
from aecore.analysis.report import Report
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import plain
from aecore.dashboard.session import lasting
from aecore.data.names import shortened
from aecore.figures.errors import error_histogram, errors_by_class
from aecore.figures.gallery import gallery, rebuilt_rows
from aecore.figures.numbers import significant
from aecore.runs.run import Run


def errors_panel(run: Run, report: Report) -> None:
    """The panel, drawn from the report alone."""
    fragment(_errors, run, report)


def _errors(run: Run, report: Report) -> None:
    key, errors = run.key, report.sample_errors
    classes = run.source.classes
    share = st.slider(
        "Flag the worst test images",
        0.1,
        20.0,
        5.0,
        0.1,
        format="%.1f %%",
        **lasting(f"{key}.threshold"),
        help="Sets the threshold: images with a larger error are flagged as unusual.",
    )
    threshold = threshold_for(errors, share / 100)
    flagged = share_above(errors, threshold)
    if len(classes) > 1:
        left, right = st.columns(2, gap="medium")
        with right:
            _by_class(run, report, classes, threshold)
    else:
        left = st.container()
    with left:
        st.markdown("##### All test images")
        chart(
            error_histogram(errors, threshold, kind=report.kind),
            f"{run.id}-errors",
            f"{key}.histogram",
        )
    st.markdown(
        f"**{flagged:.1%}** of {len(errors):,} test images have an error above "
        f"**{significant(threshold)}**. The worst:"
    )
    worst = report.pick("worst")
    worst = worst[errors[report.shown[worst]] > threshold]
    if len(worst) == 0:
        st.caption("None of the stored images is among them.")
        return
    indices = report.shown[worst]
    names = [shortened(classes[report.labels[i]], 24) for i in indices]
    sums = zip(names, errors[indices], strict=True)
    st.html(
        gallery(
            rebuilt_rows(report.clean[worst], report.outputs[worst])[:2],
            names,
            [f"{name} · {significant(error)}" for name, error in sums],
            "ink" if run.source.ink else "light",
        )
    )


def _by_class(run: Run, report: Report, classes: tuple[str, ...], threshold: float) -> None:
    st.markdown("##### By class")
    chart(
        errors_by_class(report.sample_errors, report.labels, classes, threshold, report.kind),
        f"{run.id}-errors-by-class",
        f"{run.key}.boxes",
    )
    by_class = flagged_by_class(report.sample_errors, report.labels, threshold)
    often = sorted(by_class, key=lambda label: by_class[label], reverse=True)
    most = ", ".join(f"{plain(classes[c])} ({by_class[c]:.0%})" for c in often[:3])
    least = ", ".join(f"{plain(classes[c])} ({by_class[c]:.1%})" for c in often[:-4:-1])
    st.caption(
        "Boxes show the middle half of a class, whiskers the range from 5 to 95 %. "
        f"Flagged most often: {most}; least often: {least}."
    )
