"""What is said of a file that cannot be imported is true of it."""

import io
import json
import zipfile

import keras
import numpy as np
import pytest
from foreign_models import saved
from keras import layers as L

from aecore.exchange.archive import FileRefused
from aecore.exchange.bring_in import inspect
from aecore.exchange.keras_file.reader import read_plain


def model():
    return keras.Sequential([L.Input((64,)), L.Dense(4), L.Dense(64)])


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, b"0123")
    return file.getvalue()


def pickled() -> bytes:
    return b"\x80\x02}q\x00."


OTHERS = {
    "empty": (lambda folder: b"", "is empty"),
    "weights": (lambda folder: _weights(folder, "m.weights.h5"), "weights only"),
    "h5": (lambda folder: _h5(folder), "older HDF5 format"),
    "SavedModel": (lambda folder: zipped("m/saved_model.pb", "m/fingerprint.pb"), "SavedModel"),
    "PyTorch": (lambda folder: zipped("m/data.pkl", "m/data/0"), "PyTorch"),
    "old PyTorch": (lambda folder: pickled(), "pickle"),
    "ONNX": (lambda folder: b"\x08\x08\x12\x07pytorch\x1a\x052.0.0", "ONNX"),
    "LiteRT": (lambda folder: b"\x1c\0\0\0TFL3" + bytes(20), "LiteRT"),
    "safetensors": (lambda folder: (2).to_bytes(8, "little") + b"{}" + bytes(9), "safetensors"),
    "truncated": (lambda folder: saved(model(), folder)[:-200], "truncated"),
    "beginning lost": (lambda folder: saved(model(), folder)[40:], "beginning is damaged"),
    "an image": (lambda folder: b"\x89PNG\r\n\x1a\n" + bytes(40), "not a .keras file"),
    "npz": (lambda folder: _npz(), "NumPy archive"),
    "no weights": (lambda folder: zipped("config.json", "metadata.json"), "no model.weights.h5"),
}  # fmt: skip


def _weights(folder, name: str) -> bytes:
    model().save_weights(folder / name)
    return (folder / name).read_bytes()


def _h5(folder) -> bytes:
    model().save(folder / "m.h5")
    return (folder / "m.h5").read_bytes()


def _npz() -> bytes:
    file = io.BytesIO()
    np.savez(file, a=np.ones(3))
    return file.getvalue()


@pytest.mark.parametrize("name", OTHERS)
def test_another_format_is_called_what_it_is(name, tmp_path):
    make, words = OTHERS[name]
    with pytest.raises(FileRefused, match=words):
        read_plain(make(tmp_path))


def conv(sizes, last):
    """From images of 16 × 16 × 3 through layers, to what the last one gives."""
    image = x = keras.Input((16, 16, 3))
    for layer in sizes:
        x = layer(x)
    return keras.Model(image, last(x))


OUTPUTS = {
    "dense encoder": (lambda: conv([L.Flatten()], L.Dense(5)), "encoder without its decoder"),
    "encoder": (lambda: conv([], L.Conv2D(8, 3, strides=4)), "encoder without its decoder"),
    "decoder": (
        lambda: keras.Sequential([L.Input((5,)), L.Dense(768), L.Reshape((16, 16, 3))]),
        "decoder without its encoder",
    ),
    "super-resolution": (lambda: conv([L.UpSampling2D()], L.Conv2D(3, 1)), "super-resolution"),
    "segmentation": (lambda: conv([], L.Conv2D(1, 1)), "segments images"),
    "colours": (lambda: conv([], L.Conv2D(2, 1)), "changes colours"),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_model_that_does_not_rebuild_its_input_is_told_what_it_is(name, tmp_path):
    make, words = OUTPUTS[name]
    with pytest.raises(FileRefused, match=words):
        inspect(saved(make(), tmp_path), "it.keras")


def test_code_is_still_called_code(tmp_path):
    content = saved(model(), tmp_path)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for kind in ("__lambda__", "__class__", "__method__", "__typespec__"):
        config = json.loads(members["config.json"])
        config["config"]["layers"][1]["config"]["activation"] = {"class_name": kind, "config": {}}
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name, member in (members | {"config.json": json.dumps(config)}).items():
                archive.writestr(name, member)
        with pytest.raises(FileRefused, match="holds code"):
            inspect(file.getvalue(), "it.keras")
