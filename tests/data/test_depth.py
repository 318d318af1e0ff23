"""Images of more than 8 bits: read with all their bits, and on one scale that a set keeps."""

import io
import struct
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image, PngImagePlugin
from ugly import encoded, png_chunk

from aecore.data.datasets import glimpse, source
from aecore.data.images.decoding import DEPTH, open_image
from aecore.data.images.making import Plan, first_images, make_set
from aecore.data.images.preparation import Preparation
from aecore.data.images.uploads import picture, read_uploads
from aecore.data.limits import Refused
from aecore.data.own import own_source
from aecore.data.splits import Source

VALUES = np.random.default_rng(0).integers(0, 65_536, (12, 10, 4)).astype(np.uint16)
VALUES[0, 0] = 65_535
AS_IS = Preparation("keep", False, False)
GREY_16 = Plan("Camera", 28, 1, False, AS_IS)


@pytest.fixture(autouse=True)
def directory(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path / "datasets"))


def deep_png(values: np.ndarray) -> bytes:
    """A PNG of 16-bit values (h, w, channels), big-endian as they are in all of them."""
    height, width, channels = values.shape
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    head = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*part) for part in parts)


def deep_tiff(values: np.ndarray, **options) -> bytes:
    if options.get("planarconfig") == "separate":
        values = np.ascontiguousarray(values.transpose(2, 0, 1))
    file = io.BytesIO()
    tifffile.imwrite(file, values, photometric="rgb", **options)
    return file.getvalue()


DEFLATED = {"compression": "zlib"}
TIFFS = {
    "plain": {}, "big-endian": {"byteorder": ">"}, "deflated": DEFLATED,
    "deflated, big-endian": DEFLATED | {"byteorder": ">"},
    "deflated, differences": DEFLATED | {"predictor": True}, "tiled": {"tile": (16, 16)},
}  # fmt: skip
COLOUR = {"png": deep_png(VALUES[..., :3])} | {
    name: deep_tiff(VALUES[..., :3], **options) for name, options in TIFFS.items()
}


@pytest.mark.parametrize("name", COLOUR)
@pytest.mark.parametrize("levels", [(0, 65_535), (0, 255), (1000, 1100)], ids=str)
def test_16_bit_colour_is_read_with_all_its_bits(name, levels):
    """A narrow scale shows the lower byte, which Pillow drops."""
    image, notes = open_image(COLOUR[name], levels=levels)
    black, white = levels
    scaled = (VALUES[..., :3].astype(float) - black) / (white - black) * 255
    np.testing.assert_array_equal(np.asarray(image), np.clip(scaled + 0.5, 0, 255).astype(np.uint8))
    assert f"{black:,} taken as black and {white:,} as white" in notes
    assert image.mode == "RGB" and image.info[DEPTH].high == 65_535


@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_16_bit_colour_with_transparency_is_laid_on_white(kind):
    values = VALUES.copy()
    values[..., 3] = np.where(np.arange(10) < 5, 0, 65_535)
    content = deep_png(values) if kind == "png" else deep_tiff(values, extrasamples=["unassalpha"])
    image, notes = open_image(content, levels=(0, 255))
    pixels = np.asarray(image)
    assert (pixels[:, :5] == 255).all() and "transparency replaced by white" in notes
    expected = np.clip(values[:, 5:, :3], 0, 255)
    np.testing.assert_array_equal(pixels[:, 5:], expected)
    assert image.info[DEPTH].white == 255


TOPS = range(900, 1380, 20)


def test_dark_frames_of_colour_cameras_are_told_apart():
    ramp = np.linspace(0, 1, 40)[None, :, None] * np.ones((40, 1, 3))
    files = [
        (f"{top}.png", deep_png((ramp * top).astype(np.uint16))) for top in range(900, 1380, 20)
    ]
    made = make_set(files, Plan("Colour", 28, 3, False, AS_IS))
    assert made.notes == (("0 taken as black and 4,095 as white", 24),)
    means = np.sort(glimpse(made.key, 24).mean(axis=(1, 2, 3)))
    assert len(np.unique(means)) > 12 and 1.4 < means[-1] / means[0] < 1.6


def test_channels_in_separate_planes_are_never_taken_for_something_else():
    with pytest.raises(Refused, match="16-bit channels lie in separate planes"):
        open_image(deep_tiff(VALUES[..., :3], planarconfig="separate"))
    image, notes = open_image(deep_tiff(VALUES[..., :3], planarconfig="separate", **DEFLATED))
    np.testing.assert_array_equal(np.asarray(image), VALUES[..., :3] >> 8)
    assert notes == ("only the upper 8 bits of each 16-bit channel read",)
    eight = (VALUES[..., :3] >> 8).astype(np.uint8)
    image, notes = open_image(deep_tiff(eight, planarconfig="separate"))
    np.testing.assert_array_equal(np.asarray(image), eight)
    assert notes == ()


def test_grey_with_transparency_says_what_of_it_is_read():
    image, notes = open_image(deep_png(np.full((5, 5, 2), 65_535, np.uint16)))
    assert np.asarray(image).min() == 255 and "only the upper 8 bits" in notes[0]


