"""Uploads become data sets; what cannot be used is told, and nothing half-made stays."""

import numpy as np
import pytest
from photos import photo
from ugly import encoded, zipped

from aecore.data import own
from aecore.data.datasets import glimpse, load, source
from aecore.data.images.intake import Unusable
from aecore.data.images.making import Plan, first_images, grouped, make_set
from aecore.data.images.preparation import Preparation
from aecore.data.images.sizes import suggested_size
from aecore.data.images.uploads import count_files
from aecore.data.limits import COLLECTION
from aecore.data.own import made_at, own_keys, put_aside, put_back, size_on_disk
from aecore.data.splits import DataUnavailable

PHOTOS = Plan("Photos", 32, 3, False, Preparation("keep", False, False, "fill"))


@pytest.fixture(autouse=True)
def directory(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path / "datasets"))
    return tmp_path / "datasets"


def photos(count: int, folder: str = "") -> dict[str, bytes]:
    return {f"{folder}{i}.png": encoded(photo(i, 50 + i, 40), "PNG") for i in range(count)}


def test_a_zip_becomes_a_set_and_progress_is_told():
    members = photos(12, "a/") | photos(13, "b/") | {"a/bad.png": b"?"}
    files = [("all.zip", zipped(members.items()))]
    told = []
    made = make_set(files, PHOTOS, lambda *numbers: told.append(numbers))
    assert made.used == 25 and made.problem == "" and own_keys() == [made.key]
    assert [refusal.name for refusal in made.refusals] == ["all.zip/a/bad.png"]
    assert [read for read, _ in told] == list(range(1, 27)) and told[-1] == (26, 1)
    assert count_files(files) == 26
    assert source(made.key).classes == ("a", "b") and own.class_sizes(made.key) == [12, 13]
    assert size_on_disk(made.key) > 25 * 32 * 32 * 3 and made_at(made.key) > 0


def test_a_set_need_not_be_square():
    plan = Plan("Wide", (30, 50), 3, False, Preparation("keep", False, False))
    made = make_set(list(photos(20).items()), plan)
    assert plan.shape == source(made.key).shape == (30, 50, 3) and "-30x50-" in made.key
    assert glimpse(made.key, 4).shape == (4, 30, 50, 3)


@pytest.mark.parametrize(
    "sizes, suggested",
    [
        ([(40, 30)] * 3, (30, 40)),  # all alike and small: as they are
        ([(4032, 3024)] * 4 + [(3024, 4032)], (48, 64)),
        ([(1920, 1080)], (36, 64)),
        ([(1080, 1920)], (64, 36)),
        ([(500, 500), (600, 600)], (64, 64)),
        ([(50, 40), (51, 40)], (40, 52)),  # never much larger than they are
        ([(3000, 20)], (8, 64)),
        ([(1, 1)], (8, 8)),
    ],
)
def test_a_size_is_suggested_by_the_images(sizes, suggested):
    assert suggested_size(sizes) == suggested


def test_files_of_zips_are_classes_by_the_zips_names():
    files = [("cats.zip", zipped(photos(10).items())), ("dogs.zip", zipped(photos(11).items()))]
    assert source(make_set(files, PHOTOS).key).classes == ("cats", "dogs")


def test_leaving_early_leaves_nothing_behind(directory):
    def leave(read: int, refused: int) -> None:
        if read == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_set(list(photos(25).items()), PHOTOS, leave)
    assert list(directory.iterdir()) == []


def test_too_few_is_a_problem_and_the_refusals_are_still_told():
    made = make_set([*photos(3).items(), ("x.png", b"?")], PHOTOS)
    assert made.key is None and "at least 20" in made.problem and len(made.refusals) == 1


def test_the_preview_takes_the_first_ten_that_are_images():
    files = [("x.png", b"?"), *photos(12).items()]
    assert [image.size for image in first_images(files)] == [(50 + i, 40) for i in range(10)]
    large = encoded(photo(0, 3000, 1500), "PNG")
    assert first_images([("large.png", large)])[0].size == (1024, 512)
    assert first_images([("x.png", b"?")]) == []


def test_refusals_are_grouped_the_most_frequent_first():
    refusals = [Unusable("a", "empty"), Unusable("b", "damaged"), Unusable("c", "damaged")]
    assert list(grouped(refusals).items()) == [("damaged", ["b", "c"]), ("empty", ["a"])]


def test_more_than_the_limit_is_told_and_left():
    limits = type(COLLECTION)(22, 2**20, 2**24, 2**24, 10**6)
    files = list(photos(25).items())
    made = make_set(files, PHOTOS, limits=limits)
    assert made.used == 22 and count_files(files, limits) == 22
    assert made.refusals[-1].name == "3 more files" and "22 files" in made.refusals[-1].reason


def parts(data):
    return data.training, data.validation, data.test


def test_a_glimpse_is_of_the_images_themselves():
    key = make_set(list(photos(25).items()), PHOTOS).key
    shown = glimpse(key, 5)
    data = load(key)
    everything = np.concatenate([part.images for part in parts(data)])
    known = {(image * 255 + 0.5).astype(np.uint8).tobytes() for image in everything}
    assert shown.shape == (5, 32, 32, 3) and {image.tobytes() for image in shown} <= known
    (own.own_directory() / key / "images.bin").write_bytes(b"short")
    with pytest.raises(DataUnavailable, match="files are missing"):
        glimpse(key, 5)


def test_glimpses_of_the_named_sets_are_what_loading_gives():
    digits = load("digits")
    everything = {image.tobytes() for part in parts(digits) for image in part.images}
    shown = glimpse("digits")
    assert len(shown) == 10 and {image.tobytes() for image in shown} <= everything
    assert glimpse("mnist").shape == (10, 28, 28, 1)
    assert glimpse("cifar10") is None


def test_put_aside_and_back(directory, monkeypatch):
    key = make_set(list(photos(20).items()), PHOTOS).key
    aside = put_aside(key)
    assert own_keys() == []
    put_back(aside)
    assert own_keys() == [key] and [path.name for path in directory.iterdir()] == [key]
    first = put_aside(key)
    make_set(list(photos(20).items()), PHOTOS)
    put_back(first)  # it is there again anyway
    assert [path.name for path in directory.iterdir()] == [key]
    gone = put_aside(key)
    monkeypatch.setattr(own, "UNDO_SECONDS", -1)
    put_aside(make_set(list(photos(21).items()), PHOTOS).key)
    with pytest.raises(DataUnavailable, match="too long ago"):
        put_back(gone)
