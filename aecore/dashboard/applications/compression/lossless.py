"""Panel: images to a file that gives every pixel back."""

import numpy as np
import streamlit as st

from aecore.compute.compressing import Unchanged
from aecore.dashboard.applications.compression.files import chosen_images, file_name
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.any_run import choose_any_run, every_run
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import many, size
from aecore.dashboard.services import calls
from aecore.dashboard.session import remembered
from aecore.figures.grid import image_grid
from aecore.figures.lines import bar_chart
from aecore.runs.codecs import is_lossless
from aecore.runs.run import Run

PLACE, USUAL = "compression.lossless", "variational-lossless"
NONE = (
    "No model here can compress without loss yet. Train a variational autoencoder with the decoder "
    "distribution *beta-binomial*: it gives each pixel a distribution over the 256 grey values. A "
    "latent size of 50 suits 28 × 28 digits."
)


def lossless() -> None:
    """Which images, and the lossless file that they make beside other formats."""
    offered = [run for run in every_run() if run.usable and is_lossless(run)]
    if not offered:
        st.info(NONE, icon=icons.EMPTY)
        st.page_link("pages/variational.py", label="Variational autoencoder", icon=icons.OPEN)
        return
    if st.query_params.get("run") not in {run.id for run in offered}:
        st.query_params.pop("run", None)  # it is of another tab
    told = "Variational autoencoders with a beta-binomial decoder."
    run = choose_any_run(PLACE, USUAL, offered, told)
    if run is not None:
        fragment(_of_a_run, run)


def _of_a_run(run: Run) -> None:
    left, right = st.columns([2, 3], gap="large")
    chosen = chosen_images(run, left)
    if chosen is None:
        return
    images, token = chosen
    with st.spinner("Compressing, and decompressing to check… A thousand images take a minute."):
        found: Unchanged = remembered(
            "compression.unchanged", token, lambda: calls().compress_unchanged(run.path, images)
        )
    with right:
        _told(run, found)
    _compared(run, found)


def _told(run: Run, found: Unchanged) -> None:
    bits = 8 * len(found.content) / _pixels(run, found)
    row = st.container(horizontal=True, gap="medium", vertical_alignment="bottom")
    row.metric("File", f"{len(found.content):,} bytes", width="content",
               help="Header, start bits and checksum included.")  # fmt: skip
    row.metric("Bits per pixel", f"{bits:.3f}", width="content")
    row.metric("−ELBO", f"{found.bound:.3f}", width="content",
               help="Expected bits per pixel of the model on these images.")  # fmt: skip
    row.metric("Above −ELBO", f"{100 * (bits / found.bound - 1):.1f}%", width="content",
               help="Header, start bits, rounding and chance; larger for fewer images.",
    )  # fmt: skip
    row.download_button(
        "Download file",
        found.content,
        file_name(run, found.count),
        icon=icons.DOWNLOAD,
        type="primary",
        key="compression.lossless.download",
        on_click="ignore",
        help="Open it again under *Decompress*, or with python -m aecore decompress.",
    )


def _compared(run: Run, found: Unchanged) -> None:
    """Bits per pixel beside other formats, and what came back."""
    pixels = _pixels(run, found)
    sizes = {"This file": len(found.content)} | found.sizes
    best = min(found.sizes, key=lambda name: found.sizes[name])
    left, right = st.columns([3, 2], gap="large")
    with left:
        bits = [8 * each / pixels for each in sizes.values()]
        bars = bar_chart({"": bits}, list(sizes), "bits per pixel", height=280)
        chart(bars, f"{run.id}-lossless")
    with right:
        st.dataframe(
            {
                "Format": list(sizes),
                "Bytes": [f"{each:,}" for each in sizes.values()],
                "Bits per pixel": [f"{each:.3f}" for each in bits],
            },
            hide_index=True,
            key=f"compression.lossless.table.{run.id}",
        )
        share = 100 * (1 - len(found.content) / found.sizes[best])
        if share > 0:
            st.success(f"{share:.0f}% smaller than {best}, the best of the other formats.",
                       icon=icons.FINISHED)  # fmt: skip
        else:
            st.warning(f"{best} is smaller for these images.", icon=icons.WARNING)
    st.markdown("##### Decompressed: every pixel is identical")
    st.html(image_grid([("", found.clean)], side=72))
    st.caption(
        f"{many(found.count, 'image')} of {' × '.join(map(str, run.shape[:2]))} pixels in one "
        "file, as the model takes them, 8 bits per value; the file was decompressed and compared. "
        "PNG and WebP store a mosaic of the same images, gzip and bz2 the smaller of the mosaic's "
        "bytes and the images one after the other. The model is not part of the file: it takes "
        f"{size(run.model_path.stat().st_size)}."
    )


def _pixels(run: Run, found: Unchanged) -> int:
    return found.count * int(np.prod(run.shape[:2]))
