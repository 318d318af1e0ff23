"""Panels: samples to a compressed file, and a compressed file to samples."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore.compression.cells import Cells
from aecore.compression.codec import step_of
from aecore.compression.container import MOST_BYTES, SUFFIX
from aecore.compute.compressing import Compressed
from aecore.dashboard.applications.compression.cells import compress_cells, decompressed_cells
from aecore.dashboard.applications.compression.quality import choose_level, learn_levels
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.giving_images import given_images_of
from aecore.dashboard.parts.labels import run_label
from aecore.dashboard.parts.text import escaped, many
from aecore.dashboard.parts.uploads import kept, kept_row, one_of, round_of, uploader
from aecore.dashboard.services import calls
from aecore.dashboard.session import lasting, remembered
from aecore.data.limits import MB
from aecore.figures.grid import image_grid, png
from aecore.runs.run import Run

COUNTS = (1, 10, 100, 1000)
GIVEN, FILE = "compression.given", "compression.file"
MOST_SHOWN = 50


def compress(run: Run) -> None:
    """What is compressed, how well, and the file that it makes."""
    COMPRESS[run.source.kind.key](run)


def _compress_images(run: Run) -> None:
    """Which images, how well, and the file they make beside others of the same size."""
    left, right = st.columns([2, 3], gap="large")
    chosen = chosen_images(run, left)
    if chosen is None:
        return
    images, token = chosen
    with right:
        level = choose_level(run)
    with st.spinner("Compressing… The first file of a model takes up to a minute."):
        found: Compressed = remembered(
            "compression.made", (*token, level),
            lambda: calls().compress(run.path, images, level),
        )  # fmt: skip
    learn_levels(run, found.levels, found.level, level)
    _told(run, found)


def chosen_images(run: Run, place: DeltaGenerator) -> tuple[np.ndarray | int, tuple] | None:
    """What is to be compressed, and what it depends on; None, and a hint, without images."""
    with place:
        images = _choose_images(run)
    if images is None:
        st.info("Upload images to compress them.", icon=icons.IMAGES)
        return None
    given = images if isinstance(images, int) else images.tobytes()
    return images, (run.path, run.model_path.stat().st_mtime_ns, given)


def _choose_images(run: Run) -> np.ndarray | int | None:
    """The visitor's images as the model takes them, or how many test images; None if not yet."""
    way = st.segmented_control(
        "Images", ("Test images", "Upload"), default="Test images", required=True, **lasting(GIVEN)
    )
    if way == "Test images":
        most = run.source.most_tested
        return st.segmented_control(
            "Test images in the file",
            [count for count in COUNTS if count <= most],
            default=min(100, most),
            required=True,
            **lasting("compression.how many"),
            help="The more images share a file, the less its header counts.",
        )
    intake = given_images_of("compression", run.source, "upload")
    return None if intake is None else intake.images


def file_name(run: Run, count: int) -> str:
    """What a compressed file of so many images is called."""
    return f"{run.id}-{many(count, 'image').replace(' ', '-').replace(',', '')}{SUFFIX}"


def _told(run: Run, found: Compressed) -> None:
    """Size and quality, the download, and the images beside those of other formats."""
    pixels = found.count * int(np.prod(run.shape[:2]))
    made, size = found.versions[""], len(found.content)
    plain = found.count * int(np.prod(run.shape))
    row = st.container(horizontal=True, gap="large", vertical_alignment="bottom")
    row.metric("File", f"{size:,} bytes", width="content",
               help=f"Header and checksum included; step {step_of(found.level):.3g}.")  # fmt: skip
    row.metric("Bits a pixel", f"{8 * size / pixels:.3f}", width="content",
               help=f"8-bit pixels without compression: {plain:,} bytes.")  # fmt: skip
    row.metric("PSNR", f"{made.psnr:.1f} dB", width="content")
    row.metric("SSIM", f"{made.ssim:.3f}", width="content")
    row.download_button(
        "Download file",
        found.content,
        file_name(run, found.count),
        icon=icons.DOWNLOAD,
        type="primary",
        key="compression.download",
        on_click="ignore",
        help="Open it again under *Decompress*, or with python -m aecore decompress.",
    )
    rows = [("Original", found.clean), (f"This file\n{made.psnr:.1f} dB", made.images)]
    larger, better = [], []
    for name, each in found.versions.items():
        if name:
            rows.append((f"{name}\n{each.psnr:.1f} dB", each.images))
            if each.size > size:
                larger.append(f"{name} {each.size:,}")
            if each.psnr > made.psnr and each.size <= size:
                better.append(name)
    st.markdown("##### Original, decoded, and other formats at the same size")
    st.html(image_grid([(name.replace("\n", ", "), images) for name, images in rows], side=72))
    if better:
        st.warning(
            f"{' and '.join(better)} give{'s' * (len(better) == 1)} a higher PSNR at this size.",
            icon=icons.WARNING,
        )
    if larger:
        st.caption(
            f"Formats that cannot make so small a file are shown at their smallest, in bytes: "
            f"{', '.join(larger)}."
        )
    st.caption(
        f"{many(found.count, 'image')} in one file; the other formats store one mosaic of the "
        "same images. PSNR is that of all pixels together. The decoder is not part of the file: "
        "see *Curves* for its size."
    )


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
            "compression.opened", content,
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
    _success(run, many(len(images), "image"), size)
    st.html(image_grid([("", images[:MOST_SHOWN])], side=72))
    if len(images) > MOST_SHOWN:
        st.caption(f"The first {MOST_SHOWN} are shown; the ZIP holds all.")
    st.download_button(
        "Images as a ZIP",
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


COMPRESS: dict[str, Callable[[Run], None]] = {
    "image": _compress_images, "table": compress_cells, "series": compress_cells,
}  # fmt: skip
DECOMPRESSED: dict[str, Callable[[Run, Any, int], None]] = {
    "image": _decompressed_images, "table": _decompressed_cells, "series": _decompressed_cells,
}  # fmt: skip
