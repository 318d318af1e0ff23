"""Uploaded pictures that keep their size: which one, and whether it goes to a model in tiles."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore.analysis.tiling import MOST_PIXELS
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sources import Files
from aecore.dashboard.parts.text import escaped
from aecore.dashboard.services import reader
from aecore.dashboard.session import lasting, remembered
from aecore.data.images.uploads import sizes
from aecore.data.names import told_apart, visible
from aecore.runs.run import Run


@dataclass(frozen=True)
class Picture:
    """An uploaded picture: its place among as few files as hold it, and its name."""

    files: Files
    number: int
    name: str


def in_tiles(run: Run, key: str, words: str, usual: str = "one") -> bool:
    """Whether pictures keep their size and are cut into tiles, or are resized to a model's input.

    Args:
        words: what happens in tiles. usual: "one" or "tiles".
    """
    height, width, _ = run.shape
    choices = {
        "one": f"Resize to {height} × {width}",
        "tiles": "Full size, in tiles",
    }
    chosen = st.segmented_control(
        "Input",
        choices,
        default=usual,
        required=True,
        format_func=choices.__getitem__,
        **lasting(f"{key}.how"),
        help=f"In tiles, the image keeps its size: {words}",
    )
    return chosen == "tiles"


def has_larger(run: Run, files: Files) -> bool:
    """Whether one of some files is larger than the model's input."""
    height, width, _ = run.shape
    return any(wide > width or tall > height for _, wide, tall in _sizes(files))


def choose_picture(files: Files, key: str, place: DeltaGenerator) -> Picture | None:
    """Which of some pictures; None, and why, if none can be used."""
    names = _sizes(files)
    if not names:
        place.info("None of these files can be read as an image.", icon=icons.REFUSED)
        return None
    number = place.selectbox(
        "Image",
        range(len(names)),
        format_func=told_apart(
            f"{visible(name)} ({wide} × {tall})" for name, wide, tall in names
        ).__getitem__,
        key=f"{key}.picture.{len(names)}",
    )
    name, width, height = names[number]
    if width * height > MOST_PIXELS:
        place.info(f"The image has more than {MOST_PIXELS // 10**6} megapixels. Resize it first.")
        return None
    return Picture(*fewest(files, name, number), name)


def fewest(files: Files, name: str, number: int) -> tuple[Files, int]:
    """The fewest files to open for the image at a place, and its place among them."""
    alone = tuple(file for file in files if file[0] == name)
    return (alone, 0) if len(alone) == 1 else (files, number)


def tell_strokes(run: Run) -> None:
    """Says of a model of drawings what it makes of other pictures."""
    if run.source.ink:
        st.caption(
            f"This model was trained on {escaped(run.source.title)}: anything that does not look "
            "like strokes on black will be changed. For other images, train a model on your own."
        )


def _sizes(files: Files) -> list[tuple[str, int, int]]:
    """Name, width and height of each file that is an image."""
    with st.spinner("Reading…"):
        return remembered("own.sizes", files, lambda: sizes(files, reader()))
