"""Panel of the convolutional type: filters and maps, what they cost, sizes, super-resolution."""

import numpy as np
import streamlit as st

from aecore.analysis.feature_maps import feature_maps, first_filters
from aecore.analysis.filters import Filters
from aecore.analysis.report import Report
from aecore.dashboard.parts.picking import pick_image
from aecore.dashboard.parts.sentences import fragment, remembered
from aecore.dashboard.parts.text import count, duration, size
from aecore.dashboard.services import architecture, calls, study
from aecore.dashboard.services import report as report_of
from aecore.figures.features import signed_pictures
from aecore.figures.grid import image_grid
from aecore.models import AUTOENCODERS
from aecore.runs.run import SHIPPED_MODELS, Run
from aecore.runs.store import shipped

A_ROW = 16
SIZES = (28, 32, 64, 96)
SUPER = "denoising-super-resolution"


def filters_and_maps(run: Run, report: Report) -> None:
    """What it sees in an image, beside dense networks, at other sizes, and enlarging."""
    fragment(_maps, run, report)
    st.divider()
    _beside_dense(run, report)
    st.divider()
    _sizes(run)
    st.divider()
    _super_resolution()


def _maps(run: Run, report: Report) -> None:
    st.markdown("##### What it sees: feature maps")
    left, right = st.columns([1, 3], gap="large")
    with left:
        image = pick_image(run, report, "maps")
        st.html(image_grid([("", image[None])], side=180))
    token = (run.path, image.tobytes())
    maps = remembered(
        "convolutional.maps",
        token,
        lambda: calls().analyse(run.model_path, feature_maps, image),
    )
    kernels = remembered(
        "convolutional.filters", run.path, lambda: calls().analyse(run.model_path, first_filters)
    )
    with right:
        if not maps:
            st.info("This encoder has no convolutions.")
            return
        st.markdown("Filters of the first layer")
        st.html(image_grid([("", signed_pictures(kernels[:A_ROW]))], side=44))
        for title, planes in maps:
            st.markdown(title)
            for start in range(0, len(planes), A_ROW):
                st.html(image_grid([("", planes[start : start + A_ROW])], side=44))
    st.caption(
        "The same small filter slides over the whole image; its map is bright where it finds what "
        "it looks for. Each layer halves the sides and has more filters: less of where, more of "
        "what. Each map is stretched to its own range."
    )


def _beside_dense(run: Run, report: Report) -> None:
    st.markdown("##### What shared weights save")
    rows = [("convolutional, this model", run, report)]
    for key in ("undercomplete", "deep"):
        other = shipped(key)
        if other.path.exists():
            rows.append((f"{key}, shipped", other, report_of(other)))
    st.dataframe(
        {
            "network": [name for name, _, _ in rows],
            "data": [each.source.title for _, each, _ in rows],
            "code": [measured.architecture.code_size for _, _, measured in rows],
            "parameters": [f"{m.architecture.parameters:,}" for _, _, m in rows],
            "file": [size(each.model_path.stat().st_size) for _, each, _ in rows],
            "SSE": [f"{m.metrics['sse']:.2f}" for _, _, m in rows],
            "PSNR (dB)": [f"{m.metrics['psnr']:.1f}" for _, _, m in rows],
            "trained in": [
                duration(m.metrics["seconds"]) if m.metrics.get("seconds") else "elsewhere"
                for _, _, m in rows
            ],
        },
        hide_index=True,
        key=f"convolutional.dense.{run.id}",
    )
    st.caption(
        "Beside dense networks with a code of about the same size. Shared weights are few, but "
        "each is used at every place: the file is small, the training is not shorter."
    )


def _sizes(run: Run) -> None:
    st.markdown("##### Images of other sizes and in colour")
    if run.experiment is None:
        st.caption("An imported model takes the one size it was made for.")
        return
    kinds = {"convolutional": run.experiment.autoencoder, "undercomplete": None}
    kinds["undercomplete"] = AUTOENCODERS["undercomplete"]()
    with st.spinner("Building networks…"):
        found = {
            name: [
                architecture(kind.key, kind.to_dict(), (side, side, 3)).parameters for side in SIZES
            ]
            for name, kind in kinds.items()
        }
    st.dataframe(
        {
            "colour images of": [f"{side} × {side}" for side in SIZES],
            **{f"{name}, parameters": [count(n) for n in values] for name, values in found.items()},
        },
        hide_index=True,
        key=f"convolutional.sizes.{run.id}",
    )
    st.caption(
        "The filters fit any size; only the dense layers around the code grow with it. This model "
        "takes the size it was trained on, and larger pictures in overlapping tiles under *Your "
        "images*. For another size make a data set under *Data* and train on it."
    )


def _super_resolution() -> None:
    st.markdown("##### Super-resolution: twice as fine")
    run = Run(SHIPPED_MODELS / SUPER)
    if not run.path.exists():
        st.info("The model for this does not ship with this version.")
        return
    with st.spinner("Enlarging by splines…"):
        filters = study(run, Filters)
    at = int(np.flatnonzero(np.isclose(filters.strengths, filters.trained))[0])
    titles = {"as it is": "Means of 2 × 2 pixels", "this model": "U-Net"}
    rows = [("Original", filters.clean)]
    lines = []
    for name, images, psnr, ssim in zip(
        filters.names, filters.restored, filters.psnr[:, at], filters.ssim[:, at], strict=True
    ):
        title = titles.get(name, name.capitalize())
        rows.append((f"{title} · {psnr:.1f} dB", images))
        lines.append(f"{title} {psnr:.1f} dB, SSIM {ssim:.3f}")
    st.html(image_grid(rows, side=72))
    st.markdown(
        "Digits of 14 × 14 pixels, enlarged to 28 × 28: a convolutional network with skips (U-Net) "
        "that learnt to undo the downscaling, beside bicubic enlarging. Means over 100 test "
        f"images: {'; '.join(lines)}."
    )
    st.caption(
        "It is a denoising model whose corruption is *Downscaling*: train one on your own images "
        "under *Denoising*, and use it there on large pictures, too."
    )
    st.page_link(
        "pages/denoising.py",
        label="Open it on the page Denoising",
        icon=AUTOENCODERS["denoising"].icon,
        query_params={"run": SUPER},
    )
