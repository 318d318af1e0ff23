"""A foreign model that no data set fits is measured on images of the user's own."""

import json

import keras
import numpy as np
import pytest
from foreign_models import saved
from keras import layers as L
from photos import photo
from ugly import encoded, zipped

from aecore.__main__ import main
from aecore.data.datasets import load
from aecore.data.own import own_keys, put_aside
from aecore.exchange.archive import FileRefused
from aecore.exchange.bring_in import bring_in, inspect
from aecore.exchange.own_images import set_of_images
from aecore.runs.store import RunStore


@pytest.fixture(autouse=True)
def directory(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path / "datasets"))
    return tmp_path / "datasets"


def convolutional(height: int, width: int, channels: int, scale: float = 1.0):
    """Mean brightness of 4 × 4 blocks and back, of pixels in [0, scale]."""
    image = keras.Input((height, width, channels))
    down = L.Conv2D(channels, 4, strides=4, use_bias=False)
    up = L.Conv2DTranspose(channels, 4, strides=4, use_bias=False)
    model = keras.Model(image, up(down(image)))
    eye = np.eye(channels)
    down.set_weights([np.broadcast_to(eye / 16, (4, 4, channels, channels))])
    up.set_weights([np.broadcast_to(eye, (4, 4, channels, channels))])
    return model if scale == 1 else rescaled(model, scale)


def rescaled(model, scale: float):
    image = keras.Input(model.input_shape[1:])
    return keras.Model(image, model(L.Rescaling(1 / scale)(image)))


def flat(pixels: int):
    image = keras.Input((pixels,))
    return keras.Model(image, L.Dense(pixels, "sigmoid")(L.Dense(8)(image)))


def photos(count: int) -> list[tuple[str, bytes]]:
    return [(f"{n}.png", encoded(photo(n), "PNG")) for n in range(count)]


TAKES = {  # what images of one's own must be
    "wide colour": (lambda: convolutional(40, 64, 3), (40, 64, 3)),
    "large grey": (lambda: convolutional(120, 120, 1), (120, 120, 1)),
    "grey in a row": (lambda: flat(900), (30, 30, 1)),
    "colour in a row": (lambda: flat(1200), (20, 20, 3)),
    "no image": (lambda: flat(7), None),
    "too small": (lambda: convolutional(4, 4, 1), None),
}


@pytest.mark.parametrize("name", TAKES)
def test_the_shape_that_images_must_have_is_told(name, tmp_path, store):
    make, shape = TAKES[name]
    content = saved(make(), tmp_path)
    found = inspect(content, "it.keras")
    assert found.fitting == () and found.own == shape
    words = "some images of your own" if shape else "would fit"
    with pytest.raises(FileRefused, match=f"no data set here has.*{words}"):
        bring_in(content, "it.keras", store)


@pytest.mark.parametrize("scale, takes", [(1.0, "0..1"), (255.0, "0..255")])
def test_images_are_prepared_as_the_model_wants_them(scale, takes, tmp_path, store):
    content = saved(convolutional(40, 64, 3, scale), tmp_path)
    files = [("all.zip", zipped(photos(21))), ("note.txt", b"no image")]
    found = inspect(content, "theirs/wide.keras")
    with set_of_images(files, found.name, found.own) as key:
        run = store.get(bring_in(content, found.name, store, key))
    assert own_keys() == [key] and run.source.title == "wide" and run.shape == (40, 64, 3)
    assert run.origin.takes == takes and not run.origin.doubtful
    test = load(key).test.images
    assert test.shape == (3, 40, 64, 3)
    blocks = test.reshape(3, 10, 4, 16, 4, 3).mean(axis=(2, 4)).repeat(4, 1).repeat(4, 2)
    errors = np.square(blocks - test).mean(axis=(1, 2, 3))
    np.testing.assert_allclose(run.report_arrays()["errors"], errors, rtol=1e-3, atol=1e-6)


def test_a_set_whose_model_is_refused_does_not_stay(tmp_path):
    files = photos(20)
    with pytest.raises(FileRefused, match="no good"), set_of_images(files, "a.keras", (8, 8, 1)):
        assert len(own_keys()) == 1
        raise FileRefused("It is no good.")
    assert own_keys() == []
    with set_of_images(files, "a.keras", (8, 8, 1)) as key:
        pass
    with pytest.raises(FileRefused), set_of_images(files, "a.keras", (8, 8, 1)):
        raise FileRefused("It is no good.")
    assert own_keys() == [key]  # it was there before
    put_aside(key)


@pytest.mark.parametrize("count", [0, 19])
def test_too_few_images_are_told_with_the_number_that_is_needed(count):
    files = [*photos(count), ("a.txt", b"x")]
    words = rf"at least 20 images; {count} could be used\. a\.txt: "
    with pytest.raises(FileRefused, match=words), set_of_images(files, "a", (8, 8, 1)):
        pass
    assert own_keys() == []


def test_the_command_line_takes_images(tmp_path, capsys):
    (tmp_path / "wide.keras").write_bytes(saved(convolutional(40, 64, 3), tmp_path))
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, content in photos(20):
        (folder / name).write_bytes(content)
    file, where = str(tmp_path / "wide.keras"), ("--runs", str(tmp_path / "runs"), "--json")
    assert main(["import", file, *where]) == 1
    assert "40 × 64 colour, which no data set here has" in capsys.readouterr().err
    assert main(["import", file, "--images", str(folder / "1.png"), *where]) == 1
    assert "at least 20 images; 1 could be used" in capsys.readouterr().err
    assert main(["import", file, "--images", str(folder), "--dataset", "mnist", *where]) == 2
    assert "either --dataset or --images" in capsys.readouterr().err
    assert main(["import", file, "--images", str(folder), "--type", "deep", *where]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [told["dataset"]] == own_keys() and told["type"] == "deep"
    assert [run.id for run in RunStore(tmp_path / "runs").runs()] == [told["run"]]
