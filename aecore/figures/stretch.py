"""A stretch of a series over time: given and reconstructed, and the error below."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from aecore.figures.colours import INPUT, OWN, RUNS, THRESHOLD
from aecore.figures.legends import legends

TALL, LOW = 170, 110  # pixels of a channel, and of the error


def stretch_figure(
    times: np.ndarray,
    given: np.ndarray,
    rebuilt: np.ndarray,
    errors: np.ndarray | None,
    channels: Sequence[str],
    usual: float | None = None,
    across: str = "",
    after: str = "reconstructed",
) -> go.Figure:
    """A panel a channel, and one of the error if there is one.

    Args:
        times: (steps,), numbers or datetime64.
        given, rebuilt: (steps, channels) in the user's units, NaN where missing. What is rebuilt
            where nothing is given is marked.
        errors: (steps,), NaN where there is none; None to leave them out.
        usual: an error that 99% of the test windows do not exceed, drawn as a line.
        across: title of the axis of time. after: what the rebuilt values are called.
    """
    heights = [TALL] * len(channels) + [LOW] * (errors is not None)
    count = len(heights)
    figure = make_subplots(
        rows=count, cols=1, shared_xaxes=True, vertical_spacing=0.06 / count, row_heights=heights
    )
    for row, name in enumerate(legends(channels), 1):
        values, outputs = given[:, row - 1], rebuilt[:, row - 1]
        proposed = np.where(np.isnan(values), outputs, np.nan)
        curves = {
            "given": (values, INPUT, 1.5),
            after: (outputs, RUNS[0], 1.5),
            "proposed where missing": (proposed, OWN, 3),
        }
        for title, (curve, colour, width) in curves.items():
            if title.startswith("proposed") and np.isnan(curve).all():
                continue
            figure.add_scatter(
                x=times, y=curve, name=title, legendgroup=title, showlegend=row == 1,
                mode="lines", line={"color": colour, "width": width},
                hovertemplate="%{y:.4g}", row=row, col=1,
            )  # fmt: skip
        figure.update_yaxes(title_text=name, row=row, col=1)
    if errors is not None:
        figure.add_scatter(
            x=times, y=errors, name="error", mode="lines", showlegend=False,
            line={"color": THRESHOLD, "width": 1.5}, hovertemplate="%{y:.4g}", row=count, col=1,
        )  # fmt: skip
        figure.update_yaxes(title_text="error", rangemode="tozero", row=count, col=1)
    if usual is not None:
        figure.add_scatter(
            x=times[[0, -1]], y=[usual, usual], name="99% of test windows", mode="lines",
            line={"color": THRESHOLD, "width": 1, "dash": "dot"}, row=count, col=1,
        )  # fmt: skip
    figure.update_xaxes(title_text=across, row=count, col=1)
    return figure.update_layout(
        height=sum(heights) + 70,
        margin={"l": 10, "r": 10, "t": 30, "b": 10},
        hovermode="x unified",
        dragmode="pan",
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
    )
