"""One image on its way through a model, and through several at once, as HTML."""

import html

import numpy as np

from aecore.analysis.passage import Passage
from aecore.data.names import visible
from aecore.figures.colours import ENCODER
from aecore.figures.grid import data_url, svg_url
from aecore.figures.numbers import significant

BAR, GAP = 3, 1  # widths in a drawing of a code
HIGH, LINE = 100, 0.8  # of that drawing, and of its line at zero
AXIS = "#7d8597"


def way(passage: Passage, key: str, name: str, reach: float) -> str:
    """Pixels, bars of the code, reconstruction, with arrows between them.

    Args:
        key: of the model whose code the passage has.
        name: what the image shows, as a stranger may have written it.
        reach: the magnitude that a bar of full height stands for.
    """
    pixels, size = f"{passage.clean.size:,} pixels", len(passage.code)
    told = html.escape(visible(name), quote=True)
    error = significant(passage.errors[key], 2)
    low, high = (significant(float(end), 2) for end in (passage.code.min(), passage.code.max()))
    arrow = '<span class="ae-arrow" aria-hidden="true">→</span>'
    return (
        f'<div class="ae-way">{_figure(passage.clean, told, pixels)}{arrow}'
        f'<figure class="ae-code"><img src="{svg_url(_bars(passage.code, reach))}" '
        f'alt="Latent code of {size} numbers, from {low} to {high}">'
        f"<figcaption>{size} numbers: the latent code</figcaption></figure>{arrow}"
        f"{_figure(passage.outputs[key], f'{told}, reconstructed', f'{pixels}, error {error}')}"
        "</div>"
    )


def tile(passage: Passage, key: str, title: str, name: str) -> str:
    """What a model makes of the image, its error as a bar on the scale of all models.

    Args:
        title: of the type.
        name: what the image shows, as a stranger may have written it.
    """
    told = html.escape(f"{visible(name)}, reconstructed: {title}", quote=True)
    given = ""
    if key in passage.inputs:
        noisy = html.escape(f"{visible(name)}, with noise", quote=True)
        given = f'<img class="ae-given" src="{data_url(passage.inputs[key])}" alt="{noisy}">'
    error = passage.errors[key]
    share = error / max(*passage.errors.values(), 1e-9)
    return (
        f'<figure class="ae-tile"><img src="{data_url(passage.outputs[key])}" alt="{told}">{given}'
        f"<figcaption><b>{significant(error, 2)}</b>"
        f'<i style="height: calc({share:.3f} * 2.5rem)"></i></figcaption></figure>'
    )


def _figure(image: np.ndarray, alt: str, caption: str) -> str:
    return (
        f'<figure><img src="{data_url(image)}" alt="{alt}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def _bars(code: np.ndarray, reach: float) -> str:
    """Bars from a line at zero, which is at the bottom if no number is negative."""
    parts = np.clip(code / max(reach, 1e-9), -1, 1)
    zero = HIGH - LINE if parts.min() * HIGH > -LINE else HIGH / 2  # less is rounding
    bars = []
    for at, height in enumerate(parts * zero):
        top = zero - max(height, 0)
        bars.append(
            f'<rect x="{at * (BAR + GAP)}" y="{top:.1f}" width="{BAR}" '
            f'height="{max(abs(height), LINE):.1f}"/>'
        )
    wide = len(code) * (BAR + GAP) - GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {HIGH}" fill="{ENCODER}" '
        f'preserveAspectRatio="none">{"".join(bars)}'
        f'<path d="M0 {zero:.1f}h{wide}v{LINE}h-{wide}z" fill="{AXIS}"/></svg>'
    )
