"""An image as a model sees it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps
from reading_here import read_here
from ugly import encoded

from aecore.data.datasets import load
from aecore.data.images.ink import has_light_ground
from aecore.data.images.preparation import FITS, POLARITIES, Preparation, prepare, steps, usual

SHAPE = (28, 28, 1)
AS_IS = Preparation("keep", False, False)
ACROSS, DOWN = np.meshgrid(np.linspace(0, 1, 600), np.linspace(0, 1, 450))
LIGHT = {  # on a sheet of 600 × 450
    "even": np.ones_like(ACROSS),
    "dim": np.full_like(ACROSS, 0.4),
    "from one side": 0.45 + 0.55 * (0.7 * ACROSS + 0.3 * DOWN),
    "dark corners": 1 - (ACROSS - 0.5) ** 2 - (DOWN - 0.5) ** 2,
    "a soft shadow": 1 - 0.5 / (1 + np.exp(-12 * (ACROSS + 0.3 * DOWN - 0.6))),
    "a hard shadow": 1 - 0.5 / (1 + np.exp(-80 * (ACROSS + 0.3 * DOWN - 0.6))),
}


def digit(index: int = 0) -> Image.Image:
    pixels = load("mnist").test.images[index, :, :, 0]
    return Image.fromarray((pixels * 255).astype(np.uint8))


def written(index: int, ground: float = 0.9, pen: float = 0.15) -> np.ndarray:
    """A digit on a sheet (450, 600), right of its middle, in [0, 1]."""
    ink = np.zeros((450, 600))
    large = digit(index).resize((240, 240), Image.Resampling.BICUBIC)
    ink[100:340, 300:540] = np.asarray(large) / 255
    return ground * (1 - ink) + pen * ink


def photo(values: np.ndarray) -> Image.Image:
    noise = np.random.default_rng(0).normal(0, 0.01, values.shape)
    return Image.fromarray((np.clip(values + noise, 0, 1) * 255).astype(np.uint8))


def far_from(index: int, prepared: np.ndarray) -> float:
    theirs = np.asarray(digit(index), np.float32) / 255
    return float(np.square(prepared[:, :, 0] - theirs).mean())


@pytest.mark.parametrize("index", range(8))
def test_a_photographed_digit_becomes_as_mnist_had_it(index):
    paper = Image.new("L", (300, 200), 235)
    ink = ImageOps.invert(digit(index).resize((140, 140), Image.Resampling.BICUBIC))
    paper.paste(ink.point(lambda v: min(v, 235)), (110, 20))
    mine = prepare(paper, SHAPE, Preparation())
    assert far_from(index, mine) < 0.03  # a shift by a pixel alone gives 0.03 to 0.06
    assert mine[0].max() < 0.15 and mine[:, 0].max() < 0.15  # the paper has become black


@pytest.mark.parametrize("light", LIGHT)
@pytest.mark.parametrize("ground, pen", [(0.9, 0.15), (0.15, 0.9)], ids=["paper", "board"])
def test_neither_light_nor_noise_change_a_digit(light, ground, pen):
    errors = [
        far_from(i, prepare(photo(written(i, ground, pen) * LIGHT[light]), SHAPE, Preparation()))
        for i in range(6)
    ]
    assert np.mean(errors) < 0.03


def test_dust_and_the_table_beside_the_sheet_do_not_spoil_the_crop():
    for index in range(4):
        sheet = written(index)
        sheet[:, :60] = 0.1  # the table
        for row, column in ((20, 100), (400, 150), (30, 580), (430, 400)):
            sheet[row : row + 4, column : column + 4] = 0.3
        assert far_from(index, prepare(photo(sheet), SHAPE, Preparation())) < 0.045


def test_ink_of_several_pieces_stays_whole():
    image = Image.new("L", (200, 200))
    draw = ImageDraw.Draw(image)
    draw.rectangle((90, 60, 110, 180), 255)
    draw.rectangle((90, 20, 110, 40), 255)  # the dot of an i
    prepared = prepare(image, SHAPE, Preparation())[:, :, 0]
    rows = np.flatnonzero(prepared.max(axis=1) > 0.5)
    assert rows[-1] - rows[0] + 1 == 20 and len(rows) < 20


def test_each_step_can_be_switched_off():
    dark = Image.new("L", (28, 28), 0)
    dark.paste(255, (2, 2, 8, 8))
    kept = prepare(dark, SHAPE, AS_IS)[:, :, 0]
    assert kept[4, 4] == 1 and kept[20, 20] == 0
    inverted = prepare(dark, SHAPE, replace(AS_IS, polarity="invert"))[:, :, 0]
    np.testing.assert_allclose(inverted, 1 - kept, atol=1e-6)
    whole = prepare(dark, SHAPE, Preparation())[:, :, 0]
    assert whole[14, 14] > 0.9 and whole[4:24, 4:24].mean() > 0.9 and whole[:3].max() < 0.1
    cropped = prepare(dark, SHAPE, Preparation(centre=False))
    assert cropped.min() > 0.9
    moved = prepare(dark, SHAPE, Preparation(crop=False))[:, :, 0]
    np.testing.assert_array_equal(moved, np.roll(kept, (9, 9), (0, 1)))


def test_an_image_fits_fills_or_is_stretched():
    stripes = np.repeat([[200, 100, 50, 200]], 8, axis=0).astype(np.uint8).repeat(4, 1)  # 8 × 16
    image = Image.fromarray(stripes)
    fit, fill, stretch = (
        prepare(image, (8, 8, 1), replace(AS_IS, fit=way))[:, :, 0] * 255 for way in FITS
    )
    np.testing.assert_array_equal(fit[[0, 1, 6, 7]], 200)  # the border's colour above and below
    assert fit[4, 3] < 110 and fit[4, 0] > 150
    np.testing.assert_allclose(fill[:, 1:7], np.repeat([[100] * 3 + [50] * 3], 8, 0), atol=15)
    np.testing.assert_allclose(stretch[4, [0, 2, 5, 7]], [200, 100, 50, 200], atol=25)


def test_the_ground_is_found_whichever_is_lighter():
    for ground, pen in ((0.9, 0.1), (0.35, 0.1), (0.1, 0.9), (0.6, 0.95)):
        assert has_light_ground(photo(written(3, ground, pen))) == (ground > pen)
    assert has_light_ground(Image.new("L", (9, 9), 250))
    assert not has_light_ground(Image.new("L", (9, 9), 5))


@pytest.mark.parametrize("value", [0, 128, 255])
def test_an_empty_sheet_stays_empty(value):
    assert prepare(Image.new("L", (50, 50), value), SHAPE, Preparation()).max() == 0


def test_pad_camera_and_file_give_the_same_array():
    pad = Image.new("RGBA", (280, 280), "black")
    draw = ImageDraw.Draw(pad)
    draw.line([(60, 60), (200, 60), (120, 220)], "white", 20, "curve")
    plain = pad.convert("RGB")
    lossless = [
        encoded(pad),
        encoded(plain),
        encoded(plain.convert("L")),
        encoded(plain, "BMP"),
        encoded(plain, "TIFF", compression="tiff_lzw"),
        encoded(plain, "WEBP", lossless=True),
        encoded(plain.convert("L"), "GIF"),
        encoded(Image.fromarray(np.asarray(plain.convert("L"), np.uint16) * 257)),
    ]
    result = read_here([(str(i), c) for i, c in enumerate(lossless)], SHAPE, usual(ink=True))
    assert result.refusals == () and len(result.images) == len(lossless)
    np.testing.assert_array_equal(result.images, np.repeat(result.images[:1], len(lossless), 0))
    camera = read_here([("c", encoded(plain, "JPEG", quality=85))], SHAPE, usual(ink=True))
    assert np.abs(camera.images[0] - result.images[0]).max() < 0.05
    paper = read_here([("p", encoded(ImageOps.invert(plain)))], SHAPE, usual(ink=True))
    np.testing.assert_array_equal(paper.images[0], result.images[0])


def test_steps_are_named_and_end_in_what_the_model_sees():
    image = photo(written(3)).convert("RGB")
    shown = steps(image, SHAPE, Preparation())
    assert [name for name, _ in shown] == [
        "As uploaded",
        "Grey",
        "Inverted",
        "Background made black",
        "Cropped",
        "Scaled and centred",
    ]
    np.testing.assert_array_equal(shown[-1][1], prepare(image, SHAPE, Preparation()))
    assert shown[0][1].shape == (192, 256, 3) and shown[1][1].shape == (192, 256, 1)
    assert [name for name, _ in steps(image, (64, 64, 3), usual(ink=False))] == [
        "As uploaded",
        "Scaled to fit",
    ]


@given(
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.sampled_from(["L", "RGB"]),
    st.sampled_from([SHAPE, (9, 13, 3)]),
    st.builds(
        Preparation,
        st.sampled_from(POLARITIES),
        st.booleans(),
        st.booleans(),
        st.sampled_from(FITS),
    ),
    st.sampled_from([2, 256]),
    st.integers(0, 99),
)
@settings(max_examples=200)
def test_any_image_becomes_an_array(size, mode, shape, preparation, levels, seed):
    values = np.random.default_rng(seed).integers(0, levels, (*size, 3)) * (255 // (levels - 1))
    image = Image.fromarray(values.astype(np.uint8)).convert(mode)
    shown = steps(image, shape, preparation)
    prepared = prepare(image, shape, preparation)
    assert prepared.shape == shape and prepared.dtype == np.float32
    assert prepared.min() >= 0 and prepared.max() <= 1
    np.testing.assert_array_equal(shown[-1][1], prepared)
    assert all(max(picture.shape[:2]) <= 256 for _, picture in shown)


@pytest.mark.parametrize("wrong", [{"polarity": "dark"}, {"fit": "crop"}])
def test_an_unknown_choice_names_its_field(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Preparation(**wrong)
