"""Drawings in links: there and back, bounded, and drawn as on the pad."""

import base64
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from aecore.data.images.strokes import (
    MOST_BYTES,
    DrawingUnreadable,
    from_text,
    picture,
    to_text,
)

COLOURS = ("#ffffff", "#c0c0c0")


def stroke(count: int = 5, colour: str = "#ffffff") -> dict:
    points = [[round(at / count, 3), 0.5] for at in range(count)]
    return {"colour": colour, "width": 0.09, "points": points}


def test_a_drawing_comes_back_from_its_text():
    drawing = [stroke(), stroke(1, "#c0c0c0")]
    back = from_text(to_text(drawing, COLOURS), COLOURS)
    assert [each["colour"] for each in back] == ["#ffffff", "#c0c0c0"]
    assert [each["width"] for each in back] == [0.09, 0.09]
    for one, other in zip(drawing, back, strict=True):
        assert np.allclose(one["points"], other["points"], atol=1 / 255)


def test_a_long_drawing_keeps_its_strokes_and_loses_points():
    drawing = [stroke(3000), stroke(700)]
    text = to_text(drawing, COLOURS)
    assert len(text) <= MOST_BYTES * 4 / 3 + 1
    back = from_text(text, COLOURS)
    assert len(back) == 2
    for one, other in zip(drawing, back, strict=True):
        assert np.allclose(one["points"][-1], other["points"][-1], atol=1 / 255)
    assert to_text([stroke(1)] * 1000, COLOURS) == ""  # too many strokes for any link


@given(
    st.text(max_size=40)
    | st.binary(max_size=60).map(lambda b: base64.urlsafe_b64encode(b).decode())
)
def test_any_text_is_a_drawing_or_refused(text):
    try:
        strokes = from_text(text, COLOURS)
    except DrawingUnreadable:
        return
    assert all(each["colour"] in COLOURS and each["points"] for each in strokes)
    assert picture(strokes, "#000000")[:4] == b"\x89PNG"


@pytest.mark.parametrize("text", ["x", "ä", "A" * 5000, "AAAA", "AgkBAAA", "AAkF"])
def test_what_is_no_drawing_is_refused(text):
    with pytest.raises(DrawingUnreadable):
        from_text(text, COLOURS)


def test_a_picture_shows_the_stroke_where_it_was_drawn():
    image = np.asarray(Image.open(io.BytesIO(picture([stroke(50)], "#000000"))).convert("L"))
    assert image.shape == (336, 336)
    assert image[168, 10:300].min() == 255 and image[:120].max() == image[220:].max() == 0
    wide = Image.open(io.BytesIO(picture([stroke()], "#ffffff", aspect=2.0)))
    assert wide.size == (336, 168)
