"""A worker keeps the models in memory that it was asked about last, bounded by their weights."""

import keras
import pytest
from keras import layers as L

from aecore.compute import answers
from aecore.models.base import connect


@pytest.fixture
def models(tmp_path, monkeypatch):
    """The files of four small autoencoders of about 1,150 weights."""
    monkeypatch.setattr(answers, "_warm", type(answers._warm)())
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
    monkeypatch.setattr(answers, "WARM_BYTES", most)
    for path in models:
        answers.load(path)
    assert [models.index(path) for path, _ in answers._warm] == kept
