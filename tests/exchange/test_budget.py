"""What a stranger's model may calculate is counted before it does, for all images together."""

import keras
import pytest
from foreign_models import dense, saved
from keras import layers as L

from aecore.compute.answers import QUICK_WORK
from aecore.exchange.archive import FileRefused
from aecore.exchange.bring_in import bring_in
from aecore.exchange.keras_file.budget import (
    MOST_WORK,
    VALUE,
    TooMuchWork,
    check_work,
    work_on,
)
from aecore.runs.store import RunStore

IMAGE = (16, 16, 4)
NUMBERS = 16 * 16 * 4


def between(*layers, shape=IMAGE):
    image = x = keras.Input(shape)
    for layer in layers:
        x = layer(x)
    return keras.Model(image, x)


@pytest.mark.parametrize(
    "layer, least",
    [
        (L.Conv2D(8, 3, padding="same"), 256 * 9 * 4 * 8),
        (L.Conv2D(8, 3, padding="same", strides=2), 64 * 9 * 4 * 8),
        (L.Conv2DTranspose(8, 4, strides=2, padding="same"), 256 * 16 * 4 * 8),
        (L.DepthwiseConv2D(5, padding="same"), 256 * 25 * 4),
        (L.SeparableConv2D(8, 5, padding="same"), 256 * (25 * 4 + 4 * 8)),
        (L.Dense(32), 256 * 4 * 32),
        (L.MaxPooling2D(8, strides=1, padding="same"), NUMBERS * 64),
        (L.AveragePooling2D(2), NUMBERS),
        (L.GlobalAveragePooling2D(), NUMBERS),
        (L.UpSampling2D(4), 16 * NUMBERS),
        (L.UpSampling2D(4, interpolation="bicubic"), 16 * 16 * NUMBERS),
        (L.BatchNormalization(), NUMBERS),
        (L.LayerNormalization(), NUMBERS),
        (L.Activation("tanh"), NUMBERS),
        (L.Softmax(), NUMBERS),
        (L.ZeroPadding2D(8), 4 * NUMBERS),
        (L.Cropping2D(4), NUMBERS),
        (L.Permute((2, 1, 3)), NUMBERS),
    ],
    ids=lambda part: type(part).__name__,
)
def test_every_call_of_every_layer_is_counted(layer, least):
    once = work_on(between(layer), IMAGE)
    assert max(least, VALUE * NUMBERS) <= once <= (VALUE + 2) * max(least, NUMBERS)
    beside = work_on(between(L.Activation("relu"), layer), IMAGE)
    assert beside == pytest.approx(once + VALUE * NUMBERS)


@pytest.mark.parametrize("calls", [2, 400])
def test_a_layer_that_is_called_often_costs_as_often(calls):
    shared = L.Conv2D(4, 3, padding="same")
    once = work_on(between(shared), IMAGE)
    assert work_on(between(*[shared] * calls), IMAGE) == pytest.approx(calls * once)
    inner = between(L.Conv2D(4, 3, padding="same"), L.MaxPooling2D(3, 1, padding="same"))
    once = work_on(inner, IMAGE)
    assert work_on(between(*[inner] * calls), IMAGE) == pytest.approx(calls * once)


def test_open_sides_cost_what_the_images_make_of_them():
    model = between(L.Conv2D(4, 3, padding="same"), shape=(None, None, 4))
    assert work_on(model, (32, 32, 4)) == pytest.approx(4 * work_on(model, IMAGE))


def test_the_budget_is_for_all_images():
    model = between(L.Dense(4))
    each = work_on(model, IMAGE)
    check_work(model, IMAGE, int(MOST_WORK // each))
    with pytest.raises(TooMuchWork, match="takes too long: measuring it on") as refused:
        check_work(model, IMAGE, int(MOST_WORK // each) + 2)
    assert refused.value.work == pytest.approx(MOST_WORK, rel=0.01)
    assert "fewer or smaller images" in str(refused.value)


def slow(layer, calls: int):
    image = x = keras.Input((28, 28, 1))
    x = L.Conv2D(64, 3, padding="same")(x)
    for _ in range(calls):
        x = layer(x)
    return keras.Model(image, L.Conv2D(1, 3, padding="same", activation="sigmoid")(x))


@pytest.mark.parametrize(
    "layer, calls",
    [
        (L.Conv2D(64, 3, padding="same"), 150),
        (L.MaxPooling2D(28, strides=1, padding="same"), 30),
        (keras.Sequential([L.UpSampling2D(8, interpolation="bicubic"), L.MaxPooling2D(8)]), 8),
    ],
    ids=["convolution", "pooling", "enlarging"],
)
def test_a_small_file_that_calculates_for_hours_is_refused_at_once(
    tmp_path, monkeypatch, layer, calls
):
    content = saved(slow(layer, calls), tmp_path)
    assert len(content) < 10**6

    def never(*_):
        raise AssertionError("it was measured")

    monkeypatch.setattr("aecore.exchange.bring_in._measured", never)
    store = RunStore(tmp_path / "runs")
    for first in ({}, {"most_work": QUICK_WORK}):  # as the page asks: that limit is not the user's
        with pytest.raises(FileRefused, match=r"too long.*10,000 billion"):
            bring_in(content, "slow.keras", store, "mnist", **first)
    assert not store.directory.exists() or not list(store.directory.iterdir())


def test_a_usual_model_is_measured_within_a_small_budget(tmp_path):
    content = saved(dense(), tmp_path)
    bring_in(content, "dense.keras", RunStore(tmp_path), "mnist", most_work=2e10)
