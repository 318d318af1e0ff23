"""Files that TensorFlow 2.12 to 2.15 wrote in the `.keras` format give the numbers they gave."""

import io
import json
import zipfile

import h5py
import keras
import numpy as np
import pytest
from foreign_models import MODELS, read_model
from keras import layers as L
from keras_2 import FORMS, written

from aecore.exchange.archive import FileRefused


def every_kind():
    """All supported layers that both Keras 2 and Keras 3 have, one after another."""
    image = keras.Input((12, 12, 4))
    x = L.RandomFlip("horizontal")(image)
    for layer in (
        *(L.Conv2D(4, 3, padding="same", activation="relu"), L.BatchNormalization()),
        *(L.Conv2DTranspose(4, 3, padding="same"), L.LeakyReLU(0.1), L.PReLU(shared_axes=[1, 2])),
        *(L.Dropout(0.2), L.SpatialDropout2D(0.1), L.GaussianNoise(0.1), L.AlphaDropout(0.1)),
        *(L.SeparableConv2D(4, 3, padding="same"), L.DepthwiseConv2D(3, padding="same")),
        *(L.LayerNormalization(), L.GroupNormalization(2), L.UnitNormalization(), L.ELU()),
        *(L.ReLU(), L.Softmax(), L.ZeroPadding2D(1), L.Cropping2D(1), L.MaxPooling2D(2)),
        *(L.UpSampling2D(), L.AveragePooling2D(2), L.Activation("tanh"), L.BatchNormalization()),
        *(L.ActivityRegularization(0.1), L.Permute((2, 1, 3)), L.Rescaling(2.0, -1.0)),
        *(L.Resizing(9, 7), L.Conv2D(4, 3)),
    ):
        x = layer(x)
    return keras.Model(image, x)


def shared():
    """A layer and three kinds of models within, each called twice."""
    image = keras.Input((8,))
    block_in = keras.Input((8,))
    block = keras.Model(block_in, L.Dense(8)(L.Dense(3)(block_in)))
    built = keras.Sequential([L.Input((8,)), L.Dense(6), L.Dense(8)])
    layer = L.Dense(8, "tanh")
    x = layer(built(block(layer(image))))
    return keras.Model(image, L.Add()([x, built(block(x))]))


KINDS = {
    "every kind": every_kind,
    "shared": shared,
    **{name: MODELS[name][0] for name in ("dense", "transposed", "nested", "sequences", "unbuilt")},
}


def stirred(model):
    random = np.random.default_rng(0)
    model.set_weights([random.uniform(0, 0.3, w.shape) for w in model.get_weights()])
    shape = [8 if side is None else side for side in model.inputs[0].shape[1:]]
    return random.random((3, *shape), np.float32)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", KINDS)
def test_a_model_of_keras_2_gives_the_same_numbers(name, form, tmp_path, monkeypatch):
    monkeypatch.setattr("aecore.exchange.keras_file.building.check_ends", lambda model: None)
    model = KINDS[name]()
    images = stirred(model)
    again = read_model(written(model, tmp_path, form, trained=form in ("2.13", "2.15")))
    np.testing.assert_allclose(again(images), model(images, training=False), atol=1e-5)


FUNCTIONS = {
    "math.truediv": lambda x: x / 255,
    "math.subtract": lambda x: x - 255,
    "math.multiply": lambda x: 255 * x,
    "__operators__.add": lambda x: x + 255,
    "math.maximum": lambda x: np.maximum(x, 255),
}


def with_function(function: str, first: bool = False) -> bytes:
    """784 numbers, a function of TensorFlow with a constant, and two dense layers."""
    size = {"batch_input_shape": [None, 784], "dtype": "float32", "name": "input_1"}
    node = ["input_1", 0, 0, {"y": 255.0, "name": None}]
    if first:
        node = ["_CONSTANT_VALUE", -1, 255.0, {"y": ["input_1", 0, 0], "name": None}]
    name, module = f"tf.{function}", "keras.src.layers.core.tf_op_layer"
    words = {"name": name, "trainable": True, "dtype": "float32", "function": function}

    def dense(name: str, units: int, before: str) -> dict:
        words = {"name": name, "units": units, "activation": "linear"}
        entry = {"class_name": "Dense", "module": "keras.layers", "config": words, "name": name}
        return entry | {"inbound_nodes": [[[before, 0, 0, {}]]]}

    layers = [
        {"class_name": "InputLayer", "config": size, "name": "input_1", "inbound_nodes": []},
        {"class_name": "TFOpLambda", "module": module, "registered_name": "TFOpLambda",
         "config": words, "name": name, "inbound_nodes": [node]},
        dense("dense", 3, name),
        dense("dense_1", 784, "dense"),
    ]  # fmt: skip
    ends = {"input_layers": [["input_1", 0, 0]], "output_layers": [["dense_1", 0, 0]]}
    config = {"class_name": "Functional", "config": {"name": "m", "layers": layers} | ends}
    weights, file = io.BytesIO(), io.BytesIO()
    with h5py.File(weights, "w") as written:
        for layer, shape in (("dense", (784, 3)), ("dense_1", (3, 784))):
            written[f"layers/{layer}/vars/0"] = np.full(shape, 0.01, "f4")
            written[f"layers/{layer}/vars/1"] = np.zeros(shape[1], "f4")
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("model.weights.h5", weights.getvalue())
    return file.getvalue()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_arithmetic_of_keras_2_is_read(function):
    images = np.random.default_rng(0).uniform(0, 255, (2, 784)).astype(np.float32)
    expected = FUNCTIONS[function](images) @ np.full((784, 3), 0.01) @ np.full((3, 784), 0.01)
    found = read_model(with_function(function, first=function == "math.multiply"))(images)
    np.testing.assert_allclose(found, expected, rtol=1e-4)


@pytest.mark.parametrize("function", ["io.read_file", "py_function", "numpy_function", "", 7])
def test_other_functions_of_tensorflow_are_refused(function):
    with pytest.raises(FileRefused, match=r"uses the operation .*not supported"):
        read_model(with_function(function))


@pytest.mark.parametrize("argument", ["groups", "noise_shape", "units"])
def test_an_argument_is_still_checked(argument, tmp_path):
    content = written(every_kind(), tmp_path, "2.15")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    changed = [la for la in config["config"]["layers"] if la["class_name"] == "Conv2DTranspose"]
    changed[0]["config"][argument] = 3
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, member in (members | {"config.json": json.dumps(config)}).items():
            archive.writestr(name, member)
    with pytest.raises(FileRefused, match=f"Conv2DTranspose.*{argument}"):
        read_model(file.getvalue())
