"""How Plotly figures are shown: no logo, and a camera that gives a sharp, named PNG."""

from typing import Any


def chart_config(name: str, **more) -> dict[str, Any]:
    """Plotly's options for a figure whose picture is saved as `<name>.png`, and further ones."""
    picture = {"format": "png", "scale": 2, "filename": name}
    return {"displaylogo": False, "toImageButtonOptions": picture, **more}
