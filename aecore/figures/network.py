"""A drawing of a network: the funnel from image to code and back."""

import math

import plotly.graph_objects as go

from aecore.analysis.architecture import Architecture
from aecore.figures.colours import CODE, DECODER, ENCODER, INPUT
from aecore.figures.legends import literal

BAR = 0.3  # half of a bar's width, where layers are 1 apart
FEWEST = 7  # a small network is drawn as wide as one with so many layers, in the middle


def network_drawing(network: Architecture, height: int = 230) -> go.Figure:
    """Bars as high as the layers are large (logarithmically), joined into a funnel."""
    bars: list[tuple[str, tuple[int, ...], int, str]] = [("image", network.image, 0, INPUT)]
    code_at = max(i for i, s in enumerate(network.stages) if s.part == "encoder")
    for number, stage in enumerate(network.stages):
        colour = ENCODER if stage.part == "encoder" else DECODER
        if number == code_at:
            colour = CODE
        bars.append((stage.name, stage.shape, stage.parameters, colour))
    heights = [math.log2(math.prod(shape)) + 1 for _, shape, _, _ in bars]
    figure = go.Figure()
    for at in range(len(bars) - 1):
        left, right = heights[at] / 2, heights[at + 1] / 2
        x0, x1 = at + BAR, at + 1 - BAR
        figure.add_scatter(
            x=[x0, x1, x1, x0],
            y=[left, right, -right, -left],
            fill="toself",
            fillcolor="rgba(125, 133, 151, 0.18)",
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
        )
    figure.add_bar(
        x=list(range(len(bars))),
        y=heights,
        base=[-h / 2 for h in heights],
        width=2 * BAR,
        marker={"color": [colour for *_, colour in bars], "line": {"width": 0}},
        customdata=[[literal(name), _size(shape), f"{count:,}"] for name, shape, count, _ in bars],
        hovertemplate="%{customdata[0]} %{customdata[1]}<br>"
        "%{customdata[2]} parameters<extra></extra>",
    )
    tallest, middle = max(heights), (len(bars) - 1) / 2
    half = max(len(bars), FEWEST) / 2
    for at, (_, shape, _, _) in enumerate(bars):
        figure.add_annotation(
            x=at, y=-tallest / 2, text=_size(shape), showarrow=False, yanchor="top", yshift=-4
        )
    figure.update_layout(
        height=height,
        margin={"l": 0, "r": 0, "t": 6, "b": 22},
        showlegend=False,
        xaxis={"visible": False, "fixedrange": True, "range": [middle - half, middle + half]},
        yaxis={"visible": False, "fixedrange": True, "range": [-tallest * 0.58, tallest * 0.52]},
        hovermode="closest",
    )
    return figure


def _size(shape: tuple[int, ...]) -> str:
    shape = shape[:-1] if len(shape) == 3 and shape[-1] == 1 else shape
    return "×".join(map(str, shape))