RAMP = np.tile(np.linspace(0, 1, 32), (24, 1))
TYPES = [np.bool, np.uint8, np.uint16, np.float32, np.int8, np.int16, np.uint32, np.int32]


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("options", [{}, DEFLATED, {"tile": (16, 16)}], ids=str)
@pytest.mark.parametrize("photometric", ["minisblack", "miniswhite"])
def test_grey_is_read_as_the_file_means_it(kind, options, photometric):
    """Whatever the type of its values is, and wherever they count from."""
    at_most = 1 if kind in (np.bool, np.float32) else np.iinfo(kind).max
    at_least = np.iinfo(kind).min if np.issubdtype(kind, np.signedinteger) else 0
    ramp = RAMP.round() if kind is np.bool else RAMP
    stored = 1 - ramp if photometric == "miniswhite" else ramp
    file = io.BytesIO()
    values = (at_least + stored * (float(at_most) - at_least)).clip(at_least, at_most).astype(kind)
    tifffile.imwrite(file, values, photometric=photometric, **options)
    try:
        image, notes = open_image(file.getvalue())
    except Refused:  # better than the wrong way round
        assert photometric == "miniswhite" and kind in (np.int8, np.int16, np.uint32, np.int32)
        return
    assert np.abs(np.asarray(image, float) - 255 * ramp).max() <= 2
    black, white = (at_least, at_most) if photometric == "minisblack" else (at_most, at_least)
    deep = kind not in (np.bool, np.uint8)
    assert notes == ((f"{black:,g} taken as black and {white:,g} as white",) if deep else ())


def test_a_scale_and_pixels_that_are_no_numbers_where_values_count_from_white():
    values = np.array([[0, 100, 150, 250, np.nan, 300]], np.float32)
    file = io.BytesIO()
    tifffile.imwrite(file, values, photometric="miniswhite")
    image, notes = open_image(file.getvalue(), levels=(100, 200))
    np.testing.assert_array_equal(np.asarray(image)[0], [255, 255, 128, 0, 0, 0])
    assert notes[0] == "200 taken as black and 100 as white"


def test_a_files_own_words_are_not_taken_for_its_depth():
    words = PngImagePlugin.PngInfo()
    for name in ("depth", "levels", "extent"):
        words.add_text(name, "ab")
    files = [(f"{i}.png", encoded(Image.new("L", (30, 30), i), pnginfo=words)) for i in range(20)]
    made = make_set(files, GREY_16)
    assert made.used == 20 and made.notes == () and own_source(made.key).levels is None


@pytest.mark.parametrize(
    "tops, white", [((900, 1360), "4,095"), ((200, 300), "1,023"), ((250, 60_000), "65,535")]
)
def test_deep_images_of_a_set_have_one_scale_that_it_keeps(tops, white):
    frames = [frame(top) for top in np.linspace(*tops, 24)]
    made = make_set([(f"{i:02}.png", content) for i, content in enumerate(frames)], GREY_16)
    assert made.notes == ((f"0 taken as black and {white} as white", 24),)
    images = glimpse(made.key, 24)
    means = np.sort(images.mean(axis=(1, 2, 3)))
    assert means[-1] / max(means[0], 0.5) <= tops[1] / tops[0] * 1.1
    levels = source(made.key).levels
    assert levels == (0, float(white.replace(",", "")))
    # a frame that comes later is the same image as in the set, however dark it is
    for place in (0, 23):
        later = read_uploads([("later.png", frames[place])], (28, 28, 1), AS_IS, levels=levels)
        np.testing.assert_array_equal(np.round(later.images[0] * 255), images[place])
        whole = picture([("later.png", frames[place])], 0, levels=levels)
        assert whole is not None and abs(whole.mean() - later.images[0].mean() * 255) < 1


def frame(top: float) -> bytes:
    """A 16-bit grey picture whose brightest value is given."""
    ramp = np.tile(np.linspace(0, 1, 40), (40, 1))
    return encoded(Image.fromarray((ramp * top).astype(np.uint16)))


def test_the_white_of_deep_images_can_be_chosen():
    plan = Plan("Fixed", 28, 1, False, AS_IS, (0.0, 65535.0))
    files = [(f"{i}.png", encoded(Image.new("I;16", (30, 30), 1000))) for i in range(20)]
    made = make_set(files, plan)
    assert made.notes == (("0 taken as black and 65,535 as white", 20),)
    assert glimpse(made.key, 1).max() == round(1000 / 65535 * 255)
    assert source(made.key).levels == plan.levels


def test_the_preview_is_on_the_scale_of_the_set():
    files = [(f"{top}.png", frame(top)) for top in (200, 1360)]
    brightest = [max(image.getextrema()) for image in first_images(files)]
    assert brightest == [round(200 / 4095 * 255), round(1360 / 4095 * 255)]
    chosen = first_images(files, levels=(0, 1360))
    assert [max(image.getextrema()) for image in chosen] == [round(200 / 1360 * 255), 255]


@pytest.mark.parametrize(
    "levels",
    ["ab", [1], [1, 1], [2, 1], [0, float("inf")], [float("nan"), 1], ["a", 1], 5, [[], 1]],
)
def test_levels_that_cannot_be_are_refused(levels):
    values = Source("A", (8, 8, 1), ("a",), 20, "b").to_dict()
    assert values["levels"] is None and Source.from_dict(values).levels is None
    assert Source.from_dict(values | {"levels": [0, 4095]}).levels == (0, 4095)
    with pytest.raises(ValueError):
        Source.from_dict(values | {"levels": levels})


def test_sets_of_earlier_versions_have_no_levels():
    values = Source("A", (8, 8, 1), ("a",), 20, "b").to_dict()
    del values["levels"]
    assert Source.from_dict(values).levels is None
