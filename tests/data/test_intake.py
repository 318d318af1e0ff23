"""Uploaded bytes become upright images and arrays, or refusals with reasons."""

import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps
from reading_here import read_here
from ugly import encoded, zipped

from aecore.data.images.decoding import open_image
from aecore.data.images.intake import Opened, Unusable, each_image
from aecore.data.images.preparation import Preparation
from aecore.data.limits import AT_ONCE, COLLECTION, Limits, Refused, at_once

SHAPE = (28, 28, 1)
AS_IS = Preparation("keep", False, False)
RAMP = np.tile(np.linspace(0, 255, 32).astype(np.uint8), (24, 1))  # dark on the left
SMALL = Limits(files=3, file_bytes=2000, total_bytes=5000, inflated_bytes=4000, pixels=1000)


def ramp(mode: str) -> Image.Image:
    if mode == "I;16B":
        return Image.frombytes("I;16B", (32, 24), (RAMP.astype(">u2") * 257).tobytes())
    if mode in ("I", "I;16"):
        wide = Image.fromarray(RAMP.astype(np.uint16) * 257)
        return wide if mode == "I;16" else wide.convert("I")
    if mode == "F":
        return Image.fromarray(RAMP.astype(np.float32) / 255)
    return Image.fromarray(RAMP).convert("RGB" if mode == "LAB" else mode).convert(mode)


def read_one(content: bytes, shape=SHAPE, preparation=AS_IS):
    return read_here([("a file", content)], shape, preparation)


def outcomes(files, limits=AT_ONCE) -> dict[str, str]:
    """Name → mode of what was opened, or the reason it was not."""
    return {
        item.name: item.reason if isinstance(item, Unusable) else item.image.mode
        for item in each_image(files, limits)
    }


