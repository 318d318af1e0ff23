"""A drawing of a network: the funnel from image to code and back."""

import math
from dataclasses import dataclass

import plotly.graph_objects as go

from aecore.analysis.architecture import Architecture, Stage
from aecore.figures.colours import CODE, DECODER, ENCODER, INPUT
from aecore.figures.legends import literal

BAR = 0.3  # half of a bar's width, where layers are 1 apart
FEWEST = 7  # a small network is drawn as wide as one with so many layers, in the middle


@dataclass(frozen=True)
class _Bar:
    """A layer of the drawing: what stands above and below it, and what pointing at it tells."""

    part: str
    size: str
    values: int
    told: str
    colour: str

    @property
    def height(self) -> float:
        return math.log2(self.values) + 1


def network_drawing(network: Architecture, height: int = 250) -> go.Figure:
    """Bars as high as the logarithm of their layers' sizes, joined into a funnel."""
    bars = _bars(network)
    heights = [bar.height for bar in bars]
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
        marker={"color": [bar.colour for bar in bars], "line": {"width": 0}},
        customdata=[bar.told for bar in bars],
        hovertemplate="%{customdata}<extra></extra>",
    )
    tallest, middle = max(heights), (len(bars) - 1) / 2
    half = max(len(bars), FEWEST) / 2
    words = {"showarrow": False}
    for at, bar in enumerate(bars):
        below = {"y": -tallest / 2, "yanchor": "top", "yshift": -4}
        figure.add_annotation(x=at, text=bar.size, **below, **words)
    for part in dict.fromkeys(bar.part for bar in bars):
        places = [at for at, bar in enumerate(bars) if bar.part == part]
        above = {"y": tallest / 2, "yanchor": "bottom", "yshift": 3}
        figure.add_annotation(x=sum(places) / len(places), text=part, **above, **words)
    figure.update_layout(
        height=height,
        margin={"l": 0, "r": 0, "t": 18, "b": 22},
        showlegend=False,
        xaxis={"visible": False, "fixedrange": True, "range": [middle - half, middle + half]},
        yaxis={"visible": False, "fixedrange": True, "range": [-tallest * 0.58, tallest * 0.56]},
        hovermode="closest",
    )
    return figure


def _bars(network: Architecture) -> list[_Bar]:
    """The image and every layer; mean and spread of a distribution over codes are one bar."""
    image = _size(network.image)
    bars = [_Bar("input", image, math.prod(network.image), f"image {image}", INPUT)]
    *encoder, code = [stage for stage in network.stages if stage.part == "encoder"]
    decoder = [stage for stage in network.stages if stage.part == "decoder"]
    both = [encoder.pop(), code] if encoder and _same_input(network, encoder, code) else [code]
    for stage in encoder:
        bars.append(_bar("encoder", stage.name, [stage], ENCODER))
    name = code.name if len(both) == 1 else "mean and log-variance"
    bars.append(_bar("code", name, both, CODE))
    for stage in decoder:
        part = "output" if stage is decoder[-1] else "decoder"
        bars.append(_bar(part, stage.name, [stage], DECODER))
    return bars


def _same_input(network: Architecture, encoder: list[Stage], code: Stage) -> bool:
    """Whether the last two layers are dense ones of one input, and not one made from the other."""
    *earlier, last = encoder
    before = earlier[-1].size if earlier else math.prod(network.image)
    weights = (before + 1) * code.size
    return before != code.size and last.shape == code.shape and (
        last.parameters == code.parameters == weights
    )  # fmt: skip


def _bar(part: str, name: str, stages: list[Stage], colour: str) -> _Bar:
    size = " + ".join(_size(stage.shape) for stage in stages)
    count = sum(stage.parameters for stage in stages)
    told = f"{literal(name)} {size}<br>{count:,} parameters"
    return _Bar(part, size, sum(stage.size for stage in stages), told, colour)


def _size(shape: tuple[int, ...]) -> str:
    shape = shape[:-1] if len(shape) == 3 and shape[-1] == 1 else shape
    return "×".join(map(str, shape))
