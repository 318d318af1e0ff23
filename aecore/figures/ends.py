"""Names of lines at their ends, instead of a legend that would collide with the figure."""

from typing import Any

import plotly.graph_objects as go

LINE = 18  # pixels from one name to the next
LETTER = 7  # pixels, about


def named_at_the_ends(figure: go.Figure, title: str = "") -> go.Figure:
    """Writes the name of each line beside its last point, in no two places at once.

    Args:
        figure: lines over one another, their names literal text for Plotly.
        title: what the names are, above them.
    """
    layout: Any = figure.layout
    drawn: Any = figure.data  # which the type checker takes for names
    lines = [line for line in drawn if line.y is not None and len(line.y)]
    values = [float(value) for line in lines for value in line.y]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    margin = 0.06 * (high - low) or 0.5
    low, span = low - margin, high - low + 2 * margin
    apart = LINE / max(LINE, layout.height - 90)  # in shares of the height, without titles
    ends = sorted(lines, key=lambda line: line.y[-1])
    places = spread([(float(line.y[-1]) - low) / span for line in ends], apart)
    for line, place in zip(ends, places, strict=True):
        square = f'<span style="color:{line.line.color}">\N{BLACK SQUARE}</span>'
        _write(figure, f"{square} {line.name}", place, "middle")
    if title:
        _write(figure, title, 1.0, "bottom")
    longest = max((len(text) for text in (title, *(line.name for line in lines))), default=0)
    figure.update_yaxes(range=[low, low + span])
    return figure.update_layout(
        showlegend=False, margin={"r": 40 + LETTER * longest, "t": 36, "l": 10, "b": 10}
    )


def spread(places: list[float], apart: float) -> list[float]:
    """Ascending places in [0, 1], moved as little as keeps each so far from the one before."""
    found: list[float] = []
    for place in places:
        found.append(max(place, found[-1] + apart) if found else place)
    top = 1.0
    for at in range(len(found) - 1, -1, -1):
        found[at] = min(found[at], top)
        top = found[at] - apart
    return found


def _write(figure: go.Figure, text: str, place: float, anchor: str) -> None:
    figure.add_annotation(
        text=text, x=1, y=place, xref="paper", yref="paper", xanchor="left", yanchor=anchor,
        xshift=8, showarrow=False, align="left",
    )  # fmt: skip
