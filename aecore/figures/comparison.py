"""Several runs in one chart."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from aecore.data.kinds import IMAGES, Kind
from aecore.figures.legends import legends

BINS = 50


def validation_losses(
    histories: dict[str, dict[str, np.ndarray]], colours: Sequence[str]
) -> go.Figure:
    """The validation loss of each run by epoch.

    Args:
        histories: the run's name → its history, name → (epochs,).
        colours: one for each run.
    """
    figure = go.Figure()
    names = legends(histories)
    for name, history, colour in zip(names, histories.values(), colours, strict=True):
        if "val_loss" in history:
            few = len(history["epoch"]) < 30
            figure.add_scatter(
                x=history["epoch"],
                y=history["val_loss"],
                name=name,
                mode="lines+markers" if few else "lines",
                line={"color": colour, "width": 2},
                marker={"size": 5},
                hovertemplate="epoch %{x}: %{y:.4g}",
            )
    return _laid_out(figure, "epoch", "validation loss")


def error_shares(
    errors: dict[str, np.ndarray], colours: Sequence[str], kind: Kind = IMAGES
) -> go.Figure:
    """What share of its test samples each run rebuilds with which error, as outlines.

    Args:
        errors: the run's name → the error of each sample, as its kind measures it (n,).
        colours: one for each run.
    """
    top = max((float(np.quantile(each, 0.995)) for each in errors.values()), default=1.0) or 1.0
    figure = go.Figure()
    names = legends(errors)
    for name, each, colour in zip(names, errors.values(), colours, strict=True):
        counts, edges = np.histogram(np.minimum(each, top), bins=BINS, range=(0, top))
        figure.add_scatter(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts / len(each),
            name=name,
            mode="lines",
            line={"color": colour, "width": 2, "shape": "hvh"},
            hovertemplate="error %{x:.4g}: %{y:.1%} of its " + kind.samples,
        )
    figure.update_yaxes(tickformat=".0%")
    figure.update_xaxes(rangemode="tozero")
    return _laid_out(figure, kind.error.axis, f"share of the test {kind.samples}")


def _laid_out(figure: go.Figure, x: str, y: str) -> go.Figure:
    figure.update_layout(
        height=340,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis_title=x,
        yaxis_title=y,
        legend={"orientation": "h", "x": 0, "y": -0.25, "yanchor": "top"},
        showlegend=True,
    )
    return figure
