"""Grids of small images as HTML, each pixel a crisp square."""

import base64
import html
import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from aecore.data.arrays import to_bytes
from aecore.data.names import visible

BAND = 256  # rows of a large picture at a time
LARGEST_ON_SHEET = 384  # pixels that an image is enlarged to at most


def image_grid(
    rows: list[tuple[str, np.ndarray]],
    captions: list[str] | None = None,
    side: int = 92,
    names: Sequence[str] = (),
) -> str:
    """An HTML grid: a labelled row for each (label, images), a column an image.

    Args:
        rows: labels and images (n, height, width, channels), 8-bit or in [0, 1].
        captions: a text below each column, n of them.
        side: width and height of an image on the page in CSS pixels, at most.
        names: what the images of a column show, for those who do not see them.
    """
    labelled, alone = any(label for label, _ in rows), len(rows) == 1 and bool(captions)
    texts = [html.escape(visible(text)) for text in captions or ()]
    below = [f'<div class="ae-caption">{text}</div>' for text in texts]
    cells = []
    for label, images in rows:
        if labelled:
            cells.append(f'<div class="ae-row">{html.escape(visible(label))}</div>')
        for number, image in enumerate(images, 1):
            told = f"{label or 'Image'} {number}"
            if names:
                told = f"{label}: {names[number - 1]}" if label else names[number - 1]
            alt = html.escape(visible(told), quote=True)
            small = thumbnail(image, 2 * side)  # twice as fine, for screens that can show it
            smooth = ' class="ae-smooth"' if max(small.shape[:2]) > side else ""
            picture = f'<img src="{data_url(small)}" alt="{alt}"{smooth}>'
            cells.append(f"<div>{picture}{below[number - 1]}</div>" if alone else picture)
    if below and not alone:
        cells += ['<div class="ae-row"></div>'] * labelled + below
    kinds = "ae-grid" + " ae-labelled" * labelled + " ae-alone" * alone
    style = f"--count: {len(rows[0][1])}; --side: {side}px"
    return f'<div class="{kinds}" style="{style}">{"".join(cells)}</div>'


def picture_strip(
    pictures: Sequence[tuple[str, np.ndarray]],
    side: int = 150,
    arrows: bool = False,
    roles: Sequence[str] = (),
) -> str:
    """Pictures of any sizes beside each other as HTML, each with its title below.

    Args:
        pictures: titles and images (height, width, channels), 8-bit or in [0, 1].
        side: width and height of a picture on the page in CSS pixels, at most.
        arrows: whether each is made from the one before.
        roles: of each, as a row of a gallery has one; the reconstruction can then be enlarged.
    """
    cells = []
    for (title, image), role in zip(pictures, roles or [""] * len(pictures), strict=True):
        if arrows and cells:
            cells.append('<span class="ae-arrow" aria-hidden="true">→</span>')
        small = thumbnail(image, 2 * side)
        # a small image is enlarged to crisp squares, a large one shown smoothly
        crisp = " ae-crisp" if max(small.shape[:2]) <= side else ""
        text = html.escape(title, quote=True)
        known = f' data-role="{role}" data-at="0" data-label="{text}"' if role else ""
        picture = f'<img src="{data_url(small)}" alt="{text}"{known}>'
        if role == "rebuilt":
            picture = (
                '<button type="button" class="ae-wipe" data-at="0" data-title="Your image" '
                f'aria-label="Enlarge: {text}">{picture}<i></i></button>'
            )
        cells.append(
            f'<figure class="ae-picture{crisp}" style="max-width: {side}px; --side: {side}px">'
            f"{picture}<figcaption>{text}</figcaption></figure>"
        )
    return f'<div class="ae-strip">{"".join(cells)}</div>'


def thumbnail(image: np.ndarray, side: int) -> np.ndarray:
    """An image (height, width, channels), made smaller if a side of it is longer than `side`."""
    if max(image.shape[:2]) <= side:
        return image
    image = image if image.dtype == np.uint8 else to_bytes(image)
    picture = Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
    picture.thumbnail((side, side), reducing_gap=3)
    return np.asarray(picture).reshape(picture.height, picture.width, -1)


def data_url(image: np.ndarray) -> str:
    """An image (height, width, channels), 8-bit or in [0, 1], as a PNG inside a URL."""
    return "data:image/png;base64," + base64.b64encode(png(image)).decode()


def svg_url(drawing: str) -> str:
    """An SVG inside a URL; for `<img>`, since Streamlit takes SVG out of HTML."""
    return "data:image/svg+xml;base64," + base64.b64encode(drawing.encode()).decode()


def png(image: np.ndarray) -> bytes:
    """An image (height, width, channels), 8-bit or in [0, 1], as PNG bytes, one pixel a pixel."""
    image = image if image.dtype == np.uint8 else to_bytes(image)
    picture = Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def sheet(rows: list[np.ndarray], scale: int = 4, gap: int = 8) -> bytes:
    """Rows of images (n, height, width, channels) below one another, as the bytes of one PNG.

    Args:
        rows: 8-bit or in [0, 1], as many images each and all of one size.
        scale: pixels of the PNG to a pixel of an image, each way; fewer for large images.
        gap: white pixels of the PNG between images and around them.
    """
    scale = max(1, min(scale, LARGEST_ON_SHEET // max(rows[0].shape[1:3])))
    height, width = (side * scale for side in rows[0].shape[1:3])
    across, down = width + gap, height + gap
    canvas = np.full((len(rows) * down + gap, len(rows[0]) * across + gap, 3), 255, np.uint8)
    for r, images in enumerate(rows):
        images = images if images.dtype == np.uint8 else to_bytes(images)
        large = images.repeat(scale, axis=1).repeat(scale, axis=2)  # a channel becomes three
        for c, image in enumerate(large):
            top, left = gap + r * down, gap + c * across
            canvas[top : top + height, left : left + width] = image
    return png(canvas)


def differences(clean: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """Signed errors in colour, (n, h, w, 3) 8-bit: red where ink is missing, blue where it is new.

    Both may be 8-bit or in [0, 1]; colours are averaged first, errors doubled to be seen.
    """
    signed = 2 * (_grey(outputs) - _grey(clean))  # (n, h, w)
    missing, new = np.clip(-signed, 0, 1), np.clip(signed, 0, 1)
    return to_bytes(np.stack([missing + 0.25 * new, 0.35 * (missing + new), new], axis=-1))


def difference_map(clean: np.ndarray, outputs: np.ndarray) -> np.ndarray:
    """The same for one picture of any size, (height, width, 3); worked out a few rows at a time."""
    parts = range(0, len(clean), BAND)
    return np.concatenate(
        [differences(clean[None, i : i + BAND], outputs[None, i : i + BAND])[0] for i in parts]
    )


def _grey(images: np.ndarray) -> np.ndarray:
    scale = 255.0 if images.dtype == np.uint8 else 1.0
    return images.astype(np.float32).mean(axis=-1) / scale
