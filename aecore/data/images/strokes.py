"""A drawing as a short text for a link, and as a picture.

A stroke has a colour, a width in shares of the shorter side, and points in shares of both sides,
as the drawing pad sends it. In a link it is a byte each for the colour's place among those of the
paper, the width in hundredths, and the number of points; then two bytes a point.
"""

import base64
import binascii
import io
import itertools
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

from aecore.data.refusal import Refusal

MOST_BYTES = 1500  # of a drawing in a link, which every browser and server takes
MOST_POINTS = 255  # of a stroke
SIDE = 336  # pixels of the longer side, as on the pad
FINE = 2  # pixels drawn for one of the picture
SOFT = 0.3  # how far a stroke fades, in its widths, as on the pad
CURVE = 6  # lines that make up a curve between two points


class DrawingUnreadable(Refusal):
    """A text of a link is no drawing."""


def to_text(strokes: Sequence[dict[str, Any]], colours: Sequence[str]) -> str:
    """Strokes as the text of a link, with fewer points where it would be too long.

    Args:
        strokes: as the pad keeps them.
        colours: of the paper, in their order.
    """
    for every in (1, 2, 3, 5, 8, 13, 21, 34):
        packed = b"".join(_packed(stroke, colours, every) for stroke in strokes)
        if len(packed) <= MOST_BYTES:
            return base64.urlsafe_b64encode(packed).decode().rstrip("=")
    return ""


def from_text(text: str, colours: Sequence[str]) -> list[dict[str, Any]]:
    """The inverse of `to_text`.

    Raises:
        DrawingUnreadable: it is too long, or no drawing on such a paper.
    """
    if len(text) > MOST_BYTES * 4 // 3 + 4:
        raise DrawingUnreadable("The drawing is too long.")
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as problem:
        raise DrawingUnreadable("It is not the text of a drawing.") from problem
    strokes, at = [], 0
    while at < len(packed):
        head, at = packed[at : at + 3], at + 3
        if len(head) < 3 or head[0] >= len(colours) or not 1 <= head[1] <= 100 or head[2] == 0:
            raise DrawingUnreadable("A stroke of the drawing is invalid.")
        places, at = packed[at : at + 2 * head[2]], at + 2 * head[2]
        if len(places) < 2 * head[2]:
            raise DrawingUnreadable("The drawing is cut off.")
        points = [[x / 255, y / 255] for x, y in zip(places[::2], places[1::2], strict=True)]
        strokes.append({"colour": colours[head[0]], "width": head[1] / 100, "points": points})
    return strokes


def picture(strokes: Sequence[dict[str, Any]], ground: str, aspect: float = 1.0) -> bytes:
    """Strokes drawn as the pad draws them, as PNG bytes; aspect: width over height."""
    width, height = round(SIDE * min(1, aspect)), round(SIDE / max(1, aspect))
    sheet = Image.new("RGB", (width * FINE, height * FINE), ground)
    for stroke in strokes:
        thick = stroke["width"] * min(sheet.size)
        mask = _line(_curve(stroke["points"], sheet.size), thick * (1 - SOFT / 2), sheet.size)
        faded = mask.filter(ImageFilter.GaussianBlur(thick * SOFT / 2))
        for each in (faded, mask):
            sheet.paste(stroke["colour"], mask=each)
    file = io.BytesIO()
    sheet.resize((width, height), Image.Resampling.BOX).save(file, "PNG")
    return file.getvalue()


def _packed(stroke: dict[str, Any], colours: Sequence[str], every: int) -> bytes:
    points = stroke["points"]
    kept = points[::every] + (points[-1:] if (len(points) - 1) % every else [])
    while len(kept) > MOST_POINTS:
        kept = kept[:-1:2] + kept[-1:]
    colour = colours.index(stroke["colour"]) if stroke["colour"] in colours else 0
    places = bytes(min(255, max(0, round(255 * share))) for point in kept for share in point)
    return bytes((colour, min(100, max(1, round(100 * stroke["width"]))), len(kept))) + places


def _curve(points: list[list[float]], size: tuple[int, int]) -> list[tuple[float, float]]:
    """Points of a curve through the middles between the given ones, in pixels."""
    places = [(x * size[0], y * size[1]) for x, y in points]
    curve = [places[0]]
    for (x, y), (next_x, next_y) in itertools.pairwise(places[1:]):
        (from_x, from_y), to_x, to_y = curve[-1], (x + next_x) / 2, (y + next_y) / 2
        for step in range(1, CURVE + 1):
            t = step / CURVE
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
            curve.append((a * from_x + b * x + c * to_x, a * from_y + b * y + c * to_y))
    return [*curve, places[-1]]


def _line(curve: list[tuple[float, float]], thick: float, size: tuple[int, int]) -> Image.Image:
    """A line with round ends and joints, white on black."""
    mask = Image.new("L", size, 0)
    pen, half = ImageDraw.Draw(mask), thick / 2
    pen.line(curve, fill=255, width=max(1, round(thick)))
    for x, y in curve:
        pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
    return mask
