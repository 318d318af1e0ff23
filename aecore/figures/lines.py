"""Curves and bars of a few numbers: what most panels of a type need."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from aecore.figures.colours import CLASSES, THRESHOLD, series_colours
from aecore.figures.legends import legends

Curve = tuple[Any, Any]  # sequences or arrays of numbers, of one length


def line_chart(
    curves: Mapping[str, Curve],
    across: str,
    up: str,
    log_across: bool = False,
    log_up: bool = False,
    marks: Mapping[str, float] | None = None,
    levels: dict[str, float] | None = None,
    height: int = 320,
) -> go.Figure:
    """Curves by name, (xs, ys) each.

    Args:
        across, up: titles of the axes.
        log_across, log_up: whether they are logarithmic; the ticks are then those of the data.
        marks: named places on the horizontal axis, dashed.
        levels: named heights, dotted.
    """
    figure = go.Figure()
    named = zip(legends(curves), curves.values(), series_colours(list(curves)), strict=True)
    for name, (xs, ys), colour in named:
        figure.add_scatter(
            x=list(xs),
            y=list(ys),
            name=name,
            mode="lines+markers" if len(xs) < 40 else "lines",
            line={"color": colour, "width": 2},
            hovertemplate="%{x:.4g}: %{y:.4g}",
        )
    for name, place in (marks or {}).items():
        figure.add_vline(
            place,
            line={"color": THRESHOLD, "dash": "dash"},
            annotation={"text": name, "yanchor": "bottom"},
        )
    for name, level in (levels or {}).items():
        figure.add_hline(
            level,
            line={"color": THRESHOLD, "dash": "dot"},
            annotation={"text": name, "xanchor": "right"},
        )
    if log_across:
        ticks = []
        for x in sorted({float(x) for xs, _ in curves.values() for x in xs}):
            if not ticks or x > 1.3 * ticks[-1]:  # or their words would overlap
                ticks.append(x)
        words = [f"{tick:,g}" for tick in ticks]
        figure.update_xaxes(type="log", tickvals=ticks, ticktext=words)
    if log_up:
        figure.update_yaxes(type="log", exponentformat="power", dtick=1)
    return _laid_out(figure, across, up, height, len(curves) > 1)


def bar_chart(
    bars: Mapping[str, Any],
    names: Sequence[str],
    up: str,
    across: str = "",
    halves: Sequence[float] | None = None,
    height: int = 320,
) -> go.Figure:
    """Bars beside one another: a group for each of `names`, a colour for each entry of `bars`.

    Args:
        halves: half the width of an interval around each bar of the first entry.
    """
    figure = go.Figure()
    named = zip(legends(bars), bars.values(), series_colours(list(bars)), strict=True)
    for number, (name, values, colour) in enumerate(named):
        bar = {"x": legends(names), "y": list(values), "name": name, "offsetgroup": str(number)}
        figure.add_bar(
            **bar,
            marker={"color": colour, "line": {"width": 0}},
            hovertemplate="%{x}: %{y:.4g}",
        )
        if halves is not None and number == 0:
            _add_intervals(figure, bar, list(halves))
    figure.update_xaxes(type="category")
    return _laid_out(figure, across, up, height, len(bars) > 1)


def _add_intervals(figure: go.Figure, bar: dict, halves: list[float]) -> None:
    """Intervals dark in white, to be seen on their bars, on a light and on a dark ground."""
    for ink, thick in (("#ffffff", 4), ("#12161d", 1.5)):
        figure.add_bar(
            **bar,
            error_y={"array": halves, "color": ink, "thickness": thick, "width": 4},
            marker={"color": "rgba(0, 0, 0, 0)"},
            showlegend=False,
            hoverinfo="skip",
        )


def histogram(
    values: np.ndarray, across: str, up: str, bins: int = 40, height: int = 300
) -> go.Figure:
    """How often values (n,) occur."""
    counts, edges = np.histogram(values, bins=bins)
    return counted(counts, edges, across, up, height=height)


def counted(
    counts: np.ndarray, edges: np.ndarray, across: str, up: str, log_up=False, height: int = 300
) -> go.Figure:
    """A histogram from its counts (bins,) and edges (bins + 1,)."""
    figure = go.Figure(
        go.Bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts,
            width=np.diff(edges),
            marker={"color": CLASSES[0], "line": {"width": 0}},
            hovertemplate="%{x:.3g}: %{y}<extra></extra>",
        )
    )
    if log_up:
        figure.update_yaxes(type="log", exponentformat="power", dtick=1)
    figure.update_layout(bargap=0)
    return _laid_out(figure, across, up, height, legend=False)


def _laid_out(figure: go.Figure, across: str, up: str, height: int, legend: bool) -> go.Figure:
    figure.update_layout(
        height=height,
        margin={"l": 10, "r": 10, "t": 36, "b": 10},
        xaxis_title=across,
        yaxis_title=up,
        showlegend=legend,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    )
    return figure
