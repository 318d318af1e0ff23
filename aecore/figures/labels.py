"""Accuracy by the number of labels, with intervals."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from aecore.figures.colours import CLASSES
from aecore.figures.legends import legends

Bounded = tuple[float, float]  # a mean, and half the width of its interval; NaN without one


def accuracy_by_labels(
    counts: Sequence[int],
    curves: Mapping[str, Sequence[Bounded]],
    samples: str,
    levels: Mapping[str, float] | None = None,
) -> go.Figure:
    """A curve for each name, its points with their intervals.

    Args:
        counts: numbers of labels, ascending. curves: name → (mean, half) for each count, shares.
        samples: such as "images". levels: named shares to compare with, dotted.
    """
    figure = _curves(list(counts), curves, "%{x:,} labels: %{y:.1f}%")
    for name, level in (levels or {}).items():
        figure.add_hline(
            100 * level,
            line={"color": CLASSES[7], "dash": "dot"},
            annotation={"text": name, "xanchor": "right"},
        )
    figure.update_xaxes(
        type="log", tickvals=list(counts), ticktext=[f"{count:,}" for count in counts]
    )
    return _laid_out(figure, "labels", samples)


def accuracy_by_layer(
    layers: Sequence[str], curves: Mapping[str, Sequence[Bounded]], samples: str
) -> go.Figure:
    """A curve for each number of labels, over the layers.

    Args:
        layers: their names. curves: name → (mean, half) for each layer, shares.
        samples: such as "images".
    """
    figure = _curves(list(layers), curves, "%{y:.1f}%")
    figure.update_xaxes(type="category")
    return _laid_out(figure, "", samples)


def _curves(xs: list, curves: Mapping[str, Sequence[Bounded]], told: str) -> go.Figure:
    figure = go.Figure()
    for number, (name, values) in enumerate(zip(legends(curves), curves.values(), strict=True)):
        figure.add_scatter(
            x=xs,
            y=[100 * value for value, _ in values],
            error_y={
                "array": [0 if half != half else 100 * half for _, half in values],
                "thickness": 1.5,
                "width": 5,
            },
            name=name,
            mode="lines+markers",
            line={"color": CLASSES[number], "width": 2},
            marker={"size": 7},
            hovertemplate=told,
        )
    return figure


def _laid_out(figure: go.Figure, across: str, samples: str) -> go.Figure:
    figure.update_layout(
        height=340,
        margin={"l": 10, "r": 10, "t": 50, "b": 10},
        xaxis_title=across,
        yaxis_title=f"test {samples} classified correctly, %",
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    )
    return figure
