"""A chart with a vertical line that can be dragged, by a component of ours."""

from collections.abc import Callable
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

from aecore.dashboard.parts.charts import chart_config
from aecore.figures.description import description

_dragging = st.components.v2.component(  # pyright: ignore[reportAttributeAccessIssue]
    "dragging",
    html="<span></span>",
    js=(Path(__file__).parent / "dragging.js").read_text(encoding="utf-8"),
)


def draggable_chart(
    figure: go.Figure, name: str, place: float, moved: Callable[[float], object]
) -> None:
    """Shows a figure whose first shape, a vertical line, can be dragged.

    Args:
        name: of its picture, and its key: letters, digits and hyphens.
        place: where the line is.
        moved: is called with its new place before the next run.
    """
    key = f"{name}-line"

    def tell() -> None:
        if (there := st.session_state[key].place) is not None:
            moved(float(there))

    figure.update_layout(editrevision=place)  # what was dragged gives way to what follows from it
    with st.container(key=f"{name}-draggable", gap=None):
        st.plotly_chart(
            figure,
            key=name,
            config=chart_config(name, edits={"shapePosition": True}),
            alt=description(figure),
        )
        told = {"chart": f"{name}-draggable", "place": place}
        _dragging(key=key, data=told, on_place_change=tell, height=1)
