"""Maps of the latent space."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from aecore.figures.colours import CLASSES, OWN, SCALE
from aecore.figures.legends import legends, literal

HEIGHT = 420  # pixels: with what is above it on its page, a map ends before the fold at 800
TOOLS = 34  # room of Plotly's buttons, so that they lie over nothing


def latent_scatter(
    places: np.ndarray,
    labels: np.ndarray,
    classes: tuple[str, ...],
    ids: np.ndarray,
    axes: tuple[str, ...],
    values: np.ndarray | None = None,
    own: np.ndarray | None = None,
    own_names: list[str] | None = None,
    told: tuple[str, Sequence[str]] = ("error", ()),
) -> go.Figure:
    """Codes on a map of two or three dimensions.

    Args:
        places (n, 2 or 3): where the codes lie; labels (n,): their classes, named by `classes`.
        ids (n,): what a selection returns for each point.
        axes: a title each.
        values (n,): colours the points by these instead of by class.
        own (m, 2 or 3): further points, the user's, with their names.
        told: what the values are called, and what pointing at a point tells beside its class.
    """
    flat = places.shape[1] == 2
    figure, titles = go.Figure(), legends(classes)
    title, lines = literal(told[0]), list(told[1])
    if values is None:
        groups = [(labels == c, titles[c], CLASSES[c % len(CLASSES)]) for c in np.unique(labels)]
    else:
        groups = [(np.full(len(places), True), title, values)]
    for members, name, colour in groups:
        marker = {"color": colour, "size": 6 if flat else 3, "opacity": 0.8}
        if values is not None:
            low, high = (
                np.nanquantile(values, (0.02, 0.98)) if np.isfinite(values).any() else (0, 1)
            )
            marker |= {
                "colorscale": SCALE,
                "cmin": 0 if told[0] == "error" else float(low),
                "cmax": float(high),
                "colorbar": {"title": title, "thickness": 12},
            }
        words = [titles[c] for c in labels[members]]
        if lines:
            more = np.array(lines, object)[members]
            words = [f"{word}<br>{line}" for word, line in zip(words, more, strict=True)]
        _add(figure, places[members], name, marker, ids[members], words)
    if own is not None and len(own):
        marker = {"color": OWN, "size": 14 if flat else 7, "symbol": "diamond",
                  "line": {"color": "white", "width": 1.5}}  # fmt: skip
        _add(figure, own, "yours", marker, np.full(len(own), -1), legends(own_names or ()))
    layout = {
        "height": HEIGHT,
        "margin": {"l": 10, "r": 10, "t": TOOLS, "b": 10},
        "legend": {"itemsizing": "constant", "y": 1, "yanchor": "top"},
        "dragmode": "lasso" if flat else "orbit",
        "showlegend": values is None or (own is not None and len(own) > 0),
        "uirevision": "stay",
    }
    if flat:
        figure.update_xaxes(title_text=axes[0], zeroline=False)
        figure.update_yaxes(title_text=axes[1], zeroline=False, scaleanchor="x")
    else:
        names = ("xaxis", "yaxis", "zaxis")
        scene = {n: {"title": {"text": t}} for n, t in zip(names, axes, strict=True)}
        layout["scene"] = scene | {"aspectmode": "data"}
    figure.update_layout(**layout)
    return figure


def _add(figure, places, name, marker, ids, words) -> None:
    shared = {
        "mode": "markers",
        "name": name,
        "marker": marker,
        "customdata": ids,
        "text": words,
        "hovertemplate": "%{text}<extra></extra>",
    }
    if places.shape[1] == 2:
        figure.add_scatter(x=places[:, 0], y=places[:, 1], **shared)
    else:
        figure.add_scatter3d(x=places[:, 0], y=places[:, 1], z=places[:, 2], **shared)
