"""Normal distributions in the plane."""

import numpy as np
import plotly.graph_objects as go

from aecore.figures.colours import CLASSES
from aecore.figures.legends import legends

CORNERS = 36


def clouds(
    means: np.ndarray,
    deviations: np.ndarray,
    labels: np.ndarray,
    classes: tuple[str, ...],
    axes: tuple[str, str],
    height: int = 420,
) -> go.Figure:
    """Ellipses of one standard deviation around means (n, 2), coloured by class (n,).

    The dotted circle is one standard deviation of the prior N(0, I).
    """
    angle = np.linspace(0, 2 * np.pi, CORNERS)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=-1)  # (corners, 2)
    figure, names = go.Figure(), legends(classes)
    for c in np.unique(labels):
        rings = [
            np.vstack([m + d * circle, [[np.nan, np.nan]]])  # NaN lifts the pen
            for m, d in zip(means[labels == c], deviations[labels == c], strict=True)
        ]
        xs, ys = np.concatenate(rings).T
        figure.add_scatter(
            x=xs,
            y=ys,
            name=names[c],
            mode="lines",
            line={"color": CLASSES[c % len(CLASSES)], "width": 1.5},
            hoverinfo="name",
        )
    figure.add_scatter(
        x=circle[:, 0],
        y=circle[:, 1],
        name="prior",
        mode="lines",
        line={"color": "#7d8597", "dash": "dot"},
        hoverinfo="name",
    )
    figure.update_xaxes(title_text=axes[0], zeroline=False)
    figure.update_yaxes(title_text=axes[1], zeroline=False, scaleanchor="x")
    figure.update_layout(height=height, margin={"l": 10, "r": 10, "t": 10, "b": 10})
    return figure
