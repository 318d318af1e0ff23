"""Distributions of reconstruction errors."""

import numpy as np
import plotly.graph_objects as go

from aecore.data.kinds import IMAGES, Kind
from aecore.figures.colours import CLASSES, ENCODER, OWN, THRESHOLD
from aecore.figures.legends import legends
from aecore.figures.numbers import significant

BINS = 60


def error_histogram(
    errors: np.ndarray,
    threshold: float | None = None,
    own: np.ndarray | None = None,
    kind: Kind = IMAGES,
    chosen: np.ndarray | None = None,
) -> go.Figure:
    """The distribution of the errors of test samples (n,), and of the user's own (m,).

    Each bar tells between which errors it lies. Those of chosen samples (k,) stand before others.
    """
    top = float(np.quantile(errors, 0.999)) * 1.1
    top = max([top, *map(float, own if own is not None else [])])
    counts, edges = np.histogram(np.minimum(errors, top), bins=BINS, range=(0, top))
    centres = (edges[:-1] + edges[1:]) / 2
    over = centres > threshold if threshold is not None else np.zeros(BINS, bool)
    figure = go.Figure(
        go.Bar(
            x=centres,
            y=counts,
            width=edges[1] - edges[0],
            customdata=np.stack([edges[:-1], [*edges[1:-1], errors.max() + 1]], axis=1).tolist(),
            marker={"color": np.where(over, THRESHOLD, ENCODER), "line": {"width": 0}},
            hovertemplate="error %{x:.3g}: %{y} " + kind.samples + "<extra></extra>",
        )
    )
    if chosen is not None:
        figure.add_bar(
            x=centres,
            y=np.histogram(np.minimum(chosen, top), edges)[0],
            width=edges[1] - edges[0],
            marker={"color": OWN, "line": {"width": 0}},
            hoverinfo="skip",
        )
    if threshold is not None:
        figure.add_vline(
            threshold,
            line={"color": THRESHOLD, "dash": "dash"},
            annotation={"text": f"threshold {significant(threshold)}", "yanchor": "bottom"},
        )
    for score in own if own is not None else []:
        figure.add_vline(float(score), line={"color": OWN, "width": 2})
    figure.update_layout(
        height=320,
        bargap=0,
        barmode="overlay",
        margin={"l": 10, "r": 10, "t": 30, "b": 10},
        xaxis_title=kind.error.axis,
        yaxis_title=kind.samples,
        showlegend=False,
    )
    return figure


def errors_by_class(
    errors: np.ndarray,
    labels: np.ndarray,
    classes: tuple[str, ...],
    threshold: float | None = None,
    kind: Kind = IMAGES,
) -> go.Figure:
    """A box a class: quartiles of its errors, whiskers at 5 and 95%."""
    figure, names = go.Figure(), legends(classes)
    for c in np.unique(labels):
        low, q1, median, q3, high = np.quantile(errors[labels == c], [0.05, 0.25, 0.5, 0.75, 0.95])
        figure.add_box(
            x=[names[c]],
            lowerfence=[low],
            q1=[q1],
            median=[median],
            q3=[q3],
            upperfence=[high],
            name=names[c],
            marker={"color": CLASSES[c % len(CLASSES)]},
        )
    if threshold is not None:
        figure.add_hline(threshold, line={"color": THRESHOLD, "dash": "dash"})
    figure.update_layout(
        height=320,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        yaxis_title=kind.error.axis,
        xaxis={"title": "class", "type": "category"},
        showlegend=False,
    )
    return figure
