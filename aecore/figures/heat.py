"""A figure over two settings."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from aecore.figures.colours import SCALE, SIGNED
from aecore.figures.legends import legends

TEXT = "#111111"  # is read on every colour of the scale


def heat_map(
    values: np.ndarray,
    across: Sequence[str],
    up: Sequence[str],
    titles: tuple[str, str, str],
    form: str,
    higher_is_better: bool = False,
    about_zero: bool = False,
) -> go.Figure:
    """Numbers as colours, each written in its cell; what is not known stays empty.

    Args:
        values (rows, columns): NaN where nothing is known.
        across (columns,), up (rows,): what the columns and rows are called.
        titles: of the horizontal axis, the vertical axis and the colours.
        form: how a number is written, as `.2f`.
        higher_is_better: turns the colours round, so that the same end is the good one.
        about_zero: whether the colours tell positive numbers from negative ones.
    """
    words = [["" if np.isnan(v) else f"{v:{form}}" for v in row] for row in values]
    figure = go.Figure(
        go.Heatmap(
            z=[[None if np.isnan(v) else float(v) for v in row] for row in values],
            x=legends(across),
            y=legends(up),
            text=words,
            textfont={"color": TEXT},
            texttemplate="%{text}" if values.size <= 120 else None,
            colorscale=SIGNED if about_zero else SCALE,
            zmid=0 if about_zero else None,
            reversescale=higher_is_better,
            colorbar={"title": {"text": titles[2], "side": "right"}, "thickness": 12},
            hovertemplate=f"{titles[0]} %{{x}}<br>{titles[1]} %{{y}}: %{{text}}<extra></extra>",
            hoverongaps=False,
            xgap=2,
            ygap=2,
        )
    )
    figure.update_xaxes(type="category", title_text=titles[0], showgrid=False)
    figure.update_yaxes(type="category", title_text=titles[1], showgrid=False)
    figure.update_layout(
        height=max(280, 120 + 34 * len(up)), margin={"l": 10, "r": 10, "t": 10, "b": 10}
    )
    return figure
