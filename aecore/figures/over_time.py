"""Errors of windows along the time axis."""

import numpy as np
import plotly.graph_objects as go

from aecore.data.series.series import Series
from aecore.figures.colours import ENCODER, THRESHOLD
from aecore.figures.numbers import significant
from aecore.figures.windows import step_times, time_title


def errors_over_time(
    series: Series, starts: np.ndarray, errors: np.ndarray, threshold: float, title: str
) -> go.Figure:
    """The error of each window (n,) at its middle, with a strip below to move along time.

    Args:
        starts (n,): the steps at which the windows begin, increasing.
        title: of the errors.
    """
    middles = starts + series.length // 2
    apart = np.flatnonzero(np.diff(starts) > max(series.length, series.stride))
    places = np.insert(middles.astype(np.float64), apart + 1, middles[apart] + 1)
    values = np.insert(errors.astype(np.float64), apart + 1, np.nan)  # lifts the pen
    figure = go.Figure(
        go.Scatter(
            x=step_times(series, places),
            y=values,
            mode="lines+markers" if len(errors) < 400 else "lines",
            line={"color": ENCODER, "width": 1.5},
            marker={"size": 4},
            hovertemplate="%{x}: %{y:.3g}<extra></extra>",
        )
    )
    quarter = max(1, len(errors) // 4)
    away = [np.abs(part - threshold).min() for part in (errors[:quarter], errors[-quarter:])]
    figure.add_hline(
        threshold,
        line={"color": THRESHOLD, "dash": "dash"},
        annotation={"text": f"threshold {significant(threshold)}"},
        annotation_position="top left" if away[0] > away[1] else "top right",  # off the curve
    )
    figure.update_layout(
        height=340,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis={"title": time_title(series), "rangeslider": {"visible": True, "thickness": 0.12}},
        yaxis={"title": title, "rangemode": "tozero"},
        showlegend=False,
    )
    return figure


def apart_worst(starts: np.ndarray, errors: np.ndarray, length: int, most: int = 10) -> list[int]:
    """The windows with the largest errors, of which no two share a step."""
    chosen: list[int] = []
    for at in np.argsort(-errors, kind="stable"):
        if all(abs(int(starts[at]) - int(starts[other])) >= length for other in chosen):
            chosen.append(int(at))
        if len(chosen) == most:
            break
    return chosen
