"""A time series with its parts and gaps, and one of its windows close up."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from aecore.figures.colours import CLASSES, CODE, THRESHOLD, TRAINING, VALIDATION
from aecore.figures.legends import legends

MOST_CHANNELS = 4  # drawn below one another
MOST_POINTS = 2000  # of a curve; more are drawn as the least and largest of neighbours
MOST_GAPS = 40  # that are shaded, the longest
ROW = 120  # pixels of a channel
PARTS = (("training", TRAINING), ("validation", VALIDATION), ("test", CLASSES[4]))


@dataclass(frozen=True)
class Course:
    """What is drawn of a series: values (steps, channels) at regular times, NaN in gaps.

    start, step: seconds; start is since 1970, or 0 where only differences are known.
    """

    values: np.ndarray
    channels: Sequence[str]
    start: float
    step: float

    def times(self, places: np.ndarray) -> np.ndarray:
        """Steps as an axis shows them: dates, seconds, or their numbers."""
        if not self.start:
            return places * self.step
        return ((self.start + places * self.step) * 1000).astype("datetime64[ms]")

    def step_at(self, time: str | float) -> int:
        """The step nearest to a place on the axis, as a browser tells it."""
        if not self.start:
            return round(float(time) / self.step)
        seconds = np.datetime64(str(time).replace(" ", "T"), "ms").astype(np.int64) / 1e3
        return round((seconds - self.start) / self.step)

    @property
    def axis(self) -> str:
        """The title of the axis."""
        return "time" if self.start else "step" if self.step == 1 else "seconds"


def timeline(course: Course, borders: Sequence[int], window: tuple[int, int]) -> go.Figure:
    """The whole series: its parts shaded, its gaps and one window marked.

    Args:
        borders: the steps at which the parts begin, and the end.
        window: the first step of the marked window, and the step after its last.
    """
    figure = _curves(course, 0, len(course.values))
    for number, (name, colour) in enumerate(PARTS):
        first, last = course.times(np.array([borders[number], borders[number + 1]]))
        shade = {"fillcolor": colour, "opacity": 0.12, "line_width": 0, "layer": "below"}
        figure.add_vrect(first, last, row="all", col="all", **shade)
        figure.add_annotation(
            x=first, y=1, yref="paper", text=name, showarrow=False, xanchor="left",
            yanchor="bottom", font={"color": colour},
        )  # fmt: skip
    for first, last in _gaps(course.values):
        ends = course.times(np.array([first, last]))
        shade = {"fillcolor": THRESHOLD, "opacity": 0.25, "line_width": 0, "layer": "below"}
        figure.add_vrect(*ends, row="all", col="all", **shade)
    _mark(figure, course, *window, "solid")
    return figure


def normal_stretch(course: Course, stretch: tuple[int, int]) -> go.Figure:
    """The whole series with the stretch that is to be learnt, over which another can be dragged.

    Args:
        stretch: its first step, and the step after its last.
    """
    figure = _curves(course, 0, len(course.values))
    ends = course.times(np.array(stretch))
    shade = {"fillcolor": TRAINING, "opacity": 0.25, "line_width": 0, "layer": "below"}
    figure.add_vrect(*ends, row="all", col="all", **shade)
    return figure.update_layout(dragmode="select", selectdirection="h")


def curves(course: Course) -> go.Figure:
    """The whole series, a panel a channel."""
    return _curves(course, 0, len(course.values))


def closeup(course: Course, start: int, length: int, stride: int) -> go.Figure:
    """Some windows' worth of the series, with one window, and the next a stride later."""
    first = max(0, start - length)
    last = min(len(course.values), start + stride + 2 * length)
    figure = _curves(course, first, last)
    _mark(figure, course, start, start + length, "solid")
    if start + stride + length <= len(course.values):
        _mark(figure, course, start + stride, start + stride + length, "dot")
    return figure


def _curves(course: Course, first: int, last: int) -> go.Figure:
    names = legends(course.channels)[:MOST_CHANNELS]
    figure = make_subplots(len(names), 1, shared_xaxes=True, vertical_spacing=0.04)
    for row, name in enumerate(names, 1):
        places, values = thinned(course.values[first:last, row - 1])
        figure.add_scatter(
            x=course.times(places + first), y=values, name=name, mode="lines",
            line={"color": CLASSES[row - 1], "width": 1.4}, row=row, col=1,
            hovertemplate="%{x}: %{y:.4g}",
        )  # fmt: skip
        figure.update_yaxes(title_text=name, nticks=4, row=row, col=1)
    figure.update_xaxes(title_text=course.axis, row=len(names), col=1)
    return figure.update_layout(
        height=ROW * len(names) + 90, showlegend=False,
        margin={"l": 10, "r": 10, "t": 28, "b": 10},
    )  # fmt: skip


def thinned(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places and values (m,) of a curve (n,): of many neighbours the least and the largest."""
    if len(values) <= MOST_POINTS:
        return np.arange(len(values)), values
    size = -(-len(values) // (MOST_POINTS // 2))
    count = -(-len(values) // size)
    filled = np.full(count * size, np.nan)
    filled[: len(values)] = values
    groups = filled.reshape(count, size)
    known = ~np.isnan(groups)
    some = known.any(axis=1, keepdims=True)
    low = np.where(known, groups, np.inf).min(axis=1)
    high = np.where(known, groups, -np.inf).max(axis=1)
    ends = np.where(some, np.column_stack([low, high]), np.nan)
    places = np.arange(count)[:, None] * size + np.array([0, size / 2])
    return places.ravel(), ends.ravel()


def _gaps(values: np.ndarray) -> list[tuple[int, int]]:
    """The longest stretches in which every channel is missing: first step, and the one after."""
    missing = np.isnan(values).all(axis=1).astype(np.int8)
    changes = np.diff(np.concatenate([[0], missing, [0]]))
    found = zip(np.flatnonzero(changes == 1), np.flatnonzero(changes == -1), strict=True)
    gaps = sorted(((int(a), int(b)) for a, b in found), key=lambda gap: gap[0] - gap[1])
    return sorted(gaps[:MOST_GAPS])


def _mark(figure: go.Figure, course: Course, first: int, last: int, dash: str) -> None:
    ends = course.times(np.array([first, last]))
    line = {"color": CODE, "width": 2, "dash": dash}
    figure.add_vrect(*ends, row="all", col="all", line=line, fillcolor="rgba(0, 0, 0, 0)")
