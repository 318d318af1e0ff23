"""How Plotly figures are shown: no logo, and a camera that gives a sharp, named PNG."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st


def chart_config(name: str, **more) -> dict[str, Any]:
    """Plotly's options for a figure whose picture is saved as `<name>.png`, and further ones."""
    picture = {"format": "png", "scale": 2, "filename": name}
    return {"displaylogo": False, "toImageButtonOptions": picture, **more}


def chart(figure: go.Figure, name: str) -> None:
    """Shows a figure that is only looked at; the name is its key and that of its picture."""
    st.plotly_chart(figure, key=name, config=chart_config(name))
