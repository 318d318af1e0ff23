"""Panel of the contractive type: the Jacobian, compared with an unpenalised model."""

import numpy as np
import streamlit as st

from aecore.analysis.contraction import Contraction, Nudged, nudge
from aecore.analysis.probe import NoisyProbe
from aecore.analysis.report import Report
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import many
from aecore.dashboard.services import calls, store, study
from aecore.dashboard.services import report as report_of
from aecore.dashboard.session import remembered
from aecore.dashboard.types.series import series_panel
from aecore.figures.features import signed_pictures
from aecore.figures.grid import image_grid
from aecore.figures.lines import line_chart
from aecore.figures.numbers import portion
from aecore.runs.run import SHIPPED_MODELS, Run
from aecore.runs.same_model import model_version
from aecore.runs.series import results
from aecore.training.comparisons import twins

THIS, TWIN = "this model", "without penalty"


def sensitivity(run: Run, report: Report) -> None:
    """Jacobian, noisy images, sensitive directions, and a probe under noise."""
    twin = _twin(run)
    both = {THIS: run} | ({TWIN: twin} if twin else {})
    with st.spinner("Computing Jacobians and probes…"):
        found = {name: study(each, Contraction) for name, each in both.items()}
        probes = {name: study(each, NoisyProbe) for name, each in both.items()}
    _jacobian(run, report, twin, found)
    if twin is None and run.experiment is not None and _weight(run) > 0:
        st.markdown("To see the effect of the penalty, train the same model without it:")
        series_panel(f"twins.{run.id}", twins(run.experiment), lambda _: None)
    st.divider()
    fragment(_nudges, report, both)
    st.divider()
    _probe(run, probes)
    st.divider()
    _directions(found[THIS])


def _weight(run: Run) -> float:
    return getattr(run.recipe.autoencoder, "weight", 0.0)


def _twin(run: Run) -> Run | None:
    """The same experiment without the penalty, shipped or trained here."""
    if run.experiment is None or _weight(run) == 0:
        return None
    wanted = twins(run.experiment).points["unpenalised"]
    shipped = Run(SHIPPED_MODELS / "contractive-unpenalised")
    if shipped.path.exists() and shipped.experiment == wanted:
        return shipped
    point = results(twins(run.experiment), store()).get("unpenalised")
    return point.run if point else None


def _jacobian(run: Run, report: Report, twin: Run | None, found: dict[str, Contraction]) -> None:
    st.markdown("##### Sensitivity of the code: singular values of ∂z/∂x")
    left, right = st.columns([3, 2], gap="large")
    with left:
        curves = {
            name: (range(1, len(each.spectrum) + 1), np.maximum(each.spectrum, 1e-6))
            for name, each in found.items()
        }
        chart(
            line_chart(curves, "direction", "singular value", log_up=True),
            f"{run.id}-spectrum",
        )
    with right:
        mine = found[THIS]
        rows = [("‖∂z/∂x‖", f"{mine.norms.mean():.2f}"), ("SSE", f"{report.metrics['sse']:.2f}")]
        columns = {THIS: [value for _, value in rows]}
        if twin is not None:
            other = found[TWIN]
            columns[TWIN] = [f"{other.norms.mean():.2f}", f"{report_of(twin).metrics['sse']:.2f}"]
        st.dataframe(
            {"": [name for name, _ in rows], **columns},
            hide_index=True,
            key=f"{run.key}.twins.{run.id}",
        )
        words = (
            "A small change of the image along a direction changes the code by this many times its "
            "length. Computed exactly, mean over "
            f"{many(len(mine.norms), 'test image')}."
        )
        if twin is not None:
            ratio = mine.norms.mean() / max(found[TWIN].norms.mean(), 1e-9)
            words += (
                f" With the penalty the norm is **{portion(ratio)}** of that without it. Both "
                "models must respond to some directions, or nothing could be reconstructed; the "
                "penalised one ignores the others."
            )
        st.markdown(words)


def _nudges(report: Report, both: dict[str, Run]) -> None:
    st.markdown("##### Add noise to the images")
    strength = st.slider("Noise (standard deviation)", 0.0, 1.0, 0.3, 0.05, key="contractive.nudge")
    clean = report.clean[report.pick("first")].astype(np.float32) / 255
    rows, lines = [], []
    for name, run in both.items():
        nudged: Nudged = remembered(
            f"contractive.nudged.{name}",
            (model_version(run), strength, clean.tobytes()),
            lambda run=run: calls().analyse(run.model_path, nudge, clean, strength),
        )
        rows = rows or [("Noisy input", nudged.inputs)]
        rows.append((name.capitalize(), nudged.outputs))
        lines.append(f"**{portion(nudged.movement.mean())}** ({name})")
    st.html(image_grid(rows))
    st.markdown(
        f"The codes moved by {' and '.join(lines)}, relative to the mean distance of a code from "
        "the mean code. The noisy inputs are not clipped."
    )


def _probe(run: Run, probes: dict[str, NoisyProbe]) -> None:
    if not len(probes[THIS].accuracy):
        return
    st.markdown("##### Linear probe under noise")
    left, right = st.columns([3, 2], gap="large")
    with left:
        curves = {name: (p.strengths, 100 * p.accuracy) for name, p in probes.items()}
        chart(
            line_chart(curves, "noise (standard deviation)", "test accuracy, %"),
            f"{run.id}-noisy-probe",
        )
    with right:
        at = int(np.flatnonzero(np.isclose(probes[THIS].strengths, 0.3))[0])
        shares = [f"{name} **{p.accuracy[at]:.1%}**" for name, p in probes.items()]
        st.markdown(
            "A logistic regression is trained on the codes of at most 10,000 clean training images "
            "and tested on images with Gaussian noise that is not clipped. Accuracy with noise of "
            f"0.3: {', '.join(shares)}."
        )


def _directions(found: Contraction) -> None:
    st.markdown("##### Directions the code responds to")
    for image, directions, strengths in zip(
        found.images, found.directions, found.strengths, strict=True
    ):
        pictures = signed_pictures(directions.astype(np.float32))
        first = image[None].astype(np.float32)
        cell, rest = st.columns([1, 8], gap="small")
        with cell:
            st.html(image_grid([("", first)], ["image"], side=72))
        with rest:
            st.html(image_grid([("", pictures)], [f"{s:.2f}" for s in strengths], side=72))
    st.caption(
        "Right singular vectors of the Jacobian at each image, strongest first, with their "
        "singular values: the changes of the image that change its code most. Grey pixels have no "
        "influence, such as the margin, where no training image has ink. If the values fall "
        "steeply, few directions matter; if they stay level, many do."
    )