EVERY_MODE = [
    *[("PNG", mode, {}) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")],
    *[("JPEG", mode, {"quality": 95}) for mode in ("L", "RGB", "CMYK")],
    ("JPEG", "RGB", {"progressive": True}),
    *[("WEBP", mode, {"lossless": True}) for mode in ("L", "RGB", "RGBA")],
    *[("GIF", mode, {}) for mode in ("1", "L", "P", "RGB")],
    *[("BMP", mode, {}) for mode in ("1", "L", "P", "RGB", "RGBA")],
    *[("TIFF", mode, {}) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB")],
    *[("TIFF", mode, {}) for mode in ("I;16", "I;16B", "I", "F")],
    *[("TIFF", "RGB", {"compression": c}) for c in ("tiff_lzw", "tiff_adobe_deflate", "jpeg")],
    *[("TIFF", "F", {"compression": c}) for c in ("packbits", "zstd")],
    ("TIFF", "1", {"compression": "group4"}),
    ("TIFF", "RGB", {"big_tiff": True}),
]


@pytest.mark.parametrize("kind, mode, options", EVERY_MODE, ids=str)
def test_every_mode_of_every_format_is_read(kind, mode, options):
    image, _ = open_image(encoded(ramp(mode), kind, **options))
    assert image.mode in ("L", "RGB") and image.size == (32, 24)
    columns = np.asarray(image.convert("L"), float).mean(axis=0)
    if mode == "1":  # dithered
        assert columns[-8:].mean() > 200 and columns[:8].mean() < 55
    else:
        loose = kind == "JPEG" or mode in ("CMYK", "LAB", "P") or options.get("compression")
        np.testing.assert_allclose(columns, RAMP[0], atol=8 if loose else 1)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
@pytest.mark.parametrize("shape", [(28, 28, 1), (9, 13, 3)], ids=str)
def test_every_format_becomes_an_array(kind, shape):
    image = Image.new("RGB", (40, 30), (200, 100, 50))
    result = read_one(encoded(image, kind), shape)
    assert result.names == ("a file",) and result.refusals == () and result.notes == ()
    assert result.images.shape == (1, *shape) and result.images.dtype == np.float32
    middle = result.images[0, shape[0] // 2, shape[1] // 2]
    expected = [124 / 255] if shape[2] == 1 else [200 / 255, 100 / 255, 50 / 255]
    np.testing.assert_allclose(middle, expected, atol=0.03)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_lies_on_white_and_that_is_said(mode):
    image = Image.new(mode.replace("P", "L"), (10, 10), 0).convert(mode)
    if mode == "P":
        content = encoded(image, "PNG", transparency=0)
    else:
        image.putalpha(0)
        content = encoded(image)
    image, notes = open_image(content)
    assert np.asarray(image).min() == 255 and notes == ("transparency replaced by white",)
    assert open_image(encoded(Image.new("RGBA", (10, 10), "red")))[1] == ()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_an_image_is_turned_upright(kind, turn):
    upright = Image.new("L", (20, 12))
    upright.paste(255, (0, 0, 10, 3))
    exif = Image.Exif()
    exif[0x0112] = turn
    content = encoded(upright.convert("RGB"), kind, exif=exif)
    image, _ = open_image(content)
    plain = encoded(upright.convert("RGB"), kind)
    tagged = Image.open(io.BytesIO(plain))
    tagged.load()
    tagged.getexif()[0x0112] = turn
    assert ImageOps.exif_transpose(tagged).tobytes() == image.tobytes()
    assert image.size == ((12, 20) if turn >= 5 else (20, 12))


@pytest.mark.parametrize(
    "values, expected, note",
    [
        (np.array([[0, 2000, 4095]], np.uint16), [0, 125, 255], "4,095 as white"),
        (np.array([[0, 100, 255]], np.uint16), [0, 100, 255], "255 as white"),
        (np.array([[0, 1, 1]], np.uint16), [0, 255, 255], "1 as white"),
        (
            np.array([[-100, 0, 100]], np.int32),
            [0, 128, 255],
            "-100 taken as black and 100 as white",
        ),
        (np.array([[0.0, 0.5, 1.0]], np.float32), [0, 128, 255], "1 as white"),
        (np.array([[0.0, 1e30, 2e30]], np.float32), [0, 128, 255], "as white"),
        (np.array([[np.nan, 0.5, np.inf]], np.float32), [128, 128, 128], "2 pixels"),
        (np.array([[7.5, 7.5, 7.5]], np.float32), [8, 8, 8], "255 as white"),
    ],
)
def test_wide_pixels_are_scaled_and_that_is_said(values, expected, note):
    image, notes = open_image(encoded(Image.fromarray(values), "TIFF"))
    np.testing.assert_array_equal(np.asarray(image)[0], expected)
    assert note in " ".join(notes) if note else notes == ()


def test_pixels_that_are_no_numbers_are_refused():
    with pytest.raises(Refused, match="none of its pixels"):
        open_image(encoded(Image.fromarray(np.full((3, 3), np.nan, np.float32)), "TIFF"))


@pytest.mark.parametrize(
    "kind, note", [("GIF", "frames"), ("WEBP", "frames"), ("PNG", "frames"), ("TIFF", "pages")]
)
def test_of_many_frames_the_first_is_read_and_that_is_said(kind, note):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    content = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    image, notes = open_image(content)
    assert note in notes[0]
    red, green, blue = np.asarray(image.convert("RGB"))[4, 4]
    assert red > 200 and green < 50 and blue < 50


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"", "empty"),
        (b"hello", "it is text"),
        (b"%PDF-1.7", "it is a PDF document"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "it is a PostScript document"),
        (b"GIF89a", "damaged"),
        (b"GIF89a" + b"\0" * 20, "not a PNG"),
        (b"II*\0", "damaged"),
        (b"PK\x03\x04nothing", "the ZIP is damaged"),
        *[
            (encoded(ramp("RGB"), kind)[:part], "damaged")
            for kind, part in (("PNG", 80), ("JPEG", 640), ("BMP", 1000), ("TIFF", 1000))
        ],
        (encoded(ramp("P"), "GIF")[:-200], "damaged"),
        (encoded(ramp("RGB"), "TIFF", compression="tiff_lzw")[:-300], "damaged"),
    ],
    ids=lambda v: str(v[:12]),
)
def test_what_is_no_image_gets_a_sentence(content, reason):
    result = read_one(content)
    assert len(result.images) == 0
    assert reason in result.refusals[0].reason


@pytest.mark.parametrize("size", [(1, 1), (1, 20_000), (20_000, 1)])
@pytest.mark.parametrize("preparation", [AS_IS, Preparation(), replace(AS_IS, fit="fill")], ids=str)
def test_odd_sizes_are_read(size, preparation):
    result = read_one(encoded(Image.new("L", size, 200)), SHAPE, preparation)
    assert result.refusals == () and np.isfinite(result.images).all()


