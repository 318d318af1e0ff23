"""A series as a whole with the score below: what was learnt from, labelled events, threshold."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from aecore.data.series.series import Series
from aecore.figures.colours import CLASSES, ENCODER, THRESHOLD, TRAINING
from aecore.figures.legends import legends
from aecore.figures.numbers import significant
from aecore.figures.timeline import thinned
from aecore.figures.windows import step_times, time_title

MOST_SHADED = 200  # events
TALL, LOW = 100, 150  # pixels of a channel, and of the score


def score_over_time(
    series: Series,
    values: np.ndarray,
    scores: np.ndarray,
    threshold: float,
    chosen: Sequence[int],
    events: Sequence[tuple[int, int]] = (),
    learnt: tuple[int, int] = (0, 0),
    first: int = 0,
) -> go.Figure:
    """A panel a channel, and one of the score with its threshold.

    Args:
        values: (steps, channels) in the user's units, NaN where missing.
        scores: (steps,), NaN where there is none.
        chosen: the channels that are drawn.
        events: first steps of labelled anomalies, and the steps after their last; of those in this
            part the first `MOST_SHADED` are shaded.
        learnt: the first step that the detector has learnt from, and the one after the last.
        first: the step that `values` begin with.
    """
    names = [legends(series.channels)[at] for at in chosen]
    rows = len(names) + 1
    heights = [TALL] * len(names) + [LOW]
    figure = make_subplots(
        rows, 1, shared_xaxes=True, vertical_spacing=0.05 / rows, row_heights=heights
    )
    for row, (name, at) in enumerate(zip(names, chosen, strict=True), 1):
        places, drawn = thinned(values[:, at])
        figure.add_scatter(
            x=step_times(series, first + places), y=drawn, name=name, mode="lines",
            line={"color": CLASSES[4 + row % 5], "width": 1.2}, showlegend=False,
            hovertemplate="%{x}: %{y:.4g}", row=row, col=1,
        )  # fmt: skip
        figure.update_yaxes(title_text=name, nticks=4, row=row, col=1)
    places, drawn = thinned(scores)
    figure.add_scatter(
        x=step_times(series, first + places), y=drawn, name="score", mode="lines",
        line={"color": ENCODER, "width": 1.2}, showlegend=False,
        hovertemplate="%{x}: %{y:.4g}", row=rows, col=1,
    )  # fmt: skip
    below: Any = {"row": rows, "col": 1}  # typed as words there
    figure.add_hline(
        threshold,
        line={"color": THRESHOLD, "dash": "dash"},
        annotation={"text": f"threshold {significant(threshold)}", "xanchor": "right"},
        **below,
    )
    last = first + len(values)
    if first < learnt[1] and last > learnt[0]:
        _shade(figure, series, max(learnt[0], first), min(learnt[1], last), TRAINING, 0.1)
    for start, end in within(events, first, last)[:MOST_SHADED]:
        _shade(figure, series, max(start, first), min(end, last), THRESHOLD, 0.25)
    figure.update_yaxes(title_text="score", row=rows, col=1)
    figure.update_xaxes(title_text=time_title(series), row=rows, col=1)
    return figure.update_layout(
        height=sum(heights) + 70,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        dragmode="pan",
        hovermode="x unified",
        showlegend=False,
    )


def within(events: Sequence[tuple[int, int]], first: int, last: int) -> list[tuple[int, int]]:
    """The events that lie in a part of a series, or reach into it; `last` is the step after it."""
    return [(start, end) for start, end in events if start < last and end > first]


def _shade(figure, series: Series, first: int, last: int, colour: str, opacity: float) -> None:
    ends = step_times(series, np.array([first, last]))
    look = {"fillcolor": colour, "opacity": opacity, "line_width": 0, "layer": "below"}
    figure.add_vrect(*ends, row="all", col="all", **look)
