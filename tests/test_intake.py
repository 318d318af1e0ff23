"""Uploaded bytes become arrays or refusals."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from aecore.data.datasets import load
from aecore.data.intake import Limits, read_uploads
from aecore.data.preparation import Preparation, prepare

SHAPE = (28, 28, 1)
AS_IS = Preparation("keep", False, False)


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def read_one(content: bytes, shape=SHAPE, preparation=AS_IS):
    return read_uploads([("a file", content)], shape, preparation)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP"])
@pytest.mark.parametrize("shape", [(28, 28, 1), (9, 13, 3)], ids=str)
def test_every_format_is_read(kind, shape):
    image = Image.new("RGB", (40, 30), (200, 100, 50))
    result = read_one(encoded(image, kind), shape)
    assert result.names == ("a file",) and result.refusals == ()
    assert result.images.shape == (1, *shape) and result.images.dtype == np.float32
    middle = result.images[0, shape[0] // 2, shape[1] // 2]
    expected = [124 / 255] if shape[2] == 1 else [200 / 255, 100 / 255, 50 / 255]
    np.testing.assert_allclose(middle, expected, atol=0.03)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "I"])
def test_every_mode_of_png_is_read(mode):
    ramp = np.tile(np.linspace(0, 255, 32).astype(np.uint8), (32, 1))
    if mode in ("I", "I;16"):
        image = Image.fromarray(ramp.astype(np.uint16) * 257)
    else:
        image = Image.fromarray(ramp).convert(mode)
    result = read_one(encoded(image))
    assert result.refusals == ()
    columns = result.images[0, :, :, 0].mean(axis=0)
    assert columns[-4:].mean() > columns[:4].mean() + 0.8


def test_transparency_lies_on_white():
    image = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    assert read_one(encoded(image)).images.min() == 1


def test_an_image_is_turned_upright():
    image = Image.new("L", (28, 28))
    image.paste(255, (0, 0, 28, 7))  # light on top
    exif = Image.Exif()
    exif[0x0112] = 3  # stored upside down
    turned = read_one(encoded(image, "JPEG", exif=exif)).images[0, :, :, 0]
    assert turned[-4:].mean() > 0.9 and turned[:20].mean() < 0.1


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"", "empty"),
        (b"hello", "not a PNG"),
        (b"%PDF-1.7", "not a PNG"),
        (b"GIF89a" + b"\0" * 20, "not a PNG"),
        (encoded(Image.new("L", (64, 64)))[:60], "damaged"),
        (encoded(Image.new("RGB", (64, 64)), "JPEG")[:300], "damaged"),
    ],
)
def test_what_is_no_image_gets_a_sentence(content, reason):
    result = read_one(content)
    assert len(result.images) == 0
    assert reason in result.refusals[0].reason


def test_a_bad_file_does_not_spoil_the_others():
    good = encoded(Image.new("L", (28, 28)))
    result = read_uploads([("bad", b"x"), ("good", good)], SHAPE, AS_IS)
    assert result.names == ("good",)
    assert [name for name in [r.name for r in result.refusals]] == ["bad"]


def test_limits_hold():
    image = encoded(Image.new("L", (200, 200)))
    for limits, reason in (
        (Limits(9, 10**6, 10**7, 10**7, 100), "megapixels"),
        (Limits(9, 10, 10**7, 10**7, 10**6), "larger than"),
        (Limits(9, 10**6, 10, 10**7, 10**6), "together"),
        (Limits(0, 10**6, 10**7, 10**7, 10**6), "only 0"),
    ):
        assert reason in read_uploads([("1", image)], SHAPE, AS_IS, limits).refusals[0].reason


def test_a_huge_picture_is_not_unpacked():
    content = encoded(Image.new("1", (30_000, 30_000)))  # 110 kB hold 900 megapixels
    assert len(content) < 200_000
    assert len(read_one(content).refusals) == 1


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_end_in_an_array_or_a_refusal(content):
    result = read_one(content)
    assert len(result.images) + len(result.refusals) == 1


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_damage_ends_in_an_array_or_a_refusal(data):
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "WEBP", "BMP"]))
    content = bytearray(encoded(Image.new("RGB", (16, 16), "red"), kind))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    result = read_one(bytes(content))
    assert len(result.images) + len(result.refusals) == 1
    assert result.images.min(initial=0) >= 0 and result.images.max(initial=0) <= 1


def digit(index: int = 0) -> Image.Image:
    pixels = load("mnist").test.images[index, :, :, 0]
    return Image.fromarray((pixels * 255).astype(np.uint8))


@pytest.mark.parametrize("index", range(8))
def test_a_photographed_digit_becomes_as_mnist_had_it(index):
    original = digit(index)
    paper = Image.new("L", (300, 200), 235)
    ink = ImageOps.invert(original.resize((140, 140), Image.Resampling.BICUBIC))
    paper.paste(ink.point(lambda v: min(v, 235)), (110, 20))
    mine = prepare(paper, SHAPE, Preparation())[:, :, 0]
    theirs = np.asarray(original, np.float32) / 255
    assert np.square(mine - theirs).mean() < 0.03  # a shift by a pixel alone gives 0.03 to 0.06
    assert mine[0].max() < 0.15 and mine[:, 0].max() < 0.15  # the paper has become black


def test_each_step_can_be_switched_off():
    dark = Image.new("L", (28, 28), 0)
    dark.paste(255, (2, 2, 8, 8))
    kept = prepare(dark, SHAPE, AS_IS)[:, :, 0]
    assert kept[4, 4] == 1 and kept[20, 20] == 0
    inverted = prepare(dark, SHAPE, Preparation("invert", False, False))[:, :, 0]
    np.testing.assert_allclose(inverted, 1 - kept, atol=1e-6)
    centred = prepare(dark, SHAPE, Preparation("auto", True))[:, :, 0]
    assert centred[14, 14] > 0.9 and centred[4:24, 4:24].mean() > 0.9


def test_an_empty_sheet_stays_empty():
    assert prepare(Image.new("L", (50, 50), 255), SHAPE, Preparation()).max() == 0
