"""Panel: a sample moved along what differs between two classes."""

import numpy as np
import streamlit as st

from aecore.dashboard.parts.parts_shown import choose_parts
from aecore.dashboard.parts.picking import pick_sample
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import plain
from aecore.dashboard.services import calls, report
from aecore.dashboard.session import remembered
from aecore.figures.samples import drawing_of
from aecore.generation.study import Generation
from aecore.generation.ways import along
from aecore.runs.run import Run

FARTHEST = 2.0
STEPS = np.linspace(-FARTHEST, FARTHEST, 9)


def directions_panel(run: Run, found: Generation) -> None:
    """The panel; decoding takes a call to a worker."""
    fragment(_directions, run, found)


def _directions(run: Run, found: Generation) -> None:
    kind, classes = run.source.kind, run.source.classes
    known = [at for at, mean in enumerate(found.averages) if not np.isnan(mean).any()]
    if len(known) < 2:
        st.info(f"A direction leads from one class to another. These {kind.samples} have no two.")
        return
    columns = st.columns([2, 1, 1])
    with columns[0]:
        sample = np.nan_to_num(pick_sample(run, report(run), "directed"))

    def choose(place, label: str, usual: int) -> int:
        return place.selectbox(
            label,
            known,
            index=known.index(usual),
            format_func=lambda at: plain(classes[at]),
            key=f"directed.{label}.{run.id}",
        )

    begin = choose(columns[1], "From class", known[0])
    end = choose(columns[2], "To class", known[1])
    step = st.slider(
        "Steps along the direction", -FARTHEST, FARTHEST, 1.0, 0.05, key="generation.step",
        help="0 is the reconstruction of the sample; 1 moves its code by the difference between "
        "the mean codes of the two classes.",
    )  # fmt: skip
    direction = found.averages[end] - found.averages[begin]
    made = remembered(
        "generation.along",
        (run.path, sample.tobytes(), begin, end, step),
        lambda: calls().analyse(
            run.model_path, along, sample, direction, np.array([step, *STEPS]), run.source.layout
        ),
    )
    drawing, shown = drawing_of(run.source), choose_parts(run, report(run))
    st.html(drawing.alone(run.source, made[:1], [_signed(step)], shown, side=200))
    st.html(drawing.alone(run.source, made[1:], list(map(_signed, STEPS)), shown))
    st.caption(
        f"The code of the {kind.sample} plus so many times the mean code of “{plain(classes[end])}”"
        f" less that of “{plain(classes[begin])}”."
    )


def _signed(step: float) -> str:
    """0.5 → '+0.5', -2 → '−2', 0 → '0'."""
    return f"{step:+.3g}".replace("-", "−") if step else "0"
