"""What a figure shows in a sentence, for those who cannot see it."""

import html
from typing import Any

import plotly.graph_objects as go

KINDS = {
    "scatter": "Line chart", "scattergl": "Scatter plot", "scatter3d": "Scatter plot in 3-D",
    "bar": "Bar chart", "box": "Box plot", "histogram": "Histogram", "heatmap": "Heat map",
    "violin": "Violin plot",
}  # fmt: skip
MOST_NAMED = 12  # series


def description(figure: go.Figure) -> str:
    """'Line chart of validation loss by epoch. Series: training, validation.'"""
    traces: Any = figure.data  # which the type checker takes for names
    kind = _kind(traces[0]) if traces else "Empty chart"
    down, across = (_title(figure, axis) for axis in ("yaxis", "xaxis"))
    of = f" of {down}" if down else ""
    by = f" by {across}" if across else ""
    names = list(dict.fromkeys(html.unescape(trace.name) for trace in traces if trace.name))
    if len(names) < 2:
        return f"{kind}{of}{by}."
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{kind}{of}{by}. Series: {', '.join(names[:MOST_NAMED])}{more}."


def _kind(trace) -> str:
    if trace.type == "scatter" and trace.mode == "markers":
        return "Scatter plot"
    return KINDS.get(trace.type, "Chart")


def _title(figure: go.Figure, axis: str) -> str:
    layout = figure.layout
    return layout[axis].title.text or layout.scene[axis].title.text or ""