@pytest.mark.parametrize("size", [(0, 5), (70_000, 1)])
def test_impossible_sizes_are_refused(size):
    content = bytearray(encoded(Image.new("L", (5, 5)), "BMP"))
    content[18:26] = size[0].to_bytes(4, "little") + size[1].to_bytes(4, "little")
    assert len(read_one(bytes(content)).refusals) == 1


def test_a_bad_file_does_not_spoil_the_others():
    good = encoded(Image.new("L", (28, 28)))
    result = read_here([("bad", b"x"), ("good.txt", good)], SHAPE, AS_IS)
    assert result.names == ("good.txt",)
    assert [refusal.name for refusal in result.refusals] == ["bad"]


def test_zips_are_opened_and_keep_their_folders():
    image = encoded(Image.new("L", (4, 4)))
    archive = zipped(
        [
            ("cats/1.png", image),
            ("cats/", b""),
            ("../dogs\\2.png", encoded(Image.new("RGB", (4, 4)))),
            ("__MACOSX/cats/._1.png", b"x"),
            ("cats/.DS_Store", b"x"),
            ("Thumbs.db", b"x"),
            (".git/config", b"x"),
            ("notes.txt", b"words"),
            ("inner.zip", zipped([("1.png", image)])),
        ]
    )
    assert outcomes([("my.zip", archive), ("top.png", image)]) == {
        "my.zip/cats/1.png": "L",
        "my.zip/dogs/2.png": "RGB",
        "my.zip/notes.txt": "it is text, not an image",
        "my.zip/inner.zip": "ZIPs within ZIPs are not opened",
        "top.png": "L",
    }


def test_bad_members_are_refused_one_by_one():
    image = encoded(Image.new("L", (4, 4)))
    with pytest.warns(UserWarning, match="Duplicate"):
        archive = zipped([("a.png", image), ("a.png", image), ("b.png", image)])
    assert outcomes([("z", archive)]) == {"z/a.png": "the ZIP has this name twice", "z/b.png": "L"}
    for change, reason in (
        (lambda entry: entry[:8] + b"\1" + entry[9:], "encrypted"),  # a flag
        (lambda entry: entry[:16] + b"\0\0\0\0" + entry[20:], "damaged"),  # the checksum
        (lambda entry: entry[:24] + b"\1\0\0\0" + entry[28:], "damaged"),  # the size
        (lambda entry: entry[:42] + b"\xff\xff\0\0" + entry[46:], "damaged"),  # where it lies
    ):
        archive = zipped([("a.png", image), ("b.png", image)])
        start = archive.index(b"PK\1\2")
        found = outcomes([("z", archive[:start] + change(archive[start:]))])
        assert reason in found["z/a.png"] and found["z/b.png"] == "L"
    archive = zipped([("a.png", image)], zipfile.ZIP_BZIP2)
    assert "compression" in outcomes([("z", archive)])["z/a.png"]


def test_limits_hold():
    image = encoded(Image.new("L", (30, 30)))
    assert outcomes([("a", image)], SMALL) == {"a": "L"}
    assert "megapixels" in outcomes([("a", encoded(Image.new("L", (40, 30))))], SMALL)["a"]
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (30, 30, 3), np.uint8))
    assert "larger than 2,000 bytes" in outcomes([("a", encoded(noise))], SMALL)["a"]
    assert "larger than" in outcomes([("z", zipped([("a", bytes(3000))]))], SMALL)["z/a"]


def test_files_beyond_a_limit_of_all_are_counted_in_one_refusal():
    image = encoded(Image.new("L", (3, 3)))
    archive = zipped([(f"{i}.png", image) for i in range(5)])
    found = outcomes([("1", image), ("z", archive), ("2", image)], SMALL)
    assert found == {
        **{"1": "L", "z/0.png": "L", "z/1.png": "L"},
        "4 more files": "only 3 files are read at a time",
    }
    found = outcomes([("1", image), ("2", bytes(6000)), ("3", bytes(6000))], SMALL)
    assert found["2 more files"] == "together they have more than 5,000 bytes"
    archive = zipped([(f"{i}", bytes(1900)) for i in range(3)])
    found = outcomes([("z", archive)], SMALL)
    assert found["1 more file"] == "ZIPs are unpacked up to 4,000 bytes"


