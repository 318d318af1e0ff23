"""Arithmetic between layers, preprocessing layers and mixed precision are read where harmless."""

import keras
import numpy as np
import pytest
from foreign_models import read_model, saved
from keras import layers as L
from keras import ops

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.anatomy import dissect
from aecore.exchange.keras_file.cutting import cut
from aecore.exchange.keras_file.layers import IDLE

SHAPE = (8, 6, 3)
ARRAY = np.float32([0.2, 0.5, 0.9])
STEPS = {
    "x / 255": lambda x: x / 255.0,
    "x / array": lambda x: x / ARRAY,
    "x * 2 - 1": lambda x: x * 2 - 1,
    "1 - x": lambda x: 1 - x,
    "2 * x": lambda x: 2 * x,
    "-x": lambda x: -x,
    "x + y": lambda x: x + L.Conv2D(3, 1)(x),
    "x - y": lambda x: x - L.Conv2D(3, 1)(x),
    "x * y": lambda x: x * L.Conv2D(1, 1)(x),
    "x * array": lambda x: x * ARRAY,
    "x + tensor": lambda x: x + ops.convert_to_tensor(ARRAY.reshape(1, 1, 3)),
    "array - x": lambda x: ops.subtract(ARRAY, x),
    "x + 0": lambda x: x + 0,
    "ops.reshape": lambda x: ops.reshape(ops.reshape(x, (-1, 144)), (-1, *SHAPE)),
    "ops.transpose": lambda x: ops.transpose(x, (0, 2, 1, 3)),
    "ops.clip": lambda x: ops.clip(3 * x, 0.5, 1.5),
    "ops.maximum": lambda x: ops.maximum(x, 0.4),
    "ops.minimum": lambda x: ops.minimum(0.4, x),
    "ops.maximum of two": lambda x: ops.maximum(x, L.Conv2D(3, 1)(x)),
    "ops.concatenate": lambda x: ops.concatenate([x, 2 * x], axis=-1),
    "ops.expand_dims": lambda x: ops.squeeze(ops.expand_dims(x, 1), 1),
    "ops.cast": lambda x: ops.cast(x, "float32"),
    "ops.image.resize": lambda x: ops.image.resize(x, (16, 4)),
    "ops.relu": lambda x: ops.relu(x - 0.5),
    "ops.leaky_relu": lambda x: ops.leaky_relu(x - 0.5, 0.3),
    "ops.elu": lambda x: ops.elu(x - 0.5, 0.7),
    "ops.gelu": lambda x: ops.gelu(x - 0.5, approximate=False),
    "ops.softmax": lambda x: ops.softmax(x, axis=-1),
    "activations": lambda x: keras.activations.sigmoid(keras.activations.tanh(x - 0.5)),
    "ops.silu": lambda x: ops.silu(ops.softplus(ops.relu6(x))),
    "Normalization": lambda x: adapted(L.Normalization())(x),
    "Normalization of all": lambda x: adapted(L.Normalization(axis=None, invert=True))(x),
    "Normalization, told": lambda x: L.Normalization(mean=ARRAY, variance=ARRAY)(x),
    "Normalization, told once": lambda x: L.Normalization(mean=0.4, variance=0.1)(x),
    "Rescaling by channel": lambda x: L.Rescaling(ARRAY, -ARRAY)(x),
    "Rescaling by lists": lambda x: L.Rescaling([0.1, 0.2, 0.3])(x),
    "Resizing": lambda x: L.Resizing(12, 5, interpolation="nearest")(x),
}


def adapted(layer):
    layer.adapt(np.random.default_rng(1).random((20, *SHAPE)))
    return layer


def model_with(step):
    """A model with a step at its beginning, in its middle and at its end."""
    image = keras.Input(SHAPE)
    x = L.Conv2D(3, 3, padding="same")(step(image))
    x = L.Dense(144)(L.Dense(5)(L.Flatten()(x)))
    return keras.Model(image, step(L.Reshape(SHAPE)(x)))


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).random((4, *SHAPE), np.float32)


