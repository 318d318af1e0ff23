"""Uploaded files are read by a reader: exactly as here, and whatever they do to it."""

import io
import threading
import zipfile

import numpy as np
import pytest
import reader_jobs
from photos import photo
from PIL import Image
from reading_here import read_here
from ugly import bmp_rle

from aecore.data.images import uploads
from aecore.data.images.intake import Unusable, each_image
from aecore.data.images.making import Plan, make_set
from aecore.data.images.preparation import Preparation, steps, usual
from aecore.data.images.uploads import picture, read_uploads, sizes, steps_of
from aecore.data.limits import AT_ONCE, COLLECTION, Limits
from aecore.data.own import own_keys
from aecore.data.reading.process import Reader


def photos(count: int) -> dict[str, bytes]:
    files = {}
    for seed in range(count):
        file = io.BytesIO()
        photo(seed, 40, 30).save(file, "PNG")
        files[f"{seed}.png"] = file.getvalue()
    return files


SHAPE = (24, 20, 3)
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")


def zipped(members) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def some() -> list[tuple[str, bytes]]:
    """An image of each format and mode, a ZIP with names of every kind, and what is none."""
    files = []
    for number, kind in enumerate(FORMATS):
        pixels = np.random.default_rng(number).integers(0, 256, (30, 40, 3), np.uint8)
        for mode in ("L", "RGB") if kind == "JPEG" else ("L", "RGB", "P", "1"):
            file = io.BytesIO()
            Image.fromarray(pixels).convert(mode).save(file, kind)
            files.append((f"{kind}.{mode}", file.getvalue()))
    deep = io.BytesIO()
    Image.fromarray(np.arange(1200, dtype=np.uint16).reshape(30, 40)).save(deep, "PNG")
    compressed = io.BytesIO()
    Image.fromarray(pixels).save(compressed, "TIFF", compression="tiff_lzw")
    files += [("deep.png", deep.getvalue()), ("lzw.tif", compressed.getvalue())]
    packed = zipped([*files[:3], ("ä/中.png", files[0][1]), ("bad.png", b"?")])
    return [*files, ("all.zip", packed), ("none.png", b""), ("text.png", b"hello")]


@pytest.mark.parametrize("preparation", [usual(True), usual(False)], ids=["ink", "photo"])
def test_a_reader_reads_as_this_process_would(preparation):
    files = some()
    intake, here = read_uploads(files, SHAPE, preparation), read_here(files, SHAPE, preparation)
    assert len(intake.names) == 28 and intake.names == here.names
    np.testing.assert_array_equal(intake.images, here.images)
    assert intake.refusals == here.refusals and intake.notes == here.notes
    check_same(intake.steps, here.steps)


def test_sizes_pictures_and_stages_are_those_of_the_image():
    files = some()
    good = [item for item in each_image(files) if not isinstance(item, Unusable)]
    assert sizes(files) == [(i.name, i.image.width, i.image.height) for i in good]
    image = good[4].image
    expected = np.asarray(image).reshape(image.height, image.width, -1)
    np.testing.assert_array_equal(picture(files, 4), expected)
    check_same(steps_of(files, 4, SHAPE, usual(True)), steps(image, SHAPE, usual(True)))
    assert picture(files, 999) is None and steps_of([("a", b"?")], 0, SHAPE, usual(True)) == ()


def check_same(found, expected) -> None:
    """Steps of a preparation are the same: titles and pictures."""
    assert len(found) > 1
    for (title, made), (expected_title, same) in zip(found, expected, strict=True):
        assert title == expected_title
        np.testing.assert_array_equal(made, same)


@pytest.fixture
def deadly(monkeypatch):
    """Files of these names end the reader that opens them."""
    monkeypatch.setattr(uploads, "see", reader_jobs.sees_and_dies)


