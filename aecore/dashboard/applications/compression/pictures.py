"""Panels: a picture of any size in tiles, before and after."""

import numpy as np
import streamlit as st

from aecore.compression.pictures import Size
from aecore.compute.compressing import COMPARED_PIXELS, Compressed
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.whole_pictures import Picture
from aecore.dashboard.services import reader
from aecore.data.arrays import describe_shape
from aecore.data.images.uploads import picture
from aecore.data.limits import Refused
from aecore.figures.grid import picture_strip, png
from aecore.runs.run import Run

SIDE, DETAIL = 380, 190  # CSS pixels of a whole picture and of its middle


def pixels_of(run: Run, chosen: Picture) -> np.ndarray:
    """The pixels (height, width, 1 or 3), 8-bit, of an uploaded picture.

    Raises:
        Refused: it cannot be read.
    """
    found = picture(chosen.files, chosen.number, reader(), run.source.levels)
    if found is None:
        raise Refused("{} cannot be read as an image.", chosen.name)
    return found


def show_picture(found: Compressed, rows: list[tuple[str, np.ndarray]]) -> None:
    """The whole picture before and after, and its middle beside that of other formats."""
    assert found.picture is not None
    middle = found.clean.shape[1:]
    if found.picture != middle:
        titles = (f"Original, {size_words(found.picture)}", "This file")
        st.html(picture_strip(list(zip(titles, found.whole, strict=True)), SIDE))
        st.caption(f"The middle, {size_words(middle)} pixels:")
    st.html(picture_strip([(name, images[0]) for name, images in rows], DETAIL))


def told_picture(run: Run, found: Compressed) -> str:
    """How a picture was compressed, in sentences."""
    assert found.picture is not None
    apart = ", each colour channel apart" if found.picture[2] > run.shape[2] else ""
    words = (
        f"{found.tiles:,} tiles of {describe_shape(run.shape)}{apart}; they overlap by a "
        "fourteenth of their side and are blended."
    )
    if found.picture[0] * found.picture[1] > COMPARED_PIXELS:
        words += (
            f" Above {COMPARED_PIXELS // 10**6} megapixels there is no comparison with other "
            "formats, which would take minutes."
        )
    return words


def show_decompressed(image: np.ndarray) -> None:
    """A picture (height, width, c), and all of it to download."""
    st.html(picture_strip([(size_words(image.shape), image)], 2 * SIDE))
    st.download_button(
        "Download image (PNG)",
        lambda: png(image),
        "image.png",
        "image/png",
        icon=icons.DOWNLOAD,
        key="compression.picture",
        on_click="ignore",
    )


def size_words(size: Size) -> str:
    """Width and height."""
    return f"{size[1]} × {size[0]}"