@pytest.mark.parametrize("name", STEPS)
def test_a_step_gives_the_same_numbers_and_is_made_of_layers(name, images, tmp_path, monkeypatch):
    monkeypatch.setattr("aecore.exchange.keras_file.building.check_ends", lambda model: None)
    model = model_with(STEPS[name])
    again = read_model(saved(model, tmp_path))
    np.testing.assert_allclose(again(images), model(images), atol=1e-5, rtol=1e-4)
    assert all(isinstance(part, keras.layers.Layer) for part in again.operations)
    if again.output_shape != again.input_shape:
        return
    run = cut(again, dissect(again).bottleneck, SHAPE)
    run.save(tmp_path / "run.keras")
    loaded = keras.models.load_model(tmp_path / "run.keras")
    np.testing.assert_allclose(loaded(images), model(images), atol=1e-5, rtol=1e-4)
    once_more = read_model((tmp_path / "run.keras").read_bytes())
    np.testing.assert_allclose(once_more(images), model(images), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(
    "step, words",
    [
        (lambda x: ops.mean(x, axis=-1, keepdims=True), "operation 'Mean'"),
        (lambda x: x**2, "operation 'Power'"),
        (lambda x: x[:, :4], "operation 'GetItem'"),
        (lambda x: x / L.Conv2D(3, 1)(x), "divides by the output of a layer"),
        (lambda x: 1 / x, "divides by the output of a layer"),
        (lambda x: x / 0, "divides by zero"),
        (lambda x: x * np.full((6, 1), np.nan), "not plain JSON|finite"),
        (lambda x: ops.reshape(x, (-1, 72)), "reshapes across images"),
        (lambda x: ops.transpose(x, (1, 0, 2, 3)), "swaps the batch axis"),
        (lambda x: ops.expand_dims(x, 0), "reshapes across images"),
        (lambda x: ops.gelu(x, approximate=True), "gelu: approximate"),
        (lambda x: x + ops.reshape(x, (-1, 144, 1))[..., :1], "GetItem"),
        (lambda x: ops.add(ops.reshape(x, (-1, 144)), x), "different numbers of axes"),
    ],
)
def test_other_steps_are_refused_by_name(step, words, tmp_path):
    image = keras.Input(SHAPE)
    try:
        model = keras.Model(image, step(image))
    except ValueError:
        pytest.skip("Keras itself refuses it")
    with pytest.raises(FileRefused, match=words):
        read_model(saved(model, tmp_path))


@pytest.mark.parametrize("shape", [(9, 1, 1, 1), (7, 1, 1), (64, 64, 3)])
def test_a_constant_that_makes_more_numbers_is_refused(shape, tmp_path):
    image = keras.Input((1, 1, 3))
    x = L.Rescaling(np.ones(shape, np.float32))(image)
    with pytest.raises(FileRefused, match="does not have the shape of"):
        read_model(saved(keras.Model(image, L.Dense(3)(L.Dense(2)(x))), tmp_path))


@pytest.mark.parametrize("kind", [kind for kind in IDLE if hasattr(L, kind)])
def test_layers_that_only_change_images_in_training_are_read_as_nothing(kind, images, tmp_path):
    arguments = {
        "RandomZoom": {"height_factor": 0.3},
        "RandomTranslation": {"height_factor": 0.2, "width_factor": 0.2},
        "RandomFlip": {},
        "RandomElasticTransform": {},
        "RandomShear": {"x_factor": 0.2},
        "RandomColorJitter": {"brightness_factor": 0.3},
    }.get(kind, {"factor": 0.3})
    if kind in ("RandomPosterization", "RandomErasing"):
        arguments = {"factor": 4} if kind == "RandomPosterization" else {}
    layer = getattr(L, kind)(**arguments)
    np.testing.assert_array_equal(layer(images, training=False), images)
    image = keras.Input(SHAPE)
    model = keras.Model(image, L.Conv2D(3, 1)(L.Conv2D(2, 1)(layer(image))))
    again = read_model(saved(model, tmp_path))
    np.testing.assert_allclose(again(images), model(images, training=False), atol=1e-6)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16", "float64", "float16"])
def test_other_precisions_are_calculated_in_float32(policy, images, tmp_path):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        model = model_with(lambda x: x)
        content = saved(model, tmp_path)
    finally:
        keras.config.set_dtype_policy(before)
    again = read_model(content)
    assert {w.dtype for w in again.weights} == {"float32"} == {again.output.dtype}
    expected = np.asarray(ops.cast(model(images), "float32"))
    np.testing.assert_allclose(again(images), expected, atol=0.05 if "16" in policy else 1e-5)


@pytest.mark.parametrize("policy", ["int8", "complex64", "int8_from_float32", {"a": 1}, ["x"], 7])
def test_what_is_no_float_is_refused(policy):
    from aecore.exchange.keras_file.classes import check_dtype

    with pytest.raises(FileRefused, match="computes in"):
        check_dtype("Dense", policy)