def test_limits_are_said_in_words():
    assert AT_ONCE.words == (
        "up to 200 images of at most 20 MB and 40 megapixels each, 200 MB in all (400 MB unpacked)"
    )
    assert COLLECTION.words.startswith("up to 20,000 images") and COLLECTION.files == 20_000


def test_of_large_images_fewer_are_read_at_once():
    assert at_once((28, 28, 1)) == at_once((96, 96, 3)) == AT_ONCE
    assert at_once((512, 512, 3)).files == 42


def test_names_are_text_as_it_was_typed_and_no_paths():
    image = encoded(Image.new("L", (3, 3)))
    assert list(outcomes([("../../etc/pass\nwd\u202e", image)])) == ["etc/pass‹U+000A›wd\u202e"]
    names = [
        "a\u200b.png",
        "a\u200c.png",
        "e\u0301.png",
        "é.png",
        ".../1.png",
        "x" * 255 + "/1.png",
    ]
    found = outcomes([("z", zipped([(name, image) for name in names]))])
    assert found == {f"z/{name}": "L" for name in names}


def test_a_name_longer_than_any_system_has_is_refused():
    image, name = encoded(Image.new("L", (3, 3))), "я" * 3000
    for files in ([(name, image)], [("z", zipped([(name, image)]))]):
        ((shown, reason),) = outcomes(files).items()
        assert reason == "its name is longer than 4,096 bytes" and len(shown) == 255
    archive = zipped([("..", image)]).replace(b"..", b"\0.")
    assert list(outcomes([("", archive)])) == ["unnamed/unnamed"]


FORMS = [
    *[encoded(ramp(mode), kind, **options) for kind, mode, options in EVERY_MODE],
    encoded(ramp("P"), "GIF", save_all=True, append_images=[ramp("P").rotate(90)]),
    encoded(ramp("RGB"), "WEBP", save_all=True, append_images=[ramp("RGB").rotate(90)]),
    zipped([("a.png", encoded(ramp("L"))), ("b/c.tif", encoded(ramp("F"), "TIFF"))]),
    zipped([("a.bmp", encoded(ramp("1"), "BMP"))], zipfile.ZIP_STORED),
]


@st.composite
def damaged(draw) -> bytes:
    """A valid file, some bytes of it changed, a part cut out or put in twice."""
    content = bytearray(draw(st.sampled_from(FORMS)))
    place = st.integers(0, len(content) - 1)
    start, stop = sorted((draw(place), draw(place)))
    for _ in range(draw(st.integers(0, 8))):
        content[draw(place)] = draw(st.sampled_from([0, 1, 127, 128, 255]) | st.integers(0, 255))
    repeats = draw(st.sampled_from([1, 1, 1, 0, 2]))
    return bytes(content[:start] + content[start:stop] * repeats + content[stop:])


def check_outcome(content: bytes) -> None:
    found = list(each_image([("a file", content)], replace(AT_ONCE, pixels=10**6)))
    assert content.startswith(b"PK") or len(found) == 1
    for item in found:
        assert item.name.startswith("a file")
        if isinstance(item, Opened):
            assert item.image.mode in ("L", "RGB")
            assert item.image.width * item.image.height <= 10**6
            assert len(item.image.tobytes()) > 0
        else:
            assert item.reason


@given(st.binary(max_size=400))
@example(b"BM" + bytes(60))
@settings(max_examples=150)
def test_any_bytes_end_in_an_image_or_a_refusal(content):
    check_outcome(content)


@given(
    st.sampled_from(
        [
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff",
            b"GIF89a",
            b"BM",
            b"II*\0",
            b"MM\0*",
            b"RIFF\xff\0\0\0WEBPVP8L",
            b"PK\x03\x04",
        ]
    ),
    st.binary(max_size=200),
)
@settings(max_examples=150)
def test_any_bytes_with_a_known_start_end_in_an_image_or_a_refusal(start, content):
    check_outcome(start + content)


@given(damaged())
@settings(max_examples=300)
def test_any_damage_ends_in_an_image_or_a_refusal(content):
    check_outcome(content)
    result = read_one(content, SHAPE, Preparation())
    assert result.images.min(initial=0) >= 0 and result.images.max(initial=0) <= 1
