"""Panel of the denoising type: comparison with classical filters, at other strengths too."""

import numpy as np
import streamlit as st

from aecore.analysis.filters import MEASURED, TUNED, Filters, count_of, restore
from aecore.analysis.reconstruction import psnr
from aecore.analysis.report import Report
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import many
from aecore.dashboard.services import calls, study
from aecore.dashboard.session import remembered, want_view
from aecore.data.corruption import CORRUPTIONS
from aecore.figures.grid import image_grid
from aecore.figures.lines import line_chart
from aecore.runs.run import Run
from aecore.runs.same_model import model_version

UNTOLD = (
    " No method, including the network, knows which pixels are missing; methods that do, such as "
    "inpainting, are not compared here."
)


def restoration(run: Run, report: Report) -> None:
    """The trained strength in numbers, a slider for other strengths, and a link to own images."""
    with st.spinner("Tuning the classical filters on validation images… (about a minute)"):
        filters = study(run, Filters)
    kind = CORRUPTIONS[filters.kind]
    st.markdown(f"##### {kind.title} of {filters.trained:g}, restored by each method")
    _side_by_side(run, report, filters)
    st.divider()
    fragment(_past, run, report, filters)
    st.divider()
    st.markdown("##### Restore your own image")
    words = (
        "Draw or upload an image under *Your data*; *Corrupt first* adds the kind of noise that "
        "this model was trained on. Images larger than the model's input are processed in "
        "overlapping tiles, and the result can be downloaded."
    )
    st.markdown(words)
    st.button("Open Your data", icon=icons.IMAGES, key="denoising.own", on_click=_go)


def _go() -> None:
    want_view("Your data")


def _side_by_side(run: Run, report: Report, filters: Filters) -> None:
    at = int(np.flatnonzero(np.isclose(filters.strengths, filters.trained))[0])
    rows = [("Original", filters.clean)]
    for name, images, found in zip(filters.names, filters.restored, filters.psnr, strict=True):
        rows.append((f"{_called(name).capitalize()} · {found[at]:.1f}\u00a0dB", images))
    st.html(image_grid(rows, side=72))
    chosen = [f"{name} {values[at]:g}" for name, values in filters.settings.items()]
    st.caption(
        f"PSNR is the mean over {_measured(report, filters)}. For each strength, the parameter of "
        f"each filter is the one with the best PSNR on at most {count_of(TUNED, filters.clean)} "
        f"validation images (here: {', '.join(chosen)}). The filters know nothing about such "
        "images; the network was trained on them."
        + (UNTOLD if filters.kind in ("masking", "block") else "")
    )


def _called(way: str) -> str:
    """What a page calls a way of restoring images, or none."""
    return "corrupted" if way == "as it is" else way


def _measured(report: Report, filters: Filters) -> str:
    return many(min(count_of(MEASURED, filters.clean), len(report.errors)), "test image")


def _past(run: Run, report: Report, filters: Filters) -> None:
    kind = CORRUPTIONS[filters.kind]
    st.markdown("##### Other strengths than in training")
    strengths = [float(value) for value in filters.strengths]
    strength = st.select_slider(
        f"Strength ({kind.strength})",
        strengths,
        filters.trained,
        key=f"denoising.strength.{run.id}",
        format_func=lambda value: f"{value:.3g}" + " (trained)" * (value == filters.trained),
    )
    at = strengths.index(strength)
    values = {name: settings[at] for name, settings in filters.settings.items()}
    clean = report.clean[report.pick("first")].astype(np.float32) / 255
    with st.spinner("Restoring…"):
        ways = remembered(
            "denoising.ways",
            (model_version(run), strength, clean.tobytes()),
            lambda: calls().analyse(run.model_path, restore, clean, filters.kind, strength, values),
        )
    rows = [("Original", clean)]
    for name, images in ways.items():
        rows.append((f"{_called(name).capitalize()} · {psnr(clean, images):.1f}\u00a0dB", images))
    st.html(image_grid(rows, side=72))
    left, right = st.columns(2, gap="medium")
    for cell, metric, title in ((left, "psnr", "PSNR, dB"), (right, "ssim", "SSIM")):
        curves = {
            _called(name): (strengths, values)
            for name, values in zip(filters.names, getattr(filters, metric), strict=True)
        }
        with cell:
            chart(
                line_chart(curves, kind.strength, title, marks={"trained": filters.trained}),
                f"{run.id}-restored-{metric}",
            )
    best = np.array(filters.names)[filters.psnr.argmax(axis=0)]
    others = [
        f"{_called(name)} at {value:.3g}"
        for name, value in zip(best, strengths, strict=True)
        if name != "this model"
    ]
    st.caption(
        f"Means over {_measured(report, filters)}. Far beyond the strength used in training, the "
        "network draws strokes that were never there: confident, and wrong. "
        + (f"It is not the best method everywhere: {', '.join(others)}." if others else
           "It is the best method at every strength shown.")
    )  # fmt: skip
