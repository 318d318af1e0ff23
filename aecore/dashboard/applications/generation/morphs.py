"""Panel: what lies between two, three or four samples."""

import numpy as np
import streamlit as st

from aecore.dashboard.parts.parts_shown import choose_parts
from aecore.dashboard.parts.picking import pick_sample
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.services import calls, report
from aecore.dashboard.session import lasting, remembered
from aecore.figures.grid import image_grid
from aecore.figures.samples import drawing_of
from aecore.generation.study import Generation
from aecore.generation.ways import morph
from aecore.runs.run import Run
from aecore.runs.same_model import model_version

MOST = {"image": 4, "table": 2, "series": 2}  # samples to go between
SIDE = 9  # steps, both included
NAMES = ("First", "Second", "Third", "Fourth")
PIXELS = 64


def morphs_panel(run: Run, found: Generation) -> None:
    """The panel; decoding takes a call to a worker."""
    fragment(_morphs, run)


def _morphs(run: Run) -> None:
    kind, measured = run.source.kind, report(run)
    count = 2
    if MOST[kind.key] > 2:
        count = st.segmented_control(
            f"{kind.samples.capitalize()} to morph between",
            range(2, MOST[kind.key] + 1),
            default=MOST[kind.key],
            required=True,
            **lasting("generation.corners"),
        )
    samples = []
    for place, column in enumerate(st.columns(count)):
        with column:
            samples.append(
                pick_sample(run, measured, f"morph{place}", NAMES[place], usual=2 * place)
            )
    corners = np.stack(samples)
    with st.spinner("Decoding…"):
        rows = remembered(
            "generation.morph",
            (model_version(run), corners.tobytes()),
            lambda: calls().analyse(run.model_path, morph, corners, SIDE, run.source.layout),
        )
    MORPHED[kind.key](run, rows)
    where = (
        "The first stands on the left, the last on the right"
        if count == 2
        else "The first two stand in the upper corners, "
        + ("the third along the lower side" if count == 3 else "the others in the lower ones")
    )
    st.caption(
        f"{where}: each is the reconstruction of its {kind.sample}. All between decode codes that "
        "are interpolated linearly. Where an autoencoder leaves gaps between the codes of the "
        "data, the middle is not a plausible sample."
    )


def _grid(run: Run, rows: np.ndarray) -> None:
    st.html("".join(image_grid([("", row)], side=PIXELS) for row in rows))


def _steps(run: Run, rows: np.ndarray) -> None:
    captions = [f"{at / (SIDE - 1):.0%}" for at in range(SIDE)]
    shown = choose_parts(run, report(run))
    st.html(drawing_of(run.source).alone(run.source, rows[0], captions, shown))


MORPHED = {"image": _grid, "table": _steps, "series": _steps}
