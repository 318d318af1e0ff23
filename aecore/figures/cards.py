"""Small pictures of what autoencoders are used for, as HTML of one height."""

import html
from collections.abc import Mapping, Sequence

import numpy as np

from aecore.figures.colours import TRAINING, VALIDATION
from aecore.figures.grid import data_url, svg_url
from aecore.figures.numbers import significant

ACROSS, DOWN = 6, 3  # pictures on a map of codes
BINS, WIDE, TALL, LINE = 18, 150, 88, 16  # of histograms, in CSS pixels; LINE: of their names
EDGE = 0.08  # share of the codes beyond either edge of that map


def before_and_after(before: np.ndarray, after: np.ndarray, names: Sequence[str]) -> str:
    """An image (h, w, c) and what became of it; names: of both, for those who do not see them."""
    left, right = (
        f'<img src="{data_url(image)}" alt="{html.escape(name, quote=True)}">'
        for image, name in zip((before, after), names, strict=True)
    )
    arrow = '<span class="ae-arrow" aria-hidden="true">→</span>'
    return f'<div class="ae-card">{left}{arrow}{right}</div>'


def error_bars(errors: Mapping[int, float]) -> str:
    """The error at each latent size as a bar, the sizes below."""
    told = ", ".join(f"{significant(error, 2)} at {size}" for size, error in errors.items())
    return _bars(
        {str(size): error for size, error in errors.items()}, f"Error by latent size: {told}"
    )


def share_bars(shares: Mapping[str, float], name: str) -> str:
    """Shares as bars, their names below; name: what they are shares of."""
    told = ", ".join(f"{share:.0%} {of}" for of, share in shares.items())
    return _bars(shares, f"{name}: {told}")


def _bars(values: Mapping[str, float], told: str) -> str:
    largest = max(values.values())
    bars = "".join(
        f'<span><i style="height: calc({value / largest:.3f} * 4rem)"></i>'
        f"{html.escape(name)}</span>"
        for name, value in values.items()
    )
    text = html.escape(told, quote=True)
    return f'<div class="ae-card ae-sizes" role="img" aria-label="{text}">{bars}</div>'


def score_bars(scores: Mapping[str, np.ndarray], name: str) -> str:
    """Two groups' scores (n,) as histograms, each with its name in its colour.

    Args:
        name: what is shown, for those who do not see it.
    """
    low, high = np.log(np.quantile(np.concatenate([*scores.values()]), (0.01, 0.99)))
    edges = np.exp(np.linspace(low, high, BINS + 1))
    width, drawn = WIDE / BINS, []
    anchors = (("start", 0), ("end", WIDE))
    for (group, each), colour, (anchor, x) in zip(
        scores.items(), (TRAINING, VALIDATION), anchors, strict=True
    ):
        counts = np.histogram(np.clip(each, edges[0], edges[-1]), edges)[0]
        for at, height in enumerate(counts / counts.max() * (TALL - LINE)):
            box = f'x="{at * width:.1f}" y="{TALL - height:.1f}" width="{width - 1:.1f}"'
            drawn.append(f'<rect {box} height="{height:.1f}" fill="{colour}" opacity="0.75"/>')
        words = f'x="{x}" y="11" text-anchor="{anchor}" fill="{colour}"'
        drawn.append(f'<text {words} font-size="12">{html.escape(group)}</text>')
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {TALL}" width="{WIDE}" '
        f'height="{TALL}" font-family="sans-serif" font-weight="bold">{"".join(drawn)}</svg>'
    )
    alt = html.escape(name, quote=True)
    return f'<div class="ae-card ae-drawn"><img src="{svg_url(drawing)}" alt="{alt}"></div>'


def code_map(codes: np.ndarray, pictures: np.ndarray, name: str) -> str:
    """Pictures (n, h, w, c) laid out by the first two numbers of their codes (n, ≥ 2)."""
    low, high = np.quantile(codes[:, :2], (EDGE, 1 - EDGE), axis=0)
    xs, ys = np.linspace(low[0], high[0], ACROSS), np.linspace(high[1], low[1], DOWN)
    rows = []
    for y in ys:
        nearest = [np.hypot(codes[:, 0] - x, codes[:, 1] - y).argmin() for x in xs]
        rows.append(np.concatenate(pictures[nearest], axis=1))
    sheet = np.concatenate(rows)
    alt = html.escape(name, quote=True)
    return f'<div class="ae-card"><img src="{data_url(sheet)}" alt="{alt}"></div>'
