"""Data sets of the user's own images."""

import json

import numpy as np
import pytest

from aecore.compute.training import train
from aecore.data import own
from aecore.data.collection import CollectionError, collecting
from aecore.data.datasets import load, shape_of, source
from aecore.data.names import visible
from aecore.data.own import class_sizes, is_own, own_keys, put_aside
from aecore.data.splits import MOST_CLASSES, DataUnavailable, Source
from aecore.exchange.plain_run import MOST_JSON
from aecore.models import AUTOENCODERS, SettingError
from aecore.runs.run import RunDamaged
from aecore.runs.store import RunStore
from aecore.training.experiment import Experiment


@pytest.fixture(autouse=True)
def directory(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path / "datasets"))
    return tmp_path / "datasets"


def pixels(count: int, height: int = 28, channels: int = 1, width: int = 0) -> np.ndarray:
    """Random 8-bit images, always the same; square unless a width is given."""
    shape = (count, height, width or height, channels)
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


def collect(images: np.ndarray, title: str = "Screws & nuts", folders=("",)) -> str:
    _, height, width, channels = images.shape
    with collecting(title, (height, width), channels, ink=False) as collection:
        for i, image in enumerate(images):
            collection.add(f"{folders[i % len(folders)]}/{i}.png", image)
        return collection.finish()


@pytest.mark.parametrize("shape", [(28, 28, 1), (8, 512, 1), (48, 64, 3), (120, 160, 3)], ids=str)
def test_what_goes_in_comes_out(shape):
    height, width, channels = shape
    images = pixels(30, height, channels, width)
    key = collect(images)
    assert own_keys() == [key] and is_own(key)
    assert source(key).title == "Screws & nuts"
    assert shape_of(key) == source(key).shape == shape
    data = load(key)
    parts = (data.training, data.validation, data.test)
    assert [len(part) for part in parts] == [23, 2, 5]
    assert source(key).training_size == 23
    together = np.concatenate([part.images for part in parts])
    assert together.dtype == np.float32
    expected = {image.tobytes() for image in images}
    assert {(image * 255 + 0.5).astype(np.uint8).tobytes() for image in together} == expected


def test_folders_are_classes_if_there_are_a_few():
    key = collect(pixels(40), folders=("zip/good", "zip/bad"))
    assert source(key).classes == ("bad", "good")
    data = load(key)
    parts = (data.training, data.validation, data.test)
    labels = np.concatenate([part.labels for part in parts])
    assert sorted(labels) == [0] * 20 + [1] * 20
    many = collect(pixels(60), folders=[f"zip/{i}" for i in range(60)])
    assert source(many).classes == ("image",)


SYMBOLS = ["!", "(", ")", ",", "=", "[", "]", "{", "}", "+", "-", "$", "<b>", "[x](y)", "a\nb"]
SCRIPTS = ["Цветы", "花", "زهور", "דגים", "नमस्ते", "می‌خواهم", "\U0001f600", "...", "CON", "x" * 255]


@pytest.mark.parametrize("folders", [SYMBOLS, SCRIPTS], ids=["symbols", "scripts"])
def test_classes_are_called_as_their_folders_are(folders):
    key = collect(pixels(2 * len(folders)), folders=folders)
    kept = [name.replace("\n", "‹U+000A›") for name in sorted(folders)]
    assert list(source(key).classes) == kept
    assert class_sizes(key) == [2] * len(folders)


@pytest.mark.parametrize(
    "folders, titles",
    [
        (("e\u0301", "\xe9"), ("e\u0301", "\xe9 (2)")),  # two ways to write é
        (("Cats", "cats"), ("Cats", "cats")),
        (("cats", "cats.zip"), ("cats", "cats (2)")),
        (("", "(no folder)"), ("(no folder)", "(no folder) (2)")),
        (("a\u200b", "a"), ("a", "a\u200b")),  # which is shown with its number
        ((f"{'x' * 300}a{'y' * 300}", f"{'x' * 300}b{'y' * 300}"), None),
    ],
    ids=ascii,
)
def test_folders_that_look_alike_stay_classes_that_can_be_told_apart(folders, titles):
    classes = source(collect(pixels(20), folders=folders)).classes
    assert len({visible(title) for title in classes}) == 2
    assert titles is None or classes == titles


