"""A worker keeps the models in memory that it was asked about last, bounded by their weights."""

import threading
from concurrent.futures import ThreadPoolExecutor

import keras
import pytest
from keras import layers as L

from aecore.compute import warm_models
from aecore.models.base import connect


@pytest.fixture
def models(tmp_path, monkeypatch):
    """The files of four small autoencoders of about 1,150 weights."""
    monkeypatch.setattr(warm_models, "_warm", type(warm_models._warm)())
    paths = []
    for number in range(4):
        encoder = keras.Sequential([L.Input((8, 8, 1)), L.Flatten(), L.Dense(8)], name="encoder")
        layers = [L.Input((8,)), L.Dense(64), L.Reshape((8, 8, 1))]
        connect(encoder, keras.Sequential(layers, name="decoder")).save(
            tmp_path / f"{number}.keras"
        )
        paths.append(str(tmp_path / f"{number}.keras"))
    return paths


@pytest.mark.parametrize("most, kept", [(2**30, [0, 1, 2, 3]), (10_000, [2, 3]), (1, [3])])
def test_models_used_longest_ago_are_let_go(most, kept, models, monkeypatch):
    monkeypatch.setattr(warm_models, "WARM_BYTES", most)
    for path in models:
        warm_models.load(path)
    assert [models.index(path) for path, _ in warm_models._warm] == kept


def test_a_call_about_a_model_in_memory_does_not_wait_while_another_is_loaded(models, monkeypatch):
    there = warm_models.load(models[0])
    begun, go_on = threading.Event(), threading.Event()

    def slow(path):
        begun.set()
        go_on.wait(60)
        return there

    monkeypatch.setattr(warm_models, "WarmModel", slow)
    with ThreadPoolExecutor(2) as threads:
        other = threads.submit(warm_models.load, models[1])
        assert begun.wait(60)
        try:
            assert threads.submit(warm_models.load, models[0]).result(30) is there
            assert not other.done()
        finally:
            go_on.set()
