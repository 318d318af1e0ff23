"""Originals above their reconstructions as HTML, in one band, or in several where it is narrow."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aecore.data.names import visible
from aecore.figures.grid import data_url, differences, thumbnail

BAND = 5  # images beside one another where there is little room


@dataclass(frozen=True)
class Row:
    """A row of images (n, height, width, channels), 8-bit or in [0, 1].

    role: "original", "input" (what the model was given), "rebuilt", "difference" or "reasons".
    """

    role: str
    label: str
    images: np.ndarray


def rebuilt_rows(
    clean: np.ndarray,
    outputs: np.ndarray,
    inputs: np.ndarray | None = None,
    original: str = "Original",
) -> list[Row]:
    """Originals, what the model was given if that differs, reconstructions, and differences."""
    given = [Row("input", "Corrupted", inputs)] if inputs is not None and len(inputs) else []
    return [
        Row("original", original, clean),
        *given,
        Row("rebuilt", "Reconstructed", outputs),
        Row("difference", "Difference", differences(clean, outputs)),
    ]


def gallery(
    rows: Sequence[Row],
    names: Sequence[str],
    captions: Sequence[str],
    what: str = "ink",
    side: int = 92,
) -> str:
    """An HTML grid of rows of images, whose reconstructions can be wiped and enlarged.

    Args:
        names: what each image shows, for those who do not see it.
        captions: a text below each column.
        what: "ink" or "light": what a reconstruction lacks or adds.
        side: width and height of an image on the page in CSS pixels, at most.
    """
    count, deep = len(names), 2 * len(rows) + 1  # in a band each row has its title above it
    titles = [_escaped(name) for name in names]
    cells = []
    for r, row in enumerate(rows):
        shown = _escaped(row.label)
        for band in range(0, count, BAND):
            below = band // BAND * deep + 2 * r + 1
            again = " ae-again" if band else ""
            cells.append(
                f'<div class="ae-row{again}" aria-hidden="true" '
                f'style="{_place((r + 1, 1), (below, "1 / auto / span 5"))}">{shown}</div>'
            )
        for at, image in enumerate(row.images):
            small = thumbnail(image, 2 * side)  # twice as fine, for screens that can show it
            smooth = ' class="ae-smooth"' if max(small.shape[:2]) > side else ""
            picture = (
                f'<img src="{data_url(small)}" alt="{shown}: {titles[at]}"{smooth} '
                f'data-role="{row.role}" data-at="{at}" data-label="{shown}">'
            )
            below = at // BAND * deep + 2 * r + 2
            place = _place((r + 1, at + 2), (below, at % BAND + 1))
            if row.role == "rebuilt":
                title = _escaped(captions[at]) if captions else titles[at]
                picture = (
                    f'<button type="button" class="ae-wipe" data-at="{at}" style="{place}" '
                    f'data-title="{title}" aria-label="Enlarge: {titles[at]}">'
                    f"{picture}<i></i></button>"
                )
            else:
                picture = f'<div class="ae-cell" style="{place}">{picture}</div>'
            cells.append(picture)
    for at, caption in enumerate(captions):
        place = _place((len(rows) + 1, at + 2), (at // BAND * deep + deep, at % BAND + 1))
        cells.append(f'<div class="ae-caption" style="{place}">{_escaped(caption)}</div>')
    style = f"--count: {count}; --side: {side}px"
    return (
        f'<div class="ae-room"><div class="ae-grid ae-gallery" style="{style}" '
        f'data-what="{what}">{"".join(cells)}</div></div>'
    )


def _place(wide: tuple[int, int | str], narrow: tuple[int, int | str]) -> str:
    """Row and column of a cell in one band, and in several."""
    return f"--wide: {wide[0]} / {wide[1]}; --narrow: {narrow[0]} / {narrow[1]}"


def _escaped(text: str) -> str:
    return html.escape(visible(text), quote=True)