def test_the_longest_names_fit_into_a_runs_file(tmp_path):
    names = [f"{chr(0x1F600 + n % 2)}" * 300 + "é" * (n // 2) for n in range(MOST_CLASSES)]
    key = collect(pixels(100), "\U0001f600" * 255, names)
    run = RunStore(tmp_path / "runs").create(Experiment.of("linear", dataset=key))
    assert len(set(run.source.classes)) == MOST_CLASSES
    assert (run.path / "data.json").stat().st_size < MOST_JSON


@pytest.mark.parametrize("title", [*SCRIPTS, "?!", "Größe", "\u200fדגים"], ids=ascii)
def test_a_set_may_be_called_anything_in_any_script(title):
    key = collect(pixels(20), f" {title} ")
    assert source(key).title == title and is_own(key) and own_keys() == [key]
    assert key.isascii() and Experiment.of("linear", dataset=key).dataset == key
    assert collect(pixels(20), f"{title}!"[-255:]) != key  # another name, another set


def test_the_key_is_the_content():
    first = collect(pixels(20))
    assert collect(pixels(20)) == first and own_keys() == [first]
    assert collect(pixels(21)) != first
    assert collect(pixels(20), folders=("a", "b")) != first


def test_what_cannot_be_a_set_leaves_nothing(directory):
    with pytest.raises(CollectionError, match="at least 20 images; 19"):
        collect(pixels(19))
    for title in ("", "  ", "\u200b\u202e", "\u3164"):
        with pytest.raises(CollectionError, match="needs a name"):
            collect(pixels(20), title=title)
    with pytest.raises(CollectionError, match="at most 255 characters, not 300"):
        collect(pixels(20), title="x" * 300)
    for height, width in ((7, 30), (30, 513)):
        with pytest.raises(CollectionError, match=f"between 8 and 512 .* {height} × {width}"):
            collect(pixels(20, height, width=width))
    with pytest.raises(RuntimeError), collecting("Half", 28, 1, ink=False) as half:
        half.add("a.png", pixels(1)[0])
        raise RuntimeError("the page was left")
    assert own_keys() == [] and list(directory.iterdir()) == []


@pytest.mark.parametrize(
    "key", ["own-a-28-grey-0123456", "own--28-grey-01234567", "own-a-7-grey-01234567",
            "own-a-513-grey-01234567", "own-a-8x513-grey-01234567", "own-a-028-grey-01234567",
            "own-a-28x28-grey-01234567", "own-a-28x-grey-01234567", "own-a-99999-grey-01234567",
            "own-../a-28-grey-01234567", "own-a-28-grey-01234567/..", "mnst", "", None],
)  # fmt: skip
def test_what_is_no_key(key):
    assert not is_own(key)
    with pytest.raises(SettingError, match="Data set must be one of"):
        Experiment.of("linear", dataset=key)


@pytest.mark.parametrize(
    "key, shape",
    [("own-screws-32-colour-0123abcd", (32, 32, 3)), ("own-a-48x64-grey-0123abcd", (48, 64, 1)),
     ("own-a-28-512x8-grey-0123abcd", (512, 8, 1)), ("own-48x64-8-grey-0123abcd", (8, 8, 1))],
)  # fmt: skip
def test_a_key_tells_the_shape(key, shape):
    assert is_own(key) and shape_of(key) == shape
    assert Experiment.of("linear", dataset=key).shape == shape


def test_a_set_that_is_gone_or_damaged_is_a_sentence(directory):
    key = collect(pixels(20))
    (directory / key / "images.bin").write_bytes(b"short")
    with pytest.raises(DataUnavailable, match="files are missing"):
        source(key).read()
    (directory / key / "data.json").write_text("[]")
    with pytest.raises(DataUnavailable, match="damaged"):
        source(key)
    put_aside(key)
    assert own_keys() == []
    with pytest.raises(DataUnavailable, match="not on this machine"):
        RunStore(directory / "runs").create(Experiment.of("linear", dataset=key))


def test_every_type_learns_from_twenty_images_and_its_run_outlives_them(key, tmp_path):
    dataset = collect(pixels(20, 24, 3, width=37), title=f"Twenty {key}")
    experiment = Experiment.of(key, dataset=dataset, epochs=1)
    assert Experiment.from_dict(experiment.to_dict()) == experiment
    run = RunStore(tmp_path / "runs").create(experiment)
    assert train(run).state == "finished"
    assert own.own_source(dataset).shape == (24, 37, 3)
    put_aside(dataset)
    kept = RunStore(tmp_path / "runs").get(run.id)
    assert kept.source.title == f"Twenty {key}" and kept.source.classes == ("image",)
    assert kept.problem() == "" and kept.key == key and kept.key in AUTOENCODERS


@pytest.mark.parametrize(
    "change",
    [{"classes": []}, {"classes": ["x"] * 51}, {"title": 7}, {"shape": [28, 28]},
     {"shape": [28, 28, 2]}, {"ink": "yes"}, {"training_size": 0}, {"title": "x" * 301}],
    ids=str,
)  # fmt: skip
def test_a_description_that_lies_is_refused(change, tmp_path):
    key = collect(pixels(20))
    values = source(key).to_dict()
    assert Source.from_dict(values).to_dict() == values
    with pytest.raises(ValueError):
        Source.from_dict(values | change)
    run = RunStore(tmp_path / "runs").create(Experiment.of("linear", dataset=key))
    (run.path / "data.json").write_text(json.dumps(values | change))
    with pytest.raises(RunDamaged, match=r"data\.json"):
        _ = RunStore(tmp_path / "runs").get(run.id).source
