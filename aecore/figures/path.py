"""A sample's path through a network as HTML: every layer with what the sample makes of it."""

import html
import math

import numpy as np

from aecore.analysis.activations import Activations, Passed
from aecore.figures.grid import data_url, thumbnail

HIGHEST = 136  # CSS pixels of the largest layer
STRIP = 20  # width of a layer of units
BARS = 64  # numbers of a code that are drawn one by one
FINEST = 336  # pixels of a large image, each way
ZERO, PLUS, MINUS = (20, 26, 36), (240, 180, 41), (74, 144, 245)


def network_path(shown: Activations, name: str) -> str:
    """Image, encoder, code, decoder and reconstruction from left to right.

    A layer is as high as the logarithm of the number of its values.

    Args:
        name: what the image shows.
    """
    sizes = [
        shown.image.size,
        *(math.prod(layer.shape) for layer in shown.encoder),
        shown.code.size,
        *(math.prod(layer.shape) for layer in shown.decoder),
        shown.output.size,
    ]
    tallest = max(map(_height, sizes))
    heights = [HIGHEST * _height(size) / tallest for size in sizes]
    drawn = [
        _image(shown.image, heights[0], f"Input: {name}"),
        *_layers(shown.encoder, heights[1:], "encoder"),
        _code(shown, heights[1 + len(shown.encoder)]),
        *_layers(shown.decoder, heights[2 + len(shown.encoder) :], "decoder"),
        _image(shown.output, heights[-1], f"Output: {name}"),
    ]
    shapes = [
        shown.image.shape,
        *(layer.shape for layer in shown.encoder),
        shown.code.shape,
        *(layer.shape for layer in shown.decoder),
        shown.output.shape,
    ]
    cells, code = [], 2 * len(shown.encoder) + 3  # the column of the code
    last = 2 * len(drawn) - 1
    titles = (
        ("Input", 1, 1),
        ("Encoder", 2, code - 2),
        ("Code", code, 1),
        ("Decoder", code + 1, last - code - 1),
        ("Output", last, 1),
    )
    for title, start, span in titles:
        cells.append(f'<b style="grid-column: {start} / span {span}">{title}</b>')
    for at, (picture, shape) in enumerate(zip(drawn, shapes, strict=True)):
        column = 2 * at + 1
        cells.append(f'<div style="grid-area: 2 / {column}">{picture}</div>')
        cells.append(f'<span style="grid-area: 3 / {column}">{_shape(shape)}</span>')
        if at:
            cells.append(_funnel(heights[at - 1], heights[at], column - 1))
    return f'<div class="ae-path">{"".join(cells)}</div>'


def _height(size: int) -> float:
    return math.log2(size) + 1


def _shape(shape: tuple[int, ...]) -> str:
    shape = shape[:-1] if len(shape) == 3 and shape[-1] == 1 else shape
    return "×".join(map(str, shape))


def _funnel(left: float, right: float, column: int) -> str:
    """What joins two layers of these heights."""
    most = max(left, right)
    a, b = (50 * (1 - side / most) for side in (left, right))
    shape = f"polygon(0 {a:.1f}%, 100% {b:.1f}%, 100% {100 - b:.1f}%, 0 {100 - a:.1f}%)"
    return (
        f'<i style="grid-area: 2 / {column}; height: {most:.0f}px; clip-path: {shape}" '
        'aria-hidden="true"></i>'
    )


def _layers(layers: tuple[Passed, ...], heights: list[float], part: str) -> list[str]:
    pairs = zip(layers, heights, strict=False)  # the heights of what follows are there, too
    return [_layer(layer, height, part) for layer, height in pairs]


def _layer(layer: Passed, height: float, part: str) -> str:
    """A strip of units, or a few maps as tiles, in colours of their own scale."""
    maps = layer.values
    if maps.ndim == 1:
        maps, width = maps[None, :, None], float(STRIP)
    else:
        across = math.ceil(math.sqrt(len(maps)))
        width = height * maps.shape[2] / maps.shape[1]
        maps = _tiles(maps, across)
    return _picture(_coloured(maps[0]), width, height, f"{_shape(layer.shape)} values, {part}")


def _tiles(maps: np.ndarray, across: int) -> np.ndarray:
    """Maps (m, h, w) beside and below one another as one, (1, height, width)."""
    count, height, width = maps.shape
    down = math.ceil(count / across)
    canvas = np.zeros((down * (height + 1) - 1, across * (width + 1) - 1), np.float32)
    for at, each in enumerate(maps):
        top, left = at // across * (height + 1), at % across * (width + 1)
        canvas[top : top + height, left : left + width] = each
    return canvas[None]


def _coloured(values: np.ndarray) -> np.ndarray:
    """Values (h, w) as 8-bit colours (h, w, 3): zero dark, and each sign a colour."""
    share = values / max(float(np.abs(values).max()), 1e-12)
    zero, plus, minus = (np.array(colour, np.float32) for colour in (ZERO, PLUS, MINUS))
    up, down = np.clip(share, 0, 1)[..., None], np.clip(-share, 0, 1)[..., None]
    return (zero + up * (plus - zero) + down * (minus - zero)).round().astype(np.uint8)


def _image(image: np.ndarray, height: float, alt: str) -> str:
    """An image as it is; a row as a strip, a window as one with a channel a line, in colours."""
    if image.ndim == 1:
        return _picture(_coloured(image[:, None]), STRIP, height, alt)
    if image.ndim == 2:
        return _picture(_coloured(image.T), max(height, STRIP), height, alt)
    return _picture(thumbnail(image, FINEST), height * image.shape[1] / image.shape[0], height, alt)


def _picture(pixels: np.ndarray, width: float, height: float, alt: str) -> str:
    return (
        f'<img src="{data_url(pixels)}" alt="{html.escape(alt, quote=True)}" '
        f'style="width: {width:.0f}px; height: {height:.0f}px">'
    )


def _code(shown: Activations, height: float) -> str:
    """A bar for each number of the code, with a whisker where it has a spread; or a strip."""
    code, spread = shown.code, shown.deviations
    if len(code) > BARS:
        groups = np.array_split(code, BARS)
        cells = np.array([group[np.abs(group).argmax()] for group in groups])
        return _picture(_coloured(cells[:, None]), STRIP, height, f"Code of {len(code)} numbers")
    reach = np.abs(code) + (spread if len(spread) else 0)
    scale = 50 / max(float(reach.max()), 1e-12)
    bars = []
    for at, value in enumerate(code):
        start = 50 + scale * min(0.0, float(value))
        colour = PLUS if value >= 0 else MINUS
        bars.append(
            f'<u style="left: {start:.1f}%; width: {scale * abs(float(value)):.1f}%; '
            f'background: rgb{colour}; {_row(at, len(code), 0.14)}"></u>'
        )
        if len(spread):
            left = 50 + scale * (float(value) - float(spread[at]))
            bars.append(
                f'<s style="left: {left:.1f}%; width: {2 * scale * float(spread[at]):.1f}%; '
                f'{_row(at, len(code), 0.44)}"></s>'
            )
    told = ", ".join(
        f"{value:.2f}" + (f" ± {spread[at]:.2f}" if len(spread) else "")
        for at, value in enumerate(code)
    )
    return (
        f'<div class="ae-numbers" role="img" aria-label="Code: {told}" '
        f'style="height: {height:.0f}px">{"".join(bars)}</div>'
    )


def _row(at: int, count: int, margin: float) -> str:
    """Top and height of a bar, in percent of the height of all."""
    return f"top: {100 * (at + margin) / count:.2f}%; height: {100 * (1 - 2 * margin) / count:.2f}%"
