"""Loss curves of a training."""

import textwrap

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from aecore.data.kinds import IMAGES, Kind
from aecore.figures.colours import TRAINING, VALIDATION

NARROW = 16  # characters of a title: three beside one another fit on a phone
TITLES = {
    "loss": "Loss per {0.element}",
    "reconstruction": "Reconstruction loss per {0.element}",
    "kl": "KL divergence per {0.sample}",
    "l1": "Sum of activations per {0.sample}",
    "jacobian": "‖Jacobian‖² per {0.sample}",
    "weight_decay": "½ Σ w²",
    "nll": "Negative log-likelihood per {0.sample}",
}


def title_of(term: str, kind: Kind = IMAGES) -> str:
    """What a term of the loss is called, and what it is a mean over."""
    return TITLES.get(term, term).format(kind)


def loss_curves(
    history: dict[str, np.ndarray], height: int = 300, kind: Kind = IMAGES
) -> go.Figure:
    """Every term over the epochs, training and validation.

    Args:
        history: name → (epochs,), with `epoch`, the terms, and `val_<term>` for validation data.
    """
    terms = [name for name in history if name != "epoch" and not name.startswith("val_")]
    titles = ["<br>".join(textwrap.wrap(title_of(name, kind), NARROW)) for name in terms]
    figure = make_subplots(1, max(1, len(terms)), subplot_titles=titles, horizontal_spacing=0.08)
    for column, name in enumerate(terms, 1):
        for key, label, colour in (
            (name, "training", TRAINING),
            (f"val_{name}", "validation", VALIDATION),
        ):
            figure.add_scatter(
                x=history["epoch"],
                y=history[key],
                name=label,
                legendgroup=label,
                showlegend=column == 1,
                mode="lines+markers" if len(history["epoch"]) < 30 else "lines",
                line={"color": colour, "width": 2},
                marker={"size": 5},
                hovertemplate="epoch %{x}: %{y:.4g}",
                row=1,
                col=column,
            )
    whole = 1 if len(history["epoch"]) <= 10 else None  # there is no epoch 1.5
    figure.update_annotations(font_size=13)
    figure.update_xaxes(title_text="epoch", title_standoff=4, dtick=whole)
    figure.update_yaxes(rangemode="normal", nticks=6)
    figure.update_layout(
        height=height,
        margin={"l": 10, "r": 10, "t": 60, "b": 10},
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1.2, "yanchor": "bottom"},
    )
    return figure