def test_one_file_that_ends_its_reader_is_refused_and_the_others_are_read(deadly):
    files = [(f"{i}.png", content) for i, content in enumerate(photos(6).values())]
    files[1:1] = [("segv.png", b"x")]
    files[4:4] = [("memory.png", b"x")]
    intake = read_uploads(files, SHAPE, usual(False))
    assert intake.names == tuple(f"{i}.png" for i in range(6))
    fourth = steps_of(files, 3, SHAPE, usual(False))  # counted across the readers that ended
    np.testing.assert_array_equal(fourth[-1][1], intake.images[3])
    assert not np.array_equal(intake.images[3], intake.images[2])
    memory = (uploads.MOST_MEMORY + AT_ONCE.total_bytes) // 2**20
    assert [(r.name, r.reason) for r in intake.refusals] == [
        ("segv.png", "reading it crashed the library that reads such files (SIGSEGV)"),
        ("memory.png", f"reading it takes more than {memory} MB of memory"),
    ]


def test_many_files_that_end_readers_end_it(deadly):
    files = [(f"{i}-segv.png", b"x") for i in range(50)]
    intake = read_uploads(files, SHAPE, usual(False))
    assert len(intake.refusals) == uploads.MOST_DEATHS + 1
    assert intake.refusals[-1].name == "further files"


def test_a_run_length_encoded_bmp_cannot_hold_a_reader():
    lines = bmp_rle(65_535, 610, b"\1\7\0\0" * 610 + b"\0\1")
    packed = zipped([(f"{i}.bmp", lines) for i in range(200)])
    intake = read_uploads([("a.zip", packed)], SHAPE, usual(False))
    assert {r.reason for r in intake.refusals} == {
        "a run-length encoded BMP is read up to 4 megapixels"
    }
    small = bmp_rle(100, 100, b"\x64\7\0\0" * 100 + b"\0\1")
    assert len(read_uploads([("a.bmp", small)], SHAPE, usual(False)).images) == 1


def test_pixels_and_seconds_of_all_files_together_are_bounded_and_told():
    files = [(f"{i}.png", content) for i, content in enumerate(photos(8).values())]
    few = Limits(100, 2**20, 2**24, 2**24, 10**6, all_pixels=3000)
    (*_, last) = each_image(files, few)
    assert "together they have more than 0 megapixels" in last.reason
    none = Limits(100, 2**20, 2**24, 2**24, 10**6, seconds=-1)
    assert [item.reason for item in each_image(files, none)] == [
        "reading them takes more than -1 s of processor time"
    ]
    assert AT_ONCE.seconds <= 60 and COLLECTION.seconds <= 1200


def test_a_file_that_takes_too_long_is_refused_alone(deadly, monkeypatch):
    monkeypatch.setattr(uploads, "SECONDS_EACH", 1)
    files = [(f"{i}.png", content) for i, content in enumerate(photos(2).values())]
    intake = read_uploads([files[0], ("forever.png", b"x"), files[1]], SHAPE, usual(False))
    assert intake.names == ("0.png", "1.png")
    assert intake.refusals[0].reason == "reading it takes more than 1 s of processor time"


def test_stop_is_heard_while_a_file_is_read(deadly, monkeypatch, tmp_path):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path / "datasets"))

    class Stop(Exception):
        pass

    over = threading.Event()

    def look() -> None:
        if over.is_set():
            raise Stop

    files = [*photos(21).items(), ("forever.png", b"x")]
    plan = Plan("Nuts", 28, 3, False, Preparation("keep", False, False))

    def tell(read: int, refused: int) -> None:
        if read == 21:
            over.set()

    with pytest.raises(Stop):
        make_set(files, plan, tell, reader=Reader(look=look))
    assert own_keys() == [] and not list((tmp_path / "datasets").iterdir())


def test_no_answer_of_a_captured_reader_becomes_an_image(monkeypatch):
    monkeypatch.setattr(uploads, "see", reader_jobs.lies)
    intake = read_uploads([("a.png", b"x")], SHAPE, usual(False))
    assert len(intake.images) == 0
    assert {r.reason for r in intake.refusals} == {
        "reading it gave something other than an image",
        "reading them gave no usable answer",
    }
