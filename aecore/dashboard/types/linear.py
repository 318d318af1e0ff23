"""Panel of the linear type: the autoencoder compared with PCA."""

import numpy as np
import streamlit as st

from aecore.analysis.moving import Moving
from aecore.analysis.principal import PcaCurve
from aecore.analysis.report import Report
from aecore.analysis.subspace import BENT, Subspace
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.services import study
from aecore.figures.features import signed_pictures
from aecore.figures.grid import image_grid
from aecore.figures.lines import bar_chart, line_chart
from aecore.runs.run import Run


def beside_pca(run: Run, report: Report) -> None:
    """Error, subspace and features compared with PCA, and where a linear map fails."""
    with st.spinner("Computing the principal components…"):
        subspace, curve = study(run, Subspace), study(run, PcaCurve)
    size = report.architecture.code_size
    if subspace.bend > BENT:
        st.warning(
            f"This model is not linear: {subspace.bend:.1%} of its output is non-linear. The "
            "figures below describe the nearest linear map.",
            icon=icons.LINES,
        )
    _error(run, subspace, curve, size)
    st.divider()
    _subspaces(run, report, subspace)
    st.divider()
    _failure(run)


def _error(run: Run, subspace: Subspace, curve: PcaCurve, size: int) -> None:
    st.markdown("##### Error compared with PCA, the best linear map")
    words, plot = st.columns([2, 3], gap="large")
    with words:
        left, right = st.columns(2)
        left.metric("This model (SSE)", f"{subspace.sse:.3f}")
        right.metric("PCA's optimum", f"{subspace.optimum:.3f}")
        ratio = subspace.sse / max(subspace.optimum, 1e-9)
        more = f"**{ratio:.4f} ×** PCA's error" if np.isfinite(ratio) else "PCA's error is 0"
        st.markdown(
            f"With a latent size of **{size}** this model has {more} on the test images. The "
            "components were computed from the training images, so the ratio on test images can be "
            "slightly below 1."
        )
        share = curve.explained[curve.sizes == size]
        if len(share):
            st.markdown(
                f"{size} components explain **{share[0]:.1%}** of the variance; the curve shows "
                "what more components would add."
            )
    with plot:
        shown = st.segmented_control(
            "Curve",
            ("Error", "Explained variance"),
            default="Error",
            required=True,
            key=f"{run.key}.pca.curve",
            label_visibility="collapsed",
        )
        if shown == "Error":
            curves = {"PCA": (curve.sizes, curve.sse), "this model": ([size], [subspace.sse])}
            up, marks = "squared error per image", None
        else:
            curves = {"PCA": (curve.sizes, 100 * curve.explained)}
            up, marks = "variance explained, %", {f"latent size {size}": size}
        chart(
            line_chart(curves, "latent size", up, log_across=True, marks=marks),
            f"{run.id}-pca-{shown.split()[0].lower()}",
        )


def _subspaces(run: Run, report: Report, subspace: Subspace) -> None:
    st.markdown("##### Subspace: same plane, different axes")
    angles = np.degrees(np.arccos(subspace.cosines))
    if not len(angles):
        st.info("All columns of the decoder are 0: it outputs the same image for every code.")
        return
    _words_on_rank(subspace, report.architecture.code_size)
    left, right = st.columns([3, 2], gap="large")
    with left:
        rows = [
            ("Decoder columns", signed_pictures(subspace.atoms)),
            ("Principal components", signed_pictures(subspace.eigen)),
            ("Nearest combination of columns", signed_pictures(subspace.within)),
        ]
        st.html(image_grid(rows, [f"{100 * kept:.0f}" for kept in subspace.kept], side=72))
        st.caption(
            "Grey is zero. The columns need not look like anything, because any combination of the "
            f"first {len(angles)} components spans the same subspace. The last row shows the "
            "combination of columns nearest to each component; the number below it is the "
            "percentage of the component that it reproduces."
        )
    with right:
        axes = [str(i) for i in range(1, len(angles) + 1)]
        chart(
            bar_chart({"angle": angles}, axes, "degrees", "principal angle", height=260),
            f"{run.id}-principal-angles",
        )
        st.caption(
            "Principal angles between the two subspaces: 0° everywhere if they are the same. The "
            f"largest is **{angles.max():.2f}°** (cosine {subspace.cosines.min():.5f}). It "
            "converges later than the error, because the last axes explain little variance."
        )


def _words_on_rank(subspace: Subspace, size: int) -> None:
    """Notes for data or decoders with fewer directions than the latent size."""
    if subspace.rank < size:
        st.info(
            f"The training images vary in only {subspace.rank} directions, fewer than the latent "
            f"size of {size}. The remaining axes are arbitrary and not shown."
        )
    if subspace.spanned < size:
        st.info(
            f"The {size} columns of the decoder span only {subspace.spanned} dimensions: some are "
            "0 or combinations of the others."
        )


def _failure(run: Run) -> None:
    st.markdown("##### Where a linear map fails: shifted and rotated images")
    with st.spinner("Shifting and rotating images…"):
        moving = study(run, Moving)
    way = st.segmented_control(
        "Change",
        ("Shifted", "Rotated"),
        default="Shifted",
        required=True,
        key=f"{run.key}.moving",
        label_visibility="collapsed",
    )
    if way == "Shifted":
        steps, errors, axes = moving.shifts, moving.shifted, moving.shift_axes
        pictures, outputs = moving.shift_images, moving.shift_outputs
        softened = ""
        unit, across, family = (
            "px",
            "pixels to the right",
            "13 positions, up to 6 pixels to each side",
        )
    else:
        steps, errors, axes = moving.angles, moving.turned, moving.turn_axes
        pictures, outputs = moving.turn_images, moving.turn_outputs
        softened = (
            " Rotation smooths the strokes, which makes them easier; the curve therefore starts "
            "at 5°."
        )
        unit, across, family = "°", "degrees", "72 orientations, 5° apart"
    left, right = st.columns([3, 2], gap="large")
    with left:
        captions = [f"{step} {unit}" if unit == "px" else f"{step}{unit}" for step in steps]
        rows = [(way, pictures), ("Reconstructed", outputs)]
        st.html(image_grid(rows, captions, side=72))
        st.caption(
            f"The most affected of {moving.count:,} test images. On average the error grows from "
            f" {errors[0][0]:.1f} to **{errors[0][-1]:.1f}**, "
            f"{errors[0][-1] / max(errors[0][0], 1e-9):.1f} times as much; the worst image has "
            f"{errors[1][-1]:.1f}." + softened
        )
    with right:
        curves = {"mean": (steps, errors[0]), "worst image": (steps, errors[1])}
        chart(
            line_chart(curves, across, "squared error per image", height=260),
            f"{run.id}-{way.lower()}",
        )
    st.markdown(
        "Part of this is due to the training data, which contain no such images; any model would "
        "do worse on them. But more data would not help a linear model. Take a single image in "
        f"{family}: one number distinguishes them, yet a linear subspace needs "
        f"**{np.median(axes):.0f} axes** (median of {len(axes)} images; {axes.min()} to "
        f"{axes.max()}) to explain 95% of their variance. They lie on a curve, and only a "
        "non-linear map can follow a curve."
    )
