"""Part of the form: the stretch of a series that is normal, dragged over its curve or typed."""

import numpy as np
import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart_config
from aecore.dashboard.parts.text import many, sentence_of
from aecore.dashboard.session import lasting
from aecore.data.own import measured
from aecore.data.series.windows import SHARES, NoWindows, cut
from aecore.data.splits import Source
from aecore.figures.description import description
from aecore.figures.timeline import Course, normal_stretch
from aecore.figures.windows import time_words

Stretch = tuple[int, int]  # its first step, and the step after its last


def choose_stretch(key: str, known: Source) -> tuple[Stretch | None, int]:
    """The stretch that alone is to be learnt, None for the usual share of the beginning.

    Returns:
        Also how many training windows there are; 0 where the stretch cannot be learnt, which is
        then told.
    """
    share = f"{SHARES[0] + SHARES[1]:.0%}"
    if not st.toggle(
        "Choose the stretch that is normal",
        **lasting(f"anomalies.stretch.{key}"),
        help=f"Otherwise the model learns from the first {share} and judges the rest.",
    ):
        return None, known.training_size
    series = known.series
    assert series is not None  # of a series in time
    values = measured(key)
    count = len(values)
    first, last = _typed(key, count)
    if not 0 <= first < last <= count:
        words = "The first step lies before the last, and both within the series of {:,} steps."
        st.error(words.format(count), icon=icons.INVALID)
        return None, 0
    _dragged(key, Course(values, series.channels, series.start, series.step), (first, last))
    try:
        parts = cut(values, series.length, series.stride, (first, last))
    except NoWindows as problem:
        st.error(sentence_of(problem), icon=icons.INVALID)
        return None, 0
    st.caption(
        f"Learnt as normal: {time_words(series, first)} to {time_words(series, last - 1)}, "
        f"{many(len(parts.training), 'window')} for training and "
        f"{many(len(parts.validation), 'window')} for validation. All else is judged."
    )
    return (first, last), len(parts.training)


def _typed(key: str, count: int) -> Stretch:
    """Two boxes for the first and the last step, counted from 1."""
    row = st.container(horizontal=True)
    # without bounds: a browser would show what is beyond them, and keep the number before
    ends = [
        int(row.number_input(label, value=value, step=100, width=160, **lasting(slot)))
        for label, value, slot in zip(
            ("First step", "Last step"), (1, max(1, count // 2)), _slots(key), strict=True
        )
    ]
    return ends[0] - 1, ends[1]


def _slots(key: str) -> tuple[str, str]:
    return f"anomalies.first.{key}", f"anomalies.last.{key}"


def _dragged(key: str, course: Course, stretch: Stretch) -> None:
    """The curve, over which the stretch can be dragged."""
    slot = f"anomalies.course.{key}.{stretch[0]}.{stretch[1]}"  # a new one forgets the old box

    def moved() -> None:
        if boxes := st.session_state[slot]["selection"]["box"]:
            ends = sorted(map(course.step_at, boxes[0]["x"]))
            first, last = (int(np.clip(end, 0, len(course.values) - 1)) for end in ends)
            st.session_state[_slots(key)[0]] = first + 1
            st.session_state[_slots(key)[1]] = last + 1

    figure = normal_stretch(course, stretch)
    st.plotly_chart(
        figure,
        key=slot,
        on_select=moved,
        selection_mode="box",
        config=chart_config("normal-stretch"),
        alt=description(figure),
    )
    st.caption("Drag over the curve to choose, or type the steps above.")
