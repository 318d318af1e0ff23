"""Honest files of cameras, phones, scanners and systems are read, or told what they are."""

import io
import struct
import zipfile

import numpy as np
import pytest
from PIL import Image
from ugly import encoded, tiff, tiff_tags, zipped

from aecore.data.images.decoding import open_image
from aecore.data.images.intake import Unusable, each_image
from aecore.data.limits import AT_ONCE, Refused

GREY = Image.linear_gradient("L")


def outcomes(files) -> dict[str, str]:
    """Name → mode of what was opened, or the reason it was not."""
    return {
        item.name: item.reason if isinstance(item, Unusable) else item.image.mode
        for item in each_image(files, AT_ONCE)
    }


def reason(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        open_image(content)
    return str(refused.value)


def isobmff(*brands: bytes) -> bytes:
    """The start of a HEIC, AVIF, CR3 or MP4 file."""
    box = b"ftyp" + brands[0] + bytes(4) + b"".join(brands[1:])
    return struct.pack(">L", len(box) + 4) + box + b"\0\0\0\x08mdat" + bytes(40)


@pytest.mark.parametrize(
    "content, words",
    [
        (isobmff(b"heic", b"mif1", b"heic"), "HEIC"),
        (isobmff(b"mif1", b"mif1", b"heic"), "HEIC"),
        (isobmff(b"avif", b"mif1", b"avif"), "AVIF"),
        (isobmff(b"mif1", b"avif"), "AVIF"),
        (isobmff(b"crx ", b"isom"), "camera RAW"),
        (isobmff(b"isom", b"mp41"), "video"),
        (isobmff(b"qt  "), "video"),
        (b"FUJIFILMCCD-RAW 0201" + bytes(80), "camera RAW"),
        (b"IIU\0" + bytes(80), "camera RAW"),
        (b"II*\0\x10\0\0\0CR\x02\0" + bytes(80), "camera RAW"),
        (tiff({**tiff_tags(4, 4), 50706: (1, 4, b"\1\4\0\0")}), "camera RAW"),
        (tiff({**tiff_tags(4, 4), 254: (4, 1, b"\1\0\0\0")}), "camera RAW"),
        (tiff(tiff_tags(4, 4, 34887)), "LERC"),
        (b"%PDF-1.7\n", "PDF"),
        (b"8BPS\0\1" + bytes(40), "Photoshop"),
        (bytes(128) + b"DICM" + bytes(40), "DICOM"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "git lfs pull"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"<annotation><object>cat</object></annotation>", "text"),
        ("0 0.5 0.5 0.1 0.1 Größe\n".encode(), "text"),
        (bytes(5000), "only zeros"),
        (b"P6\n4 4\n255\n" + bytes(48), "Netpbm"),
        (b"Rar!\x1a\7\1\0" + bytes(20), "ZIP"),
    ],
    ids=lambda value: str(value[:24]),
)  # fmt: skip
def test_what_is_not_read_is_named(content, words):
    assert words in reason(content)


def test_every_image_that_is_read_is_taken_for_one():
    for kind in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"):
        assert open_image(encoded(GREY.convert("RGB"), kind))[0].size == (256, 256)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_large_jpeg_is_reduced_while_it_is_read(progressive):
    content = encoded(GREY.resize((8000, 6000)), "JPEG", quality=50, progressive=progressive)
    image, notes = open_image(content)
    assert image.size == (4000, 3000)
    assert notes == ("reduced from 8000 × 6000 to 4000 × 3000 pixels",)
    columns = np.asarray(image, float).mean(axis=1)
    assert columns[0] < 10 and columns[-1] > 245


def test_megapixels_beyond_the_limit_are_told():
    assert reason(encoded(Image.new("L", (8000, 6000)))) == (
        "it has 48 megapixels; at most 40 are read"
    )
    large = encoded(Image.new("L", (9000, 8000)), "JPEG", quality=30, progressive=True)
    assert "progressive JPEG of 72 megapixels" in reason(large)


@pytest.mark.parametrize("seed", range(3))
def test_a_motion_photo_is_the_photo(seed):
    photo = encoded(GREY.resize((3000, 2000)), "JPEG")
    video = isobmff(b"mp42") + np.random.default_rng(seed).bytes(2**22) + b"\xff\xda" * 400_000
    assert open_image(photo + b"MotionPhoto_Data" + video)[0].size == (3000, 2000)


@pytest.mark.parametrize(
    "samples, bits, kind, words",
    [(5, 8, 1, "5 channels of 8 bits"), (2, 16, 1, "2 channels of 16 bits"),
     (1, 64, 3, "1 channel of 64 floating-point bits"), (1, 16, 3, "16 floating-point bits")],
)  # fmt: skip
def test_a_tiff_of_an_unread_kind_is_told_what_it_is(samples, bits, kind, words):
    tags = tiff_tags(4, 4)
    tags[277] = (3, 1, struct.pack("<H", samples))
    tags[258] = (3, min(samples, 2), struct.pack("<HH", bits, bits))
    tags[339] = (3, 1, struct.pack("<H", kind))
    content = tiff(tags, bytes(4 * 4 * samples * 8))
    assert words in reason(content) and "TIFF" in reason(content)


LEFT = (
    "s/thumbs.db", "s/Thumbs.DB", "s/Desktop.ini", "s/ehthumbs.db", "S/.DS_Store", "s/._1.png",
    "._1.png", "s/@eaDir/1.png/SYNOPHOTO_THUMB_M.jpg", "s/SYNOFILE_THUMB_M.png",
    "s/.@__thumb/default1.jpg", "__MACOSX/s/._1.png", "s/1.png:Zone.Identifier", "s/Icon\r",
    "$RECYCLE.BIN/1.png", "s/.picasa.ini", "s/~$1.docx",
)  # fmt: skip


@pytest.mark.parametrize("name", LEFT)
def test_what_systems_leave_is_passed_over(name):
    image = encoded(GREY)
    assert outcomes([("s/1.png", image), (name, image)]) == {"s/1.png": "L"}
    archive = zipped([("s/1.png", image), (name, image)])
    assert outcomes([("z.zip", archive)]) == {"z.zip/s/1.png": "L"}


def test_folders_of_a_windows_zip_are_no_files_and_its_names_are_read():
    image, buffer = encoded(GREY), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("photos\\cats\\", "photos\\cats\\1.png", "photos\\gr\u00fc\u00dfe\\2.png"):
            entry = zipfile.ZipInfo("x")
            entry.filename = name
            archive.writestr(entry, b"" if name.endswith("\\") else image)
    content = buffer.getvalue()
    wanted = {"z/photos/cats/1.png": "L", "z/photos/grüße/2.png": "L"}
    assert outcomes([("z", content)]) == wanted
    # macOS writes UTF-8 without the flag, DOS its own code page
    assert outcomes([("z", content.replace(b"\x14\0\0\x08", b"\x14\0\0\0"))]) == wanted
