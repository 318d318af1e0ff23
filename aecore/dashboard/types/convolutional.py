"""Panel of the convolutional type: filters, feature maps, image sizes, super-resolution."""

import numpy as np
import streamlit as st

from aecore.analysis.feature_maps import feature_maps, first_filters
from aecore.analysis.filters import Filters
from aecore.analysis.report import Report
from aecore.dashboard.parts.picking import pick_sample
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import count, duration, size
from aecore.dashboard.services import architecture, calls, study
from aecore.dashboard.services import report as report_of
from aecore.dashboard.session import remembered
from aecore.figures.features import signed_pictures
from aecore.figures.grid import image_grid
from aecore.models import AUTOENCODERS
from aecore.runs.run import SHIPPED_MODELS, Run
from aecore.runs.same_model import model_version
from aecore.runs.store import shipped

A_ROW = 16
SIZES = (28, 32, 64, 96)
SUPER = "denoising-super-resolution"


def filters_and_maps(run: Run, report: Report) -> None:
    """Feature maps, comparison with dense networks, other image sizes, super-resolution."""
    fragment(_maps, run, report)
    st.divider()
    _beside_dense(run, report)
    st.divider()
    _sizes(run)
    st.divider()
    _super_resolution()


def _maps(run: Run, report: Report) -> None:
    st.markdown("##### Feature maps")
    left, right = st.columns([1, 3], gap="large")
    with left:
        image = pick_sample(run, report, "maps")
        st.html(image_grid([("", image[None])], side=180))
    version = model_version(run)
    maps = remembered(
        "convolutional.maps",
        (version, image.tobytes()),
        lambda: calls().analyse(run.model_path, feature_maps, image),
    )
    kernels = remembered(
        "convolutional.filters", version, lambda: calls().analyse(run.model_path, first_filters)
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
        "The same small filter slides over the whole image; its map is bright where the filter "
        "matches. Each layer halves the height and width and has more filters: less about where, "
        "more about what. Each map is scaled to its own range."
    )


def _beside_dense(run: Run, report: Report) -> None:
    st.markdown("##### Parameters saved by shared weights")
    rows = [("convolutional (this model)", run, report)]
    for key in ("undercomplete", "deep"):
        other = shipped(key)
        if other.path.exists():
            rows.append((f"{key} (shipped)", other, report_of(other)))
    st.dataframe(
        {
            "network": [name for name, _, _ in rows],
            "data": [each.source.title for _, each, _ in rows],
            "latent size": [measured.architecture.code_size for _, _, measured in rows],
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
        "Compared with dense networks of about the same latent size. There are few shared weights, "
        "but each is used at every position: the file is small, but training is not faster."
    )


def _sizes(run: Run) -> None:
    st.markdown("##### Other image sizes and colour")
    if run.experiment is None:
        st.caption("An imported model takes only images of the size it was built for.")
        return
    kinds = {"convolutional": run.experiment.autoencoder, "undercomplete": None}
    kinds["undercomplete"] = AUTOENCODERS["undercomplete"]()
    with st.spinner("Building networks…"):
        found = {
            name: [architecture(kind, (side, side, 3)).parameters for side in SIZES]
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
        "The filters do not depend on the image size; only the dense layers around the code grow "
        "with it. This model takes images of the size it was trained on, and larger ones in "
        "overlapping tiles under *Your data*. For another size, create a data set on the *Data* "
        "page and train on it."
    )


def _super_resolution() -> None:
    st.markdown("##### Super-resolution: 14 × 14 to 28 × 28 pixels")
    run = Run(SHIPPED_MODELS / SUPER)
    if not run.path.exists():
        st.info("The super-resolution model is not part of this installation.")
        return
    with st.spinner("Upsampling…"):
        filters = study(run, Filters)
    at = int(np.flatnonzero(np.isclose(filters.strengths, filters.trained))[0])
    titles = {"as it is": "Averages of 2 × 2 pixels", "this model": "U-Net"}
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
        "Digits of 14 × 14 pixels enlarged to 28 × 28: a convolutional network with skip "
        "connections (U-Net) trained to undo the downscaling, compared with bicubic interpolation. "
        f"Means over 100 test images: {'; '.join(lines)}."
    )
    st.caption(
        "This is a denoising model whose corruption is *Downscaling*. On the *Denoising* page you "
        "can train one on your own images and apply it to large images."
    )
    st.page_link(
        "pages/denoising.py",
        label="Open on the Denoising page",
        icon=AUTOENCODERS["denoising"].icon,
        query_params={"run": SUPER},
    )
