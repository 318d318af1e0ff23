"""Panel: a series as a whole with its score and events below, and what the events come to."""

import numpy as np
import streamlit as st

from aecore.dashboard.applications.anomalies.measures import counted
from aecore.dashboard.parts.charts import chart_config
from aecore.dashboard.parts.text import many
from aecore.dashboard.session import lasting
from aecore.data import own
from aecore.data.names import visible
from aecore.detection.judgement import ANOMALY, NORMAL, Judgement
from aecore.detection.over_time import NoEvent, evaluated, events
from aecore.figures.description import description
from aecore.figures.detection_over_time import MOST_SHADED, score_over_time, within
from aecore.figures.windows import time_words
from aecore.runs.run import Run

MOST_CHANNELS = 4  # drawn at first
DRAWN = 4000  # steps of a part in full
MOST_ALARMS = 200  # listed


def over_time(run: Run, judged: Judgement, truth: np.ndarray, threshold: float) -> None:
    """The whole series and its score; a part of it with every step; alarms and events."""
    series = run.source.series
    assert series is not None  # of a run on a series
    st.markdown("##### Over time")
    values = own.measured(run.dataset)[judged.where]
    chosen = list(range(len(series.channels)))
    if len(chosen) > MOST_CHANNELS:
        chosen = st.multiselect(
            "Channels",
            chosen,
            default=chosen[:MOST_CHANNELS],
            format_func=lambda at: visible(series.channels[at]),
            **lasting(f"anomalies.channels.{run.id}"),
        )
    flags = judged.scores > threshold  # NaN is not
    alarms, true = events(flags & ~judged.learnt), events(truth == ANOMALY)
    part = slice(0, len(values))
    if len(values) > DRAWN:
        part = _part(run, judged, alarms, len(values))
    labelled = [tuple(each) for each in true.tolist()]
    figure = score_over_time(
        series,
        values[part],
        judged.scores[part],
        threshold,
        chosen,
        labelled,
        _ends(judged.learnt),
        part.start,
    )
    st.plotly_chart(
        figure,
        key=f"anomalies.over_time.{run.id}",
        config=chart_config(f"{run.id}-over-time", scrollZoom=True),
        alt=description(figure),
    )
    there, few = len(within(labelled, part.start, part.stop)), ""
    if there > MOST_SHADED:
        few = f", of which the first {MOST_SHADED:,} of {there:,} are shaded"
    st.caption(
        "Drag to move, scroll to zoom, double-click to see all. Blue: the model or its threshold "
        f"has seen this part. Red: labelled anomalies{few}."
    )
    _alarms(run, judged, alarms, truth, threshold)


def _ends(learnt: np.ndarray) -> tuple[int, int]:
    """The first step that was learnt from, and the one after the last."""
    places = np.flatnonzero(learnt)
    return (int(places[0]), int(places[-1]) + 1) if len(places) else (0, 0)


def _part(run: Run, judged: Judgement, alarms: np.ndarray, steps: int) -> slice:
    """All of the series, or a part of it in which every step is drawn."""
    whole, row = "All", st.container(horizontal=True, vertical_alignment="bottom")
    shown = row.segmented_control(
        "Shown", [whole, "A part"], default=whole, required=True,
        **lasting(f"anomalies.part.{run.id}"),
        help="When a long series is shown in full, only the minimum and maximum of "
        "neighbouring steps are drawn.",
    )  # fmt: skip
    if shown == whole:
        return slice(0, steps)
    highest = int(np.nanargmax(np.where(judged.learnt, np.nan, judged.scores)))
    first = row.slider(
        "From step",
        0,
        steps - DRAWN,
        int(np.clip(highest - DRAWN // 2, 0, steps - DRAWN)),
        step=DRAWN // 4,
        **lasting(f"anomalies.from.{run.id}"),
    )
    return slice(first, first + DRAWN)


def _alarms(
    run: Run, judged: Judgement, alarms: np.ndarray, truth: np.ndarray, threshold: float
) -> None:
    """What is flagged, stretch by stretch, and how many events are found."""
    series = run.source.series
    assert series is not None
    known = counted(judged, truth)
    if known.any():
        try:
            found = evaluated((truth == ANOMALY).astype(int), judged.scores > threshold, known)
        except NoEvent:
            pass
        else:
            delays = found.delays[~np.isnan(found.delays)]
            late = f", at the median {np.median(delays):,.0f} steps late" if len(delays) else ""
            st.markdown(
                f"**{found.found} of {many(len(found.starts), 'event')}** found{late}; "
                f"{many(found.false_events, 'false alarm')}. F1 over steps **{found.f1:.2f}**. "
                f"Point-adjusted F1 {found.adjusted_f1:.2f}, but as many alarms at random places "
                f"have {found.adjusted_random:.2f}: point adjustment alone says little."
            )
    if not len(alarms):
        st.caption("Nothing is flagged outside of what was learnt.")
        return
    peaks = [float(np.nanmax(judged.scores[first:last])) for first, last in alarms]
    order = np.argsort(peaks)[::-1][:MOST_ALARMS]
    st.dataframe(
        {
            "begins": [time_words(series, int(judged.where[alarms[at][0]])) for at in order],
            "steps": [int(alarms[at][1] - alarms[at][0]) for at in order],
            "highest score": [float(f"{peaks[at]:.3g}") for at in order],
        }
        | (
            {"labelled": [_labelled(truth[slice(*alarms[at])]) for at in order]}
            if known.any()
            else {}
        ),
        hide_index=True,
        height=240,
        key=f"anomalies.alarms.{run.id}",
    )


def _labelled(truth: np.ndarray) -> str:
    """What is known of an alarm; empty if nothing is."""
    if (truth == ANOMALY).any():
        return "anomaly"
    return "normal" if (truth == NORMAL).any() else ""
