"""Windows of a series as small curves side by side, in HTML."""

import html

import numpy as np

from aecore.figures.colours import CLASSES
from aecore.figures.grid import svg_url

WIDE, HIGH, MARGIN = 120, 56, 3  # of a drawing, in its own units
MOST_CHANNELS = 6  # more cannot be told apart in so small a drawing
MOST_POINTS = 240  # of a curve


def sparklines(windows: np.ndarray, across: int, side: int = 140) -> str:
    """An HTML grid of windows (n, steps, channels): a curve for each of the first channels.

    A channel has one scale in all of them; where steps are missing, its curve has a gap.

    Args:
        across: how many stand side by side.
        side: width of a drawing on the page in CSS pixels, at most.
    """
    shown = windows[..., :MOST_CHANNELS]
    low, high = _ends(shown)
    drawings = []
    for number, window in enumerate(shown, 1):
        told = html.escape(f"Window {number} of {windows.shape[1]} steps", quote=True)
        drawings.append(f'<img src="{svg_url(_drawing(window, low, high))}" alt="{told}">')
    style = f"grid-template-columns: repeat({across}, minmax(0, {side}px)); --side: {side}px"
    return f'<div class="ae-grid" style="{style}">{"".join(drawings)}</div>'


def _ends(windows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least and the largest value of each channel; 0 and 1 where there is none."""
    known = ~np.isnan(windows)
    low = np.where(known, windows, np.inf).min(axis=(0, 1))
    high = np.where(known, windows, -np.inf).max(axis=(0, 1))
    empty = low > high
    return np.where(empty, 0.0, low), np.where(empty, 1.0, high)


def _drawing(window: np.ndarray, low: np.ndarray, high: np.ndarray) -> str:
    step = -(-len(window) // MOST_POINTS)
    points = window[::step]
    across = np.linspace(MARGIN, WIDE - MARGIN, len(points))
    span = np.where(high > low, high - low, 1.0)
    down = HIGH - MARGIN - (points - low) / span * (HIGH - 2 * MARGIN)
    curves = "".join(
        f'<path d="{_path(across, down[:, channel])}" stroke="{CLASSES[channel]}"/>'
        for channel in range(points.shape[1])
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" width="{2 * WIDE}" '
        f'height="{2 * HIGH}" fill="none" stroke-width="1.6" stroke-linejoin="round">{curves}</svg>'
    )


def _path(across: np.ndarray, down: np.ndarray) -> str:
    words, drawn = [], False
    for x, y in zip(across, down, strict=True):
        if np.isnan(y):
            drawn = False
            continue
        words.append(f"{'L' if drawn else 'M'}{x:.1f} {y:.1f}")
        drawn = True
    return "".join(words)
