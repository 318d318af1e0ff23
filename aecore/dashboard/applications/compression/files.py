"""Panel: samples to a compressed file."""

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore.compression.codec import step_of
from aecore.compression.container import SUFFIX
from aecore.compute.compressing import Compressed
from aecore.dashboard.applications.compression.cells import compress_cells
from aecore.dashboard.applications.compression.pictures import (
    pixels_of,
    show_picture,
    told_picture,
)
from aecore.dashboard.applications.compression.quality import choose_level, learn_levels
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.giving_images import read_images_of
from aecore.dashboard.parts.sources import uploaded
from aecore.dashboard.parts.text import listed, many
from aecore.dashboard.parts.whole_pictures import (
    Picture,
    choose_picture,
    has_larger,
    in_tiles,
    tell_strokes,
)
from aecore.dashboard.services import calls
from aecore.dashboard.session import lasting, remembered
from aecore.data.limits import at_once
from aecore.figures.grid import image_grid
from aecore.runs.run import Run
from aecore.runs.same_model import model_version

COUNTS = (1, 10, 100, 1000)
USUAL_COUNT = 100
GIVEN = "compression.given"


def compress(run: Run) -> None:
    """What is compressed, how well, and the file that it makes."""
    COMPRESS[run.source.kind.key](run)


def _compress_images(run: Run) -> None:
    """Which images, how well, and the file they make beside others of the same size."""
    left, right = st.columns([2, 3], gap="large")
    chosen = chosen_images(run, left, whole=True)
    if chosen is None:
        return
    images, token = chosen
    with right:
        level = choose_level(run)
    with st.spinner("Compressing… The first file of a model takes up to a minute."):
        found: Compressed = remembered(
            "compression.made", (*token, level),
            lambda: calls().compress(run.path, _given(run, images), level),
        )  # fmt: skip
    learn_levels(run, found.levels, found.level, level)
    _told(run, found)


def chosen_images(run: Run, place: DeltaGenerator, whole: bool = False) -> tuple[Any, tuple] | None:
    """What is to be compressed, and what it depends on; None if nothing is given yet.

    Args:
        whole: whether it may be a `Picture` that keeps its size.
    """
    with place:
        images = _choose_images(run, whole)
    if images is None:
        return None
    given = images.tobytes() if isinstance(images, np.ndarray) else images
    return images, (model_version(run), given)


def _given(run: Run, images: np.ndarray | int | Picture) -> np.ndarray | int:
    return pixels_of(run, images) if isinstance(images, Picture) else images


def _choose_images(run: Run, whole: bool) -> np.ndarray | int | Picture | None:
    """The visitor's images as the model takes them, or how many test images; None, and a hint, if
    there are none. Or one of them at its own size, if that is larger than the model's input.
    """
    way = st.segmented_control(
        "Images", ("Test images", "Upload"), default="Test images", required=True, **lasting(GIVEN)
    )
    if way == "Test images":
        most = run.source.most_tested
        offered = [count for count in COUNTS if count <= most]
        return st.segmented_control(
            "Test images in the file",
            offered,
            default=max(count for count in offered if count <= USUAL_COUNT),
            required=True,
            **lasting("compression.how many"),
            help="The more images share a file, the less its header counts.",
        )
    files = uploaded("compression", at_once(run.shape))
    if not files:
        st.info("Upload images to compress them.", icon=icons.IMAGES)
        return None
    if whole and has_larger(run, files):
        words = "it is cut into tiles, each stored as a code."
        usual = "one" if run.source.ink else "tiles"
        if in_tiles(run, f"compression.{run.id}", words, usual):
            tell_strokes(run)
            return choose_picture(files, "compression", st.container())
    intake = read_images_of("compression", run.source, files)
    return None if intake is None else intake.images


def file_name(run: Run, count: int) -> str:
    """What a compressed file of so many images is called."""
    return f"{run.id}-{many(count, 'image').replace(' ', '-').replace(',', '')}{SUFFIX}"


def _told(run: Run, found: Compressed) -> None:
    """Size and quality, the download, and the images beside those of other formats."""
    shape = found.picture or run.shape
    pixels = found.count * int(np.prod(shape[:2]))
    made, size = found.versions[""], len(found.content)
    plain = found.count * int(np.prod(shape))
    row = st.container(horizontal=True, gap="large", vertical_alignment="bottom")
    row.metric("File", f"{size:,} bytes", width="content",
               help=f"Header and checksum included; step {step_of(found.level):.3g}.")  # fmt: skip
    row.metric("Bits per pixel", f"{8 * size / pixels:.3f}", width="content",
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
    rows = [(name.replace("\n", ", "), images) for name, images in rows]
    if found.picture:
        show_picture(found, rows)
    else:
        st.html(image_grid(rows, side=72))
    if better:
        st.warning(
            f"{listed(better)} give{'s' * (len(better) == 1)} a higher PSNR at this size.",
            icon=icons.WARNING,
        )
    if larger:
        st.caption(
            f"Formats that cannot make so small a file are shown at their smallest, in bytes: "
            f"{', '.join(larger)}."
        )
    held = told_picture(run, found) if found.picture else (
        f"{many(found.count, 'image')} in one file; the other formats store one mosaic of the "
        "same images."
    )  # fmt: skip
    st.caption(
        f"{held} PSNR is that of all pixels together. The decoder is not part of the file: see "
        "*Curves* for its size."
    )


COMPRESS: dict[str, Callable[[Run], None]] = {
    "image": _compress_images, "table": compress_cells, "series": compress_cells,
}  # fmt: skip
