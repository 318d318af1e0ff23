"""Figures as one HTML document that needs nothing else, not even a network."""

import html
import re

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

_STYLE = (
    "body { font-family: system-ui, sans-serif; margin: 1.5rem auto; max-width: 70rem; "
    "padding: 0 1rem; color: #1c2430; background: #fff; } h1 { font-size: 1.4rem; } "
    "h2 { font-size: 1.05rem; margin: 1.5rem 0 0.25rem; }"
)


def file_name(title: str) -> str:
    """'Latent space, t-SNE' → 'latent-space-t-sne'."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def html_document(title: str, figures: dict[str, go.Figure]) -> str:
    """Figures below one another, each under its heading; Plotly itself is written into it, once."""
    parts = []
    for number, (heading, figure) in enumerate(figures.items()):
        drawn = go.Figure(figure).update_layout(template="plotly_white")
        picture = {"format": "png", "scale": 2, "filename": file_name(heading)}
        drawing = drawn.to_html(
            full_html=False,
            include_plotlyjs=False,
            div_id=f"figure-{number}",
            config={"displaylogo": False, "toImageButtonOptions": picture, "responsive": True},
        )
        parts.append(f"<h2>{html.escape(heading)}</h2>{drawing}")
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style>"
        f"<script>{get_plotlyjs()}</script></head>"
        f"<body><h1>{html.escape(title)}</h1>{''.join(parts)}</body></html>"
    )
