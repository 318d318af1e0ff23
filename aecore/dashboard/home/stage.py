"""The first thing on home: a digit on its way through one type, and through all nine at once.

The ten test images to choose from come from the reports of the shipped models; a drawing or a file
of the visitor's is sent through the models by a worker, in one call.
"""

import contextlib

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore.analysis.passage import Passage, largest_number, reported_passage
from aecore.analysis.report import Report
from aecore.dashboard.home.style import STYLE
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.faces import face
from aecore.dashboard.parts.sentences import fragment, sentences
from aecore.dashboard.parts.sources import choose_way, drawn, uploaded
from aecore.dashboard.parts.text import escaped, plain
from aecore.dashboard.parts.uploads import Files
from aecore.dashboard.services import calls, reader
from aecore.dashboard.session import remembered
from aecore.data.images.intake import Unusable
from aecore.data.images.preparation import usual
from aecore.data.images.uploads import Seen, each_prepared
from aecore.data.limits import at_once
from aecore.figures.grid import data_url
from aecore.figures.passage import tile, way
from aecore.models import AUTOENCODERS
from aecore.runs.store import shipped

CODED = "undercomplete"  # the type whose code is shown
FIRST_DIGIT = 2
FACE_SIDE = 26  # CSS pixels
# the test image chosen last, the files seen last, and whether they came after that choice
DIGIT, FILES, LATER = "home.digit", "home.files", "home.later"


def stage(reports: dict[str, Report]) -> None:
    """Where an image is drawn, chosen or uploaded, and what all types make of it."""
    clean = reports[CODED].clean[reports[CODED].firsts]
    rules = (
        f".st-key-home-digit-{digit} button {{ background-image: url({data_url(image)}); }}"
        for digit, image in enumerate(clean)
    )
    st.html(f"<style>{STYLE}{' '.join(rules)}</style>")
    fragment(_stage, reports)


def _stage(reports: dict[str, Report]) -> None:
    with st.container(key="home.stage"):
        left, right = st.columns([1, 3], gap="medium")
    with right:
        shown, choice, below = st.container(), st.container(), st.empty()
    with left:
        files = _given()
        name, passage = _own(reports, files, below)
    below.caption(
        "Draw a digit, or choose one of these test images, which no model was trained on."
    )
    digit = st.session_state.get(DIGIT, FIRST_DIGIT)
    chosen = None
    if passage is None:
        name, passage, chosen = f"Digit {digit}", reported_passage(reports, digit, CODED), digit
    with shown:
        st.markdown(f"**{plain(name)}** through the {AUTOENCODERS[CODED].title.lower()} type")
        st.html(way(passage, CODED, name, largest_number(reports[CODED])))
    with choice:
        _choice(chosen, len(reports[CODED].firsts))
    st.markdown(
        "##### All nine types, and the error of each",
        help="Squared error summed over the pixels of the image (SSE); the bars share one scale. "
        "The denoising type is given the noisy image in the corner of its tile.",
    )
    with st.container(key="home.nine"):
        for key in reports:
            with st.container(gap=None):
                st.html(face(key, FACE_SIDE))
                title = AUTOENCODERS[key].title
                st.page_link(f"pages/{key}.py", label=title, help=AUTOENCODERS[key].summary)
                st.html(tile(passage, key, title, name))


def _given() -> Files:
    """What the visitor draws or uploads."""
    run = shipped(CODED)
    if choose_way("home", run.source, ("draw", "upload")) == "draw":
        return drawn("home", run.source)
    return uploaded("home", at_once(run.shape))


def _own(
    reports: dict[str, Report], files: Files, place: DeltaGenerator
) -> tuple[str, Passage | None]:
    """The visitor's image by its name, unless a test image was chosen since it came.

    Args:
        place: for the word that it is at work, where it moves nothing.
    """
    if files != st.session_state.get(FILES, ()):
        st.session_state.update({FILES: files, LATER: True})
    if not files or not st.session_state[LATER]:
        return "", None
    refused = []
    with sentences(), place, st.spinner("Reconstructing…"):
        seen, refused = remembered("home.prepared", files, lambda: _first_prepared(files))
        if seen is not None:
            keys, pixels = tuple(reports), seen.pixels
            passage = remembered("home.passage", (files, keys), lambda: _through(keys, pixels))
            return "Your drawing" if seen.name == "drawing.png" else seen.name, passage
    for each in refused:
        st.warning(f"**{plain(each.name)}**: {escaped(each.reason)}", icon=icons.REFUSED)
    return "", None


def _first_prepared(files: Files) -> tuple[Seen | None, list[Unusable]]:
    """The first image that can be used, as the models see it, and the files before it."""
    shape, refused = shipped(CODED).shape, []
    items = each_prepared(files, shape, usual(ink=True), at_once(shape), reader())
    with contextlib.closing(items):
        for item in items:
            if isinstance(item, Seen):
                return item, refused
            refused.append(item)
    return None, refused


def _through(keys: tuple[str, ...], image: np.ndarray) -> Passage:
    """An image (h, w, c) in [0, 1] through the shipped models, asked of a worker."""
    runs = [shipped(key) for key in keys]
    rebuilt, codes = calls().rebuild_each(
        [run.model_path for run in runs],
        image[None],
        [run.corruption for run in runs],
        shipped(CODED).model_path,
    )
    results = dict(zip(keys, rebuilt, strict=True))
    return Passage(
        image,
        {key: each.inputs[0] for key, each in results.items() if shipped(key).corruption[1]},
        {key: each.outputs[0] for key, each in results.items()},
        {key: float(each.errors[0]) * image.size for key, each in results.items()},
        codes[0],
    )


def _choice(chosen: int | None, count: int) -> None:
    """The test images to choose from, each a button that shows it."""
    with st.container(key="home.digits", horizontal=True, gap="xxsmall"):
        for digit in range(count):
            st.button(
                f"Digit {digit}",
                key=f"home.digit.{digit}",
                type="primary" if digit == chosen else "secondary",
                width="content",
                on_click=_choose,
                args=(digit,),
            )


def _choose(digit: int) -> None:
    st.session_state.update({DIGIT: digit, LATER: False})
