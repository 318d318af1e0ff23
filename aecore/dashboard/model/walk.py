"""Sliders that move through the latent space."""

from typing import Any

import numpy as np
import streamlit as st

from aecore.analysis.report import Report
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.parts_shown import parts_shown
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.services import calls
from aecore.figures.samples import drawing_of
from aecore.runs.run import Run

WALKED = 8  # directions with a slider


def walk(run: Run, report: Report) -> None:
    """Decodes the code that the sliders stand for."""
    key = run.key
    latent, network = report.latent, report.architecture
    raw = network.code_size <= WALKED
    st.markdown("##### Move through the latent space")
    st.caption(
        "Each slider is one latent dimension."
        if raw
        else f"Each slider is one of the {WALKED} principal components, the directions in which "
        "the codes vary most."
    )
    positions = latent.lift(latent.places) if raw else latent.places
    count = min(WALKED, positions.shape[1])
    ranges = [walk_range(positions[:, i]) for i in range(count)]
    widgets = [f"{key}.walk.{run.id}.{i}" for i in range(count)]
    picture, sliders = st.columns([2, 3], gap="medium")  # on a phone above them, in sight
    with sliders:
        if st.button("Reset to the mean", key=f"{key}.walk.reset", icon=icons.RESET):
            for widget, (_, middle, _) in zip(widgets, ranges, strict=True):
                st.session_state[widget] = middle
        values = []
        pairs = [st.columns(2) for _ in range(0, count, 2)]
        for i, (widget, (bottom, middle, top)) in enumerate(zip(widgets, ranges, strict=True)):
            start: dict[str, Any] = {} if widget in st.session_state else {"value": middle}
            title = f"z{i + 1}" if raw else f"Direction {i + 1}"
            cell = pairs[i // 2][i % 2]
            values.append(cell.slider(title, bottom, top, step=0.01, key=widget, **start))
    with picture, sentences():
        places = np.array([values], np.float32)
        codes = places if raw else latent.lift(places)
        image = calls().decode(run.model_path, codes)
        drawn = drawing_of(run.source).alone(
            run.source, image, [""], parts_shown(run, report), side=260
        )
        st.html(drawn)


def walk_range(positions: np.ndarray) -> tuple[float, float, float]:
    """Bottom, start and top of a slider for positions (n,); few far ones leave the mean outside."""
    low, high = np.quantile(positions, [0.005, 0.995])
    bottom, middle, top = (round(float(value), 2) for value in (low, positions.mean(), high))
    top = max(top, bottom + 0.01)
    return bottom, min(max(middle, bottom), top), top
