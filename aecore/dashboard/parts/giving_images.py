"""Where new images of the user's own come from, read as a model takes them."""

from collections.abc import Callable

import streamlit as st

from aecore.dashboard.parts.reading_notes import show_refusals
from aecore.dashboard.parts.sources import Files, drawn, photographed, uploaded
from aecore.dashboard.services import reader
from aecore.dashboard.session import remembered
from aecore.data.images.preparation import usual
from aecore.data.images.uploads import Intake, read_uploads
from aecore.data.limits import at_once
from aecore.data.splits import Source

FILES: dict[str, Callable] = {
    "draw": lambda key, source: drawn(key, source),
    "upload": lambda key, source: uploaded(key, at_once(source.shape)),
    "camera": lambda key, source: photographed(key),
}


def given_images_of(key: str, source: Source, way: str) -> Intake | None:
    """What was read of the images that came in a way; None if there are none yet.

    Args:
        key: what the keys of the widgets begin with. way: a key of `FILES`.
    """
    files = FILES[way](key, source)
    return read_images_of(key, source, files) if files else None


def read_images_of(key: str, source: Source, files: Files) -> Intake | None:
    """What was read of files; None if none can be used, and why not of each."""
    token = (files, source.shape, source.levels)
    with st.spinner("Reading…"):
        intake: Intake = remembered(
            f"{key}.images given",
            token,
            lambda: read_uploads(
                files, source.shape, usual(source.ink), at_once(source.shape), reader(),
                source.levels,
            ),
        )  # fmt: skip
    show_refusals(intake)
    return intake if len(intake.images) else None
