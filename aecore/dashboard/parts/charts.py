"""How Plotly figures are shown: no logo, described, and a camera that gives a named PNG."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from aecore.figures.description import description


def chart_config(name: str, **more) -> dict[str, Any]:
    """Plotly's options for a figure whose picture is saved as `<name>.png`, and further ones."""
    picture = {"format": "png", "scale": 2, "filename": name}
    return {"displaylogo": False, "toImageButtonOptions": picture, **more}


def chart(figure: go.Figure, name: str, key: str | None = None) -> None:
    """Shows a figure without selections; the name is that of its picture and, by default, its key.

    Screen readers are told what it shows.
    """
    st.plotly_chart(figure, key=key or name, config=chart_config(name), alt=description(figure))
