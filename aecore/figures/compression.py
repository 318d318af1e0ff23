"""Curves of bits per pixel, row or window against quality."""

from collections.abc import Mapping

import plotly.graph_objects as go

from aecore.figures.colours import ACCENT, CLASSES, INPUT
from aecore.figures.legends import legends

MEASURES = {"psnr": "PSNR, dB", "ssim": "SSIM", "error": "mean squared error"}


def rate_figure(
    curves: Mapping[str, Mapping[str, list[float]]],
    measure: str,
    limit: float | None = None,
    part: str = "pixel",
) -> go.Figure:
    """Quality over bits per pixel; the first curve is the codec's.

    Args:
        curves: name → "bits" per pixel and the measure, lists of the same length.
        measure: one of `MEASURES`.
        limit: what the model reaches without quantisation.
        part: what the bits are counted by.
    """
    figure = go.Figure()
    colours = [ACCENT, *(colour for colour in CLASSES if colour != ACCENT)]
    shown = zip(legends(curves), curves.values(), colours, strict=False)
    for name, each, colour in shown:
        figure.add_scatter(
            x=each["bits"],
            y=each[measure],
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 3 if colour == ACCENT else 1.5},
            marker={"size": 5},
            hovertemplate="%{x:.3g} bits per " + part + ": %{y:.3g}",
        )
    if limit is not None:
        figure.add_hline(
            limit,
            line={"color": INPUT, "dash": "dot"},
            annotation={"text": "not quantised", "xanchor": "right", "yanchor": "bottom"},
        )
    figure.update_xaxes(title_text=f"bits per {part}", type="log", nticks=8)
    figure.update_yaxes(title_text=MEASURES[measure])
    figure.update_layout(
        height=400,
        margin={"l": 10, "r": 10, "t": 40, "b": 10},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    )
    return figure
