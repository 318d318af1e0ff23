"""Panel: a compressed file, and what it holds."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from aecore.compression.cells import Cells
from aecore.compression.container import MOST_BYTES, SUFFIX
from aecore.dashboard.applications.compression.cells import decompressed_cells
from aecore.dashboard.applications.compression.pictures import show_decompressed, size_words
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.labels import run_label
from aecore.dashboard.parts.text import escaped, many
from aecore.dashboard.parts.uploads import kept, kept_row, one_of, round_of, uploader
from aecore.dashboard.services import calls
from aecore.dashboard.session import remembered
from aecore.data.limits import MB
from aecore.figures.grid import image_grid, png
from aecore.runs.run import Run

FILE = "compression.file"
MOST_SHOWN = 50


def decompress(runs: list[Run]) -> None:
    """A compressed file, uploaded, and what it holds."""
    uploader(
        FILE, f"compression.uploader.{round_of(FILE)}", "A file that was compressed here",
        MOST_BYTES, one=True, type=[SUFFIX[1:]], max_upload_size=MOST_BYTES // MB,
    )  # fmt: skip
    kept_row(FILE, "compression.remove", "file")
    if not (files := kept(FILE)):
        st.info(
            "Upload a file from *Compress* to get its content back. The model that compressed it "
            "is found by the file itself.",
            icon=icons.IMPORT,
        )
        return
    _, content = one_of(files, "compression")
    with st.spinner("Decompressing…"):
        id, held = remembered(
            "compression.opened", (content, tuple(run.id for run in runs)),
            lambda: calls().decompress([run.path for run in runs], content),
        )  # fmt: skip
    run = next(run for run in runs if run.id == id)
    DECOMPRESSED[run.source.kind.key](run, held, len(content))


def _success(run: Run, held: str, size: int) -> None:
    st.success(
        f"{held} from {size:,} bytes, by {run.key} ({escaped(run_label(run))}).",
        icon=icons.FINISHED,
    )


def _decompressed_images(run: Run, images: np.ndarray, size: int) -> None:
    if images.shape[1:] != run.shape:
        _success(run, f"An image of {size_words(images.shape[1:])} pixels", size)
        show_decompressed(images[0])
        return
    _success(run, many(len(images), "image"), size)
    st.html(image_grid([("", images[:MOST_SHOWN])], side=72))
    if len(images) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN} are shown; the ZIP holds all.")
    st.download_button(
        "Download images (ZIP)",
        lambda: zipped(images),
        "images.zip",
        "application/zip",
        icon=icons.DOWNLOAD,
        key="compression.images",
        on_click="ignore",
    )


def _decompressed_cells(run: Run, cells: Cells, size: int) -> None:
    _success(run, many(len(cells.rows), cells.row), size)
    decompressed_cells(run, cells)


def zipped(images: np.ndarray) -> bytes:
    """8-bit images (n, h, w, c) as PNG files in a ZIP."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for number, image in enumerate(images, 1):
            file.writestr(f"{number:04}.png", png(image))
    return buffer.getvalue()


DECOMPRESSED: dict[str, Callable[[Run, Any, int], None]] = {
    "image": _decompressed_images, "table": _decompressed_cells, "series": _decompressed_cells,
}  # fmt: skip
