"""Part of a panel: what lies on the way from one selection to another."""

import numpy as np
import streamlit as st

from aecore.analysis.report import Report
from aecore.dashboard.parts.parts_shown import parts_shown
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.parts.text import plain
from aecore.dashboard.services import calls
from aecore.dashboard.session import Selection, remembered
from aecore.figures.samples import drawing_of
from aecore.generation.decoding import decoded
from aecore.generation.ways import between
from aecore.runs.run import Run
from aecore.runs.same_model import model_version

STEPS = 9


def direction(run: Run, report: Report, begin: Selection, end: Selection) -> None:
    """Decoded codes between the mean codes of two selections."""
    st.markdown(f"##### From “{plain(begin.name)}” to “{plain(end.name)}”")
    with sentences():
        made = remembered(
            "selection.between",
            (model_version(run), begin.places, end.places),
            lambda: _between(run, begin, end),
        )
        captions = [f"{step:.0%}" for step in np.linspace(0, 1, STEPS)]
        drawing, shown = drawing_of(run.source), parts_shown(run, report)
        st.html(drawing.alone(run.source, made, captions, shown))
        st.caption("Decoded steps from the mean code of the first selection to that of the second.")


def _between(run: Run, begin: Selection, end: Selection) -> np.ndarray:
    codes = [calls().coded(run.path, np.array(each.places)) for each in (begin, end)]
    ends = np.stack([each.mean(axis=0) for each in codes])
    steps = between(ends, STEPS)[0]
    return calls().analyse(run.model_path, decoded, steps, run.source.layout)
