"""Panel of the linear, undercomplete and deep types on rows and windows: compared with PCA."""

import streamlit as st

from aecore.analysis.report import Report
from aecore.analysis.value_principal import ValuePrincipal
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.services import study
from aecore.dashboard.types.features import show_features
from aecore.figures.lines import line_chart
from aecore.figures.numbers import portion, significant
from aecore.runs.run import Run


def values_beside_pca(run: Run, report: Report) -> None:
    """The error beside that of PCA by latent size, and the first principal components."""
    kind, size = report.kind, report.architecture.code_size
    with st.spinner("Computing the principal components…"):
        found = study(run, ValuePrincipal)
    st.markdown("##### Error compared with PCA, the best linear map")
    curves = {"PCA": (found.sizes, found.mse), "this model": ([size], [report.metrics["mse"]])}
    left, right = st.columns([3, 2], gap="large")
    with left:
        figure = line_chart(curves, "latent size", kind.error.axis, log_across=True)
        chart(figure, f"{run.id}-value-pca")
    with right:
        same = found.mse[found.sizes == size]
        if len(same):
            share = found.explained[found.sizes == size][0]
            st.markdown(
                f"With a latent size of **{size}** the error of this model is "
                f"**{significant(report.metrics['mse'])}**, that of PCA "
                f"**{significant(float(same[0]))}**. That many components explain **{share:.1%}** "
                "of the variance of the training data."
            )
        st.caption(
            f"PCA of the standardised training {kind.samples}, missing values replaced by the "
            f"mean; errors are those of the known values of the test {kind.samples}."
        )
    st.divider()
    st.markdown("##### Principal components")
    names = [f"PC {at} ({portion(share)})" for at, share in enumerate(found.shares, 1)]
    show_features(run.source, found.axes, names, f"{run.id}-components")
    st.caption(
        f"Weights of the {kind.parts} in each component, with the share of the variance that it "
        "explains. A component and its negative are the same direction."
    )
