"""Panel of the linear type: the autoencoder beside PCA."""

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
    """Error, subspace and features beside PCA's, and where a flat subspace fails."""
    with st.spinner("Working out the principal components…"):
        subspace, curve = study(run, Subspace), study(run, PcaCurve)
    size = report.architecture.code_size
    if subspace.bend > BENT:
        st.warning(
            f"This model is not linear: {subspace.bend:.1%} of what its decoder gives is bent. "
            "The figures below take it for the nearest linear map.",
            icon=icons.LINES,
        )
    _error(run, subspace, curve, size)
    st.divider()
    _subspaces(run, report, subspace)
    st.divider()
    _failure(run)


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
            up, marks = "squared error an image", None
        else:
            curves = {"PCA": (curve.sizes, 100 * curve.explained)}
            up, marks = "variance explained, %", {f"{size} numbers": size}
        chart(
            line_chart(curves, "numbers in the code", up, log_across=True, marks=marks),
            f"{run.id}-pca-{shown.split()[0].lower()}",
        )


def _subspaces(run: Run, report: Report, subspace: Subspace) -> None:
    st.markdown("##### The subspace: the same plane, other axes in it")
    angles = np.degrees(np.arccos(subspace.cosines))
    if not len(angles):
        st.info("The decoder's columns are all 0: it gives the same image whatever the code.")
        return
    _words_on_rank(subspace, report.architecture.code_size)
    left, right = st.columns([3, 2], gap="large")
    with left:
        rows = [
            ("Decoder's columns", signed_pictures(subspace.atoms)),
            ("Eigen-images", signed_pictures(subspace.eigen)),
            ("… mixed from the columns", signed_pictures(subspace.within)),
        ]
        st.html(image_grid(rows, [f"{kept:.0%}" for kept in subspace.kept], side=72))
        st.caption(
            "Grey is zero. The columns look like nothing much, for any mix of the first "
            f"{len(angles)} axes spans the same plane. The last row is the mix of columns that "
            "comes nearest to each eigen-image, the percentage how much of its length that has."
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


def _words_on_rank(subspace: Subspace, size: int) -> None:
    """What to know when there are fewer directions than numbers in the code."""
    if subspace.rank < size:
        st.info(
            f"The training images vary in {subspace.rank} directions only, so that {size} numbers "
            "are more than they need; the further axes are anyone's choice and are left out here."
        )
    if subspace.spanned < size:
        st.info(
            f"The {size} columns of the decoder span {subspace.spanned} dimensions: some of them "
            "are 0 or mixes of the others."
        )


def _failure(run: Run) -> None:
    st.markdown("##### Where a linear map fails: images that are moved or turned")
    with st.spinner("Moving and turning images…"):
        moving = study(run, Moving)
    way = st.segmented_control(
        "Change",
        ("Moved", "Turned"),
        default="Moved",
        required=True,
        key=f"{run.key}.moving",
        label_visibility="collapsed",
    )
    if way == "Moved":
        steps, errors, axes = moving.shifts, moving.shifted, moving.shift_axes
        pictures, outputs = moving.shift_images, moving.shift_outputs
        softened = ""
        unit, across, family = "px", "pixels to the right", "13 places, 6 pixels to each side"
    else:
        steps, errors, axes = moving.angles, moving.turned, moving.turn_axes
        pictures, outputs = moving.turn_images, moving.turn_outputs
        softened = " Turning softens strokes, which are then easier: so the curve begins at 5°."
        unit, across, family = "°", "degrees", "72 directions, 5° apart"
    left, right = st.columns([3, 2], gap="large")
    with left:
        captions = [f"{step} {unit}" if unit == "px" else f"{step}{unit}" for step in steps]
        rows = [(way, pictures), ("Reconstructed", outputs)]
        st.html(image_grid(rows, captions, side=72))
        st.caption(
            f"Of {moving.count:,} test images the one that suffers most. On average the error "
            f"grows from {errors[0][0]:.1f} to **{errors[0][-1]:.1f}**, "
            f"{errors[0][-1] / max(errors[0][0], 1e-9):.1f} times as much; the worst image has "
            f"{errors[1][-1]:.1f}." + softened
        )
    with right:
        curves = {"mean": (steps, errors[0]), "worst image": (steps, errors[1])}
        chart(
            line_chart(curves, across, "squared error an image", height=260),
            f"{run.id}-{way.lower()}",
        )
    st.markdown(
        f"Part of that is the training data, which holds no such images; any model would suffer. "
        "But more data would not save a linear one. Take a single image in "
        f"{family}: one number tells these apart, yet a flat space needs **{np.median(axes):.0f} "
        f"axes** (median of {len(axes)} images; {axes.min()} to {axes.max()}) to hold 95 % of "
        "their variance. They lie on a curve, and a curve is followed only by bending the map."
    )
