"""Panel of the linear type: the autoencoder beside PCA."""

import numpy as np
import streamlit as st

from aecore.analysis.principal import PcaCurve
from aecore.analysis.report import Report
from aecore.analysis.subspace import BENT, Subspace
from aecore.dashboard.charts import chart
from aecore.dashboard.services import study
from aecore.figures.features import signed_pictures
from aecore.figures.grid import image_grid
from aecore.figures.lines import bar_chart, line_chart
from aecore.runs.run import Run


def beside_pca(run: Run, report: Report) -> None:
    """Error, subspace and features beside PCA's, and where a flat subspace fails."""
    with st.spinner("Working out the principal components…"):
        subspace, curve = study(run, Subspace), study(run, PcaCurve)
    size = report.architecture.code_size
    if subspace.bend > BENT:
        st.warning(
            f"This model is not linear: {subspace.bend:.1%} of what its decoder gives is bent. "
            "The figures below take it for the nearest linear map.",
            icon="〰️",
        )
    _error(run, subspace, curve, size)
    st.divider()
    _subspaces(run, subspace)
    st.divider()
    _failure(run, subspace)


def _error(run: Run, subspace: Subspace, curve: PcaCurve, size: int) -> None:
    st.markdown("##### The error: nothing linear can do better than PCA")
    words, plot = st.columns([2, 3], gap="large")
    with words:
        left, right = st.columns(2)
        left.metric("This model (SSE)", f"{subspace.sse:.3f}")
        right.metric("PCA's optimum", f"{subspace.optimum:.3f}")
        ratio = subspace.sse / max(subspace.optimum, 1e-9)
        more = f"**{ratio:.4f} ×** PCA's error" if np.isfinite(ratio) else "PCA's error is 0"
        st.markdown(
            f"With a code of **{size}** numbers this model makes {more} on the test images. The "
            "components were found on the training images, so that on others the ratio may even "
            "fall a little below 1."
        )
        share = curve.explained[curve.sizes == size]
        if len(share):
            st.markdown(
                f"{size} components hold **{share[0]:.1%}** of the variance; the curve shows what "
                "more of them would bring."
            )
    with plot:
        curves = {"PCA": (curve.sizes, curve.sse), "this model": ([size], [subspace.sse])}
        chart(
            line_chart(curves, "numbers in the code", "squared error an image", log_across=True),
            f"{run.id}-pca-curve",
        )


def _subspaces(run: Run, subspace: Subspace) -> None:
    st.markdown("##### The subspace: the same plane, other axes in it")
    angles = np.degrees(np.arccos(subspace.cosines))
    left, right = st.columns([3, 2], gap="large")
    with left:
        rows = [
            ("Decoder's columns", signed_pictures(subspace.atoms)),
            ("Eigen-images", signed_pictures(subspace.eigen)),
            ("… in the decoder's span", signed_pictures(subspace.within)),
        ]
        st.html(image_grid(rows, [f"{kept:.0%}" for kept in subspace.kept], side=72))
        st.caption(
            "Grey is zero. The columns look like nothing much, for any mix of the first "
            f"{len(angles)} axes spans the same plane. The last row is what the plane holds of "
            "each eigen-image, the percentage how much of its length."
        )
    with right:
        axes = [str(i) for i in range(1, len(angles) + 1)]
        chart(
            bar_chart({"angle": angles}, axes, "degrees", "principal angle", height=260),
            f"{run.id}-principal-angles",
        )
        st.caption(
            "The angles between both subspaces; all 0 if they are the same. The largest is "
            f"**{angles.max():.2f}°** (cosine {subspace.cosines.min():.5f}). It comes down later "
            "than the error: the last axes hold little variance."
        )


def _failure(run: Run, subspace: Subspace) -> None:
    st.markdown("##### Where a linear map fails: the same image, moved")
    left, right = st.columns([3, 2], gap="large")
    with left:
        captions = [f"{pixels} px" for pixels in subspace.shifts]
        rows = [("Moved to the right", subspace.shifted), ("Reconstructed", subspace.rebuilt)]
        st.html(image_grid(rows, captions))
        st.caption(
            "A moved image lies off the plane that was fitted to centred ones. To follow a stroke "
            "across the image, a flat subspace would need an axis for every place of it."
        )
    with right:
        chart(
            line_chart(
                {"error": (subspace.shifts, subspace.moved)},
                "pixels to the right",
                "squared error an image",
                height=260,
            ),
            f"{run.id}-moved",
        )
    times = subspace.moved[-1] / max(subspace.moved[0], 1e-9)
    st.markdown(
        f"Moved by {subspace.shifts[-1]} pixels, test images are rebuilt **{times:.1f} times** "
        "as badly as where they were."
    )
